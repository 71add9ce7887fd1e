package jtorch.nn.functional;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.ClassLossOptions;
import jtorch.nn.PoolOptions;
import jtorch.nn.Reduction;
import jtorch.op.Activations;
import jtorch.op.ClassificationLosses;
import jtorch.op.Convolution;
import jtorch.op.Dropouts;
import jtorch.op.Embeddings;
import jtorch.op.GroupedProducts;
import jtorch.op.Losses;
import jtorch.op.MatrixProducts;
import jtorch.op.Normalization;
import jtorch.op.Operator;
import jtorch.op.Padding;
import jtorch.op.Pooling;
import jtorch.op.Softmax;
import org.jspecify.annotations.Nullable;

/// The functions of `torch.nn.functional`.
public final class F extends AttentionFunctions {
  private static final Operator[] CONVOLUTIONS = {Convolution.CONV1D, Convolution.CONV2D, Convolution.CONV3D};
  private static final Operator[] SAME =
      {Convolution.CONV1D_PADDING, Convolution.CONV2D_PADDING, Convolution.CONV3D_PADDING};
  private static final Operator[] TRANSPOSED =
      {Convolution.CONV_TRANSPOSE1D, Convolution.CONV_TRANSPOSE2D, Convolution.CONV_TRANSPOSE3D};

  private F() {}

  // ---- products and convolutions ---------------------------------------------------------------------------------

