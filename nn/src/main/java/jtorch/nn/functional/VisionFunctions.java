package jtorch.nn.functional;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.InterpolateOptions;
import jtorch.nn.PoolOptions;
import jtorch.op.Folding;
import jtorch.op.GridSampling;
import jtorch.op.Interpolation;
import jtorch.op.Operator;
import jtorch.op.Pooling;
import jtorch.op.Unpooling;
import org.jspecify.annotations.Nullable;

/// The functions of images that [F] inherits: sizes, grids, windows, and what undoes or randomises pooling.
public abstract class VisionFunctions extends ActivationFunctions {
  private static final Operator[] NEAREST =
      {Interpolation.NEAREST1D_VEC, Interpolation.NEAREST2D_VEC, Interpolation.NEAREST3D_VEC};
  private static final Operator[] NEAREST_EXACT =
      {Interpolation.NEAREST_EXACT1D_VEC, Interpolation.NEAREST_EXACT2D_VEC, Interpolation.NEAREST_EXACT3D_VEC};
  private static final Operator[] AREA =
      {Pooling.ADAPTIVE_AVG_POOL1D, Pooling.ADAPTIVE_AVG_POOL2D, Pooling.ADAPTIVE_AVG_POOL3D};

  VisionFunctions() {}

  // ---- interpolation ---------------------------------------------------------------------------------------------

  /// `[N, C, *space]` at another size of the space; `F.interpolate(x, o -> o.scaleFactor(2).mode("bilinear"))`.
  ///
  /// @throws IllegalArgumentException if options contradict each other, or the mode does not fit the dimensions
  public static Tensor interpolate(Tensor input, UnaryOperator<InterpolateOptions> options) {
    InterpolateOptions o = options.apply(InterpolateOptions.DEFAULT);
    int n = input.dim() - 2;
    boolean plain = o.mode().equals("area") || o.mode().startsWith("nearest");
    if (plain && o.alignCorners() != null) throw new IllegalArgumentException(
        "interpolate: align_corners option can only be set with the interpolating modes: linear | bilinear | bicubic | trilinear");
    boolean align = Boolean.TRUE.equals(o.alignCorners());
    long[] size = o.size();
    double[] scale = o.scaleFactor();
    if (size != null && scale != null)
      throw new IllegalArgumentException("interpolate: only one of size or scale_factor should be defined");
    if (size != null) {
      size = size.length == 1 && n > 1 ? repeated(size[0], n) : size;
      if (size.length != n) throw new IllegalArgumentException(
          "interpolate: Input and output must have the same number of spatial dimensions, but got input of shape "
              + Arrays.toString(input.sizes()) + " and output size of " + Arrays.toString(size));
      if (o.recomputeScaleFactor()) throw new IllegalArgumentException(
          "interpolate: recompute_scale_factor is not meaningful with an explicit size.");
    } else if (scale != null) {
      if (scale.length == 1 && n > 1) {
        double one = scale[0];
        scale = new double[n];
        Arrays.fill(scale, one);
      }
      if (scale.length != n) throw new IllegalArgumentException(
          "interpolate: Input and scale_factor must have the same number of spatial dimensions, but got input of shape "
              + Arrays.toString(input.sizes()) + " and scale_factor of shape " + Arrays.toString(scale));
      if (o.mode().equals("area") || o.recomputeScaleFactor()) {
        size = new long[n];
        for (int i = 0; i < n; i++) size[i] = (long) ((double) input.size(i + 2) * scale[i]);
        scale = null;
      }
    } else {
      throw new IllegalArgumentException("interpolate: either size or scale_factor should be defined");
    }
    boolean filters = o.mode().equals("bilinear") || o.mode().equals("bicubic") || o.mode().equals("lanczos");
    if (o.antialias() && !(filters && n == 2)) throw new IllegalArgumentException(
        "interpolate: Anti-alias option is restricted to bilinear, bicubic, and lanczos modes and requires a 4-D tensor as input");
    boolean known = n >= 1 && n <= 3;
    if (known && o.mode().equals("nearest")) return NEAREST[n - 1].tensor(input, size, scale);
    if (known && o.mode().equals("nearest-exact")) return NEAREST_EXACT[n - 1].tensor(input, size, scale);
    if (known && o.mode().equals("area")) return AREA[n - 1].tensor(input, size);
    Operator operator = switch (o.mode()) {
      case "linear" -> Interpolation.LINEAR1D_VEC;
      case "bilinear" -> o.antialias() ? Interpolation.BILINEAR2D_AA_VEC : Interpolation.BILINEAR2D_VEC;
      case "bicubic" -> o.antialias() ? Interpolation.BICUBIC2D_AA_VEC : Interpolation.BICUBIC2D_VEC;
      case "trilinear" -> Interpolation.TRILINEAR3D_VEC;
      case "lanczos" -> {
        if (align) throw new IllegalArgumentException("interpolate: Lanczos mode does not support align_corners=True");
        if (!o.antialias()) throw new IllegalArgumentException("interpolate: Lanczos mode requires antialias=True");
        yield Interpolation.LANCZOS2D_AA_VEC;
      }
      default -> throw new IllegalArgumentException(
          "interpolate: Input Error: Only 3D, 4D and 5D input Tensors supported (got " + input.dim()
              + "D) for the modes: nearest | linear | bilinear | bicubic | trilinear | lanczos | area | nearest-exact (got "
              + o.mode() + ")");
    };
    int wanted = o.mode().equals("linear") ? 1 : o.mode().equals("trilinear") ? 3 : 2;
    if (n != wanted) throw new IllegalArgumentException(
        "interpolate: Got " + input.dim() + "D input, but " + o.mode() + " mode needs " + (wanted + 2) + "D input");
    return operator.tensor(input, size, align, scale);
  }

