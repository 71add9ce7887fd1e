package jtorch.nn;

import java.util.Arrays;
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
  private final long[] kernelSize;
  private final ConvOptions options;

  Convolution(int dims, boolean transposed, long inChannels, long outChannels, long[] kernelSize, ConvOptions options) {
    if (options.groups() <= 0) throw new IllegalArgumentException("groups must be a positive integer");
    if (inChannels % options.groups() != 0)
      throw new IllegalArgumentException("in_channels must be divisible by groups");
    if (outChannels % options.groups() != 0)
      throw new IllegalArgumentException("out_channels must be divisible by groups");
    this.dims = dims;
    this.transposed = transposed;
    this.kernelSize = repeated(kernelSize);
    this.options = options;
    long[] sizes = new long[dims + 2];
    sizes[0] = transposed ? inChannels : outChannels;
    sizes[1] = (transposed ? outChannels : inChannels) / options.groups();
    System.arraycopy(this.kernelSize, 0, sizes, 2, dims);
    var dtype = options.dtype() == null ? Torch.defaultDType() : options.dtype();
    weight = new Parameter(Torch.empty(sizes, dtype));
    bias = options.bias() ? new Parameter(Torch.empty(new long[] {outChannels}, dtype)) : null;
    long fan = sizes[1];
    for (long k : this.kernelSize) fan *= k;
    Init.resetLikeLinear(weight, bias, fan);
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
    long[] stride = repeated(options.stride());
    long[] padding = repeated(options.padding());
    long[] dilation = repeated(options.dilation());
    if (transposed) return F.convTranspose(x, weight, bias, stride, padding, repeated(options.outputPadding()),
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

  private String tuple(long[] values) {
    String text = Arrays.toString(repeated(values)).replace('[', '(').replace(']', ')');
    return dims == 1 ? text.replace(")", ",)") : text;
  }

  @Override
  protected String extraRepresentation() {
    long in = transposed ? weight.size(0) : weight.size(1) * options.groups();
    long out = transposed ? weight.size(1) * options.groups() : weight.size(0);
    var text = new StringBuilder().append(in).append(", ").append(out).append(", kernel_size=")
        .append(tuple(kernelSize)).append(", stride=").append(tuple(options.stride()));
    if (options.samePadding()) text.append(", padding=same");
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
