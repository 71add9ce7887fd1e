package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Interpolation of `[N, C, *space]` to another size of the space: nearest, linear, cubic, and filters without aliasing.
///
/// Without `align_corners` an output's centre `o` lies at `(o + 0.5) * in / out - 0.5` among the inputs, with it the
/// outermost elements' centres meet. Scales, where they are given, take the place of `out / in`.
///
/// **dtypes**: floating and, but in linear interpolation of one and three dimensions, uint8; without aliasing no halves.
/// **Errors**: sizes of zero, another number of dimensions.
public final class Interpolation {
  /// All modes in all dimensions are one linear map of the input by tables along each axis; its gradient is its
  /// transposed one, and so on.
  static final Operator RESAMPLE = Operator.declare(
      "jtorch::resample(Tensor self, SymInt[] output_size, str mode, bool align_corners, float[] scales) -> Tensor")
      .shape(c -> {
        Tensor x = c.tensor("self");
        c.result(Pooling.like(x, full(x.sizes(), c.longs("output_size")), x.dtype()));
      })
      .kernel("resample")
      .gradient("self", b -> Interpolation.BACKWARD.tensor(b.grad(), b.sizes("self"), b.string("mode"),
          b.bool("align_corners"), b.raw(4)));

  static final Operator BACKWARD = Operator.declare(
      "jtorch::resample_backward(Tensor grad, SymInt[] input_size, str mode, bool align_corners, float[] scales) -> Tensor")
      .shape(c -> c.result(Pooling.like(c.tensor("grad"), c.longs("input_size").clone(), c.tensor("grad").dtype())))
      .kernel("resample_backward")
      .gradient("grad", b -> RESAMPLE.tensor(b.grad(), space(b.sizes("grad")), b.string("mode"),
          b.bool("align_corners"), b.raw(4)));

  public static final Operator NEAREST1D = declare("upsample_nearest1d", 1, "nearest", false);
  public static final Operator NEAREST2D = declare("upsample_nearest2d", 2, "nearest", false);
  public static final Operator NEAREST3D = declare("upsample_nearest3d", 3, "nearest", false);
  public static final Operator NEAREST_EXACT1D = declare("_upsample_nearest_exact1d", 1, "nearest-exact", false);
  public static final Operator NEAREST_EXACT2D = declare("_upsample_nearest_exact2d", 2, "nearest-exact", false);
  public static final Operator NEAREST_EXACT3D = declare("_upsample_nearest_exact3d", 3, "nearest-exact", false);
  public static final Operator LINEAR1D = declare("upsample_linear1d", 1, "linear", true);
  public static final Operator BILINEAR2D = declare("upsample_bilinear2d", 2, "linear", true);
  public static final Operator TRILINEAR3D = declare("upsample_trilinear3d", 3, "linear", true);
  public static final Operator BICUBIC2D = declare("upsample_bicubic2d", 2, "cubic", true);
  public static final Operator BILINEAR2D_AA = declare("_upsample_bilinear2d_aa", 2, "linear/aa", true);
  public static final Operator BICUBIC2D_AA = declare("_upsample_bicubic2d_aa", 2, "cubic/aa", true);
  public static final Operator LANCZOS2D_AA = declare("_upsample_lanczos2d_aa", 2, "lanczos/aa", true);

  public static final Operator NEAREST1D_VEC = vec(NEAREST1D);
  public static final Operator NEAREST2D_VEC = vec(NEAREST2D);
  public static final Operator NEAREST3D_VEC = vec(NEAREST3D);
  public static final Operator NEAREST_EXACT1D_VEC = vec(NEAREST_EXACT1D);
  public static final Operator NEAREST_EXACT2D_VEC = vec(NEAREST_EXACT2D);
  public static final Operator NEAREST_EXACT3D_VEC = vec(NEAREST_EXACT3D);
  public static final Operator LINEAR1D_VEC = vec(LINEAR1D);
  public static final Operator BILINEAR2D_VEC = vec(BILINEAR2D);
  public static final Operator TRILINEAR3D_VEC = vec(TRILINEAR3D);
  public static final Operator BICUBIC2D_VEC = vec(BICUBIC2D);
  public static final Operator BILINEAR2D_AA_VEC = vec(BILINEAR2D_AA);
  public static final Operator BICUBIC2D_AA_VEC = vec(BICUBIC2D_AA);
  public static final Operator LANCZOS2D_AA_VEC = vec(LANCZOS2D_AA);

  private Interpolation() {}