  /// [#interpolate] by PyTorch's older name.
  public static Tensor upsample(Tensor input, UnaryOperator<InterpolateOptions> options) {
    return interpolate(input, options);
  }

  /// Nearest interpolation by PyTorch's older name.
  public static Tensor upsampleNearest(Tensor input, UnaryOperator<InterpolateOptions> options) {
    return interpolate(input, o -> options.apply(o).mode("nearest"));
  }

  /// Bilinear interpolation with aligned corners by PyTorch's older name.
  public static Tensor upsampleBilinear(Tensor input, UnaryOperator<InterpolateOptions> options) {
    return interpolate(input, o -> options.apply(o).mode("bilinear").alignCorners(true));
  }

  private static long[] repeated(long value, int n) {
    long[] all = new long[n];
    Arrays.fill(all, value);
    return all;
  }

  // ---- grids -----------------------------------------------------------------------------------------------------

  /// The input at the places of a grid: `[N, C, H, W]` and `[N, h, w, 2]` to `[N, C, h, w]`, or one dimension more.
  ///
  /// @param mode `bilinear`, `nearest` or, in two dimensions, `bicubic`
  /// @param paddingMode what is outside: `zeros`, `border` or `reflection`
  public static Tensor gridSample(Tensor input, Tensor grid, String mode, String paddingMode, boolean alignCorners) {
    long modeCode = switch (mode) {
      case "bilinear" -> 0;
      case "nearest" -> 1;
      case "bicubic" -> 2;
      default -> throw new IllegalArgumentException(
          "grid_sample(): expected mode to be 'bilinear', 'nearest' or 'bicubic', but got: '" + mode + "'");
    };
    long paddingCode = switch (paddingMode) {
      case "zeros" -> 0;
      case "border" -> 1;
      case "reflection" -> 2;
      default -> throw new IllegalArgumentException(
          "grid_sample(): expected padding_mode to be 'zeros', 'border', or 'reflection', but got: '" + paddingMode
              + "'");
    };
    return GridSampling.GRID_SAMPLER.tensor(input, grid, modeCode, paddingCode, alignCorners);
  }

  public static Tensor gridSample(Tensor input, Tensor grid) {
    return gridSample(input, grid, "bilinear", "zeros", false);
  }

  /// The grid of an affine map: theta `[N, 2, 3]` with size `[N, C, H, W]`, or `[N, 3, 4]` with `[N, C, D, H, W]`.
  public static Tensor affineGrid(Tensor theta, long[] size, boolean alignCorners) {
    return GridSampling.AFFINE_GRID.tensor(theta, size, alignCorners);
  }

  // ---- windows ---------------------------------------------------------------------------------------------------

  /// Sliding windows as columns: `[N, C, H, W]` to `[N, C * kh * kw, L]`.
  public static Tensor unfold(Tensor input, long[] kernelSize, long[] dilation, long[] padding, long[] stride) {
    return Folding.IM2COL.tensor(input, pair(kernelSize), pair(dilation), pair(padding), pair(stride));
  }

