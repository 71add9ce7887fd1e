package jtorch.op;

import java.util.Arrays;
import java.util.List;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// Least squares, and the pseudoinverse.
public final class LeastSquares {
  private static final List<String> DRIVERS = List.of("gels", "gelsy", "gelsd", "gelss");

  /// Solutions with the rows that LAPACK leaves below them, ranks and singular values, of matrices and right sides of the
  /// same batch.
  private static final Operator LSTSQ_MATRICES = Operator.declare(
      "jtorch::lstsq(Tensor A, Tensor B, float rcond, str driver) -> (Tensor rows, Tensor rank, Tensor singular_values)")
      .shape(c -> {
        Tensor a = c.tensor("A");
        Tensor b = c.tensor("B");
        long[] batch = Matrices.batch(a);
        c.result(Matrices.columnMajor(Matrices.sizes(batch, Math.max(a.size(-2), a.size(-1)), b.size(-1)), a.dtype(),
            a.device()));
        c.result(batch, DType.INT64);
        c.result(Matrices.sizes(batch, Math.min(a.size(-2), a.size(-1))), a.dtype().toReal());
      })
      .kernel("lstsq")
      .notDifferentiable();

  /// X of smallest `|A X - B|`, the squared residuals where they are defined, ranks and singular values where the
  /// algorithm finds them.
  public static final Operator LINALG_LSTSQ = Operator.declare(
      "aten::linalg_lstsq(Tensor self, Tensor b, float? rcond=None, *, str? driver=None) -> (Tensor solution, Tensor residuals, Tensor rank, Tensor singular_values)")
      .composition(LeastSquares::lstsq)
      .gradients(new String[] {"self", "b"}, LeastSquares::back, "self", "b", Operator.RESULT);

  // ---- pseudoinverse ---------------------------------------------------------------------------------------------

