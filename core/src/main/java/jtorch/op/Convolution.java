package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Convolutions in one to three dimensions, with groups, dilation, stride and padding, transposed or not.
///
/// Three operators are closed under differentiation: the convolution itself, the gradient for its input (which is the
/// transposed convolution), and the gradient for its weight. Each one's gradients are the other two.
///
/// **Shapes**: input `[N, C, *space]`, weight `[K, C / groups, *kernel]`, result `[N, K, *out]` with
/// `out = (in + 2 padding - dilation (kernel - 1) - 1) / stride + 1`.
public final class Convolution {
  private static final String GEOMETRY = "SymInt[] stride, SymInt[] padding, SymInt[] dilation, SymInt groups";

  /// The convolution itself.
  public static final Operator FORWARD =
      Operator.declare("jtorch::convolution(Tensor input, Tensor weight, Tensor? bias, " + GEOMETRY + ") -> Tensor")
          .shape(c -> {
            Tensor x = c.tensor("input");
            Tensor w = c.tensor("weight");
            c.result(like(x, w,
                outputSizes(x.sizes(), w.sizes(), c.longs("stride"), c.longs("padding"), c.longs("dilation"))));
          })
          .kernel("convolution")
          .gradients(new String[] {"input", "weight", "bias"}, b -> {
            boolean[] mask = {b.needs("input"), b.needs("weight"), b.needs("bias")};
            Tensor[] made = Convolution.BACKWARD.tensors(b.grad(), b.tensor("input").conj(), b.tensor("weight").conj(),
                b.longs("stride"), b.longs("padding"), b.longs("dilation"), b.integer("groups"), mask);
            return new @Nullable Tensor[] {mask[0] ? made[0] : null, mask[1] ? made[1] : null,
              mask[2] ? made[2] : null};
          }, "input", "weight");

  /// The gradients of a convolution that are wanted, in one pass; the others are empty.
  static final Operator BACKWARD = Operator
      .declare("jtorch::convolution_backward(Tensor grad, Tensor input, Tensor weight, " + GEOMETRY
          + ", bool[3] output_mask) -> (Tensor, Tensor, Tensor)")
      .shape(c -> {
        boolean[] mask = c.bools("output_mask");
        Tensor x = c.tensor("input");
        Tensor w = c.tensor("weight");
        c.result(mask[0] ? Torch.emptyLike(x) : none(x));
        c.result(mask[1] ? Torch.emptyLike(w) : none(x));
        c.result(mask[2] ? Torch.empty(new long[] {w.size(0)}, x.dtype(), x.device()) : none(x));
      })
      .kernel("convolution_backward")
      .composition(c -> {
        boolean[] mask = c.bools("output_mask");
        Tensor g = c.tensor("grad");
        Tensor x = c.tensor("input");
        Tensor w = c.tensor("weight");
        Tensor dx = mask[0] ? Convolution.INPUT.tensor(g, w, x.sizes(), c.longs("stride"), c.longs("padding"),
            c.longs("dilation"), c.integer("groups")) : none(x);
        Tensor dw = mask[1] ? Convolution.WEIGHT.tensor(x, g, w.sizes(), c.longs("stride"), c.longs("padding"),
            c.longs("dilation"), c.integer("groups")) : none(x);
        return new Tensor[] {dx, dw, mask[2] ? sumOverChannels(g) : none(x)};
      });

  /// From the result's gradient the input's: the transposed convolution, `[N, K, *out] -> [N, C, *space]`.
  public static final Operator INPUT = Operator
      .declare("jtorch::convolution_input(Tensor grad, Tensor weight, SymInt[] input_size, " + GEOMETRY + ") -> Tensor")
      .shape(c -> c.result(like(c.tensor("grad"), c.tensor("weight"), c.longs("input_size").clone())))
      .kernel("convolution_input")
      .gradient("grad",
          b -> cropped(b.sizes("grad"), b.grad(), b.tensor("weight").conj(), b.longs("stride"), b.longs("padding"),
              b.longs("dilation"), b.integer("groups")),
          "weight")
      .gradient("weight", b -> Convolution.WEIGHT.tensor(b.grad(), b.tensor("grad").conj(), b.sizes("weight"),
          b.longs("stride"), b.longs("padding"), b.longs("dilation"), b.integer("groups")), "grad");

