package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Maxima back at their places, and pooling over windows at random places.
public final class Unpooling {
  /// Zeros with the values of self at `indices`, places in the flattened space of the output.
  public static final Operator MAX_UNPOOL2D =
      Operator.declare("aten::max_unpool2d(Tensor self, Tensor indices, SymInt[2] output_size) -> Tensor")
          .composition(c -> unpool(c, 2));
  public static final Operator MAX_UNPOOL3D = Operator.declare(
      "aten::max_unpool3d(Tensor self, Tensor indices, SymInt[3] output_size, int[3] stride, int[3] padding) -> Tensor")
      .composition(c -> {
        for (long s : c.longs("stride")) {
          if (s <= 0) throw c.check().because("strides should be greater than zero, but got stride: %s",
              Arrays.toString(c.longs("stride"))).failure();
        }
        return unpool(c, 3);
      });

  /// The maximum of each of `output_size` windows, and its place; windows lie at `(i + u) * alpha - u * alpha`, rounded
  /// down, with `u` the plane's numbers from `random_samples` `[N, C, 2]`, the width's first, and the last at the end.
  public static final Operator FRACTIONAL_MAX_POOL2D = fractional(2);
  /// As [#FRACTIONAL_MAX_POOL2D], the depth's random number first.
  public static final Operator FRACTIONAL_MAX_POOL3D = fractional(3);

  private Unpooling() {}

  private static Tensor unpool(Call c, int n) {
    Tensor self = c.tensor("self");
    Tensor indices = c.tensor("indices");
    long[] space = c.longs("output_size");
    if (space.length != n) throw c.check().because(
        "There should be exactly %s in output_size, but got %d elements.",
        n == 2 ? "two elements (height, width)" : "three elements (depth, height, width)", space.length).shapeFailure();
    if (indices.dtype() != DType.INT64)
      throw c.check().because("elements in indices should be type int64 but got: %s", indices.dtype()).failure();
    if (self.dim() != n + 1 && self.dim() != n + 2) throw c.check()
        .because("Input to max_unpooling%dd should be a %dd or %dd Tensor, but got a tensor with %d dimensions.", n,
            n + 1, n + 2, self.dim())
        .shapeFailure();
    if (!Arrays.equals(self.sizes(), indices.sizes())) throw c.check().because(
        "Expected shape of indices to be same as that of the input tensor (%s) but got indices tensor with shape: %s",
        Arrays.toString(self.sizes()), Arrays.toString(indices.sizes())).shapeFailure();
    for (int d = self.dim() == n + 2 ? 1 : 0; d < self.dim(); d++) {
      if (self.size(d) == 0) throw c.check().because(
          "Expected input to have non-zero size for non-batch dimensions, but got %s with dimension %d being empty.",
          Arrays.toString(self.sizes()), d).shapeFailure();
    }
    if (!self.dtype().isFloatingPoint())
      throw c.check().because("not implemented for '%s'", self.dtype()).tensor("self", self).failure();
    int lead = self.dim() - n;
    long[] sizes = Arrays.copyOf(self.sizes(), lead + n);
    long volume = 1;
    for (int i = 0; i < n; i++) {
      sizes[lead + i] = space[i];
      volume *= space[i];
    }
    if (indices.numel() > 0) {
      long least = indices.min().itemLong();
      long most = indices.max().itemLong();
      if (least < 0 || most >= volume) throw c.check()
          .because("Found an invalid max index: %d (output volumes are of size %s", least < 0 ? least : most,
              String.join("x", Arrays.stream(space).mapToObj(Long::toString).toList()) + ")")
          .indexFailure();
    }
    long[] flat = Arrays.copyOf(sizes, lead + 1);
    flat[lead] = volume;
    return Torch.zeros(flat, self.dtype(), self.device())
        .scatter(-1, indices.flatten(lead, -1), self.flatten(lead, -1)).view(sizes);
  }

  private static Operator fractional(int n) {
    Operator.declare("aten::fractional_max_pool" + n + "d_backward(Tensor grad_output, Tensor self, int[" + n
        + "] kernel_size, int[" + n + "] output_size, Tensor indices) -> Tensor")
        .composition(c -> Pooling.MAX_BACKWARD.call(c.tensor("grad_output").contiguous(),
            c.tensor("indices").contiguous(), c.tensor("self").sizes(), (long) n, Pooling.ANY_WINDOWS));
    String name = "fractional_max_pool" + n + "d";
    return Operator
        .declare("aten::" + name + "(Tensor self, int[" + n + "] kernel_size, int[" + n
            + "] output_size, Tensor random_samples) -> (Tensor, Tensor)")
        .shape(c -> {
          Tensor x = c.tensor("self");
          Tensor u = c.tensor("random_samples");
          long[] kernel = c.longs("kernel_size");
          long[] space = c.longs("output_size");
          if (kernel.length != n || space.length != n) throw c.check()
              .because("%s: kernel_size and output_size must either be a single Int or tuple of Ints", name).failure();
          if (x.dim() != n + 1 && x.dim() != n + 2) throw c.check()
              .because("%s(): Expected %dD or %dD tensor, but got: %s", name, n + 1, n + 2, Arrays.toString(x.sizes()))
              .shapeFailure();
          int lead = x.dim() - n;
          if (!x.dtype().isFloatingPoint())
            throw c.check().because("not implemented for '%s'", x.dtype()).tensor("self", x).failure();
          if (u.dtype() != x.dtype())
            throw c.check().because("Expect _random_samples to have the same dtype as input").failure();
          String wrong = u.dim() != 3 ? "to have 3 dimensions, got " + u.dim()
              : u.size(0) < (lead == 2 ? x.size(0) : 1) ? ".size(0) no less then input batch size."
              : u.size(1) != x.size(lead - 1) ? ".size(1) equals to input channel size."
              : u.size(2) != n ? ".size(2) equals to " + n + "; got " + u.size(2) + "." : null;
          if (wrong != null) throw c.check().because("Expect _random_samples" + (u.dim() == 3 ? "" : " ") + wrong)
              .tensor("random_samples", u).tensor("self", x).shapeFailure();
          long[] sizes = x.sizes().clone();
          for (int i = 0; i < n; i++) {
            long reach = space[i] + kernel[i] - (n == 3 ? 0 : 1);
            if (space[i] < 1 || kernel[i] < 1 || reach > x.size(lead + i)) throw c.check()
                .because("%s(): pool size %d too large relative to input size %d for %d outputs", name, kernel[i],
                    x.size(lead + i), space[i])
                .shapeFailure();
            sizes[lead + i] = space[i];
          }
          c.result(sizes, x.dtype());
          c.result(sizes, DType.INT64);
        })
        .kernel("fractional_max_pool")
        .gradient("self",
            b -> Pooling.MAX_BACKWARD.tensor(b.grad(0).contiguous(), b.result(1), b.sizes("self"), (long) n,
                Pooling.ANY_WINDOWS),
            Operator.RESULT)
        .notDifferentiable(1);
  }
}