  public static Tensor unfold(Tensor input, long... kernelSize) {
    return unfold(input, kernelSize, new long[] {1}, new long[] {0}, new long[] {1});
  }

  /// Columns summed into an image: `[N, C * kh * kw, L]` to `[N, C, H, W]`.
  public static Tensor fold(Tensor input, long[] outputSize, long[] kernelSize, long[] dilation, long[] padding,
      long[] stride) {
    return Folding.COL2IM.tensor(input, pair(outputSize), pair(kernelSize), pair(dilation), pair(padding),
        pair(stride));
  }

  public static Tensor fold(Tensor input, long[] outputSize, long... kernelSize) {
    return fold(input, outputSize, kernelSize, new long[] {1}, new long[] {0}, new long[] {1});
  }

  private static long[] pair(long[] v) {
    return v.length == 1 ? repeated(v[0], 2) : v;
  }

  /// `[*, C * r^2, H, W]` to `[*, C, H * r, W * r]`.
  public static Tensor pixelShuffle(Tensor input, long upscaleFactor) {
    return input.pixelShuffle(upscaleFactor);
  }

  /// `[*, C, H * r, W * r]` to `[*, C * r^2, H, W]`.
  public static Tensor pixelUnshuffle(Tensor input, long downscaleFactor) {
    return input.pixelUnshuffle(downscaleFactor);
  }

  /// Channels of `groups` groups, taken in turn from each.
  public static Tensor channelShuffle(Tensor input, long groups) {
    return input.channelShuffle(groups);
  }

  public static Tensor nativeChannelShuffle(Tensor input, long groups) {
    return input.channelShuffle(groups);
  }

  // ---- pooling, with places and back -----------------------------------------------------------------------------

  /// The maxima and their places.
  public static Tensor[] maxPool1dWithIndices(Tensor x, long[] kernelSize, PoolOptions o) {
    return Pooling.MAX_POOL1D_WITH_INDICES.tensors(x, kernelSize, o.stride(), o.padding(), o.dilation(), o.ceilMode());
  }

  public static Tensor[] maxPool2dWithIndices(Tensor x, long[] kernelSize, PoolOptions o) {
    return Pooling.MAX_POOL2D_WITH_INDICES.tensors(x, kernelSize, o.stride(), o.padding(), o.dilation(), o.ceilMode());
  }

  public static Tensor[] maxPool3dWithIndices(Tensor x, long[] kernelSize, PoolOptions o) {
    return Pooling.MAX_POOL3D_WITH_INDICES.tensors(x, kernelSize, o.stride(), o.padding(), o.dilation(), o.ceilMode());
  }

  public static Tensor[] adaptiveMaxPool1dWithIndices(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL1D.tensors(x, outputSize);
  }

  public static Tensor[] adaptiveMaxPool2dWithIndices(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL2D.tensors(x, outputSize);
  }

  public static Tensor[] adaptiveMaxPool3dWithIndices(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL3D.tensors(x, outputSize);
  }

  /// Maxima back at their places among zeros.
  ///
  /// @param outputSize the size of the space, null for the least that the pooling can have come from
  public static Tensor maxUnpool1d(Tensor x, Tensor indices, long[] kernelSize, PoolOptions o,
      long @Nullable [] outputSize) {
    long[] size = unpooled(x, kernelSize, o, outputSize, 1);
    return Unpooling.MAX_UNPOOL2D.tensor(x.unsqueeze(-1), indices.unsqueeze(-1), new long[] {size[0], 1}).squeeze(-1);
  }

  public static Tensor maxUnpool2d(Tensor x, Tensor indices, long[] kernelSize, PoolOptions o,
      long @Nullable [] outputSize) {
    return Unpooling.MAX_UNPOOL2D.tensor(x, indices, unpooled(x, kernelSize, o, outputSize, 2));
  }

  public static Tensor maxUnpool3d(Tensor x, Tensor indices, long[] kernelSize, PoolOptions o,
      long @Nullable [] outputSize) {
    long[] stride = o.stride().length == 0 ? kernelSize : o.stride();
    return Unpooling.MAX_UNPOOL3D.tensor(x, indices, unpooled(x, kernelSize, o, outputSize, 3), wide(stride, 3),
        wide(o.padding(), 3));
  }

