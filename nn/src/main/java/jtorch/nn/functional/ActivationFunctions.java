package jtorch.nn.functional;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.PoolOptions;
import jtorch.op.Activations;
import jtorch.op.Convolution;
import jtorch.op.Dropouts;
import jtorch.op.RandomizedRelu;
import org.jspecify.annotations.Nullable;

/// Activations in place and rarer ones, and convolutions by their number of dimensions, for [F] to inherit.
public abstract class ActivationFunctions extends LossFunctions {
  ActivationFunctions() {}

  // ---- activations -----------------------------------------------------------------------------------------------

  /// x where it is positive, else `weight x`, one weight for all or one a channel.
  public static Tensor prelu(Tensor x, Tensor weight) {
    return x.prelu(weight);
  }

  /// `a sigmoid(b)` of the halves a and b along a dimension.
  public static Tensor glu(Tensor x, long dim) {
    return Activations.GLU.tensor(x, dim);
  }

  public static Tensor glu(Tensor x) {
    return glu(x, -1);
  }

  /// x above the threshold, else the value.
  public static Tensor threshold(Tensor x, Number threshold, Number value) {
    return Activations.THRESHOLD.tensor(x, threshold, value);
  }

  public static Tensor threshold_(Tensor x, Number threshold, Number value) {
    return Activations.THRESHOLD.mutating().tensor(x, threshold, value);
  }

  public static Tensor elu_(Tensor x, double alpha) {
    return Activations.ELU.mutating().tensor(x, alpha, 1L, 1L);
  }

  public static Tensor celu_(Tensor x, double alpha) {
    return Activations.CELU.mutating().tensor(x, alpha);
  }

  public static Tensor hardtanh_(Tensor x, double minVal, double maxVal) {
    return Activations.HARDTANH.mutating().tensor(x, minVal, maxVal);
  }

  public static Tensor leakyRelu_(Tensor x, double negativeSlope) {
    return Activations.LEAKY_RELU.mutating().tensor(x, negativeSlope);
  }

  /// Leaky ReLU with a slope for each element, drawn in training from `[lower, upper)`, else the middle.
  public static Tensor rrelu(Tensor x, double lower, double upper, boolean training) {
    return RandomizedRelu.RRELU.tensor(x, lower, upper, training, null);
  }

  public static Tensor rrelu_(Tensor x, double lower, double upper, boolean training) {
    return RandomizedRelu.RRELU_.tensor(x, lower, upper, training, null);
  }

  /// Alpha dropout of whole channels.
  public static Tensor featureAlphaDropout(Tensor x, double p, boolean training) {
    return Dropouts.FEATURE_ALPHA_DROPOUT.tensor(x, p, training);
  }

  /// Samples of categories that pass gradients: softmax of logits with Gumbel noise.
  ///
  /// @param tau the temperature
  /// @param hard one-hot samples, with the gradient of the soft ones
  ///
  /// **Source**: Jang et al., *Categorical Reparameterization with Gumbel-Softmax*, 2017.
  public static Tensor gumbelSoftmax(Tensor logits, double tau, boolean hard, long dim) {
    Tensor noise = Torch.emptyLike(logits.detach()).exponential_(1).log().neg();
    Tensor soft = logits.add(noise).div(tau).softmax(dim);
    if (!hard) return soft;
    Tensor index = soft.max(dim, true).indices();
    Tensor one = logits.detach().zerosLike().scatter_(dim, index, 1.0);
    return one.sub(soft.detach()).add(soft);
  }

  public static Tensor gumbelSoftmax(Tensor logits, double tau, boolean hard) {
    return gumbelSoftmax(logits, tau, hard, -1);
  }

  /// Each element over a power of the mean square of its neighbours among the channels:
  /// `x / (k + alpha mean(x^2))^beta` over `size` channels.
  ///
  /// **Source**: Krizhevsky et al., *ImageNet Classification with Deep Convolutional Neural Networks*, 2012.
  public static Tensor localResponseNorm(Tensor input, long size, double alpha, double beta, double k) {
    if (input.dim() < 3) throw new IllegalArgumentException(
        "localResponseNorm: Expected 3D or higher dimensionality input (got " + input.dim() + " dimensions)");
    if (input.numel() == 0) return input;
    Tensor squares = input.mul(input).unsqueeze(1);
    long[] sizes = input.sizes();
    if (input.dim() == 3) {
      squares = squares.pad(0, 0, size / 2, (size - 1) / 2);
      squares = F.avgPool2d(squares, new long[] {size, 1}, PoolOptions.DEFAULT.stride(1)).squeeze(1);
    } else {
      squares = squares.view(sizes[0], 1, sizes[1], sizes[2], -1).pad(0, 0, 0, 0, size / 2, (size - 1) / 2);
      squares = F.avgPool3d(squares, new long[] {size, 1, 1}, PoolOptions.DEFAULT.stride(1)).squeeze(1).view(sizes);
    }
    return input.div(squares.mul(alpha).add(k).pow(beta));
  }

  public static Tensor localResponseNorm(Tensor input, long size) {
    return localResponseNorm(input, size, 1e-4, 0.75, 1);
  }

  /// One-hot vectors of class indices; as many classes as the largest index asks for.
  public static Tensor oneHot(Tensor indices) {
    return Torch.oneHot(indices, -1);
  }

  public static Tensor oneHot(Tensor indices, long numClasses) {
    return Torch.oneHot(indices, numClasses);
  }

  // ---- convolutions ----------------------------------------------------------------------------------------------

  private static long[] all(long value, int n) {
    long[] values = new long[n];
    Arrays.fill(values, value);
    return values;
  }

  /// `[N, C, L]` with weight `[K, C / groups, kL]`.
  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding,
      long dilation, long groups) {
    return Convolution.CONV1D.tensor(input, weight, bias, all(stride, 1), all(padding, 1), all(dilation, 1), groups);
  }

  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return conv1d(input, weight, bias, 1, 0, 1, 1);
  }

  /// `[N, C, D, H, W]` with weight `[K, C / groups, kD, kH, kW]`.
  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, long groups) {
    return Convolution.CONV3D.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return conv3d(input, weight, bias, all(1, 3), all(0, 3), all(1, 3), 1);
  }

  /// The gradient of [#conv1d] by its input, as an operator.
  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding,
      long outputPadding, long groups, long dilation) {
    return Convolution.CONV_TRANSPOSE1D.tensor(input, weight, bias, all(stride, 1), all(padding, 1),
        all(outputPadding, 1), groups, all(dilation, 1));
  }

  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return convTranspose1d(input, weight, bias, 1, 0, 0, 1, 1);
  }

  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride,
      long[] padding, long[] outputPadding, long groups, long[] dilation) {
    return Convolution.CONV_TRANSPOSE2D.tensor(input, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return convTranspose2d(input, weight, bias, all(1, 2), all(0, 2), all(0, 2), 1, all(1, 2));
  }

  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride,
      long[] padding, long[] outputPadding, long groups, long[] dilation) {
    return Convolution.CONV_TRANSPOSE3D.tensor(input, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return convTranspose3d(input, weight, bias, all(1, 3), all(0, 3), all(0, 3), 1, all(1, 3));
  }
}