  /// From the input and the result's gradient the weight's.
  public static final Operator WEIGHT = Operator
      .declare(
          "jtorch::convolution_weight(Tensor input, Tensor grad, SymInt[] weight_size, " + GEOMETRY + ") -> Tensor")
      .shape(c -> c.result(c.longs("weight_size").clone(), c.tensor("input").dtype()))
      .kernel("convolution_weight")
      .gradient("input",
          b -> INPUT.tensor(b.tensor("grad").conj(), b.grad(), b.sizes("input"), b.longs("stride"), b.longs("padding"),
              b.longs("dilation"), b.integer("groups")),
          "grad")
      .gradient("grad", b -> cropped(b.sizes("grad"), b.tensor("input").conj(), b.grad(), b.longs("stride"),
          b.longs("padding"), b.longs("dilation"), b.integer("groups")), "input");

  public static final Operator CONVOLUTION = Operator.declare(
      "aten::convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor")
      .composition(c -> convolve(c, c.longs("stride"), c.longs("padding"), c.longs("dilation"), c.bool("transposed"),
          c.longs("output_padding")));

  public static final Operator UNDERSCORED = Operator.declare(
      "aten::_convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32) -> Tensor")
      .composition(c -> convolve(c, c.longs("stride"), c.longs("padding"), c.longs("dilation"), c.bool("transposed"),
          c.longs("output_padding")));

  /// With padding `"same"` or `"valid"`.
  public static final Operator MODE = Operator.declare(
      "aten::_convolution_mode(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, str padding, SymInt[] dilation, SymInt groups) -> Tensor")
      .composition(c -> padded(c, c.tensor("weight").dim() - 2));

