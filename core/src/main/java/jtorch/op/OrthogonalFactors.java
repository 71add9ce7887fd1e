package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// `A = Q R`, and Q as a product of Householder reflectors `I - tau v v^H`, whose vectors lie below the diagonal.
public final class OrthogonalFactors {
  /// R and below it the reflectors' vectors, and their factors tau.
  public static final Operator GEQRF = Operator.declare("aten::geqrf(Tensor self) -> (Tensor a, Tensor tau)")
      .shape(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() < 2) throw Check.of("torch.geqrf").because("input must have at least 2 dimensions.")
            .tensor("self", self).shapeFailure();
        Matrices.checkPrecise("torch.geqrf", self);
        c.result(Matrices.columnMajor(self.sizes(), self.dtype(), self.device()));
        c.result(Matrices.sizes(Matrices.batch(self), Math.min(self.size(-1), self.size(-2))), self.dtype());
      })
      .kernel("geqrf")
      .notDifferentiable();

  /// The first n columns of the product of the reflectors.
  public static final Operator LINALG_HOUSEHOLDER_PRODUCT =
      Operator.declare("aten::linalg_householder_product(Tensor input, Tensor tau) -> Tensor")
          .shape(c -> {
            Tensor input = c.tensor("input");
            checkReflectors(input, c.tensor("tau"));
            c.result(Matrices.columnMajor(input.sizes(), input.dtype(), input.device()));
          })
          .kernel("householder_product")
          .gradients(new String[] {"input", "tau"},
              b -> reflectorsBack(b.grad(), b.result(), b.tensor("input"), b.tensor("tau"), false), "input", "tau",
              Operator.RESULT);

  public static final Operator ORGQR = Operator.declare("aten::orgqr(Tensor self, Tensor input2) -> Tensor")
      .composition(c -> LINALG_HOUSEHOLDER_PRODUCT.call(c.tensor("self"), c.tensor("input2")));

  /// The product of the reflectors' whole Q, or its adjoint, with `input3`, from the left or the right.
  public static final Operator ORMQR = Operator.declare(
      "aten::ormqr(Tensor self, Tensor input2, Tensor input3, bool left=True, bool transpose=False) -> Tensor")
      .shape(c -> {
        Tensor other = c.tensor("input3");
        checkProduct(c);
        c.result(Matrices.columnMajor(other.sizes(), other.dtype(), other.device()));
      })
      .kernel("ormqr")
      .gradients(new String[] {"self", "input2", "input3"}, OrthogonalFactors::productBack, "self", "input2",
          Operator.RESULT);

  /// Q and R; `mode` is `reduced`, `complete` (a square Q) or `r` (no Q).
  public static final Operator LINALG_QR =
      Operator.declare("aten::linalg_qr(Tensor A, str mode=\"reduced\") -> (Tensor Q, Tensor R)")
          .composition(c -> {
            Tensor a = c.tensor("A");
            String mode = c.string("mode");
            Matrices.check("linalg.qr", a, "A");
            Matrices.checkPrecise("linalg.qr", a);
            if (!mode.equals("reduced") && !mode.equals("complete") && !mode.equals("r")) throw Check.of("linalg.qr")
                .because(
                    "qr received unrecognized mode '%s' but expected one of 'reduced' (default), 'r', or 'complete'",
                    mode)
                .failure();
            return qr(a, mode);
          })
          .gradient("A", OrthogonalFactors::qrBack, Operator.RESULT);

  public static final Operator QR =
      Operator.declare("aten::qr(Tensor self, bool some=True) -> (Tensor Q, Tensor R)")
          .composition(c -> LINALG_QR.call(c.tensor("self"), c.bool("some") ? "reduced" : "complete"));

  private OrthogonalFactors() {}

  private static void checkReflectors(Tensor input, Tensor tau) {
    String name = "torch.linalg.householder_product";
    if (input.dim() < 2)
      throw Check.of(name).because("input must have at least 2 dimensions.").tensor("input", input).shapeFailure();
    if (input.size(-2) < input.size(-1)) throw Check.of(name)
        .because("input.shape[-2] must be greater than or equal to input.shape[-1]").tensor("input", input)
        .shapeFailure();
    if (tau.dim() == 0 || input.size(-1) < tau.size(-1)) throw Check.of(name)
        .because("input.shape[-1] must be greater than or equal to tau.shape[-1]").tensor("input", input)
        .tensor("tau", tau).shapeFailure();
    if (input.dim() - tau.dim() != 1) throw Check.of(name).because(
        "Expected tau to have one dimension less than input, but got tau.ndim equal to %d and input.ndim is equal to %d",
        tau.dim(), input.dim()).shapeFailure();
    if (!Arrays.equals(Matrices.batch(input), Matrices.batch(tau, 1))) throw Check.of(name)
        .because("Expected batch dimensions of tau to be equal to input.shape[:-2], but got %s",
            Arrays.toString(Matrices.batch(tau, 1)))
        .shapeFailure();
    Matrices.checkPrecise(name, input);
    if (tau.dtype() != input.dtype()) throw Check.of(name)
        .because("tau dtype %s does not match input dtype %s", tau.dtype(), input.dtype()).failure();
  }

  private static void checkProduct(Call c) {
    String name = "torch.ormqr";
    Tensor input = c.tensor("self");
    Tensor tau = c.tensor("input2");
    Tensor other = c.tensor("input3");
    int dim = c.bool("left") ? -2 : -1;
    if (input.dim() < 2) throw Check.of(name).because("input must have at least 2 dimensions.").shapeFailure();
    if (other.dim() < 2) throw Check.of(name).because("other must have at least 2 dimensions.").shapeFailure();
    if (other.size(dim) < (tau.dim() == 0 ? 1 : tau.size(-1))) throw Check.of(name)
        .because("other.shape[%d] must be greater than or equal to tau.shape[-1]", dim).tensor("tau", tau)
        .tensor("other", other).shapeFailure();
    if (other.size(dim) != input.size(-2)) throw Check.of(name)
        .because("other.shape[%d] must be equal to input.shape[-2]", dim).tensor("input", input)
        .tensor("other", other).shapeFailure();
    if (tau.dim() == 0 || tau.size(-1) > input.size(-1)) throw Check.of(name)
        .because("tau.shape[-1] must be less than or equal to input.shape[-1]").tensor("input", input)
        .tensor("tau", tau).shapeFailure();
    if (input.dim() - tau.dim() != 1 || input.dim() != other.dim()) throw Check.of(name).because(
        "Expected tau to have one dimension less than input, and other as many, but got tau.ndim equal to %d, input.ndim equal to %d and other.ndim equal to %d",
        tau.dim(), input.dim(), other.dim()).shapeFailure();
    if (!Arrays.equals(Matrices.batch(input), Matrices.batch(tau, 1))
        || !Arrays.equals(Matrices.batch(input), Matrices.batch(other)))
      throw Check.of(name).because("Expected batch dimensions of tau and other to be equal to input.shape[:-2]")
          .tensor("input", input).tensor("tau", tau).tensor("other", other).shapeFailure();
    Matrices.checkPrecise(name, input);
    if (tau.dtype() != input.dtype() || other.dtype() != input.dtype()) throw Check.of(name).because(
        "Expected input, tau and other to have the same dtype, but input has dtype %s, tau %s and other %s",
        input.dtype(), tau.dtype(), other.dtype()).failure();
  }

  /// The gradients of the reflectors' vectors and factors in `result = H_1 ... H_k C`. Where `K_i` is all that stands right of
  /// H_i, times the gradient's adjoint, times all that stands left of it, they are `-conj(tau v^H K) - tau K v` and
  /// `-conj(v^H K v)`. K goes from one to the next by a reflector on each side, the inverse one having the factor
  /// `tau / (tau |v|^2 - 1)`. With `fromLast` the order of the reflectors and the sides change places.
  private static @Nullable Tensor[] reflectorsBack(Tensor grad, Tensor result, Tensor input, Tensor tau,
      boolean fromLast) {
    int k = Math.toIntExact(tau.size(-1));
    if (input.numel() == 0 || k == 0) return new @Nullable Tensor[] {null, null};
    long m = input.size(-2);
    Tensor vectors = input.narrow(-1, 0, k).tril(-1).add(Matrices.eye(input, m, k));
    Tensor squares = vectors.mul(conj(vectors)).sum(-2);
    Tensor inverse = tau.div(tau.mul(squares).sub(1));
    int first = fromLast ? k - 1 : 0;
    Tensor inner = reflect(MatrixProducts.inOrder(result, grad.mH()), vectors, inverse, first, !fromLast);
    Tensor[] ofVectors = new Tensor[k];
    Tensor[] ofFactors = new Tensor[k];
    for (int step = 0; step < k; step++) {
      int i = fromLast ? k - 1 - step : step;
      Tensor v = vectors.narrow(-1, i, 1);
      Tensor factor = tau.narrow(-1, i, 1).unsqueeze(-1);
      Tensor row = MatrixProducts.inOrder(v.mH(), inner);
      ofVectors[i] = conj(factor.mul(row).neg()).mT().sub(factor.mul(MatrixProducts.inOrder(inner, v)));
      ofFactors[i] = conj(MatrixProducts.inOrder(row, v).neg()).squeeze(-1);
      if (step == k - 1) break;
      // In this order: where a reflector is nearly singular its inverse magnifies the rounding.
      inner = reflect(inner, vectors, inverse, fromLast ? i - 1 : i + 1, !fromLast);
      inner = reflect(inner, vectors, tau, i, fromLast);
    }
    Tensor gradInput = Torch.cat(ofVectors, -1).tril(-1);
    if (input.size(-1) > k) gradInput = Torch.cat(new Tensor[] {gradInput,
      Torch.zeros(Matrices.sizes(Matrices.batch(input), m, input.size(-1) - k), input.dtype(), input.device())}, -1);
    return new @Nullable Tensor[] {gradInput, Torch.cat(ofFactors, -1)};
  }

  /// `(I - t v v^H) K`, or `K (I - t v v^H)`, with the i-th v and t.
  private static Tensor reflect(Tensor inner, Tensor vectors, Tensor factors, int i, boolean left) {
    Tensor v = vectors.narrow(-1, i, 1);
    Tensor scaled = factors.narrow(-1, i, 1).unsqueeze(-1).mul(v);
    return left ? inner.sub(scaled.mul(MatrixProducts.inOrder(v.mH(), inner)))
        : inner.sub(MatrixProducts.inOrder(inner, scaled).mul(v.mH()));
  }

  private static Tensor conj(Tensor t) {
    return t.dtype().isComplex() ? t.conj() : t;
  }

  private static @Nullable Tensor[] productBack(Backward b) {
    boolean left = b.bool("left");
    boolean transpose = b.bool("transpose");
    Tensor input = b.tensor("self");
    Tensor tau = b.tensor("input2");
    Tensor grad = b.grad();
    Tensor gradOther = b.needs("input3") ? ORMQR.tensor(input, tau, grad, left, !transpose) : null;
    if (!b.needs("self") && !b.needs("input2")) return new @Nullable Tensor[] {null, null, gradOther};
    Tensor g = transpose ? grad.mH() : grad;
    Tensor r = transpose ? b.result().mH() : b.result();
    @Nullable Tensor[] own = left != transpose ? reflectorsBack(g, r, input, tau, false)
        : reflectorsBack(r.mH(), g.mH(), input, tau, true);
    return new @Nullable Tensor[] {own[0], own[1], gradOther};
  }

  private static Tensor[] qr(Tensor a, String mode) {
    long m = a.size(-2);
    long n = a.size(-1);
    long k = Math.min(m, n);
    Tensor[] factored = GEQRF.tensors(a);
    boolean complete = mode.equals("complete");
    Tensor r = (complete ? factored[0] : factored[0].narrow(-2, 0, k)).triu();
    if (mode.equals("r")) return new Tensor[] {Torch.empty(new long[] {0}, a.dtype(), a.device()), r};
    Tensor vectors = factored[0].narrow(-1, 0, k);
    if (complete && m > n) {
      Tensor more = Torch.zeros(Matrices.sizes(Matrices.batch(a), m, m - n), a.dtype(), a.device());
      vectors = Torch.cat(new Tensor[] {vectors, more}, -1);
    }
    return new Tensor[] {LINALG_HOUSEHOLDER_PRODUCT.tensor(vectors, factored[1]), r};
  }

  /// With `X = gR R^H - Q^H gQ`: where m >= n, `(gQ + Q h(triu(X))) R^-H`, h making a matrix Hermitian without doubling its
  /// diagonal; for wider matrices the same with the leading columns of R, of the skew part.
  private static Tensor qrBack(Backward b) {
    String mode = b.string("mode");
    if (mode.equals("r")) throw new IllegalStateException(
        "The derivative of linalg.qr depends on Q, which is not computed when mode='r'. Please use linalg.qr(A, mode='reduced') if you are going to differentiate through linalg.qr.");
    Tensor q = b.result(0);
    Tensor r = b.result(1);
    long m = q.size(-2);
    long n = r.size(-1);
    if (mode.equals("complete") && m > n) throw new IllegalStateException(
        "The QR decomposition is not differentiable when mode='complete' and nrows > ncols.");
    Tensor x = null;
    if (b.hasGrad(1)) x = b.grad(1).matmul(r.mH());
    if (b.hasGrad(0)) {
      Tensor inner = q.mH().matmul(b.grad(0));
      x = x == null ? inner.neg() : x.sub(inner);
    }
    if (x == null) return b.grad(1).matmul(r.mH());
    if (m >= n) {
      Tensor upper = x.triu();
      Tensor made = q.matmul(upper.add(upper.mH()).sub(real(upper)));
      if (b.hasGrad(0)) made = made.add(b.grad(0));
      return LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(r.mH(), made, false, false, false);
    }
    Tensor skew = x.mH().sub(x).tril();
    if (x.dtype().isComplex()) skew = skew.sub(skew.diagonal(0, -2, -1).mul(0.5).diagEmbed());
    Tensor made = LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(r.narrow(-1, 0, m).mH(), q.matmul(skew), false, false,
        false);
    Tensor rest = Torch.zeros(Matrices.sizes(Matrices.batch(made), m, n - m), made.dtype(), made.device());
    made = Torch.cat(new Tensor[] {made, rest}, -1);
    return b.hasGrad(1) ? made.add(q.matmul(b.grad(1))) : made;
  }

  /// The real part of the diagonal, as a matrix.
  private static Tensor real(Tensor matrix) {
    Tensor diagonal = matrix.diagonal(0, -2, -1);
    return (matrix.dtype().isComplex() ? diagonal.real().to(matrix.dtype()) : diagonal).diagEmbed();
  }
}
