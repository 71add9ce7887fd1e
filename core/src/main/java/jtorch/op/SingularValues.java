package jtorch.op;

import java.util.List;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// `A = U diag(S) V^H`.
public final class SingularValues {
  private static final List<String> DRIVERS = List.of("gesvd", "gesvdj", "gesvda");

  public static final Operator LINALG_SVD_ALL = Operator.declare(
      "aten::_linalg_svd(Tensor A, bool full_matrices=False, bool compute_uv=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)")
      .shape(c -> {
        Tensor a = c.tensor("A");
        Matrices.check("linalg.svd", a, "A");
        Matrices.checkPrecise("linalg.svd", a);
        if (c.has("driver")) checkDriver(c.string("driver"), a);
        long m = a.size(-2);
        long n = a.size(-1);
        long k = Math.min(m, n);
        long[] batch = Matrices.batch(a);
        boolean vectors = c.bool("compute_uv");
        boolean full = c.bool("full_matrices");
        long[] none = {0};
        if (vectors)
          c.result(Matrices.columnMajor(Matrices.sizes(batch, m, full ? m : k), a.dtype(), a.device()));
        else c.result(none, a.dtype());
        c.result(Matrices.sizes(batch, k), a.dtype().toReal());
        if (vectors)
          c.result(Matrices.columnMajor(Matrices.sizes(batch, full ? n : k, n), a.dtype(), a.device()));
        else c.result(none, a.dtype());
      })
      .kernel("svd")
      .gradient("A", SingularValues::back, Operator.RESULT);

  /// U, S (descending) and V^H; with `full_matrices` U and V are square.
  public static final Operator LINALG_SVD = Operator.declare(
      "aten::linalg_svd(Tensor A, bool full_matrices=True, *, str? driver=None) -> (Tensor U, Tensor S, Tensor Vh)")
      .composition(c -> LINALG_SVD_ALL.call(c.tensor("A"), c.bool("full_matrices"), true, c.value("driver")));

  /// S alone; the vectors are found too where a gradient will need them.
  public static final Operator LINALG_SVDVALS =
      Operator.declare("aten::linalg_svdvals(Tensor A, *, str? driver=None) -> Tensor").composition(c -> {
        Tensor a = c.tensor("A");
        return LINALG_SVD_ALL.tensors(a, false, Torch.isGradEnabled() && a.requiresGrad(), c.value("driver"))[1];
      });

  /// The older form, with V in place of V^H; without vectors U and V are zeros.
  public static final Operator SVD =
      Operator.declare("aten::svd(Tensor self, bool some=True, bool compute_uv=True) -> (Tensor U, Tensor S, Tensor V)")
          .composition(c -> {
            Tensor self = c.tensor("self");
            if (self.dim() < 2) throw Check.of("linalg.svd")
                .because("input should have at least 2 dimensions, but has %d dimensions instead", self.dim())
                .shapeFailure();
            if (c.bool("compute_uv")) {
              Tensor[] all = LINALG_SVD_ALL.tensors(self, !c.bool("some"), true, null);
              return new Tensor[] {all[0], all[1], all[2].mH()};
            }
            long m = self.size(-2);
            long n = self.size(-1);
            long[] batch = Matrices.batch(self);
            return new Tensor[] {Torch.zeros(Matrices.sizes(batch, m, m), self.dtype(), self.device()),
              LINALG_SVDVALS.tensor(self, null),
              Torch.zeros(Matrices.sizes(batch, n, n), self.dtype(), self.device())};
          });

  private SingularValues() {}

  private static void checkDriver(String driver, Tensor a) {
    String name = "torch.linalg.svd";
    if (a.device().type() != Device.Type.CUDA) throw Check.of(name)
        .because("keyword argument `driver=` is only supported on CUDA inputs with cuSOLVER backend.").failure();
    if (!DRIVERS.contains(driver)) throw Check.of(name)
        .because("unknown svd driver %s in svd_cusolver computation.", driver).hint("one of " + DRIVERS).failure();
  }

  /// `U ((skew(U^H gU) / E) S + S (skew(V^H gV) / E) + diag(gS)) V^H` with `E_ij = S_j^2 - S_i^2`, and for tall or wide
  /// matrices the parts of gU and gV outside the spaces of U and V.
  private static @Nullable Tensor back(Backward b) {
    Tensor s = b.result(1);
    long k = s.size(-1);
    Tensor u = b.result(0).narrow(-1, 0, k);
    Tensor vh = b.result(2).narrow(-2, 0, k);
    long m = u.size(-2);
    long n = vh.size(-1);
    if (!b.hasGrad(0) && !b.hasGrad(2)) {
      return m >= n ? u.matmul(b.grad(1).unsqueeze(-1).mul(vh)) : u.mul(b.grad(1).unsqueeze(-2)).matmul(vh);
    }
    Tensor gradU = b.hasGrad(0) ? b.grad(0).narrow(-1, 0, k) : null;
    Tensor gradVh = b.hasGrad(2) ? b.grad(2).narrow(-2, 0, k) : null;
    Tensor ofU = gradU == null ? null : skew(u.mH().matmul(gradU));
    Tensor ofV = gradVh == null ? null : skew(vh.matmul(gradVh.mH()));
    boolean complex = u.dtype().isComplex();
    if (complex) checkPhase(ofU, ofV);
    Tensor own = Matrices.eye(s, k);
    Tensor squares = s.mul(s);
    Tensor apart = squares.unsqueeze(-2).sub(squares.unsqueeze(-1)).add(own);
    Tensor inner = null;
    if (ofU != null) inner = ofU.mul(s.unsqueeze(-2));
    if (ofV != null) {
      Tensor part = s.unsqueeze(-1).mul(ofV);
      inner = inner == null ? part : inner.add(part);
    }
    if (inner == null) return null;
    inner = inner.div(apart);
    if (complex) inner = inner.mul(own.rsub(1));
    if (b.hasGrad(1)) inner = inner.add(b.grad(1).diagEmbed());
    if (complex && ofU != null && ofV != null)
      inner = inner.add(ofU.diagonal(0, -2, -1).div(s.mul(2)).diagEmbed());
    if (m > n && gradU != null) {
      Tensor scaled = gradU.div(s.unsqueeze(-2));
      return u.matmul(inner).add(scaled).sub(u.matmul(u.mH().matmul(scaled))).matmul(vh);
    }
    if (m < n && gradVh != null) {
      Tensor scaled = gradVh.div(s.unsqueeze(-1));
      return u.matmul(inner.matmul(vh).add(scaled).sub(scaled.matmul(vh.mH()).matmul(vh)));
    }
    return m >= n ? u.matmul(inner.matmul(vh)) : u.matmul(inner).matmul(vh);
  }

  private static Tensor skew(Tensor t) {
    return t.sub(t.mH());
  }

  private static void checkPhase(@Nullable Tensor ofU, @Nullable Tensor ofV) {
    Tensor turnU = ofU == null ? null : ofU.detach().diagonal(0, -2, -1).imag();
    Tensor turnV = ofV == null ? null : ofV.detach().diagonal(0, -2, -1).imag();
    Tensor turn = turnU == null ? turnV : turnV == null ? turnU : turnU.add(turnV);
    if (turn != null && !turn.allclose(turn.zerosLike(), 1e-2, 1e-2, false)) throw new IllegalStateException(
        "svd_backward: The singular vectors in the complex case are specified up to multiplication by e^{i phi}. The specified loss function depends on this phase term, making it ill-defined.");
  }
}
