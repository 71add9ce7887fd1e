package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Sampling at places given by a grid, and grids of affine maps.
///
/// **Shapes**: input `[N, C, H, W]` with grid `[N, h, w, 2]`, or `[N, C, D, H, W]` with `[N, d, h, w, 3]`; a place is (x, y)
/// or (x, y, z) from -1 to 1. **Modes**: 0 linear, 1 nearest, 2 cubic (in two dimensions). **Padding**: 0 zeros, 1 border,
/// 2 reflection. With `align_corners` -1 and 1 are the centres of the outermost elements, else their outer edges.
///
/// Halves are rounded after each step, as PyTorch's are. There is no second derivative, as in PyTorch.
public final class GridSampling {
  static final Operator BACKWARD_2D = backward(2);
  static final Operator BACKWARD_3D = backward(3);
  public static final Operator GRID_SAMPLER_2D = sampler(2, BACKWARD_2D);
  public static final Operator GRID_SAMPLER_3D = sampler(3, BACKWARD_3D);

  /// [#GRID_SAMPLER_2D] or [#GRID_SAMPLER_3D], as the input has dimensions.
  public static final Operator GRID_SAMPLER = Operator.declare(
      "aten::grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor")
      .composition(c -> {
        Tensor input = c.tensor("input");
        Tensor grid = c.tensor("grid");
        int n = Math.clamp(input.dim() - 2L, 2, 3);
        check(c, n);
        if (n == 3 && c.integer("interpolation_mode") == 2) throw c.check()
            .because("grid_sampler(): bicubic interpolation only supports 4D input").tensor("input", input).failure();
        return (n == 2 ? GRID_SAMPLER_2D : GRID_SAMPLER_3D).tensor(input, grid, c.integer("interpolation_mode"),
            c.integer("padding_mode"), c.bool("align_corners"));
      });

  /// The places of an output whose points an affine map takes to the input: theta `[N, 2, 3]` and size `[N, C, H, W]`
  /// give `[N, H, W, 2]`; theta `[N, 3, 4]` and size `[N, C, D, H, W]` give `[N, D, H, W, 3]`.
  public static final Operator AFFINE_GRID =
      Operator.declare("aten::affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor")
          .composition(c -> {
            Tensor theta = c.tensor("theta");
            long[] size = c.longs("size");
            if (size.length != 4 && size.length != 5) throw c.check()
                .because("AffineGridGenerator needs 4d (spatial) or 5d (volumetric) inputs.").failure();
            Tensor base = base(size, c.bool("align_corners"), theta);
            long[] sizes = gridSizes(size);
            return base.view(1, -1, size.length - 1).expand(size[0], -1, -1).bmm(theta.transpose(1, 2)).view(sizes);
          });

  public static final Operator AFFINE_GRID_BACKWARD =
      Operator.declare("aten::affine_grid_generator_backward(Tensor grad, SymInt[] size, bool align_corners) -> Tensor")
          .composition(c -> {
            Tensor grad = c.tensor("grad");
            long[] size = c.longs("size");
            Tensor base = base(size, c.bool("align_corners"), grad);
            int n = size.length - 2;
            return base.view(1, -1, n + 1).expand(size[0], -1, -1).transpose(1, 2).bmm(grad.reshape(size[0], -1, n))
                .transpose(1, 2);
          });

  private GridSampling() {}

  private static Operator sampler(int n, Operator backward) {
    return Operator
        .declare("aten::grid_sampler_" + n
            + "d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor")
        .shape(c -> {
          check(c, n);
          c.result(sampledSizes(c), c.tensor("input").dtype());
        })
        .kernel("grid_sampler")
        .gradients(new String[] {"input", "grid"}, b -> {
          boolean[] mask = {b.needs("input"), b.needs("grid")};
          Tensor[] made = backward.tensors(b.grad(), b.tensor("input"), b.tensor("grid"),
              b.integer("interpolation_mode"), b.integer("padding_mode"), b.bool("align_corners"), mask);
          return new @Nullable Tensor[] {mask[0] ? made[0] : null, mask[1] ? made[1] : null};
        }, "input", "grid");
  }

