package jtorch.nn;

import java.util.Arrays;
import java.util.List;
import jtorch.DType;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// What the convolutions of one to three dimensions share: parameters, options, and the call.
public abstract class Convolution extends Module {
  public final Parameter weight;
  public final @Nullable Parameter bias;
  private final int dims;
  private final boolean transposed;
  private final long outChannels;
  private final long[] kernelSize;
  private final ConvOptions options;

  Convolution(int dims, boolean transposed, long inChannels, long outChannels, long[] kernelSize, ConvOptions options) {
    this(dims, transposed, outChannels, kernelSize, options);
    initialize(inChannels);
  }

  /// One whose number of input channels is that of its first input.
  Convolution(int dims, boolean transposed, long outChannels, long[] kernelSize, ConvOptions options) {
    if (options.groups() <= 0) throw new IllegalArgumentException("groups must be a positive integer");
    if (outChannels % options.groups() != 0)
      throw new IllegalArgumentException("out_channels must be divisible by groups");
    this.dims = dims;
    this.transposed = transposed;
    this.outChannels = outChannels;
    this.kernelSize = repeated(kernelSize);
    this.options = options;
    if (options.samePadding() && Arrays.stream(options.stride()).anyMatch(stride -> stride != 1))
      throw new IllegalArgumentException(getClass().getSimpleName()
          + ": padding='same' is not supported for strided convolutions, got stride "
          + Arrays.toString(options.stride()));
    List<String> modes = List.of("zeros", "reflect", "replicate", "circular");
    if (!modes.contains(options.paddingMode())) throw new IllegalArgumentException(
        "padding_mode must be one of " + modes + ", but got padding_mode='" + options.paddingMode() + "'");
    if (transposed && !options.paddingMode().equals("zeros")) throw new IllegalArgumentException(
        "Only \"zeros\" padding mode is supported for " + getClass().getSimpleName() + ", not '"
            + options.paddingMode() + "'");
    DType dtype = options.dtype() == null ? Torch.defaultDType() : options.dtype();
    weight = Parameter.uninitialized(dtype);
    bias = options.bias() ? Parameter.uninitialized(dtype) : null;
  }

  private void initialize(long inChannels) {
    if (inChannels % options.groups() != 0)
      throw new IllegalArgumentException("in_channels must be divisible by groups");
    long[] sizes = new long[dims + 2];
    sizes[0] = transposed ? inChannels : outChannels;
    sizes[1] = (transposed ? outChannels : inChannels) / options.groups();
    System.arraycopy(kernelSize, 0, sizes, 2, dims);
    weight.materialize(sizes);
    if (bias != null && bias.isUninitialized()) bias.materialize(outChannels);
    long fan = sizes[1];
    for (long k : kernelSize) fan *= k;
    Init.resetLikeLinear(weight, bias, fan);
  }

  /// PyTorch's name of a lazy module: that of the module it becomes with its first input.
  final String lazyName() {
    String name = getClass().getSimpleName();
    return weight.isUninitialized() ? name : name.substring("Lazy".length());
  }

  final boolean isTransposed() {
    return transposed;
  }

  private long[] repeated(long[] given) {
    if (given.length == dims) return given.clone();
    if (given.length != 1) throw new ShapeException(
        getClass().getSimpleName() + ": expected one number or " + dims + ", got " + Arrays.toString(given));
    long[] all = new long[dims];
    Arrays.fill(all, given[0]);
    return all;
  }

  Tensor convolve(Tensor x) {
    return convolve(x, null);
  }

  /// @param outputSize which of the sizes of the space that the input can have come from; for transposed ones
  Tensor convolve(Tensor x, long @Nullable [] outputSize) {
    if (weight.isUninitialized()) {
      if (x.dim() != dims + 1 && x.dim() != dims + 2)
        throw new ShapeException(getClass().getSimpleName() + ": Expected " + (dims + 1) + "D (unbatched) or "
            + (dims + 2) + "D (batched) input, but got input of size: " + Arrays.toString(x.sizes()));
      initialize(x.size(-dims - 1));
    }
    long[] stride = repeated(options.stride());
    long[] padding = repeated(options.padding());
    long[] dilation = repeated(options.dilation());
    if (transposed) return F.convTranspose(x, weight, bias, stride, padding,
        outputSize == null ? repeated(options.outputPadding())
            : outputPadding(x, outputSize, stride, padding, dilation),
        options.groups(), dilation);
    if (options.paddingMode().equals("zeros")) {
      return options.samePadding() ? F.convSame(x, weight, bias, stride, dilation, options.groups())
          : F.conv(x, weight, bias, stride, padding, dilation, options.groups());
    }
    long[] around = new long[2 * dims];
    for (int d = 0; d < dims; d++) {
      int last = dims - 1 - d;
      long total = dilation[last] * (kernelSize[last] - 1);
      around[2 * d] = options.samePadding() ? total / 2 : padding[last];
      around[2 * d + 1] = options.samePadding() ? total - total / 2 : padding[last];
    }
    return F.conv(F.pad(x, around, options.paddingMode(), null), weight, bias, stride, new long[dims], dilation,
        options.groups());
  }

  /// What must be added to the smallest possible output to give the wanted one.
  private long[] outputPadding(Tensor x, long[] wanted, long[] stride, long[] padding, long[] dilation) {
    int others = x.dim() - dims;
    if (wanted.length != dims && wanted.length != x.dim()) throw new ShapeException(
        "ConvTranspose" + dims + "D: for " + x.dim() + "D input, output_size must have " + dims + " or " + x.dim()
            + " elements (got " + wanted.length + ")");
    long[] space = wanted.length == dims ? wanted : Arrays.copyOfRange(wanted, others, wanted.length);
    long[] more = new long[dims];
    for (int d = 0; d < dims; d++) {
      long least = (x.size(others + d) - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernelSize[d] - 1) + 1;
      if (space[d] < least || space[d] > least + stride[d] - 1)
        throw new ShapeException("requested an output size of " + Arrays.toString(space) + ", but dimension " + d
            + " must be between " + least + " and " + (least + stride[d] - 1) + " | input " + x.describe());
      more[d] = space[d] - least;
    }
    return more;
  }

  private String tuple(long[] values) {
    String text = Arrays.toString(repeated(values)).replace('[', '(').replace(']', ')');
    return dims == 1 ? text.replace(")", ",)") : text;
  }

  @Override
  protected String extraRepresentation() {
    long in = weight.isUninitialized() ? 0 : transposed ? weight.size(0) : weight.size(1) * options.groups();
    var text = new StringBuilder().append(in).append(", ").append(outChannels).append(", kernel_size=")
        .append(tuple(kernelSize)).append(", stride=").append(tuple(options.stride()));
    if (options.samePadding()) text.append(", padding=same");
    else if (options.validPadding()) text.append(", padding=valid");
    else if (Arrays.stream(options.padding()).anyMatch(p -> p != 0))
      text.append(", padding=").append(tuple(options.padding()));
    if (Arrays.stream(options.dilation()).anyMatch(p -> p != 1))
      text.append(", dilation=").append(tuple(options.dilation()));
    if (Arrays.stream(options.outputPadding()).anyMatch(p -> p != 0))
      text.append(", output_padding=").append(tuple(options.outputPadding()));
    if (options.groups() != 1) text.append(", groups=").append(options.groups());
    if (bias == null) text.append(", bias=False");
    if (!options.paddingMode().equals("zeros")) text.append(", padding_mode=").append(options.paddingMode());
    return text.toString();
  }
}