  /// The pseudoinverse; singular values up to `max(atol, rtol * largest)` count as 0.
  public static final Operator LINALG_PINV_TENSORS = Operator.declare(
      "aten::linalg_pinv.atol_rtol_tensor(Tensor self, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() < 2 || !self.dtype().isDifferentiable() || self.dtype().isHalf()) throw Check
            .of("linalg.pinv")
            .because(
                "linalg.pinv(%s{%s}): expected a tensor with 2 or more dimensions of float, double, cfloat or cdouble types",
                self.dtype(), Arrays.toString(self.sizes()))
            .shapeFailure();
        Tolerance tolerance =
            Tolerance.of("torch.linalg.pinv", self, c.tensorOrNull("atol"), c.tensorOrNull("rtol"));
        return pinv(Matrices.widened(self), tolerance, c.bool("hermitian")).to(self.dtype());
      })
      .gradient("self", b -> {
        Tensor self = Matrices.widened(b.tensor("self"));
        DType dtype = self.dtype();
        return pinvBack(b.grad().to(dtype), b.result().to(dtype), self).to(b.dtypeOf("self"));
      }, "self", Operator.RESULT);

  public static final Operator LINALG_PINV_FLOATS = Operator.declare(
      "aten::linalg_pinv.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor")
      .composition(c -> LINALG_PINV_TENSORS.call(c.tensor("self"), Tolerance.tensor(c, "atol"),
          Tolerance.tensor(c, "rtol"), c.bool("hermitian")));

  public static final Operator LINALG_PINV =
      Operator.declare("aten::linalg_pinv(Tensor self, float rcond, bool hermitian=False) -> Tensor")
          .composition(c -> LINALG_PINV_TENSORS.call(c.tensor("self"), Tolerance.tensor(0),
              Tolerance.tensor(c.number("rcond")), c.bool("hermitian")));

  public static final Operator LINALG_PINV_RCOND =
      Operator.declare("aten::linalg_pinv.rcond_tensor(Tensor self, Tensor rcond, bool hermitian=False) -> Tensor")
          .composition(c -> {
            Tolerance.checkReal("torch.linalg.pinv", "rcond", c.tensor("rcond"));
            return LINALG_PINV_TENSORS.call(c.tensor("self"), Tolerance.tensor(0), c.tensor("rcond"),
                c.bool("hermitian"));
          });

  public static final Operator PINVERSE =
      Operator.declare("aten::pinverse(Tensor self, float rcond=1.0000000000000001e-15) -> Tensor")
          .composition(c -> LINALG_PINV.call(c.tensor("self"), c.number("rcond"), false));

  private LeastSquares() {}

  private static Tensor[] lstsq(Call c) {
    String name = "torch.linalg.lstsq";
    Tensor a = c.tensor("self");
    Tensor given = c.tensor("b");
    if (a.dim() < 2)
      throw Check.of(name).because("input must have at least 2 dimensions.").tensor("input", a).shapeFailure();
    if (given.dim() < 1)
      throw Check.of(name).because("other must have at least 1 dimension.").tensor("other", given).shapeFailure();
    Matrices.checkPrecise(name, a);
    if (a.dtype() != given.dtype()) throw Check.of(name).because(
        "Expected input and other to have the same dtype, but got input's dtype %s and other's dtype %s", a.dtype(),
        given.dtype()).failure();
    int dims = a.dim() - given.dim();
    if (dims > 1) throw Check.of(name)
        .because("input.dim() must be greater or equal to other.dim() and (input.dim() - other.dim()) <= 1")
        .tensor("input", a).tensor("other", given).shapeFailure();
    boolean vector = LinearSolving.isVector(a, given);
    Tensor b = vector ? given.unsqueeze(-1) : given;
    if (a.size(-2) != b.size(-2)) throw Check.of(name)
        .because(vector ? "input.size(-2) should match other.size(-1)" : "input.size(-2) should match other.size(-2)")
        .tensor("input", a).tensor("other", given).shapeFailure();
    String driver = c.has("driver") ? c.string("driver")
        : a.device().type() == Device.Type.CUDA ? "gels" : "gelsy";
    if (!DRIVERS.contains(driver)) throw Check.of(name)
        .because("parameter `driver` should be one of (gels, gelsy, gelsd, gelss)").failure();
    long m = a.size(-2);
    long n = a.size(-1);
    double rcond = c.has("rcond") ? c.number("rcond") : Matrices.epsilon(a.dtype()) * Math.max(m, n);
    long[] batch = Matrices.broadcast(name, a, b);
    Tensor[] all = LSTSQ_MATRICES.tensors(Matrices.expand(a, batch), Matrices.expand(b, batch), rcond, driver);
    Tensor solution = all[0].narrow(-2, 0, n);
    Tensor rank = all[1];
    Tensor none = Torch.empty(new long[] {0}, a.dtype().toReal(), a.device());
    Tensor residuals = none;
    if (m > n && !driver.equals("gelsy")
        && (driver.equals("gels") || rank.eq(n).all().itemBoolean())) {
      Tensor rest = all[0].narrow(-2, n, m - n);
      residuals = (rest.dtype().isComplex() ? rest.abs() : rest).square().sum(-2);
    }
    boolean values = driver.equals("gelsd") || driver.equals("gelss");
    return new Tensor[] {vector ? solution.squeeze(-1) : solution, residuals,
      driver.equals("gels") ? Torch.empty(new long[] {0}, DType.INT64, a.device()) : rank, values ? all[2] : none};
  }

  /// Through `X = pinv(A) B`; the residuals' slope is as if X were constant, for X makes them smallest.
  private static @Nullable Tensor[] back(Backward b) {
    // The pseudoinverse enters squared: small matrices are worth the double precision.
    Tensor a = Matrices.widened(b.tensor("self"));
    DType dtype = a.dtype();
    Tensor given = b.tensor("b").to(dtype);
    boolean vector = LinearSolving.isVector(a, given);
    Tensor right = vector ? given.unsqueeze(-1) : given;
    Tensor gradA = null;
    Tensor gradB = null;
    if (b.hasGrad(0)) {
      Tensor grad = (vector ? b.grad(0).unsqueeze(-1) : b.grad(0)).to(dtype);
      Tensor pinv = LINALG_PINV_TENSORS.tensor(a, null, null, false);
      if (b.needs("self")) gradA = pinvBack(grad.matmul(right.mH()), pinv, a);
      if (b.needs("b")) gradB = pinv.mH().matmul(grad);
    }
    if (b.hasGrad(1) && b.grad(1).numel() > 0) {
      Tensor x = (vector ? b.result(0).unsqueeze(-1) : b.result(0)).to(dtype);
      Tensor weighted = a.matmul(x).sub(right).mul(b.grad(1).unsqueeze(-2)).mul(2);
      if (b.needs("self")) {
        Tensor part = weighted.matmul(x.mH());
        gradA = gradA == null ? part : gradA.add(part);
      }
      if (b.needs("b")) gradB = gradB == null ? weighted.neg() : gradB.sub(weighted);
    }
    if (gradB != null && vector) gradB = gradB.squeeze(-1);
    DType wanted = b.dtypeOf("self");
    return new @Nullable Tensor[] {gradA == null ? null : gradA.to(wanted), gradB == null ? null : gradB.to(wanted)};
  }

  private static Tensor pinv(Tensor self, Tolerance tolerance, boolean hermitian) {
    long[] transposed = Matrices.sizes(Matrices.batch(self), self.size(-1), self.size(-2));
    if (self.numel() == 0) return Torch.zeros(transposed, self.dtype(), self.device());
    Tensor values;
    Tensor left;
    Tensor right;
    if (hermitian) {
      Tensor[] all = Eigenvalues.LINALG_EIGH.tensors(self, "L");
      values = all[0];
      left = all[1];
      right = all[1].mH();
    } else {
      Tensor[] all = SingularValues.LINALG_SVD_ALL.tensors(self, false, true, null);
      values = all[1];
      left = all[2].mH();
      right = all[0].mH();
    }
    Tensor sizes = hermitian ? values.abs() : values;
    Tensor small = sizes.gt(tolerance.least(sizes)).logicalNot();
    return left.mul(values.reciprocal().maskedFill(small, 0).unsqueeze(-2)).matmul(right);
  }

  /// With P = pinv(A): `-P^H g P^H + P^H P g^H (I - A P) + (I - P A)...`, in the order of the smaller products.
  private static Tensor pinvBack(Tensor grad, Tensor pinv, Tensor a) {
    Tensor pinvH = pinv.mH();
    Tensor gradH = grad.mH();
    if (a.size(-2) <= a.size(-1)) {
      Tensor k = gradH.matmul(pinv);
      Tensor outer = k.matmul(pinvH);
      return outer.sub(pinv.matmul(k).mH()).sub(a.matmul(pinv).matmul(outer))
          .add(pinvH.matmul(pinv).matmul(gradH.sub(k.matmul(a))));
    }
    Tensor k = pinv.matmul(gradH);
    Tensor outer = pinvH.matmul(k);
    return gradH.sub(a.matmul(k)).matmul(pinv).matmul(pinvH).sub(k.matmul(pinv).mH()).add(outer)
        .sub(outer.matmul(pinv).matmul(a));
  }
}
