package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.Q;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.expr.Expr.constant;
import static jtorch.expr.Expr.select;
import static jtorch.op.Elementwise.Types.PROMOTED;

import jtorch.Tensor;
import jtorch.expr.Expr;

/// Activation functions.
///
/// At kinks the gradients are PyTorch's: 0 at the bounds of `hardtanh` and at 0 of `relu`.
public final class Activations {
  /// `max(self, 0)`; its gradient reads the result, so `relu_` is fine, and passes where that is NaN, as PyTorch's does
  public static final Operator RELU =
      Elementwise.unary("relu", PROMOTED, X.relu())
          .slope(0, select(Y.le(0), 0, 1))
          .refuse(a -> Arithmetic.isBool(a[0]), "Boolean inputs not supported for relu")
          .inPlace();

  /// `min(max(self, min_val), max_val)`
  public static final Operator HARDTANH = Elementwise
      .declare("aten::hardtanh(Tensor self, Scalar min_val=-1, Scalar max_val=1) -> Tensor", PROMOTED, X.max(P).min(Q))
      .slope(0, inside(X, P, Q))
      .slopeInPlace(0, inside(Y, P, Q))
      .refuse(a -> Arithmetic.isBool(a[0]), "Bool inputs not supported for hardtanh")
      .inPlace();

  /// `min(max(self, 0), 6)`
  public static final Operator RELU6 = Elementwise.unary("relu6", PROMOTED, X.max(0).min(6))
      .slope(0, inside(X, constant(0), constant(6)))
      .slopeInPlace(0, inside(Y, constant(0), constant(6)))
      .refuse(a -> Arithmetic.isBool(a[0]), "Boolean inputs not supported for relu6")
      .inPlace();

  private static Expr inside(Expr x, Expr low, Expr high) {
    return select(x.le(low).or(x.ge(high)), 0, 1);
  }

  /// `self` above the threshold, else the value
  public static final Operator THRESHOLD = Elementwise
      .declare("aten::threshold(Tensor self, Scalar threshold, Scalar value) -> Tensor", PROMOTED,
          select(X.le(P), Q, X))
      .inPlace();

  // ---- with a slope or an exponential on the negative side -------------------------------------------------------

  /// `self` above 0, else `negative_slope * self`
  public static final Operator LEAKY_RELU = floating(
      Elementwise.declare("aten::leaky_relu(Tensor self, Scalar negative_slope=0.01) -> Tensor", PROMOTED,
          select(X.gt(0), X, X.mul(P))))
      .when(a -> a[1] instanceof Number slope && slope.doubleValue() < 0, PROMOTED, select(X.gt(0), X, X.mul(P)))
      .slopeInPlace(0, select(Y.gt(0), constant(1), P))
      .inPlace();

