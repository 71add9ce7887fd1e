package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Dropout in its forms; masks are drawn from the default generator of the input's device, in its dtype and order of memory.
///
/// **Source**: Srivastava et al., *Dropout*, 2014; Klambauer et al., *Self-Normalizing Neural Networks*, 2017, for the alpha
/// forms.
public final class Dropouts {
  private static final double ALPHA = 1.7580993408473766;

  /// `x * mask / (1 - p)`
  public static final Operator DROPOUT =
      Operator.declare("aten::dropout(Tensor input, float p, bool train) -> Tensor").composition(c -> plain(c, false));

  /// [#DROPOUT] of whole channels: `[N, C, *]`.
  public static final Operator FEATURE_DROPOUT = Operator
      .declare("aten::feature_dropout(Tensor input, float p, bool train) -> Tensor").composition(c -> plain(c, true));

  /// Dropout that keeps mean and variance of what SELU gives.
  public static final Operator ALPHA_DROPOUT = Operator
      .declare("aten::alpha_dropout(Tensor input, float p, bool train) -> Tensor").composition(c -> alpha(c, false));

  public static final Operator FEATURE_ALPHA_DROPOUT =
      Operator.declare("aten::feature_alpha_dropout(Tensor input, float p, bool train) -> Tensor")
          .composition(c -> alpha(c, true));

  /// The forms that write into their argument.
  public static final Operator DROPOUT_ = overwriting("dropout_", DROPOUT);
  public static final Operator FEATURE_DROPOUT_ = overwriting("feature_dropout_", FEATURE_DROPOUT);
  public static final Operator ALPHA_DROPOUT_ = overwriting("alpha_dropout_", ALPHA_DROPOUT);
  public static final Operator FEATURE_ALPHA_DROPOUT_ = overwriting("feature_alpha_dropout_", FEATURE_ALPHA_DROPOUT);

  /// `(x * mask / (1 - p), mask)`; all of x, and a mask of ones, where it is not training.
  public static final Operator NATIVE_DROPOUT =
      Operator.declare("aten::native_dropout(Tensor input, float p, bool? train) -> (Tensor, Tensor)")
          .composition(c -> {
            Tensor x = c.tensor("input");
            double p = probability(c);
            boolean train = c.value("train") == null || c.bool("train");
            if (!train || x.numel() == 0)
              return new Tensor[] {x.clone(), Torch.ones(x.sizes(), DType.BOOL)};
            if (p < 1 && !x.device().isHost()) return DeviceDraws.dropout(x, 1 - p);
            double scale = p == 1 ? 0 : 1 / (1 - p);
            Tensor mask = p == 1 ? Torch.zeros(x.sizes(), DType.BOOL)
                : (Tensor) RandomNumbers.BERNOULLI_.call(Torch.empty(x.sizes(), DType.BOOL), 1 - p, null);
            return new Tensor[] {x.mul(mask).mul(scale), mask};
          })
          .gradient("input", b -> {
            double p = b.number("p");
            boolean train = !b.has("train") || b.bool("train");
            return nativeBackward(b.grad(), b.result(1), !train ? 1 : p == 1 ? 0 : 1 / (1 - p));
          }, Operator.RESULT);

  /// `grad * mask * scale`
  public static final Operator NATIVE_DROPOUT_BACKWARD =
      Operator.declare("aten::native_dropout_backward(Tensor grad_output, Tensor mask, float scale) -> Tensor")
          .composition(c -> c.tensor("grad_output").mul(c.tensor("mask")).mul(c.number("scale")));

  private Dropouts() {}

  private static Tensor nativeBackward(Tensor grad, Tensor mask, double scale) {
    return NATIVE_DROPOUT_BACKWARD.tensor(grad, mask, scale);
  }

  private static Operator overwriting(String name, Operator operator) {
    return Operator.declare("aten::" + name + "(Tensor(a!) self, float p, bool train) -> Tensor(a!)")
        .composition(c -> {
          Tensor self = c.tensor("self");
          Tensor value = operator.tensor(self, c.number("p"), c.bool("train"));
          return value == self ? self : self.copy_(value);
        });
  }

  private static double probability(Call c) {
    double p = c.number("p");
    if (!(p >= 0 && p <= 1))
      throw c.check().because("dropout probability has to be between 0 and 1, but got %s", p).failure();
    return p;
  }

  private static Tensor mask(Tensor x, boolean channels, double keep) {
    Tensor mask;
    if (channels) {
      if (x.dim() < 2) throw Check.of("feature_dropout")
          .because("Feature dropout requires at least 2 dimensions in the input").tensor("input", x).shapeFailure();
      long[] sizes = RandomNumbers.ones(x.dim());
      sizes[0] = x.size(0);
      sizes[1] = x.size(1);
      mask = Torch.empty(sizes, x.dtype(), x.device());
    } else {
      mask = Torch.emptyLike(x);
    }
    RandomNumbers.BERNOULLI_.call(mask, keep, null);
    return mask;
  }

  private static Tensor plain(Call c, boolean channels) {
    Tensor x = c.tensor("input");
    double p = probability(c);
    if (p == 0 || !c.bool("train") || x.numel() == 0) return x;
    if (p == 1) return x.mul(Torch.zeros(new long[0], x.dtype(), x.device()));
    // As PyTorch does where a device has a kernel for it.
    if (!channels && !x.device().isHost()) return ((Tensor[]) NATIVE_DROPOUT.call(x, p, true))[0];
    return x.mul(mask(x, channels, 1 - p).div_(1 - p));
  }

  private static Tensor alpha(Call c, boolean channels) {
    Tensor x = c.tensor("input");
    double p = probability(c);
    if (p == 0 || !c.bool("train") || x.numel() == 0) return x;
    if (p == 1) return x.mul(Torch.zeros(new long[0], x.dtype(), x.device()));
    Tensor mask = mask(x, channels, 1 - p);
    double a = 1 / Math.sqrt((ALPHA * ALPHA * p + 1) * (1 - p));
    Tensor shift = mask.add(-1).mul_(ALPHA * a).add_(ALPHA * a * p);
    return x.mul(mask.mul_(a)).add(shift);
  }
}
