package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.FLOATING;
import static jtorch.op.Elementwise.Types.PROMOTED;
import static jtorch.op.Elementwise.binary;
import static jtorch.op.Elementwise.ofScalar;
import static jtorch.op.Elementwise.unary;
import static jtorch.op.Elementwise.withScalar;

import jtorch.DType;
import jtorch.Tensor;

/// Special functions: error functions, gamma functions, Bessel functions, zeta.
public final class Special {
  public static final Operator ERF = unary("erf", FLOATING, X.erf()).inPlace();
  /// `1 - erf(self)`
  public static final Operator ERFC = unary("erfc", FLOATING, X.erfc()).inPlace();
  public static final Operator ERFINV = unary("erfinv", FLOATING, X.erfinv()).inPlace();
  /// `exp(self^2) * erfc(self)`
  public static final Operator ERFCX = unary("special_erfcx", FLOATING, X.erfcx());
  /// The distribution function of the normal distribution
  public static final Operator NDTR = unary("special_ndtr", FLOATING, X.mul(Math.sqrt(0.5)).erf().add(1).mul(0.5));
  public static final Operator LOG_NDTR = unary("special_log_ndtr", FLOATING, X.logNdtr());
  /// The quantile function of the normal distribution
  public static final Operator NDTRI = unary("special_ndtri", FLOATING, X.ndtri());
  /// `-self * log(self)`
  public static final Operator ENTR = unary("special_entr", FLOATING, X.entr()).slope(0, X.log().add(1).neg());

  // ---- gamma functions -------------------------------------------------------------------------------------------

  /// `log(abs(gamma(self)))`
  public static final Operator LGAMMA = unary("lgamma", FLOATING, X.lgamma()).inPlace();
  /// The derivative of lgamma
  public static final Operator DIGAMMA = unary("digamma", FLOATING, X.digamma()).inPlace();

  private static final String NEGATIVE_ORDER = "polygamma(n, x) does not support negative n.";

  /// The n-th derivative of digamma
  public static final Operator POLYGAMMA =
      Elementwise.declare("aten::polygamma(int n, Tensor self) -> Tensor", FLOATING, X.polygamma(P))
          .refuse(a -> a[0] instanceof Long n && n < 0, NEGATIVE_ORDER);
  public static final Operator POLYGAMMA_ =
      Operator.declare("aten::polygamma_(Tensor(a!) self, int n) -> Tensor(a!)")
          .composition(c -> overwrite(c.tensor("self"), POLYGAMMA.tensor(c.integer("n"), c.tensor("self"))));

  /// The logarithm of the multivariate gamma function of dimension p:
  /// `p (p - 1) / 4 log(pi) + sum(lgamma(self - i / 2) for i below p)`
  public static final Operator MVLGAMMA = Operator.declare("aten::mvlgamma(Tensor self, int p) -> Tensor")
      .composition(c -> multivariate(c));
  public static final Operator MVLGAMMA_ =
      Operator.declare("aten::mvlgamma_(Tensor(a!) self, int p) -> Tensor(a!)")
          .composition(c -> overwrite(c.tensor("self"), multivariate(c)));

  private static Tensor multivariate(Call c) {
    Tensor self = c.tensor("self");
    long p = c.integer("p");
    if (p < 1) throw c.check().because("p has to be greater than or equal to 1").failure();
    if (self.dtype() == DType.BOOL || self.dtype().isComplex())
      throw c.check().because("The input tensor may not be a %s tensor.", self.dtype()).failure();
    Tensor sum = LGAMMA.tensor(self);
    for (long i = 1; i < p; i++) sum = sum.add(LGAMMA.tensor(self.sub(i * 0.5)));
    return sum.add(p * (p - 1) * Math.log(Math.PI) / 4);
  }

  private static Tensor overwrite(Tensor self, Tensor value) {
    return Copying.COPY.mutating().tensor(self, value, false);
  }

  /// The regularized lower incomplete gamma function
  public static final Operator IGAMMA = binary("igamma", PROMOTED, X.igamma(Y)).inPlace();
  /// The regularized upper incomplete gamma function
  public static final Operator IGAMMAC = binary("igammac", PROMOTED, X.igammac(Y)).inPlace();

  /// Hurwitz' zeta function `sum((other + k)^-self)` over all k from 0
  public static final Operator ZETA = binary("special_zeta", FLOATING, X.zeta(Y));
  public static final Operator ZETA_SCALAR = withScalar("special_zeta.other_scalar", FLOATING, X.zeta(P));
  public static final Operator ZETA_OF_SCALAR = ofScalar("special_zeta.self_scalar", FLOATING, P.zeta(X));

  // ---- Bessel functions ------------------------------------------------------------------------------------------

  /// The modified Bessel functions of the first kind; those with `e` are multiplied by `exp(-abs(self))`
  public static final Operator I0 = unary("i0", FLOATING, X.i0()).inPlace();
  public static final Operator I0E = unary("special_i0e", FLOATING, X.i0e());
  public static final Operator I1 = unary("special_i1", FLOATING, X.i1());
  public static final Operator I1E = unary("special_i1e", FLOATING, X.i1e());

  private Special() {}
}