  /// The operator over sizes and scales, and the operator of its gradient.
  private static Operator declare(String name, int n, String mode, boolean aligns) {
    String rest = aligns ? ", bool align_corners" : "";
    for (String scale : names(n)) rest += ", float? " + scale + "=None";
    Operator.declare("aten::" + name + "_backward(Tensor grad_output, SymInt[" + n + "] output_size, SymInt[" + (n + 2)
        + "] input_size" + rest + ") -> Tensor").composition(c -> {
          Tensor grad = c.tensor("grad_output");
          long[] sizes = c.longs("input_size");
          checkSizes(c, n, sizes, c.longs("output_size"));
          if (!Arrays.equals(grad.sizes(), full(sizes, c.longs("output_size")))) throw c.check().because(
              "Expected grad_output to have the same shape as output; output.size = %s but got grad_output.size = %s",
              Arrays.toString(full(sizes, c.longs("output_size"))), Arrays.toString(grad.sizes()))
              .tensor("grad_output", grad).shapeFailure();
          checkType(c, grad, n, mode);
          return BACKWARD.tensor(grad, sizes, mode, aligns && c.bool("align_corners"), scales(c, n));
        });
    return Operator
        .declare("aten::" + name + "(Tensor self, SymInt[" + n + "] output_size" + rest + ") -> Tensor")
        .composition(c -> {
          Tensor self = c.tensor("self");
          checkSizes(c, n, self.sizes(), c.longs("output_size"));
          checkType(c, self, n, mode);
          return RESAMPLE.tensor(self, c.longs("output_size"), mode, aligns && c.bool("align_corners"), scales(c, n));
        });
  }

  private static String[] names(int n) {
    return n == 1 ? new String[] {"scales"} : n == 2 ? new String[] {"scales_h", "scales_w"}
        : new String[] {"scales_d", "scales_h", "scales_w"};
  }

  /// The form that takes either a size or scale factors.
  private static Operator vec(Operator base) {
    String name = base.schema().bareName();
    boolean aligns = base.schema().arguments().stream().anyMatch(a -> a.name().equals("align_corners"));
    return Operator.declare("aten::" + name + ".vec(Tensor input, SymInt[]? output_size"
        + (aligns ? ", bool align_corners" : "") + ", float[]? scale_factors) -> Tensor").composition(c -> {
          Tensor input = c.tensor("input");
          long[] size = c.longsOrNull("output_size");
          double[] factors = c.numbersOrNull("scale_factors");
          if ((size == null) == (factors == null))
            throw c.check().because("Must specify exactly one of output_size and scale_factors").failure();
          int n = input.dim() - 2;
          if ((size != null ? size.length : factors == null ? 0 : factors.length) != n) throw c.check()
              .because("output_size or scale_factors must have as many elements as input has spatial dimensions: %d", n)
              .tensor("input", input).shapeFailure();
          if (size == null) size = scaled(input, factors);
          var arguments = new @Nullable Object[base.schema().arguments().size()];
          arguments[0] = input;
          arguments[1] = size;
          if (aligns) arguments[2] = c.bool("align_corners");
          for (int i = 0; factors != null && i < n; i++)
            arguments[arguments.length - n + i] = factors[i];
          return base.call(arguments);
        });
  }

  private static long[] scaled(Tensor input, double @Nullable [] factors) {
    long[] size = new long[input.dim() - 2];
    for (int i = 0; factors != null && i < size.length; i++) size[i] = (long) ((double) input.size(i + 2) * factors[i]);
    return size;
  }

  private static double[] scales(Call c, int n) {
    String[] names = names(n);
    double[] scales = new double[n];
    for (int i = 0; i < n; i++) scales[i] = c.number(names[i], 0);
    return scales;
  }

  private static long[] full(long[] sizes, long[] space) {
    long[] full = sizes.clone();
    System.arraycopy(space, 0, full, 2, space.length);
    return full;
  }

  private static long[] space(long[] sizes) {
    return Arrays.copyOfRange(sizes, 2, sizes.length);
  }

  private static void checkSizes(Call c, int n, long[] in, long[] out) {
    if (out.length != n)
      throw c.check().because("It is expected output_size equals to %d, but got size %d", n, out.length).shapeFailure();
    if (in.length != n + 2) throw c.check()
        .because("It is expected input_size equals to %d, but got size %d", n + 2, in.length).shapeFailure();
    for (int i = 0; i < n; i++) {
      if (in[2 + i] <= 0 || out[i] <= 0) throw c.check()
          .because("Input and output sizes should be greater than 0, but got input %s output %s",
              Arrays.toString(space(in)), Arrays.toString(out))
          .shapeFailure();
    }
    if (in[1] == 0) throw c.check()
        .because("Non-empty %dD data tensor expected but got a tensor with sizes %s", n + 2, Arrays.toString(in))
        .shapeFailure();
  }

  private static void checkType(Call c, Tensor x, int n, String mode) {
    DType dtype = x.dtype();
    boolean bytes = mode.startsWith("nearest") || n == 2;
    if (!(dtype == DType.UINT8 && bytes || dtype.isFloatingPoint() && !(dtype.isHalf() && mode.endsWith("/aa"))))
      throw c.check().because("not implemented for '%s'", dtype).tensor("self", x).failure();
  }
}