  public static final Operator CONV1D = convolution(1);
  public static final Operator CONV2D = convolution(2);
  public static final Operator CONV3D = convolution(3);
  /// Convolution along time: self `[T, N, I]`, weight `[k, I, O]`, bias `[O]` give `[T + 2 pad - k + 1, N, O]`.
  public static final Operator CONV_TBC =
      Operator.declare("aten::conv_tbc(Tensor self, Tensor weight, Tensor bias, int pad=0) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Tensor weight = c.tensor("weight");
            if (self.dim() != 3 || weight.dim() != 3) throw c.check()
                .because(
                    "Input must have 3 dims: time, batch, in_channel; weight: kernel_width, in_channels, out_channels")
                .tensor("self", self).tensor("weight", weight).shapeFailure();
            if (self.size(2) != weight.size(1)) throw c.check()
                .because("Input dim 2 (input channels) is not == dim 1 in the weight tensor").tensor("self", self)
                .tensor("weight", weight).shapeFailure();
            return Convolution.CONV1D.tensor(self.permute(1, 2, 0), weight.permute(2, 1, 0), c.tensor("bias"),
                new long[] {1}, new long[] {c.integer("pad")}, new long[] {1}, 1L).permute(2, 0, 1);
          });
  public static final Operator CONV1D_PADDING = convolutionWithMode(1);
  public static final Operator CONV2D_PADDING = convolutionWithMode(2);
  public static final Operator CONV3D_PADDING = convolutionWithMode(3);
  public static final Operator CONV_TRANSPOSE1D = transposed(1, "aten::conv_transpose1d");
  public static final Operator CONV_TRANSPOSE2D = transposed(2, "aten::conv_transpose2d.input");
  public static final Operator CONV_TRANSPOSE3D = transposed(3, "aten::conv_transpose3d.input");

  private Convolution() {}

  /// A convolution cut to these sizes: an output padding beyond the stride leaves rows that no window of the transposed
  /// one began in.
  private static Tensor cropped(long[] sizes, Tensor x, Tensor w, long[] stride, long[] padding, long[] dilation,
      long groups) {
    Tensor y = FORWARD.tensor(x, w, null, stride, padding, dilation, groups);
    for (int d = 2; d < sizes.length; d++) {
      if (y.size(d) > sizes[d]) y = y.narrow(d, 0, sizes[d]);
    }
    return y;
  }

  private static Tensor none(Tensor like) {
    return Torch.empty(new long[] {0}, like.dtype(), like.device());
  }

  private static String list(int n, int value) {
    int[] all = new int[n];
    Arrays.fill(all, value);
    return Arrays.toString(all);
  }

  private static Operator convolution(int n) {
    return Operator
        .declare("aten::conv" + n + "d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[" + n + "] stride="
            + list(n, 1) + ", SymInt[" + n + "] padding=" + list(n, 0) + ", SymInt[" + n + "] dilation=" + list(n, 1)
            + ", SymInt groups=1) -> Tensor")
        .composition(c -> convolve(c, c.longs("stride"), c.longs("padding"), c.longs("dilation"), false, new long[n]));
  }

  private static Operator convolutionWithMode(int n) {
    return Operator
        .declare("aten::conv" + n + "d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[" + n
            + "] stride=" + list(n, 1) + ", str padding=\"valid\", SymInt[" + n + "] dilation=" + list(n, 1)
            + ", SymInt groups=1) -> Tensor")
        .composition(c -> padded(c, n));
  }

  private static Operator transposed(int n, String name) {
    return Operator
        .declare(name + "(Tensor input, Tensor weight, Tensor? bias=None, SymInt[" + n + "] stride=" + list(n, 1)
            + ", SymInt[" + n + "] padding=" + list(n, 0) + ", SymInt[" + n + "] output_padding=" + list(n, 0)
            + ", SymInt groups=1, SymInt[" + n + "] dilation=" + list(n, 1) + ") -> Tensor")
        .composition(c -> convolve(c, c.longs("stride"), c.longs("padding"), c.longs("dilation"), true,
            c.longs("output_padding")));
  }

  private static Tensor padded(Call c, int n) {
    String mode = c.string("padding");
    long[] stride = repeat(c.longs("stride"), n);
    long[] dilation = repeat(c.longs("dilation"), n);
    long[] padding = new long[n];
    Tensor input = c.tensor("input");
    Tensor weight = c.tensor("weight");
    if (weight.dim() != n + 2 || input.dim() != n + 2 && input.dim() != n + 1)
      throw c.check().because("Expected %dD (unbatched) or %dD (batched) input, but got input of size: %s", n + 1,
          n + 2, Arrays.toString(input.sizes())).tensor("weight", weight).shapeFailure();
    if (mode.equals("same")) {
      long[] extra = new long[2 * n];
      boolean uneven = false;
      for (int d = 0; d < n; d++) {
        if (stride[d] != 1)
          throw c.check().because("padding='same' is not supported for strided convolutions").failure();
        long total = dilation[d] * (c.tensor("weight").size(d + 2) - 1);
        padding[d] = total / 2;
        if (total % 2 == 1) {
          uneven = true;
          // The odd one goes behind, as an explicit row of zeros.
          extra[2 * (n - 1 - d) + 1] = 1;
        }
      }
      if (uneven) input = zeroPadded(input, extra);
    } else if (!mode.equals("valid")) {
      throw c.check().because("Invalid padding string: '%s'", mode).hint("'same' or 'valid'").failure();
    }
    return convolve(c, input, stride, padding, dilation, false, new long[n]);
  }

  /// Zeros before and after the last dimensions, counted from the last one on.
  private static Tensor zeroPadded(Tensor x, long[] pad) {
    Tensor padded = x;
    for (int i = 0; i < pad.length / 2; i++) {
      if (pad[2 * i + 1] == 0) continue;
      long[] sizes = padded.sizes().clone();
      int d = sizes.length - 1 - i;
      sizes[d] = pad[2 * i + 1];
      padded = Torch.cat(new Tensor[] {padded, Torch.zeros(sizes, x.dtype(), x.device())}, d);
    }
    return padded;
  }

  private static long[] repeat(long[] given, int n) {
    if (given.length == n) return given;
    long[] all = new long[n];
    Arrays.fill(all, given[0]);
    return all;
  }

  private static Tensor convolve(Call c, long[] stride, long[] padding, long[] dilation, boolean transposed,
      long[] outputPadding) {
    return convolve(c, c.tensor("input"), stride, padding, dilation, transposed, outputPadding);
  }

  private static Tensor convolve(Call c, Tensor input, long[] strides, long[] paddings, long[] dilations,
      boolean transposed, long[] outputPaddings) {
    Tensor weight = c.tensor("weight");
    Tensor bias = c.tensorOrNull("bias");
    long groups = c.integer("groups");
    int n = weight.dim() - 2;
    if (n < 1)
      throw c.check().because("weight should have at least three dimensions").tensor("weight", weight).shapeFailure();
    if (input.dim() == n + 1) {
      Tensor batched = convolve(c, input.unsqueeze(0), strides, paddings, dilations, transposed, outputPaddings);
      return batched.squeeze(0);
    }
    if (input.dim() != n + 2)
      throw c.check().because("Expected %dD (unbatched) or %dD (batched) input, but got input of size: %s", n + 1,
          n + 2, Arrays.toString(input.sizes())).tensor("weight", weight).shapeFailure();
    long[] stride = repeat(strides, n);
    long[] padding = repeat(paddings, n);
    long[] dilation = repeat(dilations, n);
    long[] outputPadding = outputPaddings.length == 0 ? new long[n] : repeat(outputPaddings, n);
    for (int d = 0; d < n; d++) {
      if (stride[d] <= 0) throw c.check().because("non-positive stride is not supported").failure();
      if (padding[d] < 0) throw c.check().because("negative padding is not supported").failure();
      if (dilation[d] <= 0) throw c.check().because("dilation should be greater than zero").failure();
      if (outputPadding[d] != 0 && outputPadding[d] >= Math.max(stride[d], dilation[d]))
        throw c.check().because(
            "output padding must be smaller than either stride or dilation, but got output_padding: %d stride: %d dilation: %d in dimension %d",
            outputPadding[d], stride[d], dilation[d], d).failure();
    }
    if (groups <= 0) throw c.check().because("non-positive groups is not supported").failure();
    long channels = transposed ? weight.size(0) : weight.size(1) * groups;
    if (input.size(1) != channels) {
      throw c.check()
          .because(
              "Given groups=%d, weight of size %s, expected input%s to have %d channels, but got %d channels instead",
              groups, Arrays.toString(weight.sizes()), Arrays.toString(input.sizes()), channels, input.size(1))
          .tensor("input", input).tensor("weight", weight).shapeFailure();
    }
    if (weight.size(0) % groups != 0) throw c.check().because(
        "Given groups=%d, expected weight to be at least %d at dimension 0 and divisible by it, but got weight of size %s",
        groups, groups, Arrays.toString(weight.sizes())).shapeFailure();
    if (input.dtype() != weight.dtype() || bias != null && bias.dtype() != weight.dtype())
      throw c.check().because("Input type (%s), weight type (%s) and bias type (%s) should be the same", input.dtype(),
          weight.dtype(), bias == null ? "none" : bias.dtype()).failure();
    long outputs = transposed ? weight.size(1) * groups : weight.size(0);
    if (bias != null && (bias.dim() != 1 || bias.size(0) != outputs))
      throw c.check().because("expected bias to be 1-dimensional with %d elements, but got bias of size %s instead",
          outputs, Arrays.toString(bias.sizes())).tensor("weight", weight).shapeFailure();
    if (input.dtype().isComplex())
      return complex(c, input, weight, bias, stride, padding, dilation, transposed, outputPadding, groups);
    // Kernels of GPUs sum halves in float32 by themselves.
    if (input.dtype().isHalf() && (input.device().isHost() || transposed && bias != null)) {
      // Rounded once, after the bias.
      Tensor wide = CONVOLUTION.tensor(input.to(DType.FLOAT32), weight.to(DType.FLOAT32),
          bias == null ? null : bias.to(DType.FLOAT32), stride, padding, dilation, transposed, outputPadding, groups);
      return wide.to(input.dtype());
    }
    if (!transposed) {
      for (int d = 0; d < n; d++) {
        long reach = dilation[d] * (weight.size(d + 2) - 1) + 1;
        if (input.size(d + 2) + 2 * padding[d] < reach) throw c.check().because(
            "Calculated padded input size per channel: (%d). Kernel size: (%d). Kernel size can't be greater than actual input size",
            input.size(d + 2) + 2 * padding[d], reach).tensor("input", input).tensor("weight", weight).shapeFailure();
      }
      return FORWARD.tensor(input, weight, bias, stride, padding, dilation, groups);
    }
    long[] sizes = new long[n + 2];
    sizes[0] = input.size(0);
    sizes[1] = outputs;
    for (int d = 0; d < n; d++) sizes[d + 2] = (input.size(d + 2) - 1) * stride[d] - 2 * padding[d]
        + dilation[d] * (weight.size(d + 2) - 1) + outputPadding[d] + 1;
    Tensor y = INPUT.tensor(input, weight, sizes, stride, padding, dilation, groups);
    if (bias == null) return y;
    long[] perChannel = new long[n + 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = outputs;
    return y.add(bias.reshape(perChannel));
  }

  /// Four real convolutions.
  private static Tensor complex(Call c, Tensor x, Tensor w, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, boolean transposed, long[] outputPadding, long groups) {
    Object[] rest = {stride, padding, dilation, transposed, outputPadding, groups};
    Tensor re = real(x.real(), w.real(), rest).sub(real(x.imag(), w.imag(), rest));
    Tensor im = real(x.real(), w.imag(), rest).add(real(x.imag(), w.real(), rest));
    Tensor y = Torch.complex(re, im);
    if (bias == null) return y;
    long[] perChannel = new long[x.dim() - 1];
    Arrays.fill(perChannel, 1);
    perChannel[0] = bias.size(0);
    return y.add(bias.reshape(perChannel));
  }

  private static Tensor real(Tensor x, Tensor w, Object[] rest) {
    return CONVOLUTION.tensor(x.contiguous(), w.contiguous(), null, rest[0], rest[1], rest[2], rest[3], rest[4],
        rest[5]);
  }

  /// The sizes of a convolution's result.
  public static long[] outputSizes(long[] input, long[] weight, long[] stride, long[] padding, long[] dilation) {
    long[] sizes = new long[input.length];
    sizes[0] = input[0];
    sizes[1] = weight[0];
    for (int d = 2; d < sizes.length; d++) {
      sizes[d] = (input[d] + 2 * padding[d - 2] - dilation[d - 2] * (weight[d] - 1) - 1) / stride[d - 2] + 1;
    }
    return sizes;
  }

  /// A result in the memory format of its argument: channels-last stays so. On GPUs that of the weight counts as well,
  /// but for float64, as in PyTorch's convolutions by cuDNN.
  private static Tensor like(Tensor x, Tensor weight, long[] sizes) {
    boolean channelsLast = isChannelsLast(x)
        || !x.device().isHost() && x.dtype() != DType.FLOAT64 && isChannelsLast(weight);
    if (!channelsLast) return Torch.empty(sizes, x.dtype(), x.device());
    return Torch.emptyStrided(sizes, Tensor.channelsLastStrides(sizes), x.dtype(), x.device());
  }

  private static boolean isChannelsLast(Tensor t) {
    return !t.isContiguous()
        && (t.isContiguous(MemoryFormat.CHANNELS_LAST) || t.isContiguous(MemoryFormat.CHANNELS_LAST_3D));
  }

  private static Tensor sumOverChannels(Tensor grad) {
    long[] dims = new long[grad.dim() - 1];
    for (int d = 1; d < dims.length; d++) dims[d] = d + 1;
    return grad.sum(dims);
  }
}
