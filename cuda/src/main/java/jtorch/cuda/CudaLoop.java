package jtorch.cuda;

import jtorch.cuda.ElementwiseSource.Access;
import jtorch.expr.LoopPlan;
import jtorch.spi.ElementwiseKernel;
import jtorch.spi.Iteration;

/// An element-wise kernel on one device: compiled when it is first used, once for each way to the elements.
final class CudaLoop implements ElementwiseKernel {
  /// As many as `elementwise.cu` has room for.
  static final int MOST_DIMS = 12;
  private static final int THREADS = 256;

  private final CudaDevice device;
  private final LoopPlan plan;
  private final int width;
  private final int words;
  private final String name;
  private final int[] sizes;
  private final long[] functions = new long[Access.values().length];

  CudaLoop(CudaDevice device, LoopPlan plan) {
    this.device = device;
    this.plan = plan;
    width = ElementwiseSource.width(plan);
    words = ElementwiseSource.words(plan);
    name = "elementwise " + plan.name();
    sizes = plan.operands().stream().mapToInt(jtorch.DType::size).toArray();
    // Whatever cannot be written as a kernel is seen now.
    ElementwiseSource.of(plan, Access.FLAT);
  }

  private long function(Access access) {
    long function = functions[access.ordinal()];
    if (function == 0) {
      function = device.function(ElementwiseSource.of(plan, access), "elementwise");
      functions[access.ordinal()] = function;
    }
    return function;
  }

  @Override
  public void run(Iteration it, long[] parameters) {
    if (it.count() == 0) return;
    if (!isFlat(it)) {
      strided(it, parameters);
      return;
    }
    int repeated = 0;
    boolean aligned = true;
    for (int k = 0; k < sizes.length; k++) {
      if (k > 0 && it.stride(k, 0) == 0) repeated |= 1 << k;
      else aligned &= (it.address(k) & ((long) Math.min(16, sizes[k] * width) - 1)) == 0;
    }
    Arguments arguments = Arguments.begin().number(it.count()).numbers(it.addresses()).small(repeated)
        .small(aligned ? 1 : 0);
    parameters(arguments, parameters);
    device.launch(name, function(Access.FLAT), device.grid(it.count(), width, THREADS), arguments);
  }

  /// Whether the output has no gaps, and each input none or one element for all.
  private boolean isFlat(Iteration it) {
    if (it.count() == 1) return true;
    if (it.dims() != 1) return false;
    for (int k = 0; k < sizes.length; k++) {
      long stride = it.stride(k, 0);
      if (stride != sizes[k] && (k == 0 || stride != 0)) return false;
    }
    return true;
  }

  private void strided(Iteration it, long[] parameters) {
    int dims = it.dims();
    Arguments arguments = Arguments.begin().number(it.count()).number(dims).numbers(it.addresses());
    for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < dims ? it.size(d) : 1);
    for (int k = 0; k < sizes.length; k++) {
      for (int d = 0; d < MOST_DIMS; d++) arguments.number(d < dims ? it.stride(k, d) : 0);
    }
    parameters(arguments, parameters);
    Access access = it.count() < 1L << 31 ? Access.STRIDED : Access.STRIDED_FAR;
    device.launch(name, function(access), device.grid(it.count(), 1, THREADS), arguments);
  }

  private void parameters(Arguments arguments, long[] parameters) {
    for (int i = 0; i < Math.max(1, words); i++) arguments.number(i < parameters.length ? parameters[i] : 0);
  }
}
