package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;

/// The gradients of pooling under the names that ATen gives them; [Pooling] has them already, for all dimensions at once.
public final class PoolingGradients {
  public static final Operator ADAPTIVE_AVG_POOL2D =
      Operator.declare("aten::_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor")
          .composition(c -> Pooling.ADAPTIVE_AVG_POOL2D.call(c.tensor("self"), c.longs("output_size")));
  public static final Operator ADAPTIVE_AVG_POOL3D =
      Operator.declare("aten::_adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor")
          .composition(c -> Pooling.ADAPTIVE_AVG_POOL3D.call(c.tensor("self"), c.longs("output_size")));

  static {
    for (int n = 2; n <= 3; n++) {
      adaptiveAverage(n);
      adaptiveMaximum(n);
      average(n);
      maximum(n);
    }
  }

  private PoolingGradients() {}

  private static void adaptiveAverage(int n) {
    Operator.declare("aten::_adaptive_avg_pool" + n + "d_backward(Tensor grad_output, Tensor self) -> Tensor")
        .composition(c -> Pooling.ADAPTIVE_AVERAGE_BACKWARD.call(c.tensor("grad_output"), c.tensor("self").sizes(),
            (long) n));
  }

  private static void adaptiveMaximum(int n) {
    Operator
        .declare(
            "aten::adaptive_max_pool" + n + "d_backward(Tensor grad_output, Tensor self, Tensor indices) -> Tensor")
        .composition(c -> scattered(c, n, Pooling.adaptiveWindows(n)));
  }

  private static void average(int n) {
    Operator.declare("aten::avg_pool" + n + "d_backward(Tensor grad_output, Tensor self, int[" + n
        + "] kernel_size, int[" + n + "] stride, int[" + n
        + "] padding, bool ceil_mode, bool count_include_pad, int? divisor_override) -> Tensor").composition(c -> {
          long[] kernel = wide(c.longs("kernel_size"), n);
          long[] stride = c.longs("stride").length == 0 ? kernel : wide(c.longs("stride"), n);
          return Pooling.AVERAGE_BACKWARD.call(c.tensor("grad_output"), c.tensor("self").sizes(), kernel, stride,
              wide(c.longs("padding"), n), c.bool("ceil_mode"), c.bool("count_include_pad"),
              c.value("divisor_override"));
        });
  }

  private static void maximum(int n) {
    Operator.declare("aten::max_pool" + n + "d_with_indices_backward(Tensor grad_output, Tensor self, int[" + n
        + "] kernel_size, int[" + n + "] stride, int[" + n + "] padding, int[" + n
        + "] dilation, bool ceil_mode, Tensor indices) -> Tensor").composition(c -> {
          long[] kernel = wide(c.longs("kernel_size"), n);
          long[] stride = c.longs("stride").length == 0 ? kernel : wide(c.longs("stride"), n);
          return scattered(c, n,
              Pooling.windows(kernel, stride, wide(c.longs("padding"), n), wide(c.longs("dilation"), n)));
        });
  }

  private static Tensor scattered(Call c, int n, long[] windows) {
    return Pooling.MAX_BACKWARD.tensor(c.tensor("grad_output").contiguous(), c.tensor("indices").contiguous(),
        c.tensor("self").sizes(), (long) n, windows);
  }

  private static long[] wide(long[] given, int n) {
    if (given.length == n) return given;
    long[] all = new long[n];
    Arrays.fill(all, given[0]);
    return all;
  }
}
