package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.kernel.BatchNorm;
import jtorch.cpu.kernel.Normalization;
import jtorch.cpu.kernel.Rows;
import jtorch.cpu.kernel.Softmax;
import jtorch.op.Call;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// The kernels of softmax and of normalisation: dtypes and layouts are brought to rows of float32 or float64.
final class NormalizationKernels {
  /// A row kernel over `[outer, n, inner]`.
  @FunctionalInterface
  private interface Forward {
    void run(Rows rows, long x, long y, long outer, long n, long inner);
  }

  /// A row kernel's gradient from the result's and the result.
  @FunctionalInterface
  private interface Backward {
    void run(Rows rows, long grad, long y, long dx, long outer, long n, long inner);
  }

  private NormalizationKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("layer_norm", NormalizationKernels::layerNorm);
    table.accept("layer_norm_backward", NormalizationKernels::layerNormBackward);
    table.accept("rms_norm", NormalizationKernels::rmsNorm);
    table.accept("rms_norm_backward", NormalizationKernels::rmsNormBackward);
    table.accept("group_norm", NormalizationKernels::groupNorm);
    table.accept("group_norm_backward", NormalizationKernels::groupNormBackward);
    table.accept("batch_norm", NormalizationKernels::batchNorm);
    table.accept("batch_norm_backward", NormalizationKernels::batchNormBackward);
    table.accept("softmax", c -> forward(c, Softmax::softmax));
    table.accept("log_softmax", c -> forward(c, Softmax::logSoftmax));
    table.accept("softmax_backward", c -> backward(c, Softmax::softmaxBackward));
    table.accept("log_softmax_backward", c -> backward(c, Softmax::logSoftmaxBackward));
  }

  private static void forward(Call c, Forward kernel) {
    Tensor self = c.tensor("self");
    DType compute = self.dtype().computeType();
    Tensor out = c.out();
    if (out.numel() == 0) return;
    Folded rows = halfRows(self, c.dim("dim", self), out);
    if (rows != null) {
      HalfRows.run(out.dtype(), rows.outer(), rows.n(), out.address(),
          (wide, _, count) -> kernel.run(Rows.f32(), wide[0], wide[0], count, rows.n(), 1), rows.address());
      Reference.reachabilityFence(rows);
      return;
    }
    Folded f = Folded.of(self.contiguous(), new int[] {c.dim("dim", self)}, compute);
    Tensor y = out.dtype() == compute ? out : Torch.empty(out.sizes(), compute);
    kernel.run(Rows.of(compute), f.address(), y.address(), f.outer(), f.n(), f.inner());
    if (y != out) out.copy_(y);
  }

  /// Halves whose result is of the same kind as rows along a dimension, null where they do not lie in rows.
  private static @Nullable Folded halfRows(Tensor x, int dim, Tensor out) {
    if (!x.dtype().isHalf() || out.dtype() != x.dtype()) return null;
    Folded f = Folded.of(x.contiguous(), new int[] {dim}, x.dtype());
    return f.inner() == 1 && HalfRows.fit(x.dtype(), f.n()) ? f : null;
  }

  private static void backward(Call c, Backward kernel) {
    Tensor result = c.tensor("output");
    DType compute = result.dtype().computeType();
    Tensor out = c.out();
    if (out.numel() == 0) return;
    Tensor given = c.tensor("grad_output");
    Folded rows = given.dtype() == result.dtype() ? halfRows(result, c.dim("dim", result), out) : null;
    if (rows != null) {
      Tensor g = given.contiguous();
      HalfRows.run(out.dtype(), rows.outer(), rows.n(), out.address(),
          (wide, _, count) -> kernel.run(Rows.f32(), wide[0], wide[1], wide[0], count, rows.n(), 1), g.address(),
          rows.address());
      Reference.reachabilityFence(g);
      Reference.reachabilityFence(rows);
      return;
    }
    Tensor grad = given.to(compute).contiguous();
    Tensor y = result.to(compute).contiguous();
    Folded f = Folded.of(y, new int[] {c.dim("dim", result)}, compute);
    Tensor dx = out.dtype() == compute ? out : Torch.empty(out.sizes(), compute);
    kernel.run(Rows.of(compute), grad.address(), y.address(), dx.address(), f.outer(), f.n(), f.inner());
    if (dx != out) out.copy_(dx);
  }

  private static @Nullable Tensor prepared(@Nullable Tensor t, DType compute) {
    return t == null ? null : t.to(compute).contiguous();
  }

  private static long address(@Nullable Tensor t) {
    return t == null ? 0 : t.address();
  }

  private static Tensor result(Tensor out, DType compute) {
    return out.dtype() == compute ? out : Torch.emptyLike(out, compute);
  }

  private static void finish(Tensor computed, Tensor out) {
    if (computed != out) out.copy_(computed);
  }

  private static void layerNorm(Call c) {
    Tensor input = c.tensor("input");
    DType compute = input.dtype().computeType();
    Tensor weight = prepared(c.tensorOrNull("weight"), compute);
    Tensor bias = prepared(c.tensorOrNull("bias"), compute);
    Tensor mean = result(c.out(1), compute);
    Tensor rstd = result(c.out(2), compute);
    long n = Folded.product(c.longs("normalized_shape"), 0, c.longs("normalized_shape").length);
    double eps = c.number("eps");
    eachRow(input, c.out(0), mean.numel(), n,
        (rows, x, y, first, count) -> Normalization.layerNorm(rows, x, address(weight), address(bias), y,
            mean.address() + first * rows.bytes(), rstd.address() + first * rows.bytes(), count, n, eps));
    Reference.reachabilityFence(weight);
    Reference.reachabilityFence(bias);
    finish(mean, c.out(1));
    finish(rstd, c.out(2));
  }

  /// A kernel over rows from x to y, the first of which has a number.
  @FunctionalInterface
  private interface RowKernel {
    void run(Rows rows, long x, long y, long first, long count);
  }

  private static void eachRow(Tensor input, Tensor out, long count, long n, RowKernel kernel) {
    if (HalfRows.fit(input.dtype(), n) && out.dtype() == input.dtype()) {
      Tensor x = input.contiguous();
      HalfRows.run(input.dtype(), count, n, out.address(),
          (wide, first, some) -> kernel.run(Rows.f32(), wide[0], wide[0], first, some), x.address());
      Reference.reachabilityFence(x);
      return;
    }
    DType compute = input.dtype().computeType();
    Tensor x = input.to(compute).contiguous();
    Tensor y = result(out, compute);
    kernel.run(Rows.of(compute), x.address(), y.address(), 0, count);
    Reference.reachabilityFence(x);
    finish(y, out);
  }

  private static void rmsNorm(Call c) {
    Tensor input = c.tensor("input");
    DType compute = input.dtype().computeType();
    Tensor weight = prepared(c.tensorOrNull("weight"), compute);
    Tensor rstd = c.out(1);
    long n = Folded.product(c.longs("normalized_shape"), 0, c.longs("normalized_shape").length);
    double eps = c.number("eps");
    eachRow(input, c.out(0), rstd.numel(), n, (rows, x, y, first, count) -> Normalization.rmsNorm(rows, x,
        address(weight), y, rstd.address() + first * rows.bytes(), count, n, eps));
    Reference.reachabilityFence(weight);
  }

  private static void rmsNormBackward(Call c) {
    Tensor input = c.tensor("input");
    DType compute = input.dtype().computeType();
    Tensor g = c.tensor("grad").to(compute).contiguous();
    Tensor x = input.to(compute).contiguous();
    Tensor rstd = c.tensor("rstd");
    Tensor weight = prepared(c.tensorOrNull("weight"), compute);
    Tensor dx = result(c.out(0), compute);
    Tensor dweight = result(c.out(1), compute);
    Normalization.rmsNormBackward(Rows.of(compute), g.address(), x.address(), rstd.address(), address(weight),
        dx.address(), dweight.address(), rstd.numel(), dweight.numel());
    Reference.reachabilityFence(g);
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(weight);
    finish(dx, c.out(0));
    finish(dweight, c.out(1));
  }

  private static void layerNormBackward(Call c) {
    Tensor input = c.tensor("input");
    DType compute = input.dtype().computeType();
    Tensor g = c.tensor("grad").to(compute).contiguous();
    Tensor x = input.to(compute).contiguous();
    Tensor mean = c.tensor("mean").to(compute);
    Tensor rstd = c.tensor("rstd").to(compute);
    Tensor weight = prepared(c.tensorOrNull("weight"), compute);
    Tensor dx = result(c.out(0), compute);
    Tensor dweight = result(c.out(1), compute);
    Tensor dbias = result(c.out(2), compute);
    long n = dweight.numel();
    Normalization.layerNormBackward(Rows.of(compute), g.address(), x.address(), mean.address(), rstd.address(),
        address(weight), dx.address(), dweight.address(), dbias.address(), mean.numel(), n);
    Reference.reachabilityFence(g);
    Reference.reachabilityFence(weight);
    finish(dx, c.out(0));
    finish(dweight, c.out(1));
    finish(dbias, c.out(2));
  }

  private static void groupNorm(Call c) {
    Tensor x = c.tensor("input").contiguous();
    Tensor weight = prepared(c.tensorOrNull("weight"), x.dtype());
    Tensor bias = prepared(c.tensorOrNull("bias"), x.dtype());
    long groups = c.integer("group");
    long space = x.numel() / (x.size(0) * x.size(1));
    Normalization.groupNorm(Rows.of(x.dtype()), x.address(), address(weight), address(bias), c.out(0).address(),
        c.out(1).address(), c.out(2).address(), x.size(0), groups, x.size(1) / groups, space, c.number("eps"));
    Reference.reachabilityFence(x);
    Reference.reachabilityFence(weight);
    Reference.reachabilityFence(bias);
  }

  private static void groupNormBackward(Call c) {
    Tensor x = c.tensor("input").contiguous();
    Tensor g = c.tensor("grad").to(x.dtype()).contiguous();
    Tensor weight = prepared(c.tensorOrNull("weight"), x.dtype());
    Tensor mean = c.tensor("mean").contiguous();
    Tensor rstd = c.tensor("rstd").contiguous();
    long groups = mean.size(1);
    long space = x.numel() / (x.size(0) * x.size(1));
    Normalization.groupNormBackward(Rows.of(x.dtype()), g.address(), x.address(), mean.address(), rstd.address(),
        address(weight), c.out(0).address(), c.out(1).address(), c.out(2).address(), x.size(0), groups,
        x.size(1) / groups, space);
    for (Tensor t : new Tensor[] {x, g, mean, rstd}) Reference.reachabilityFence(t);
    Reference.reachabilityFence(weight);
  }

  /// How a batch norm's kernel walks: `[batch, channels, spatial]`; channels-last has all positions as the batch.
  private record Walk(Tensor x, long batch, long channels, long spatial) {
    static Walk of(Tensor input, DType compute) {
      Tensor x = input.to(compute);
      long channels = x.size(1);
      if (!x.isContiguous()
          && (x.isContiguous(MemoryFormat.CHANNELS_LAST) || x.isContiguous(MemoryFormat.CHANNELS_LAST_3D)))
        return new Walk(x, x.numel() / Math.max(1, channels), channels, 1);
      return new Walk(x.contiguous(), x.size(0), channels, x.numel() / Math.max(1, x.size(0) * channels));
    }

    /// Another tensor of the same sizes, in the same order of memory.
    Tensor same(Tensor other) {
      Tensor t = other.to(x.dtype());
      return java.util.Arrays.equals(t.strides(), x.strides()) ? t : Torch.emptyLike(x).copy_(t);
    }
  }

  private static void batchNorm(Call c) {
    Tensor input = c.tensor("input");
    DType compute = input.dtype().computeType();
    Walk w = Walk.of(input, compute);
    Rows rows = Rows.of(compute);
    Tensor weight = prepared(c.tensorOrNull("weight"), compute);
    Tensor bias = prepared(c.tensorOrNull("bias"), compute);
    Tensor givenMean = c.tensorOrNull("running_mean");
    Tensor givenVariance = c.tensorOrNull("running_var");
    Tensor runningMean = prepared(givenMean, compute);
    Tensor runningVariance = prepared(givenVariance, compute);
    Tensor out = c.out(0);
    boolean direct = out.dtype() == compute && java.util.Arrays.equals(out.strides(), w.x.strides());
    Tensor y = direct ? out : Torch.emptyLike(w.x);
    if (c.bool("training")) {
      if (w.batch * w.spatial <= 1 && input.numel() > 0)
        throw c.check().because("Expected more than 1 value per channel when training, got input size %s",
            java.util.Arrays.toString(input.sizes())).failure();
      Tensor mean = result(c.out(1), compute);
      Tensor invstd = result(c.out(2), compute);
      BatchNorm.train(rows, w.x.address(), address(weight), address(bias), y.address(), mean.address(),
          invstd.address(), address(runningMean), address(runningVariance), w.batch, w.channels, w.spatial,
          c.number("momentum"), c.number("eps"));
      finish(mean, c.out(1));
      finish(invstd, c.out(2));
      if (c.out(1).dtype() != compute) y.copy_(byRoundedStatistics(c, w.x, w.batch * w.spatial));
      update(givenMean, runningMean);
      update(givenVariance, runningVariance);
    } else {
      BatchNorm.evaluate(rows, w.x.address(), address(weight), address(bias), y.address(), address(runningMean),
          address(runningVariance), w.batch, w.channels, w.spatial, c.number("eps"));
    }
    Reference.reachabilityFence(weight);
    Reference.reachabilityFence(bias);
    Reference.reachabilityFence(runningMean);
    Reference.reachabilityFence(runningVariance);
    finish(y, out);
  }

  /// PyTorch normalises by the statistics it saves, which have the parameters' dtype: a half's are rounded, the sum of
  /// squares before it is divided too.
  private static Tensor byRoundedStatistics(Call c, Tensor x, long count) {
    DType half = c.out(1).dtype();
    long[] channels = new long[x.dim()];
    long[] others = new long[x.dim() - 1];
    for (int d = 0; d < channels.length; d++) {
      channels[d] = d == 1 ? x.size(1) : 1;
      if (d != 1) others[d == 0 ? 0 : d - 1] = d;
    }
    Tensor variance = x.var(others, 0, false).mul(count).to(half).div(count).to(x.dtype());
    c.out(2).copy_(variance.add(c.number("eps")).rsqrt());
    Tensor scale = c.out(2).to(x.dtype());
    if (c.has("weight")) scale = scale.mul(c.tensor("weight").to(x.dtype()));
    Tensor shift = c.out(1).to(x.dtype()).mul(scale).neg();
    if (c.has("bias")) shift = shift.add(c.tensor("bias").to(x.dtype()));
    return x.mul(scale.reshape(channels)).add(shift.reshape(channels));
  }

  /// Running statistics of another dtype were moved in a copy.
  private static void update(@Nullable Tensor given, @Nullable Tensor moved) {
    if (given == null || moved == null) return;
    if (given != moved) given.copy_(moved);
    else given.storage().bumpVersion();
  }

  private static void batchNormBackward(Call c) {
    Tensor input = c.tensor("input");
    DType compute = input.dtype().computeType();
    Walk w = Walk.of(input, compute);
    Tensor g = w.same(c.tensor("grad"));
    Tensor weight = prepared(c.tensorOrNull("weight"), compute);
    Tensor mean = c.tensor("mean").to(compute).contiguous();
    Tensor invstd = c.tensor("invstd").to(compute).contiguous();
    Tensor out = c.out(0);
    boolean direct = out.dtype() == compute && java.util.Arrays.equals(out.strides(), w.x.strides());
    Tensor dx = direct ? out : Torch.emptyLike(w.x);
    Tensor dweight = result(c.out(1), compute);
    Tensor dbias = result(c.out(2), compute);
    BatchNorm.backward(Rows.of(compute), g.address(), w.x.address(), address(weight), mean.address(), invstd.address(),
        dx.address(), dweight.address(), dbias.address(), w.batch, w.channels, w.spatial, c.bool("train"));
    Reference.reachabilityFence(g);
    Reference.reachabilityFence(weight);
    finish(dx, out);
    finish(dweight, c.out(1));
    finish(dbias, c.out(2));
  }
}
