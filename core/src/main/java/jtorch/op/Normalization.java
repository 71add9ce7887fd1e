package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Normalisation over rows, groups, channels and batches, with fused kernels and their gradients.
///
/// Statistics of half inputs are float32, as PyTorch's are.
public final class Normalization {
  // ---- rows ------------------------------------------------------------------------------------------------------

  /// `(x - mean) / sqrt(var + eps) * weight + bias` over the last dimensions; also mean and `1 / sqrt(var + eps)`.
  public static final Operator NATIVE_LAYER_NORM = Operator.declare(
      "aten::native_layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight, Tensor? bias, float eps) -> (Tensor, Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        checkRows(c, x, c.longs("normalized_shape"));
        c.result(x.sizes(), x.dtype());
        long[] outer = outerSizes(x.sizes(), c.longs("normalized_shape").length);
        DType statistics = x.dtype().isHalf() && !hasHalf(c.tensorOrNull("weight"), c.tensorOrNull("bias"))
            ? DType.FLOAT32 : x.dtype();
        c.result(outer, statistics);
        c.result(outer, statistics);
      })
      .kernel("layer_norm")
      .gradients(new String[] {"input", "weight", "bias"}, b -> {
        Tensor x = b.tensor("input");
        boolean[] mask = {b.needs("input"), b.has("weight") && b.needs("weight"), b.has("bias") && b.needs("bias")};
        return layerNormBackward(b.grad(), x, b.longs("normalized_shape"), b.result(1), b.result(2),
            b.tensorOrNull("weight"), mask);
      }, "input", "weight", Operator.RESULT);

  /// The gradients of a layer norm with respect to input, weight and bias.
  static final Operator LAYER_NORM_BACKWARD = Operator.declare(
      "jtorch::layer_norm_backward(Tensor grad, Tensor input, SymInt[] normalized_shape, Tensor mean, Tensor rstd, Tensor? weight) -> (Tensor, Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        c.result(x.sizes(), x.dtype());
        c.result(c.longs("normalized_shape"), x.dtype());
        c.result(c.longs("normalized_shape"), x.dtype());
      })
      .kernel("layer_norm_backward")
      .composition(c -> {
        Tensor g = c.tensor("grad");
        Tensor x = c.tensor("input");
        int n = c.longs("normalized_shape").length;
        // Recomputed from the input, so that second derivatives see that the statistics depend on it.
        long[] dims = last(n);
        Tensor xhat = x.sub(x.mean(dims, true)).mul(rstdOf(x, c.tensor("rstd"), dims));
        Tensor gw = c.has("weight") ? g.mul(c.tensor("weight")) : g;
        Tensor rstd = rstdOf(x, c.tensor("rstd"), dims);
        Tensor dx = gw.sub(gw.mean(dims, true)).sub(xhat.mul(gw.mul(xhat).mean(dims, true))).mul(rstd);
        long[] outer = first(x.dim() - n);
        Tensor dw = g.mul(xhat);
        return new Tensor[] {dx, outer.length == 0 ? dw : dw.sum(outer), outer.length == 0 ? g : g.sum(outer)};
      });

  public static final Operator LAYER_NORM = Operator.declare(
      "aten::layer_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enable=True) -> Tensor")
      .composition(c -> NATIVE_LAYER_NORM.tensors(c.tensor("input"), c.longs("normalized_shape"), c.value("weight"),
          c.value("bias"), c.number("eps"))[0]);

  /// RMS norm in one pass: the result, and each row's `1 / sqrt(mean(x^2) + eps)`.
  static final Operator FUSED_RMS_NORM = Operator
      .declare(
          "jtorch::rms_norm(Tensor input, int[] normalized_shape, Tensor? weight, float eps) -> (Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        c.result(x.sizes(), x.dtype());
        c.result(outerSizes(x.sizes(), c.longs("normalized_shape").length), x.dtype().computeType());
      })
      .kernel("rms_norm")
      .gradients(new String[] {"input", "weight"}, b -> {
        Tensor[] made = Normalization.RMS_NORM_BACKWARD.tensors(b.grad(0), b.tensor("input"),
            b.longs("normalized_shape"), b.result(1), b.tensorOrNull("weight"));
        return new @Nullable Tensor[] {made[0], b.has("weight") ? made[1] : null};
      }, "input", "weight", Operator.RESULT)
      .notDifferentiable(1);

  /// The gradients of RMS norm with respect to input and weight.
  static final Operator RMS_NORM_BACKWARD = Operator.declare(
      "jtorch::rms_norm_backward(Tensor grad, Tensor input, int[] normalized_shape, Tensor rstd, Tensor? weight) -> (Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        c.result(x.sizes(), x.dtype());
        c.result(c.longs("normalized_shape"), x.dtype());
      })
      .kernel("rms_norm_backward")
      .composition(c -> {
        Tensor g = c.tensor("grad");
        Tensor x = c.tensor("input");
        int n = c.longs("normalized_shape").length;
        long[] dims = last(n);
        // Recomputed from the input, so that second derivatives see that the statistic depends on it.
        Tensor square = x.mul(x).mean(dims, true);
        Tensor rstd = square.add(c.tensor("rstd").pow(-2).sub(square).detach()).rsqrt();
        Tensor h = x.mul(rstd);
        Tensor gw = c.has("weight") ? g.mul(c.tensor("weight")) : g;
        Tensor dx = gw.sub(h.mul(gw.mul(h).mean(dims, true))).mul(rstd);
        long[] outer = first(x.dim() - n);
        Tensor dw = g.mul(h);
        return new Tensor[] {dx, outer.length == 0 ? dw : dw.sum(outer)};
      });

  /// `x / sqrt(mean(x^2) + eps) * weight` over the last dimensions; eps defaults to the dtype's machine epsilon.
  public static final Operator RMS_NORM = Operator
      .declare(
          "aten::rms_norm(Tensor input, SymInt[] normalized_shape, Tensor? weight=None, float? eps=None) -> Tensor")
      .composition(c -> {
        Tensor x = c.tensor("input");
        checkRows(c, x, c.longs("normalized_shape"));
        double eps = c.number("eps", epsilon(x.dtype().computeType()));
        Tensor weight = c.tensorOrNull("weight");
        boolean plain = x.dtype().isFloatingPoint() && x.numel() > 0 && (weight == null || weight.dtype() == x.dtype());
        if (plain) return FUSED_RMS_NORM.tensors(x, c.longs("normalized_shape"), weight, eps)[0];
        boolean half = x.dtype().isHalf();
        Tensor wide = half ? x.to(DType.FLOAT32) : x;
        Tensor y = wide
            .mul(wide.mul(wide).mean(last(c.longs("normalized_shape").length), true).add(eps).rsqrt());
        if (weight != null) y = y.mul(half ? weight.to(DType.FLOAT32) : weight);
        return half ? y.to(x.dtype()) : y;
      });

  // ---- groups ----------------------------------------------------------------------------------------------------

  /// Group norm of `[N, C, *]` in one pass: the result, and each group's mean and `1 / sqrt(var + eps)`.
  static final Operator FUSED_GROUP_NORM = Operator
      .declare(
          "jtorch::group_norm(Tensor input, Tensor? weight, Tensor? bias, int group, float eps) -> (Tensor, Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        c.result(x.sizes(), x.dtype());
        c.result(new long[] {x.size(0), c.integer("group")}, x.dtype());
        c.result(new long[] {x.size(0), c.integer("group")}, x.dtype());
      })
      .kernel("group_norm")
      .gradients(new String[] {"input", "weight", "bias"}, b -> {
        Tensor[] made = Normalization.GROUP_NORM_BACKWARD.tensors(b.grad(0), b.tensor("input"),
            b.tensorOrNull("weight"), b.result(1), b.result(2));
        return new @Nullable Tensor[] {made[0], b.has("weight") ? made[1] : null, b.has("bias") ? made[2] : null};
      }, "input", "weight", Operator.RESULT)
      .notDifferentiable(1, 2);

  /// The gradients of a group norm with respect to input, weight and bias.
  static final Operator GROUP_NORM_BACKWARD = Operator
      .declare(
          "jtorch::group_norm_backward(Tensor grad, Tensor input, Tensor? weight, Tensor mean, Tensor rstd) -> (Tensor, Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        c.result(x.sizes(), x.dtype());
        c.result(new long[] {x.size(1)}, x.dtype());
        c.result(new long[] {x.size(1)}, x.dtype());
      })
      .kernel("group_norm_backward")
      .composition(c -> {
        Tensor x = c.tensor("input");
        Tensor g = c.tensor("grad").reshape(x.size(0), x.size(1), -1);
        long groups = c.tensor("mean").numel();
        long[] last = {-1};
        // Recomputed from the input, so that second derivatives see that the statistics depend on it.
        Tensor rows = x.reshape(groups, -1);
        Tensor rstd = rstdOf(rows, c.tensor("rstd").reshape(groups, 1), last);
        Tensor xhat = rows.sub(rows.mean(last, true)).mul(rstd);
        Tensor gw = (c.has("weight") ? g.mul(c.tensor("weight").reshape(x.size(1), 1)) : g).reshape(groups, -1);
        Tensor dx = gw.sub(gw.mean(last, true)).sub(xhat.mul(gw.mul(xhat).mean(last, true))).mul(rstd);
        return new Tensor[] {dx.reshape(x.sizes()), g.mul(xhat.reshape(g.sizes())).sum(0, 2), g.sum(0, 2)};
      });

  public static final Operator NATIVE_GROUP_NORM = Operator.declare(
      "aten::native_group_norm(Tensor input, Tensor? weight, Tensor? bias, SymInt N, SymInt C, SymInt HxW, int group, float eps) -> (Tensor, Tensor, Tensor)")
      .composition(c -> {
        Tensor x = c.tensor("input");
        long n = c.integer("N");
        long channels = c.integer("C");
        long space = c.integer("HxW");
        long group = c.integer("group");
        Tensor[] rows = grouped(x, c.tensorOrNull("weight"), c.tensorOrNull("bias"), n, channels, space, group,
            c.number("eps"));
        boolean mixed = x.dtype().isHalf() && c.has("weight") && !c.tensor("weight").dtype().isHalf();
        DType statistics = x.dtype().isHalf() && !mixed ? x.dtype() : rows[1].dtype();
        Tensor mean = rows[1];
        Tensor rstd = rows[2];
        if (x.requiresGrad()) {
          // The row kernel's statistics carry no gradient; these do.
          Tensor grouped = x.reshape(n * group, channels / group * space);
          mean = grouped.mean(-1, true);
          rstd = rstdOf(grouped, rows[2], new long[] {-1});
        }
        return new Tensor[] {rows[0], mean.reshape(n, group).to(statistics),
          rstd.reshape(n, group).to(statistics)};
      });

  /// Channels normalised together in groups; input `[N, C, *]`.
  public static final Operator GROUP_NORM = Operator.declare(
      "aten::group_norm(Tensor input, int num_groups, Tensor? weight=None, Tensor? bias=None, float eps=1.0000000000000001e-05, bool cudnn_enabled=True) -> Tensor")
      .composition(c -> {
        Tensor x = c.tensor("input");
        long group = c.integer("num_groups");
        if (x.dim() < 2) throw c.check()
            .because("Expected at least 2 dimensions for input tensor but received %d", x.dim()).shapeFailure();
        if (group <= 0 || x.size(1) % group != 0) throw c.check().because(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape %s and num_groups=%d",
            Arrays.toString(x.sizes()), group).shapeFailure();
        checkChannels(c, x, "weight");
        checkChannels(c, x, "bias");
        long space = x.numel() / Math.max(1, x.size(0) * x.size(1));
        return grouped(x, c.tensorOrNull("weight"), c.tensorOrNull("bias"), x.size(0), x.size(1), space, group,
            c.number("eps"))[0];
      });

  // ---- batches ---------------------------------------------------------------------------------------------------

  /// Normalises each channel over the batch, or by running statistics, which training updates.
  public static final Operator NATIVE_BATCH_NORM = Operator.declare(
      "aten::native_batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)")
      .writing("running_mean", "running_var")
      .shape(c -> {
        Tensor x = c.tensor("input");
        if (x.dim() < 2) throw c.check().because("expected at least 2D input (got %dD input)", x.dim()).shapeFailure();
        for (String name : new String[] {"weight", "bias", "running_mean", "running_var"}) checkChannels(c, x, name);
        if (!c.bool("training") && (!c.has("running_mean") || !c.has("running_var")))
          throw c.check().because("running_mean must be defined in evaluation mode").failure();
        c.resultLike(x, x.dtype());
        DType statistics = x.dtype().isHalf() ? parameterType(c, x.dtype()) : x.dtype();
        c.result(new long[] {c.bool("training") ? x.size(1) : 0}, statistics);
        c.result(new long[] {c.bool("training") ? x.size(1) : 0}, statistics);
      })
      .kernel("batch_norm")
      .gradients(new String[] {"input", "weight", "bias"}, b -> {
        Tensor x = b.tensor("input");
        boolean train = b.bool("training");
        Tensor mean = train ? b.result(1) : present(b.tensorOrNull("running_mean"));
        Tensor invstd = train ? b.result(2) : present(b.tensorOrNull("running_var")).add(b.number("eps")).rsqrt();
        Tensor[] made =
            Normalization.BATCH_NORM_BACKWARD.tensors(b.grad(), x, b.tensorOrNull("weight"), mean, invstd, train);
        return new @Nullable Tensor[] {b.needs("input") ? made[0] : null, b.has("weight") ? made[1] : null,
          b.has("bias") ? made[2] : null};
      }, "input", "weight", "running_mean", "running_var", Operator.RESULT)
      .notDifferentiable(1, 2);

  /// The gradients of a batch norm with respect to input, weight and bias.
  static final Operator BATCH_NORM_BACKWARD = Operator.declare(
      "jtorch::batch_norm_backward(Tensor grad, Tensor input, Tensor? weight, Tensor mean, Tensor invstd, bool train) -> (Tensor, Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("input");
        c.resultLike(x, x.dtype());
        c.result(new long[] {x.size(1)}, c.tensor("mean").dtype());
        c.result(new long[] {x.size(1)}, c.tensor("mean").dtype());
      })
      .kernel("batch_norm_backward")
      .composition(c -> {
        Tensor g = c.tensor("grad");
        Tensor x = c.tensor("input");
        long[] dims = allBut(1, x.dim());
        long[] channels = new long[x.dim()];
        Arrays.fill(channels, 1);
        channels[1] = x.size(1);
        Tensor invstd = c.tensor("invstd").reshape(channels);
        Tensor centred = x.sub(c.bool("train") ? x.mean(dims, true) : c.tensor("mean").reshape(channels));
        if (c.bool("train")) {
          // The statistic depends on the input: written so that second derivatives see it.
          Tensor variance = centred.mul(centred).mean(dims, true);
          Tensor epsilon = invstd.pow(-2).sub(variance).detach();
          invstd = variance.add(epsilon).rsqrt();
        }
        Tensor xhat = centred.mul(invstd);
        Tensor gw = c.has("weight") ? g.mul(c.tensor("weight").reshape(channels)) : g;
        Tensor dx = gw.mul(invstd);
        if (c.bool("train")) dx = gw.sub(gw.mean(dims, true)).sub(xhat.mul(gw.mul(xhat).mean(dims, true))).mul(invstd);
        return new Tensor[] {dx, g.mul(xhat).sum(dims), g.sum(dims)};
      });

  public static final Operator LEGIT = Operator.declare(
      "aten::_native_batch_norm_legit(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean, Tensor(b!) running_var, bool training, float momentum, float eps) -> (Tensor, Tensor, Tensor)")
      .composition(
          c -> NATIVE_BATCH_NORM.call(c.tensor("input"), c.value("weight"), c.value("bias"), c.tensor("running_mean"),
              c.tensor("running_var"), c.bool("training"), c.number("momentum"), c.number("eps")));

  public static final Operator WITH_UPDATE = Operator.declare(
      "aten::_batch_norm_with_update(Tensor input, Tensor? weight, Tensor? bias, Tensor(a!) running_mean, Tensor(b!) running_var, float momentum, float eps) -> (Tensor, Tensor, Tensor, Tensor)")
      .composition(c -> {
        Tensor[] made = NATIVE_BATCH_NORM.tensors(c.tensor("input"), c.value("weight"), c.value("bias"),
            c.tensor("running_mean"), c.tensor("running_var"), true, c.number("momentum"), c.number("eps"));
        return new Tensor[] {made[0], made[1], made[2], Torch.empty(new long[] {0}, DType.UINT8)};
      });

  public static final Operator BATCH_NORM = Operator.declare(
      "aten::batch_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, float momentum, float eps, bool cudnn_enabled) -> Tensor")
      .composition(c -> {
        Tensor x = c.tensor("input");
        if (x.numel() == 0) {
          // Nothing to normalise; the factors are there for their gradients.
          Tensor y = x.clone();
          if (c.has("weight") && c.tensor("weight").numel() > 0) y = y.mul(c.tensor("weight").select(0, 0));
          if (c.has("bias") && c.tensor("bias").numel() > 0) y = y.add(c.tensor("bias").select(0, 0));
          return y;
        }
        return NATIVE_BATCH_NORM.tensors(x, c.value("weight"), c.value("bias"), c.value("running_mean"),
            c.value("running_var"), c.bool("training"), c.number("momentum"), c.number("eps"))[0];
      });

  /// Each channel of each sample normalised by itself: a batch norm of one batch of N * C channels.
  public static final Operator INSTANCE_NORM = Operator.declare(
      "aten::instance_norm(Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, float momentum, float eps, bool cudnn_enabled) -> Tensor")
      .composition(c -> {
        Tensor x = c.tensor("input");
        if (!c.bool("use_input_stats") && !c.has("running_mean")) throw c.check()
            .because("Expected running_mean and running_var to be defined when use_input_stats is false").failure();
        for (String name : new String[] {"weight", "bias", "running_mean", "running_var"}) checkChannels(c, x, name);
        long n = x.size(0);
        long channels = x.size(1);
        long[] sizes = x.sizes().clone();
        sizes[0] = 1;
        sizes[1] = n * channels;
        Tensor mean = repeated(c.tensorOrNull("running_mean"), n);
        Tensor variance = repeated(c.tensorOrNull("running_var"), n);
        Tensor y = BATCH_NORM.tensor(x.contiguous().view(sizes), repeated(c.tensorOrNull("weight"), n),
            repeated(c.tensorOrNull("bias"), n), mean, variance, c.bool("use_input_stats"), c.number("momentum"),
            c.number("eps"), false);
        if (c.bool("use_input_stats")) {
          try (var off = Torch.noGrad()) {
            if (mean != null) c.tensor("running_mean").copy_(mean.view(n, channels).mean(0));
            if (variance != null) c.tensor("running_var").copy_(variance.view(n, channels).mean(0));
          }
        }
        return y.view(x.sizes());
      });

  private Normalization() {}

  private static @Nullable Tensor[] layerNormBackward(Tensor grad, Tensor x, long[] shape, Tensor mean, Tensor rstd,
      @Nullable Tensor weight, boolean[] mask) {
    Tensor[] made = Normalization.LAYER_NORM_BACKWARD.tensors(grad, x, shape, mean, rstd, weight);
    return new @Nullable Tensor[] {mask[0] ? made[0] : null, mask[1] ? made[1] : null, mask[2] ? made[2] : null};
  }

  /// `1 / sqrt(var + eps)` as a function of the input whose value is the saved one.
  private static Tensor rstdOf(Tensor x, Tensor saved, long[] dims) {
    Tensor centred = x.sub(x.mean(dims, true));
    Tensor variance = centred.mul(centred).mean(dims, true);
    Tensor epsilon = saved.pow(-2).sub(variance).detach();
    return variance.add(epsilon).rsqrt();
  }

  /// The groups as rows of a layer norm, then the channels' factors; with the rows' statistics. Fused where one dtype does.
  private static Tensor[] grouped(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, long n, long channels,
      long space, long group, double eps) {
    boolean plain = (x.dtype() == DType.FLOAT32 || x.dtype() == DType.FLOAT64) && x.numel() > 0
        && (weight == null || weight.dtype() == x.dtype()) && (bias == null || bias.dtype() == x.dtype());
    if (plain) {
      Tensor[] made = FUSED_GROUP_NORM.tensors(x, weight, bias, group, eps);
      return new Tensor[] {made[0], made[1].reshape(n * group, 1), made[2].reshape(n * group, 1)};
    }
    Tensor[] rows = NATIVE_LAYER_NORM.tensors(x.reshape(n * group, channels / group * space),
        new long[] {channels / group * space}, null, null, eps);
    Tensor y = rows[0].reshape(n, channels, space);
    if (weight != null) y = y.mul(weight.reshape(channels, 1));
    if (bias != null) y = y.add(bias.reshape(channels, 1));
    return new Tensor[] {y.reshape(x.sizes()).to(x.dtype()), rows[1], rows[2]};
  }

  private static Tensor present(@Nullable Tensor t) {
    if (t == null) throw new IllegalStateException("batch norm in evaluation needs running statistics");
    return t;
  }

  private static @Nullable Tensor repeated(@Nullable Tensor perChannel, long n) {
    return perChannel == null ? null : perChannel.unsqueeze(0).expand(n, perChannel.size(0)).reshape(-1);
  }

  private static boolean hasHalf(@Nullable Tensor a, @Nullable Tensor b) {
    return a == null && b == null || a != null && a.dtype().isHalf() || b != null && b.dtype().isHalf();
  }

  private static DType parameterType(Call c, DType otherwise) {
    for (String name : new String[] {"weight", "running_mean"}) {
      Tensor t = c.tensorOrNull(name);
      if (t != null) return t.dtype();
    }
    return otherwise;
  }

  private static double epsilon(DType dtype) {
    return dtype.toReal() == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
  }

  private static void checkRows(Call c, Tensor x, long[] shape) {
    int n = shape.length;
    if (n == 0) throw c.check().because("Expected normalized_shape to be at least 1-dimensional").failure();
    boolean fits = x.dim() >= n && Arrays.equals(Arrays.copyOfRange(x.sizes(), x.dim() - n, x.dim()), shape);
    if (!fits)
      throw c.check().because("Given normalized_shape=%s, expected input with shape [*, %s], but got input of size%s",
          Arrays.toString(shape), Arrays.toString(shape), Arrays.toString(x.sizes())).shapeFailure();
    for (String name : new String[] {"weight", "bias"}) {
      if (c.operator().schema().arguments().stream().noneMatch(a -> a.name().equals(name))) continue;
      Tensor t = c.tensorOrNull(name);
      if (t != null && !Arrays.equals(t.sizes(), shape)) throw c.check()
          .because(
              "Expected %s to be of same shape as normalized_shape, but got %s of shape %s and normalized_shape = %s",
              name, name, Arrays.toString(t.sizes()), Arrays.toString(shape))
          .shapeFailure();
    }
  }

  private static void checkChannels(Call c, Tensor x, String name) {
    Tensor t = c.tensorOrNull(name);
    if (t != null && t.numel() != x.size(1)) throw c.check()
        .because("%s should contain %d elements not %d", name, x.size(1), t.numel()).tensor("input", x).shapeFailure();
  }

  private static long[] outerSizes(long[] sizes, int normalized) {
    long[] outer = sizes.clone();
    for (int d = sizes.length - normalized; d < sizes.length; d++) outer[d] = 1;
    return outer;
  }

  static long[] last(int n) {
    long[] dims = new long[n];
    for (int i = 0; i < n; i++) dims[i] = i - n;
    return dims;
  }

  private static long[] first(int n) {
    long[] dims = new long[n];
    for (int i = 0; i < n; i++) dims[i] = i;
    return dims;
  }

  static long[] allBut(int dim, int dims) {
    long[] rest = new long[dims - 1];
    int next = 0;
    for (int d = 0; d < dims; d++) {
      if (d != dim) rest[next++] = d;
    }
    return rest;
  }
}