  /// `self` above 0, else `weight * self`; one weight for all or one a channel (dimension 1)
  public static final Operator PRELU = Operator.declare("aten::prelu(Tensor self, Tensor weight) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor weight = c.tensor("weight");
        if (self.dtype() != weight.dtype()) throw c.check()
            .because("Type promoting not supported. Got %s and %s", self.dtype(), weight.dtype()).failure();
        if (weight.dim() > 1) throw c.check()
            .because("Expected `weight` to be a scalar or 1D tensor, but got: ndim = %d", weight.dim())
            .tensor("weight", weight).shapeFailure();
        long channels = self.dim() > 1 ? self.size(1) : 1;
        if (weight.numel() != 1 && (self.dim() == 0 || weight.numel() != channels)) throw c.check()
            .because("Mismatch of parameter numbers and input channel size. Found parameter numbers = %d and channel "
                + "size = %d.", weight.numel(), channels)
            .tensor("self", self).tensor("weight", weight).shapeFailure();
        if (self.dim() != weight.dim()) {
          long[] sizes = new long[self.dim()];
          java.util.Arrays.fill(sizes, 1);
          if (sizes.length > 1) sizes[1] = weight.numel();
          weight = weight.reshape(sizes);
        }
        return Activations.PRELU_KERNEL.call(self, weight);
      });

  public static final Operator PRELU_KERNEL = Elementwise
      .declare("aten::_prelu_kernel(Tensor self, Tensor weight) -> Tensor", PROMOTED, select(X.gt(0), X, Y.mul(X)));

  private static final Expr INPUT_SCALE = Expr.parameter(2);

  /// `scale * self` above 0, else `scale * alpha * (exp(input_scale * self) - 1)`
  public static final Operator ELU = floating(
      Elementwise.declare("aten::elu(Tensor self, Scalar alpha=1, Scalar scale=1, Scalar input_scale=1) -> Tensor",
          PROMOTED, select(X.lt(0), X.mul(INPUT_SCALE).expm1().mul(P.mul(Q)), X.mul(Q))))
      .slope(0, select(X.le(0), X.mul(INPUT_SCALE).exp().mul(P.mul(Q).mul(INPUT_SCALE)), Q))
      .inPlace();

  /// `max(self, 0) + min(alpha * (exp(self / alpha) - 1), 0)`
  public static final Operator CELU = floating(
      Elementwise.declare("aten::celu(Tensor self, Scalar alpha=1.) -> Tensor", PROMOTED,
          select(X.lt(0), X.mul(P.reciprocal()).expm1().mul(P), X)))
      .slope(0, select(X.le(0), X.mul(P.reciprocal()).exp(), constant(1)))
      .refuse(a -> a[1] instanceof Number alpha && alpha.doubleValue() == 0,
          "ZeroDivisionError: alpha cannot be 0 for CELU")
      .inPlace();

  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;
  private static final double SELU_SCALE = 1.0507009873554804934193349852946;

  /// ELU with the alpha and scale that keep mean and variance. **Source**: Klambauer et al. 2017, arXiv:1706.02515
  public static final Operator SELU = floating(Elementwise.unary("selu", PROMOTED,
      select(X.lt(0), X.expm1().mul(SELU_ALPHA * SELU_SCALE), X.mul(SELU_SCALE))))
      .slope(0, select(X.le(0), X.exp().mul(SELU_ALPHA * SELU_SCALE), constant(SELU_SCALE)))
      .inPlace();

  // ---- smooth ones -----------------------------------------------------------------------------------------------

  private static final Expr TANH_ARGUMENT =
      X.add(X.square().mul(X).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));

  /// `self` times the normal distribution function of `self`, or with "tanh" an approximation of it.
  /// **Source**: Hendrycks & Gimpel 2016, arXiv:1606.08415
  public static final Operator GELU = floating(
      Elementwise.declare("aten::gelu(Tensor self, *, str approximate=\"none\") -> Tensor", PROMOTED,
          X.mul(X.mul(Math.sqrt(0.5)).erf().mul(0.5).add(0.5))))
      .when(a -> "tanh".equals(a[1]), PROMOTED, X.mul(TANH_ARGUMENT.tanh().mul(0.5).add(0.5)))
      .refuse(a -> !"none".equals(a[1]), "approximate argument must be either none or tanh.")
      .inPlace();

  /// `self * sigmoid(self)`
  public static final Operator SILU = floating(Elementwise.unary("silu", PROMOTED, X.mul(X.sigmoid()))).inPlace();

  private static final Expr TANH_SOFTPLUS = X.exp().log1p().tanh();

  /// `self * tanh(log(1 + exp(self)))`. **Source**: Misra 2019, arXiv:1908.08681
  public static final Operator MISH = floating(Elementwise.unary("mish", PROMOTED, X.mul(TANH_SOFTPLUS)))
      .slope(0, TANH_SOFTPLUS.add(X.mul(X.sigmoid()).mul(constant(1).sub(TANH_SOFTPLUS.square()))))
      .inPlace();

  /// `log(1 + exp(beta * self)) / beta`; `self` where `beta * self` is above the threshold
  public static final Operator SOFTPLUS = floating(
      Elementwise.declare("aten::softplus(Tensor self, Scalar beta=1, Scalar threshold=20) -> Tensor", PROMOTED,
          select(X.mul(P).gt(Q), X, X.mul(P).exp().log1p().div(P))));

  /// `log(sigmoid(self))`
  public static final Operator LOG_SIGMOID = floating(
      Elementwise.unary("log_sigmoid", PROMOTED, X.min(0).sub(X.abs().neg().exp().log1p())))
      .slope(0, X.neg().sigmoid());

  /// The first half of a dimension times the sigmoid of the second
  public static final Operator GLU = Operator.declare("aten::glu(Tensor self, int dim=-1) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() == 0) throw c.check().because("glu does not support 0-dimensional tensors").shapeFailure();
        int dim = c.dim("dim", self);
        long size = self.size(dim);
        if (size % 2 != 0) throw c.check()
            .because("Halving dimension must be even, but dimension %d is size %d", dim, size).tensor("self", self)
            .shapeFailure();
        return Activations.GATE.call(self.narrow(dim, 0, size / 2), self.narrow(dim, size / 2, size / 2));
      });

  private static final Operator GATE = floating(
      Elementwise.declare("jtorch::gate(Tensor self, Tensor gate) -> Tensor", PROMOTED, X.mul(Y.sigmoid())));

  // ---- made of straight lines ------------------------------------------------------------------------------------

  /// `min(max(self + 3, 0), 6) / 6`
  public static final Operator HARDSIGMOID =
      floating(Elementwise.unary("hardsigmoid", PROMOTED, X.add(3).max(0).min(6).div(6)))
          .slope(0, select(X.gt(-3).and(X.lt(3)), 1.0 / 6, 0))
          .inPlace();

  /// `self * min(max(self + 3, 0), 6) / 6`
  public static final Operator HARDSWISH =
      floating(Elementwise.unary("hardswish", PROMOTED, X.mul(X.add(3).max(0).min(6)).div(6)))
          .slope(0, select(X.le(-3), constant(0), select(X.lt(3), X.div(3).add(0.5), constant(1))))
          .inPlace();

  /// 0 within `lambd` of 0, else `self`
  public static final Operator HARDSHRINK = floating(
      Elementwise.declare("aten::hardshrink(Tensor self, Scalar lambd=0.5) -> Tensor", PROMOTED,
          select(X.ge(P.neg()).and(X.le(P)), 0, X)));

  /// `self` moved towards 0 by `lambd`, and not beyond
  public static final Operator SOFTSHRINK = floating(
      Elementwise.declare("aten::softshrink(Tensor self, Scalar lambd=0.5) -> Tensor", PROMOTED,
          select(X.gt(P), X.sub(P), select(X.lt(P.neg()), X.add(P), X.mul(0)))))
      .slope(0, select(X.ge(P.neg()).and(X.le(P)), 0, 1))
      .refuse(a -> a[1] instanceof Number lambda && lambda.doubleValue() < 0,
          "lambda must be greater or equal to 0");

  private Activations() {}

  private static Operator floating(Operator operator) {
    return operator.refuse(a -> Arithmetic.isWhole(a[0]), Arithmetic.NO_WHOLE);
  }
}