  private static long[] wide(long[] v, int n) {
    return v.length == 1 ? repeated(v[0], n) : v;
  }

  private static long[] unpooled(Tensor x, long[] kernelSize, PoolOptions o, long @Nullable [] given, int n) {
    long[] kernel = wide(kernelSize, n);
    long[] stride = o.stride().length == 0 ? kernel : wide(o.stride(), n);
    long[] padding = wide(o.padding(), n);
    long[] size = new long[n];
    for (int i = 0; i < n; i++)
      size[i] = (x.size(x.dim() - n + i) - 1) * stride[i] - 2 * padding[i] + kernel[i];
    if (given == null) return size;
    long[] space = given.length > n ? Arrays.copyOfRange(given, given.length - n, given.length) : given;
    if (space.length != n) throw new IllegalArgumentException(
        "max_unpool: output_size should be a sequence containing " + n + " or more elements, but it has length "
            + given.length);
    for (int i = 0; i < n; i++) {
      if (space[i] <= size[i] - stride[i] || space[i] >= size[i] + stride[i]) throw new IllegalArgumentException(
          "max_unpool: invalid output_size " + Arrays.toString(space) + " (dim " + i + " must be between "
              + (size[i] - stride[i]) + " and " + (size[i] + stride[i]) + ")");
    }
    return space;
  }

  /// Maxima of windows at random places, and where they are: `[N, C, H, W]` to `[N, C, *outputSize]`.
  ///
  /// @param randomSamples `[N, C, 2]` numbers from 0 to 1; null draws them
  public static Tensor[] fractionalMaxPool2dWithIndices(Tensor x, long[] kernelSize, long[] outputSize,
      @Nullable Tensor randomSamples) {
    return Unpooling.FRACTIONAL_MAX_POOL2D.tensors(x, pair(kernelSize), pair(outputSize),
        samples(x, randomSamples, 2));
  }

  public static Tensor fractionalMaxPool2d(Tensor x, long[] kernelSize, long... outputSize) {
    return fractionalMaxPool2dWithIndices(x, kernelSize, outputSize, null)[0];
  }

  /// As [#fractionalMaxPool2dWithIndices] with one dimension more and random samples `[N, C, 3]`.
  public static Tensor[] fractionalMaxPool3dWithIndices(Tensor x, long[] kernelSize, long[] outputSize,
      @Nullable Tensor randomSamples) {
    return Unpooling.FRACTIONAL_MAX_POOL3D.tensors(x, wide(kernelSize, 3), wide(outputSize, 3),
        samples(x, randomSamples, 3));
  }

  public static Tensor fractionalMaxPool3d(Tensor x, long[] kernelSize, long... outputSize) {
    return fractionalMaxPool3dWithIndices(x, kernelSize, outputSize, null)[0];
  }

  private static Tensor samples(Tensor x, @Nullable Tensor given, int n) {
    if (given != null) return given;
    long batch = x.dim() == n + 2 ? x.size(0) : 1;
    return Torch.rand(new long[] {batch, x.size(-n - 1), n}, o -> o.dtype(x.dtype()));
  }

  /// `(sum of x^p over each window)^(1/p)`.
  public static Tensor lpPool1d(Tensor x, double normType, long[] kernelSize, PoolOptions o) {
    return lpPool(Pooling.AVG_POOL1D.tensor(x.pow(normType), kernelSize, o.stride(), new long[] {0}, o.ceilMode(),
        true), normType, wide(kernelSize, 1));
  }

  public static Tensor lpPool2d(Tensor x, double normType, long[] kernelSize, PoolOptions o) {
    return lpPool(Pooling.AVG_POOL2D.tensor(x.pow(normType), kernelSize, o.stride(), new long[] {0}, o.ceilMode(), true,
        null), normType, wide(kernelSize, 2));
  }

  public static Tensor lpPool3d(Tensor x, double normType, long[] kernelSize, PoolOptions o) {
    return lpPool(Pooling.AVG_POOL3D.tensor(x.pow(normType), kernelSize, o.stride(), new long[] {0}, o.ceilMode(), true,
        null), normType, wide(kernelSize, 3));
  }

  private static Tensor lpPool(Tensor mean, double p, long[] kernel) {
    long area = 1;
    for (long k : kernel) area *= k;
    return mean.sign().mul(mean.abs().relu()).mul(area).pow(1 / p);
  }
}