  private static Operator backward(int n) {
    return Operator.declare("aten::grid_sampler_" + n
        + "d_backward(Tensor grad_output, Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners, bool[2] output_mask) -> (Tensor, Tensor)")
        .shape(c -> {
          check(c, n);
          if (!Arrays.equals(c.tensor("grad_output").sizes(), sampledSizes(c)))
            throw c.check().because("expected grad_output of shape %s", Arrays.toString(sampledSizes(c)))
                .tensor("grad_output", c.tensor("grad_output")).shapeFailure();
        })
        .kernel("grid_sampler_backward")
        .gradients(new String[] {"grad_output", "input", "grid"}, b -> {
          throw new UnsupportedOperationException(
              "the derivative for grid_sampler_" + n + "d_backward is not implemented, in PyTorch neither");
        });
  }

  private static long[] sampledSizes(Call c) {
    long[] grid = c.tensor("grid").sizes();
    long[] sizes = new long[grid.length];
    sizes[0] = grid[0];
    sizes[1] = c.tensor("input").size(1);
    System.arraycopy(grid, 1, sizes, 2, grid.length - 2);
    return sizes;
  }

  private static void check(Call c, int n) {
    Tensor input = c.tensor("input");
    Tensor grid = c.tensor("grid");
    String facts = "but got input with sizes " + Arrays.toString(input.sizes()) + " and grid with sizes "
        + Arrays.toString(grid.sizes());
    if (input.dim() != n + 2 || grid.dim() != n + 2) throw c.check()
        .because("grid_sampler(): expected %s input and grid with same number of dimensions, %s",
            n == 2 ? "4D" : "5D", facts)
        .shapeFailure();
    if (input.size(0) != grid.size(0)) throw c.check()
        .because("grid_sampler(): expected grid and input to have same batch size, %s", facts).shapeFailure();
    if (grid.size(-1) != n) throw c.check()
        .because("grid_sampler(): expected grid to have size %d in last dimension, but got grid with sizes %s", n,
            Arrays.toString(grid.sizes()))
        .shapeFailure();
    for (int d = 2; d < input.dim(); d++) {
      if (input.size(d) == 0) throw c.check().because(
          "grid_sampler(): expected input to have non-empty spatial dimensions, but input has sizes %s with dimension %d being empty",
          Arrays.toString(input.sizes()), d).shapeFailure();
    }
    if (input.dtype() != grid.dtype()) throw c.check()
        .because("expected scalar type %s but found %s", input.dtype(), grid.dtype()).tensor("input", input)
        .tensor("grid", grid).failure();
    if (!input.dtype().isFloatingPoint())
      throw c.check().because("not implemented for '%s'", input.dtype()).tensor("input", input).failure();
  }

  private static long[] gridSizes(long[] size) {
    long[] sizes = new long[size.length];
    sizes[0] = size[0];
    System.arraycopy(size, 2, sizes, 1, size.length - 2);
    sizes[size.length - 1] = size.length - 2;
    return sizes;
  }

  /// Homogeneous places of the output's points: `[1, *space, n + 1]`, x first and ones last.
  private static Tensor base(long[] size, boolean alignCorners, Tensor like) {
    int n = size.length - 2;
    long[] sizes = new long[n + 2];
    sizes[0] = 1;
    System.arraycopy(size, 2, sizes, 1, n);
    sizes[n + 1] = n + 1;
    DType dtype = like.dtype();
    Tensor base = Torch.zeros(sizes, dtype, like.device());
    base.select(-1, n).fill_(1L);
    for (int i = 0; i < n; i++) {
      long steps = size[size.length - 1 - i];
      Tensor line = Torch.linspace(-1, 1, steps, o -> o.dtype(dtype));
      if (steps <= 1) line = Torch.zeros(new long[] {steps}, dtype, like.device());
      else if (!alignCorners) line = line.mul((double) (steps - 1) / steps);
      long[] shape = new long[n + 1];
      Arrays.fill(shape, 1);
      shape[n - i] = steps;
      base.select(-1, i).copy_(line.view(shape));
    }
    return base;
  }
}
