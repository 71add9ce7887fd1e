package jtorch;

import jtorch.op.Activations;
import jtorch.op.Arranging;
import jtorch.op.Convolution;
import jtorch.op.Creation;
import jtorch.op.Dropouts;
import jtorch.op.Embeddings;
import jtorch.op.Joining;
import jtorch.op.Losses;
import jtorch.op.MatrixProducts;
import jtorch.op.Normalization;
import jtorch.op.Padding;
import jtorch.op.Pooling;
import jtorch.op.RandomNumbers;
import jtorch.op.RandomizedRelu;
import jtorch.op.Reductions;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// Operators of networks as PyTorch has them among the functions of `torch`: all arguments in ATen's order, or only those
/// without a default. `jtorch.nn.functional.F` has them with options. For [Torch] to inherit.
public abstract class NetworkFunctions extends PointwiseFunctions {
  NetworkFunctions() {}

  /// Cross-correlation of `[N, C, L]` with `[O, C / groups, K]`.
  public static Tensor conv1d(Tensor input, Tensor weight) {
    return Convolution.CONV1D.tensor(input, weight, null, new long[] {1}, new long[] {0}, new long[] {1}, 1L);
  }

  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, long groups) {
    return Convolution.CONV1D.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  public static Tensor conv1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding,
      long[] dilation, long groups) {
    return Convolution.CONV1D_PADDING.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  /// Cross-correlation of `[N, C, H, W]`.
  public static Tensor conv2d(Tensor input, Tensor weight) {
    return Convolution.CONV2D.tensor(input, weight, null, new long[] {1, 1}, new long[] {0, 0}, new long[] {1, 1}, 1L);
  }

  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, long groups) {
    return Convolution.CONV2D.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  public static Tensor conv2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding,
      long[] dilation, long groups) {
    return Convolution.CONV2D_PADDING.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  /// Cross-correlation of `[N, C, D, H, W]`.
  public static Tensor conv3d(Tensor input, Tensor weight) {
    return Convolution.CONV3D.tensor(input, weight, null, new long[] {1, 1, 1}, new long[] {0, 0, 0},
        new long[] {1, 1, 1}, 1L);
  }

  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, long groups) {
    return Convolution.CONV3D.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  public static Tensor conv3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, String padding,
      long[] dilation, long groups) {
    return Convolution.CONV3D_PADDING.tensor(input, weight, bias, stride, padding, dilation, groups);
  }

  /// The gradient of [#conv1d] by its input, as an operator.
  public static Tensor convTranspose1d(Tensor input, Tensor weight) {
    return Convolution.CONV_TRANSPOSE1D.tensor(input, weight, null, new long[] {1}, new long[] {0}, new long[] {0}, 1L,
        new long[] {1});
  }

  public static Tensor convTranspose1d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride,
      long[] padding, long[] outputPadding, long groups, long... dilation) {
    return Convolution.CONV_TRANSPOSE1D.tensor(input, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  public static Tensor convTranspose2d(Tensor input, Tensor weight) {
    return Convolution.CONV_TRANSPOSE2D.tensor(input, weight, null, new long[] {1, 1}, new long[] {0, 0},
        new long[] {0, 0}, 1L, new long[] {1, 1});
  }

  public static Tensor convTranspose2d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride,
      long[] padding, long[] outputPadding, long groups, long... dilation) {
    return Convolution.CONV_TRANSPOSE2D.tensor(input, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  public static Tensor convTranspose3d(Tensor input, Tensor weight) {
    return Convolution.CONV_TRANSPOSE3D.tensor(input, weight, null, new long[] {1, 1, 1}, new long[] {0, 0, 0},
        new long[] {0, 0, 0}, 1L, new long[] {1, 1, 1});
  }

  public static Tensor convTranspose3d(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride,
      long[] padding, long[] outputPadding, long groups, long... dilation) {
    return Convolution.CONV_TRANSPOSE3D.tensor(input, weight, bias, stride, padding, outputPadding, groups, dilation);
  }

  /// All convolutions in one: any number of dimensions, transposed or not.
  public static Tensor convolution(Tensor input, Tensor weight, @Nullable Tensor bias, long[] stride, long[] padding,
      long[] dilation, boolean transposed, long[] outputPadding, long groups) {
    return Convolution.CONVOLUTION.tensor(input, weight, bias, stride, padding, dilation, transposed, outputPadding,
        groups);
  }

  /// Means of windows, so many that the result has this length.
  public static Tensor adaptiveAvgPool1d(Tensor self, long... outputSize) {
    return Pooling.ADAPTIVE_AVG_POOL1D.tensor(self, outputSize);
  }

  /// Maxima of windows, and their indices.
  public static Tensor[] adaptiveMaxPool1d(Tensor self, long... outputSize) {
    return Pooling.ADAPTIVE_MAX_POOL1D.tensors(self, outputSize);
  }

  /// Means of windows.
  public static Tensor avgPool1d(Tensor self, long... kernelSize) {
    return Pooling.AVG_POOL1D.tensor(self, kernelSize, new long[0], new long[] {0}, false, true);
  }

  public static Tensor avgPool1d(Tensor self, long[] kernelSize, long[] stride, long[] padding, boolean ceilMode,
      boolean countIncludePad) {
    return Pooling.AVG_POOL1D.tensor(self, kernelSize, stride, padding, ceilMode, countIncludePad);
  }

  /// Maxima of windows.
  public static Tensor maxPool1d(Tensor self, long... kernelSize) {
    return Pooling.MAX_POOL1D.tensor(self, kernelSize, new long[0], new long[] {0}, new long[] {1}, false);
  }

  public static Tensor maxPool1d(Tensor self, long[] kernelSize, long[] stride, long[] padding, long[] dilation,
      boolean ceilMode) {
    return Pooling.MAX_POOL1D.tensor(self, kernelSize, stride, padding, dilation, ceilMode);
  }

  /// Maxima of windows, and their indices.
  public static Tensor[] maxPool1dWithIndices(Tensor self, long... kernelSize) {
    return Pooling.MAX_POOL1D_WITH_INDICES.tensors(self, kernelSize, new long[0], new long[] {0}, new long[] {1},
        false);
  }

  public static Tensor[] maxPool1dWithIndices(Tensor self, long[] kernelSize, long[] stride, long[] padding,
      long[] dilation, boolean ceilMode) {
    return Pooling.MAX_POOL1D_WITH_INDICES.tensors(self, kernelSize, stride, padding, dilation, ceilMode);
  }

  public static Tensor maxPool2d(Tensor self, long... kernelSize) {
    return Pooling.MAX_POOL2D.tensor(self, kernelSize, new long[0], new long[] {0}, new long[] {1}, false);
  }

  public static Tensor maxPool2d(Tensor self, long[] kernelSize, long[] stride, long[] padding, long[] dilation,
      boolean ceilMode) {
    return Pooling.MAX_POOL2D.tensor(self, kernelSize, stride, padding, dilation, ceilMode);
  }

  public static Tensor maxPool3d(Tensor self, long... kernelSize) {
    return Pooling.MAX_POOL3D.tensor(self, kernelSize, new long[0], new long[] {0}, new long[] {1}, false);
  }

  public static Tensor maxPool3d(Tensor self, long[] kernelSize, long[] stride, long[] padding, long[] dilation,
      boolean ceilMode) {
    return Pooling.MAX_POOL3D.tensor(self, kernelSize, stride, padding, dilation, ceilMode);
  }

  /// Each channel by the mean and variance of the batch, or by the running ones.
  public static Tensor batchNorm(Tensor input, @Nullable Tensor weight, @Nullable Tensor bias,
      @Nullable Tensor runningMean, @Nullable Tensor runningVar, boolean training, double momentum, double eps,
      boolean cudnnEnabled) {
    return Normalization.BATCH_NORM.tensor(input, weight, bias, runningMean, runningVar, training, momentum, eps,
        cudnnEnabled);
  }

  /// Each channel of each sample by its mean and variance.
  public static Tensor instanceNorm(Tensor input, @Nullable Tensor weight, @Nullable Tensor bias,
      @Nullable Tensor runningMean, @Nullable Tensor runningVar, boolean useInputStats, double momentum, double eps,
      boolean cudnnEnabled) {
    return Normalization.INSTANCE_NORM.tensor(input, weight, bias, runningMean, runningVar, useInputStats, momentum,
        eps, cudnnEnabled);
  }

  /// The last dimensions by their mean and variance.
  public static Tensor layerNorm(Tensor input, long... normalizedShape) {
    return Normalization.LAYER_NORM.tensor(input, normalizedShape, null, null, 1e-05, true);
  }

  public static Tensor layerNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight, @Nullable Tensor bias,
      double eps, boolean cudnnEnable) {
    return Normalization.LAYER_NORM.tensor(input, normalizedShape, weight, bias, eps, cudnnEnable);
  }

  /// Groups of channels by their mean and variance.
  public static Tensor groupNorm(Tensor input, long numGroups) {
    return Normalization.GROUP_NORM.tensor(input, numGroups, null, null, 1e-05, true);
  }

  public static Tensor groupNorm(Tensor input, long numGroups, @Nullable Tensor weight, @Nullable Tensor bias,
      double eps, boolean cudnnEnabled) {
    return Normalization.GROUP_NORM.tensor(input, numGroups, weight, bias, eps, cudnnEnabled);
  }

  /// The last dimensions by their root mean square.
  public static Tensor rmsNorm(Tensor input, long... normalizedShape) {
    return Normalization.RMS_NORM.tensor(input, normalizedShape, null, null);
  }

  public static Tensor rmsNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight, @Nullable Double eps) {
    return Normalization.RMS_NORM.tensor(input, normalizedShape, weight, eps);
  }

  /// `{result, mean, rstd}`
  public static Tensor[] nativeLayerNorm(Tensor input, long[] normalizedShape, @Nullable Tensor weight,
      @Nullable Tensor bias, double eps) {
    return Normalization.NATIVE_LAYER_NORM.tensors(input, normalizedShape, weight, bias, eps);
  }

  /// `{result, mean, rstd}`
  public static Tensor[] nativeGroupNorm(Tensor input, @Nullable Tensor weight, @Nullable Tensor bias, long n, long c,
      long hxw, long group, double eps) {
    return Normalization.NATIVE_GROUP_NORM.tensors(input, weight, bias, n, c, hxw, group, eps);
  }

  /// `{result, mean, rstd}`
  public static Tensor[] nativeBatchNorm(Tensor input, @Nullable Tensor weight, @Nullable Tensor bias,
      @Nullable Tensor runningMean, @Nullable Tensor runningVar, boolean training, double momentum, double eps) {
    return Normalization.NATIVE_BATCH_NORM.tensors(input, weight, bias, runningMean, runningVar, training, momentum,
        eps);
  }

  /// Binary cross entropy of logits; the last number is the reduction: 0 none, 1 mean, 2 sum, as in all losses here.
  public static Tensor binaryCrossEntropyWithLogits(Tensor self, Tensor target) {
    return Losses.BINARY_CROSS_ENTROPY_WITH_LOGITS.tensor(self, target, null, null, 1L);
  }

  public static Tensor binaryCrossEntropyWithLogits(Tensor self, Tensor target, @Nullable Tensor weight,
      @Nullable Tensor posWeight, long reduction) {
    return Losses.BINARY_CROSS_ENTROPY_WITH_LOGITS.tensor(self, target, weight, posWeight, reduction);
  }

  /// `1 - cos` for target 1, `max(0, cos - margin)` for target -1.
  public static Tensor cosineEmbeddingLoss(Tensor input1, Tensor input2, Tensor target) {
    return Losses.COSINE_EMBEDDING_LOSS.tensor(input1, input2, target, 0.0, 1L);
  }

  public static Tensor cosineEmbeddingLoss(Tensor input1, Tensor input2, Tensor target, double margin, long reduction) {
    return Losses.COSINE_EMBEDDING_LOSS.tensor(input1, input2, target, margin, reduction);
  }

  /// x for target 1, `max(0, margin - x)` for target -1.
  public static Tensor hingeEmbeddingLoss(Tensor self, Tensor target) {
    return Losses.HINGE_EMBEDDING_LOSS.tensor(self, target, 1.0, 1L);
  }

  public static Tensor hingeEmbeddingLoss(Tensor self, Tensor target, double margin, long reduction) {
    return Losses.HINGE_EMBEDDING_LOSS.tensor(self, target, margin, reduction);
  }

  /// `target (log(target) - self)`
  public static Tensor klDiv(Tensor self, Tensor target) {
    return Losses.KL_DIV.tensor(self, target, 1L, false);
  }

  public static Tensor klDiv(Tensor self, Tensor target, long reduction, boolean logTarget) {
    return Losses.KL_DIV.tensor(self, target, reduction, logTarget);
  }

  /// `max(0, -target (input1 - input2) + margin)`
  public static Tensor marginRankingLoss(Tensor input1, Tensor input2, Tensor target) {
    return Losses.MARGIN_RANKING_LOSS.tensor(input1, input2, target, 0.0, 1L);
  }

  public static Tensor marginRankingLoss(Tensor input1, Tensor input2, Tensor target, double margin, long reduction) {
    return Losses.MARGIN_RANKING_LOSS.tensor(input1, input2, target, margin, reduction);
  }

  /// `exp(input) - target input`
  public static Tensor poissonNllLoss(Tensor input, Tensor target, boolean logInput, boolean full, double eps,
      long reduction) {
    return Losses.POISSON_NLL_LOSS.tensor(input, target, logInput, full, eps, reduction);
  }

  /// `max(0, d(anchor, positive) - d(anchor, negative) + margin)`
  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative) {
    return Losses.TRIPLET_MARGIN_LOSS.tensor(anchor, positive, negative, 1.0, 2.0, 1e-06, false, 1L);
  }

  public static Tensor tripletMarginLoss(Tensor anchor, Tensor positive, Tensor negative, double margin, double p,
      double eps, boolean swap, long reduction) {
    return Losses.TRIPLET_MARGIN_LOSS.tensor(anchor, positive, negative, margin, p, eps, swap, reduction);
  }

  /// The cosine of the angle between vectors along a dimension.
  public static Tensor cosineSimilarity(Tensor x1, Tensor x2) {
    return Losses.COSINE_SIMILARITY.tensor(x1, x2, 1L, 1e-08);
  }

  public static Tensor cosineSimilarity(Tensor x1, Tensor x2, long dim, double eps) {
    return Losses.COSINE_SIMILARITY.tensor(x1, x2, dim, eps);
  }

  /// The p-norm of the differences of rows.
  public static Tensor pairwiseDistance(Tensor x1, Tensor x2) {
    return Losses.PAIRWISE_DISTANCE.tensor(x1, x2, 2.0, 1e-06, false);
  }

  public static Tensor pairwiseDistance(Tensor x1, Tensor x2, double p, double eps, boolean keepdim) {
    return Losses.PAIRWISE_DISTANCE.tensor(x1, x2, p, eps, keepdim);
  }

  /// `max(0, x) + min(0, alpha (exp(x / alpha) - 1))`
  public static Tensor celu(Tensor self) {
    return Activations.CELU.tensor(self, 1.0);
  }

  public static Tensor celu(Tensor self, Number alpha) {
    return Activations.CELU.tensor(self, alpha);
  }

  public static Tensor celu_(Tensor self) {
    return Activations.CELU.mutating().tensor(self, 1.0);
  }

  public static Tensor celu_(Tensor self, Number alpha) {
    return Activations.CELU.mutating().tensor(self, alpha);
  }

  /// Scaled exponential linear units.
  public static Tensor selu(Tensor self) {
    return Activations.SELU.tensor(self);
  }

  public static Tensor selu_(Tensor self) {
    return Activations.SELU.mutating().tensor(self);
  }

  /// Leaky ReLU with slopes drawn in training.
  public static Tensor rrelu(Tensor self) {
    return RandomizedRelu.RRELU.tensor(self, 0.125, 0.3333333333333333, false, null);
  }

  public static Tensor rrelu(Tensor self, Number lower, Number upper, boolean training) {
    return RandomizedRelu.RRELU.tensor(self, lower, upper, training, null);
  }

  public static Tensor rrelu(Tensor self, Number lower, Number upper, boolean training, @Nullable Generator generator) {
    return RandomizedRelu.RRELU.tensor(self, lower, upper, training, generator);
  }

  public static Tensor rrelu_(Tensor self) {
    return RandomizedRelu.RRELU_.tensor(self, 0.125, 0.3333333333333333, false, null);
  }

  public static Tensor rrelu_(Tensor self, Number lower, Number upper, boolean training) {
    return RandomizedRelu.RRELU_.tensor(self, lower, upper, training, null);
  }

  public static Tensor rrelu_(Tensor self, Number lower, Number upper, boolean training,
      @Nullable Generator generator) {
    return RandomizedRelu.RRELU_.tensor(self, lower, upper, training, generator);
  }

  /// x above the threshold, else the value.
  public static Tensor threshold(Tensor self, Number threshold, Number value) {
    return Activations.THRESHOLD.tensor(self, threshold, value);
  }

  public static Tensor threshold_(Tensor self, Number threshold, Number value) {
    return Activations.THRESHOLD.mutating().tensor(self, threshold, value);
  }

  /// Elements are zeroed with probability p, the others scaled by `1 / (1 - p)`.
  public static Tensor dropout(Tensor input, double p, boolean train) {
    return Dropouts.DROPOUT.tensor(input, p, train);
  }

  public static Tensor dropout_(Tensor self, double p, boolean train) {
    return Dropouts.DROPOUT_.tensor(self, p, train);
  }

  /// [#dropout] of whole channels.
  public static Tensor featureDropout(Tensor input, double p, boolean train) {
    return Dropouts.FEATURE_DROPOUT.tensor(input, p, train);
  }

  public static Tensor featureDropout_(Tensor self, double p, boolean train) {
    return Dropouts.FEATURE_DROPOUT_.tensor(self, p, train);
  }

  /// Dropout that keeps mean and variance of what SELU gives.
  public static Tensor alphaDropout(Tensor input, double p, boolean train) {
    return Dropouts.ALPHA_DROPOUT.tensor(input, p, train);
  }

  public static Tensor alphaDropout_(Tensor self, double p, boolean train) {
    return Dropouts.ALPHA_DROPOUT_.tensor(self, p, train);
  }

  public static Tensor featureAlphaDropout(Tensor input, double p, boolean train) {
    return Dropouts.FEATURE_ALPHA_DROPOUT.tensor(input, p, train);
  }

  public static Tensor featureAlphaDropout_(Tensor self, double p, boolean train) {
    return Dropouts.FEATURE_ALPHA_DROPOUT_.tensor(self, p, train);
  }

  /// `{result, mask}`
  public static Tensor[] nativeDropout(Tensor input, double p, @Nullable Boolean train) {
    return Dropouts.NATIVE_DROPOUT.tensors(input, p, train);
  }

  /// Pads the last dimensions with a value.
  public static Tensor constantPadNd(Tensor self, long... pad) {
    return Padding.CONSTANT.tensor(self, pad, 0L);
  }

  public static Tensor constantPadNd(Tensor self, long[] pad, Number value) {
    return Padding.CONSTANT.tensor(self, pad, value);
  }

  /// A copy filled with a value.
  public static Tensor fill(Tensor self, Number value) {
    return Creation.FILL.tensor(self, value);
  }

  public static Tensor fill(Tensor self, Tensor value) {
    return Creation.FILL_TENSOR.tensor(self, value);
  }

  /// Channels of groups dealt out in turn.
  public static Tensor nativeChannelShuffle(Tensor self, long groups) {
    return Arranging.NATIVE_CHANNEL_SHUFFLE.tensor(self, groups);
  }

  /// Rows that are used are scaled to a norm of at most `maxNorm`.
  public static Tensor embeddingRenorm_(Tensor self, Tensor indices, double maxNorm, double normType) {
    return Embeddings.RENORM_.tensor(self, indices, maxNorm, normType);
  }

  /// Poisson numbers of these rates.
  public static Tensor poisson(Tensor self) {
    return RandomNumbers.POISSON.tensor(self, null);
  }

  public static Tensor poisson(Tensor self, @Nullable Generator generator) {
    return RandomNumbers.POISSON.tensor(self, generator);
  }

  /// How many of `count` tries succeed with these probabilities.
  public static Tensor binomial(Tensor count, Tensor prob) {
    return RandomNumbers.BINOMIAL.tensor(count, prob, null);
  }

  public static Tensor binomial(Tensor count, Tensor prob, @Nullable Generator generator) {
    return RandomNumbers.BINOMIAL.tensor(count, prob, generator);
  }

  /// The norms of the slices `v[.., i, ..]` along `dim`, `[1, .., n, .., 1]`; for -1 the norm of all elements, 0-dim.
  public static Tensor normExceptDim(Tensor v, long pow, long dim) {
    return Reductions.NORM_EXCEPT_DIM.tensor(v, pow, dim);
  }

  /// `{std, mean}`
  public static Tensor[] stdMean(Tensor self) {
    return Reductions.STD_MEAN_ALL.tensors(self, true);
  }

  public static Tensor[] stdMean(Tensor self, boolean unbiased) {
    return Reductions.STD_MEAN_ALL.tensors(self, unbiased);
  }

  public static Tensor[] stdMean(Tensor self, long @Nullable [] dim) {
    return Reductions.STD_MEAN_DIM.tensors(self, dim, true, false);
  }

  public static Tensor[] stdMean(Tensor self, long @Nullable [] dim, boolean unbiased, boolean keepdim) {
    return Reductions.STD_MEAN_DIM.tensors(self, dim, unbiased, keepdim);
  }

  public static Tensor[] stdMean(Tensor self, long @Nullable [] dim, @Nullable Number correction, boolean keepdim) {
    return Reductions.STD_MEAN.tensors(self, dim, correction, keepdim);
  }

  /// `{var, mean}`
  public static Tensor[] varMean(Tensor self) {
    return Reductions.VAR_MEAN_ALL.tensors(self, true);
  }

  public static Tensor[] varMean(Tensor self, boolean unbiased) {
    return Reductions.VAR_MEAN_ALL.tensors(self, unbiased);
  }

  public static Tensor[] varMean(Tensor self, long @Nullable [] dim) {
    return Reductions.VAR_MEAN_DIM.tensors(self, dim, true, false);
  }

  public static Tensor[] varMean(Tensor self, long @Nullable [] dim, boolean unbiased, boolean keepdim) {
    return Reductions.VAR_MEAN_DIM.tensors(self, dim, unbiased, keepdim);
  }

  public static Tensor[] varMean(Tensor self, long @Nullable [] dim, @Nullable Number correction, boolean keepdim) {
    return Reductions.VAR_MEAN.tensors(self, dim, correction, keepdim);
  }

  /// Integers below `high` in the shape of a tensor.
  public static Tensor randintLike(Tensor self, long high) {
    return RandomNumbers.RANDINT_LIKE.tensor(self, high, null, null, null, null, null);
  }

  public static Tensor randintLike(Tensor self, long high, @Nullable DType dtype) {
    return RandomNumbers.RANDINT_LIKE.tensor(self, high, dtype, null, null, null, null);
  }

  public static Tensor randintLike(Tensor self, long low, long high) {
    return RandomNumbers.RANDINT_LIKE_LOW.tensor(self, low, high, null, null, null, null, null);
  }

  public static Tensor randintLike(Tensor self, long low, long high, @Nullable DType dtype) {
    return RandomNumbers.RANDINT_LIKE_LOW.tensor(self, low, high, dtype, null, null, null, null);
  }

  /// As `vstack`.
  public static Tensor rowStack(Tensor[] tensors) {
    return Joining.ROW_STACK.tensor(tensors);
  }

  /// As `cat`.
  public static Tensor concatenate(Tensor[] tensors) {
    return Joining.CONCATENATE.tensor(tensors, 0L);
  }

  public static Tensor concatenate(Tensor[] tensors, long dim) {
    return Joining.CONCATENATE.tensor(tensors, dim);
  }

  /// `beta self + alpha mat1 mat2`
  public static Tensor addmm(Tensor self, Tensor mat1, Tensor mat2) {
    return MatrixProducts.ADDMM.tensor(self, mat1, mat2, 1L, 1L);
  }

  public static Tensor addmm(Tensor self, Tensor mat1, Tensor mat2, Number beta, Number alpha) {
    return MatrixProducts.ADDMM.tensor(self, mat1, mat2, beta, alpha);
  }
}