  /// `input @ weight.T + bias`: `[*, in] -> [*, out]`.
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return MatrixProducts.LINEAR.tensor(input, weight, bias);
  }

  /// Convolution in as many dimensions as the weight has.
  public static Tensor conv(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, long groups) {
    return CONVOLUTIONS[weight.dim() - 3].tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  /// Convolution that keeps the size.
  public static Tensor convSame(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] dilation,
      long groups) {
    return SAME[weight.dim() - 3].tensor(input, weight, bias, stride, "same", dilation, groups);
  }

  /// `[N, C, H, W]` with weight `[K, C, kH, kW]`, stride 1, no padding.
  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return conv(input, weight, bias, new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1}, 1);
  }

  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long stride, long padding) {
    return conv(input, weight, bias, new long[] {stride, stride}, new long[] {padding, padding}, new long[] {1, 1}, 1);
  }

  /// Transposed convolution in as many dimensions as the weight has.
  public static Tensor convTranspose(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] outputPadding, long groups, long[] dilation) {
    return TRANSPOSED[weight.dim() - 3].tensor(input, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  /// `y_o = x1^T weight_o x2 + bias_o` over the last dimensions: `[*, m], [*, n], [o, m, n], [o] -> [*, o]`.
  public static Tensor bilinear(Tensor input1, Tensor input2, Tensor weight, @Nullable Tensor bias) {
    return Torch.bilinear(input1, input2, weight, bias);
  }

  /// Products of matrices in groups: rows up to `offs[i]` of `matA` times the i-th matrix of `matB`, and the other forms of
  /// [jtorch.op.GroupedProducts#GROUPED_MM].
  ///
  /// @param offs the ends of the groups, int32; null where both are batches
  public static Tensor groupedMm(Tensor matA, Tensor matB, @Nullable Tensor offs) {
    return GroupedProducts.GROUPED_MM.tensor(matA, matB, offs, null, null);
  }

  /// Rows of a table by index; the padding row gets no gradient.
  public static Tensor embedding(Tensor indices, Tensor weight, @Nullable Long paddingIdx, boolean scaleGradByFreq) {
    return embedding(indices, weight, paddingIdx, scaleGradByFreq, false);
  }

  /// With `sparse` the table's gradient is a sparse tensor of the rows that were read.
  public static Tensor embedding(Tensor indices, Tensor weight, @Nullable Long paddingIdx, boolean scaleGradByFreq,
      boolean sparse) {
    return Embeddings.EMBEDDING.tensor(weight, indices, paddingIdx == null ? -1L : paddingIdx, scaleGradByFreq, sparse);
  }

  public static Tensor embedding(Tensor indices, Tensor weight) {
    return embedding(indices, weight, null, false);
  }

  /// Scales those rows of a table that are read and whose p-norm is larger than `maxNorm` down to it, in place and outside
  /// the graph.
  public static void embeddingRenorm_(Tensor weight, Tensor indices, double maxNorm, double normType) {
    try (var off = Torch.noGrad()) {
      Embeddings.RENORM_.tensor(weight, indices, maxNorm, normType);
    }
  }

  // ---- activations -----------------------------------------------------------------------------------------------

  public static Tensor relu(Tensor x) {
    return x.relu();
  }

  public static Tensor relu_(Tensor x) {
    return x.relu_();
  }

  public static Tensor relu6(Tensor x) {
    return Activations.RELU6.tensor(x);
  }

  public static Tensor relu6_(Tensor x) {
    return Activations.RELU6.mutating().tensor(x);
  }

  public static Tensor silu(Tensor x) {
    return Activations.SILU.tensor(x);
  }

  public static Tensor silu_(Tensor x) {
    return Activations.SILU.mutating().tensor(x);
  }

  public static Tensor mish(Tensor x) {
    return Activations.MISH.tensor(x);
  }

  public static Tensor mish_(Tensor x) {
    return Activations.MISH.mutating().tensor(x);
  }

  public static Tensor hardswish(Tensor x) {
    return Activations.HARDSWISH.tensor(x);
  }

  public static Tensor hardswish_(Tensor x) {
    return Activations.HARDSWISH.mutating().tensor(x);
  }

  public static Tensor hardsigmoid(Tensor x) {
    return Activations.HARDSIGMOID.tensor(x);
  }

  public static Tensor hardsigmoid_(Tensor x) {
    return Activations.HARDSIGMOID.mutating().tensor(x);
  }

  public static Tensor selu(Tensor x) {
    return Activations.SELU.tensor(x);
  }

  public static Tensor selu_(Tensor x) {
    return Activations.SELU.mutating().tensor(x);
  }

  /// @param approximate `none` for the error function, `tanh` for its approximation
  public static Tensor gelu(Tensor x, String approximate) {
    return Activations.GELU.tensor(x, approximate);
  }

  public static Tensor gelu(Tensor x) {
    return gelu(x, "none");
  }

  public static Tensor sigmoid(Tensor x) {
    return x.sigmoid();
  }

  public static Tensor tanh(Tensor x) {
    return x.tanh();
  }

  public static Tensor logsigmoid(Tensor x) {
    return Activations.LOG_SIGMOID.tensor(x);
  }

  public static Tensor leakyRelu(Tensor x, double negativeSlope) {
    return Activations.LEAKY_RELU.tensor(x, negativeSlope);
  }

  public static Tensor elu(Tensor x, double alpha) {
    return Activations.ELU.tensor(x, alpha, 1L, 1L);
  }

  public static Tensor celu(Tensor x, double alpha) {
    return Activations.CELU.tensor(x, alpha);
  }

  public static Tensor softplus(Tensor x, double beta, double threshold) {
    return Activations.SOFTPLUS.tensor(x, beta, threshold);
  }

  public static Tensor hardtanh(Tensor x, double minVal, double maxVal) {
    if (minVal > maxVal) throw new IllegalArgumentException(
        "hardtanh: min_val cannot be greater than max_val, got " + minVal + " and " + maxVal);
    return Activations.HARDTANH.tensor(x, minVal, maxVal);
  }

  public static Tensor hardshrink(Tensor x, double lambda) {
    return Activations.HARDSHRINK.tensor(x, lambda);
  }

  public static Tensor softshrink(Tensor x, double lambda) {
    return Activations.SOFTSHRINK.tensor(x, lambda);
  }

  /// `x / (1 + |x|)`
  public static Tensor softsign(Tensor x) {
    return x.div(x.abs().add(1));
  }

  /// `x - tanh(x)`
  public static Tensor tanhshrink(Tensor x) {
    return x.sub(x.tanh());
  }

  public static Tensor softmax(Tensor x, long dim) {
    return Softmax.SOFTMAX.tensor(x, dim, null);
  }

  public static Tensor logSoftmax(Tensor x, long dim) {
    return Softmax.LOG_SOFTMAX.tensor(x, dim, null);
  }

  public static Tensor softmin(Tensor x, long dim) {
    return softmax(x.neg(), dim);
  }

  // ---- dropout ---------------------------------------------------------------------------------------------------

  /// Zeroes elements with probability p and scales the others by `1 / (1 - p)`, in training.
  public static Tensor dropout(Tensor x, double p, boolean training) {
    return Dropouts.DROPOUT.tensor(x, p, training);
  }

  public static Tensor dropout1d(Tensor x, double p, boolean training) {
    return channelDropout(x, p, training, 1);
  }

  public static Tensor dropout2d(Tensor x, double p, boolean training) {
    return channelDropout(x, p, training, 2);
  }

  public static Tensor dropout3d(Tensor x, double p, boolean training) {
    return channelDropout(x, p, training, 3);
  }

  private static Tensor channelDropout(Tensor x, double p, boolean training, int space) {
    if (x.dim() == space + 1 && space != 2)
      return Dropouts.FEATURE_DROPOUT.tensor(x.unsqueeze(0), p, training).squeeze(0);
    return Dropouts.FEATURE_DROPOUT.tensor(x, p, training);
  }

  public static Tensor alphaDropout(Tensor x, double p, boolean training) {
    return Dropouts.ALPHA_DROPOUT.tensor(x, p, training);
  }

  // ---- dropout in place ------------------------------------------------------------------------------------------

  public static Tensor dropout_(Tensor x, double p, boolean training) {
    return Dropouts.DROPOUT_.tensor(x, p, training);
  }

  public static Tensor dropout1d_(Tensor x, double p, boolean training) {
    return channelDropout_(x, p, training, 1);
  }

  public static Tensor dropout2d_(Tensor x, double p, boolean training) {
    return channelDropout_(x, p, training, 2);
  }

  public static Tensor dropout3d_(Tensor x, double p, boolean training) {
    return channelDropout_(x, p, training, 3);
  }

  private static Tensor channelDropout_(Tensor x, double p, boolean training, int space) {
    boolean single = x.dim() == space + 1 && space != 2;
    Dropouts.FEATURE_DROPOUT_.tensor(single ? x.unsqueeze(0) : x, p, training);
    return x;
  }

  public static Tensor alphaDropout_(Tensor x, double p, boolean training) {
    return Dropouts.ALPHA_DROPOUT_.tensor(x, p, training);
  }

  public static Tensor featureAlphaDropout_(Tensor x, double p, boolean training) {
    return Dropouts.FEATURE_ALPHA_DROPOUT_.tensor(x, p, training);
  }

  // ---- normalisation ---------------------------------------------------------------------------------------------

  /// In training the running statistics are moved by the batch's.
  public static Tensor batchNorm(Tensor x, @Nullable Tensor runningMean, @Nullable Tensor runningVar,
      @Nullable Tensor weight, @Nullable Tensor bias, boolean training, double momentum, double eps) {
    return Normalization.BATCH_NORM.tensor(x, weight, bias, runningMean, runningVar, training, momentum, eps, false);
  }

  public static Tensor instanceNorm(Tensor x, @Nullable Tensor runningMean, @Nullable Tensor runningVar,
      @Nullable Tensor weight, @Nullable Tensor bias, boolean useInputStats, double momentum, double eps) {
    if (useInputStats && x.dim() > 2 && Arrays.stream(x.sizes()).skip(2).reduce(1, (a, b) -> a * b) == 1)
      throw new IllegalArgumentException(
          "instance_norm: Expected more than 1 spatial element when training, got input size "
              + Arrays.toString(x.sizes()));
    return Normalization.INSTANCE_NORM.tensor(x, weight, bias, runningMean, runningVar, useInputStats, momentum, eps,
        false);
  }

  public static Tensor layerNorm(Tensor x, long[] normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias,
      double eps) {
    return Normalization.LAYER_NORM.tensor(x, normalizedShape, weight, bias, eps, false);
  }

  public static Tensor groupNorm(Tensor x, long numGroups, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
    return Normalization.GROUP_NORM.tensor(x, numGroups, weight, bias, eps, false);
  }

  /// @param eps null for the dtype's machine epsilon
  public static Tensor rmsNorm(Tensor x, long[] normalizedShape, @Nullable Tensor weight, @Nullable Double eps) {
    return Normalization.RMS_NORM.tensor(x, normalizedShape, weight, eps);
  }

  // ---- pooling ---------------------------------------------------------------------------------------------------

  private static Tensor maxPool(Operator operator, Tensor x, long[] kernelSize, PoolOptions o) {
    return operator.tensor(x, kernelSize, o.stride(), o.padding(), o.dilation(), o.ceilMode());
  }

  public static Tensor maxPool1d(Tensor x, long[] kernelSize, PoolOptions o) {
    return maxPool(Pooling.MAX_POOL1D, x, kernelSize, o);
  }

  public static Tensor maxPool2d(Tensor x, long[] kernelSize, PoolOptions o) {
    return maxPool(Pooling.MAX_POOL2D, x, kernelSize, o);
  }

  /// Windows of `kernelSize` by `kernelSize`, side by side.
  public static Tensor maxPool2d(Tensor x, long kernelSize) {
    return maxPool2d(x, new long[] {kernelSize, kernelSize}, PoolOptions.DEFAULT);
  }

  public static Tensor maxPool3d(Tensor x, long[] kernelSize, PoolOptions o) {
    return maxPool(Pooling.MAX_POOL3D, x, kernelSize, o);
  }

  public static Tensor avgPool1d(Tensor x, long[] kernelSize, PoolOptions o) {
    return Pooling.AVG_POOL1D.tensor(x, kernelSize, o.stride(), o.padding(), o.ceilMode(), o.countIncludePad());
  }

  public static Tensor avgPool2d(Tensor x, long[] kernelSize, PoolOptions o) {
    return Pooling.AVG_POOL2D.tensor(x, kernelSize, o.stride(), o.padding(), o.ceilMode(), o.countIncludePad(),
        o.divisorOverride());
  }

  public static Tensor avgPool3d(Tensor x, long[] kernelSize, PoolOptions o) {
    return Pooling.AVG_POOL3D.tensor(x, kernelSize, o.stride(), o.padding(), o.ceilMode(), o.countIncludePad(),
        o.divisorOverride());
  }

  public static Tensor adaptiveAvgPool1d(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_AVG_POOL1D.tensor(x, outputSize);
  }

  public static Tensor adaptiveAvgPool2d(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_AVG_POOL2D.tensor(x, outputSize);
  }

  public static Tensor adaptiveAvgPool3d(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_AVG_POOL3D.tensor(x, outputSize);
  }

  public static Tensor adaptiveMaxPool1d(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL1D.tensors(x, outputSize)[0];
  }

  public static Tensor adaptiveMaxPool2d(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL2D.tensors(x, outputSize)[0];
  }

  public static Tensor adaptiveMaxPool3d(Tensor x, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL3D.tensors(x, outputSize)[0];
  }

  // ---- padding ---------------------------------------------------------------------------------------------------

  /// Pads the last dimensions: before and after the last, before and after the one before it, ...
  ///
  /// @param mode `constant`, `reflect`, `replicate` or `circular`
  /// @param value what is filled in by `constant`; null for 0
  public static Tensor pad(Tensor x, long[] pad, String mode, @Nullable Double value) {
    return Padding.PAD.tensor(x, pad, mode, value);
  }

  // ---- losses ----------------------------------------------------------------------------------------------------

  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return crossEntropy(input, target, ClassLossOptions.DEFAULT);
  }

  /// Input `[N, C, *]` of logits; target `[N, *]` of class indices, or probabilities of the input's shape.
  public static Tensor crossEntropy(Tensor input, Tensor target, ClassLossOptions o) {
    return ClassificationLosses.CROSS_ENTROPY_LOSS.tensor(input, target, o.weight(), o.reduction().code(),
        o.ignoreIndex(), o.labelSmoothing());
  }

  public static Tensor nllLoss(Tensor input, Tensor target) {
    return nllLoss(input, target, ClassLossOptions.DEFAULT);
  }

  /// Input `[N, C, *]` of log-probabilities; target `[N, *]` of class indices.
  public static Tensor nllLoss(Tensor input, Tensor target, ClassLossOptions o) {
    return ClassificationLosses.NLL_LOSS_ND.tensor(input, target, o.weight(), o.reduction().code(), o.ignoreIndex());
  }

  public static Tensor mseLoss(Tensor input, Tensor target) {
    return mseLoss(input, target, Reduction.MEAN);
  }

  public static Tensor mseLoss(Tensor input, Tensor target, Reduction reduction) {
    return Losses.MSE_LOSS.tensor(input, target, reduction.code());
  }

  public static Tensor l1Loss(Tensor input, Tensor target, Reduction reduction) {
    return Losses.L1_LOSS.tensor(input, target, reduction.code());
  }

  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, Reduction reduction) {
    return binaryCrossEntropy(input, target, null, reduction);
  }

  public static Tensor binaryCrossEntropy(Tensor input, Tensor target, @Nullable Tensor weight, Reduction reduction) {
    if (!Arrays.equals(input.sizes(), target.sizes())) throw new IllegalArgumentException(
        "binary_cross_entropy: Using a target size (" + Arrays.toString(target.sizes())
            + ") that is different to the input size (" + Arrays.toString(input.sizes())
            + ") is deprecated. Please ensure they have the same size.");
    return Losses.BINARY_CROSS_ENTROPY.tensor(input, target, weight, reduction.code());
  }

  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, Reduction reduction) {
    return binaryCrossEntropyWithLogits(input, target, null, null, reduction);
  }

  /// @param posWeight how much positive targets count
  public static Tensor binaryCrossEntropyWithLogits(Tensor input, Tensor target, @Nullable Tensor weight,
      @Nullable Tensor posWeight, Reduction reduction) {
    return Losses.BINARY_CROSS_ENTROPY_WITH_LOGITS.tensor(input, target, weight, posWeight, reduction.code());
  }
}
