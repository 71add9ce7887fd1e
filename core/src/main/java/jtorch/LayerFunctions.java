package jtorch;

import jtorch.op.Convolution;
import jtorch.op.EmbeddingBags;
import jtorch.op.GridSampling;
import jtorch.op.Recurrent;
import jtorch.op.SequenceLosses;
import jtorch.op.SynchronizedNormalization;
import org.jspecify.annotations.Nullable;

/// Functions of whole network layers that [Torch] inherits: recurrent ones, bags, grids; in ATen's forms, with ATen's
/// numbers for modes. `jtorch.nn.functional.F` has the comfortable ones.
public abstract class LayerFunctions extends NetworkFunctions {
  LayerFunctions() {}

  // ---- recurrent layers and cells --------------------------------------------------------------------------------

  /// An LSTM over `[T, N, I]`, or `[N, T, I]` with batchFirst: outputs, last hidden and cell states.
  ///
  /// @param hx hidden and cell states, `[layers * directions, N, H]` each
  /// @param params w_ih, w_hh and with biases b_ih, b_hh of each layer and direction (and w_hr with projections)
  public static Tensor[] lstm(Tensor input, Tensor[] hx, Tensor[] params, boolean hasBiases, long numLayers,
      double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
    return Recurrent.LSTM.tensors(input, hx, params, hasBiases, numLayers, dropout, train, bidirectional, batchFirst);
  }

  /// An LSTM over packed rows `[sum of batchSizes, I]`.
  public static Tensor[] lstm(Tensor data, Tensor batchSizes, Tensor[] hx, Tensor[] params, boolean hasBiases,
      long numLayers, double dropout, boolean train, boolean bidirectional) {
    return Recurrent.LSTM_DATA.tensors(data, batchSizes, hx, params, hasBiases, numLayers, dropout, train,
        bidirectional);
  }

  /// A GRU over `[T, N, I]`, or `[N, T, I]` with batchFirst: outputs and last hidden states.
  public static Tensor[] gru(Tensor input, Tensor hx, Tensor[] params, boolean hasBiases, long numLayers,
      double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
    return Recurrent.GRU.tensors(input, hx, params, hasBiases, numLayers, dropout, train, bidirectional, batchFirst);
  }

  public static Tensor[] gru(Tensor data, Tensor batchSizes, Tensor hx, Tensor[] params, boolean hasBiases,
      long numLayers, double dropout, boolean train, boolean bidirectional) {
    return Recurrent.GRU_DATA.tensors(data, batchSizes, hx, params, hasBiases, numLayers, dropout, train,
        bidirectional);
  }

  /// A plain recurrent network with tanh, as [#gru] takes it.
  public static Tensor[] rnnTanh(Tensor input, Tensor hx, Tensor[] params, boolean hasBiases, long numLayers,
      double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
    return Recurrent.RNN_TANH.tensors(input, hx, params, hasBiases, numLayers, dropout, train, bidirectional,
        batchFirst);
  }

  public static Tensor[] rnnTanh(Tensor data, Tensor batchSizes, Tensor hx, Tensor[] params, boolean hasBiases,
      long numLayers, double dropout, boolean train, boolean bidirectional) {
    return Recurrent.RNN_TANH_DATA.tensors(data, batchSizes, hx, params, hasBiases, numLayers, dropout, train,
        bidirectional);
  }

  /// A plain recurrent network with relu, as [#gru] takes it.
  public static Tensor[] rnnRelu(Tensor input, Tensor hx, Tensor[] params, boolean hasBiases, long numLayers,
      double dropout, boolean train, boolean bidirectional, boolean batchFirst) {
    return Recurrent.RNN_RELU.tensors(input, hx, params, hasBiases, numLayers, dropout, train, bidirectional,
        batchFirst);
  }

  public static Tensor[] rnnRelu(Tensor data, Tensor batchSizes, Tensor hx, Tensor[] params, boolean hasBiases,
      long numLayers, double dropout, boolean train, boolean bidirectional) {
    return Recurrent.RNN_RELU_DATA.tensors(data, batchSizes, hx, params, hasBiases, numLayers, dropout, train,
        bidirectional);
  }

  /// One step: input `[N, I]`, hidden and cell state `[N, H]`; gives both anew.
  public static Tensor[] lstmCell(Tensor input, Tensor[] hx, Tensor wIh, Tensor wHh, @Nullable Tensor bIh,
      @Nullable Tensor bHh) {
    return Recurrent.LSTM_CELL.tensors(input, hx, wIh, wHh, bIh, bHh);
  }

  /// One step: input `[N, I]`, hidden state `[N, H]`; gives the next hidden state.
  public static Tensor gruCell(Tensor input, Tensor hx, Tensor wIh, Tensor wHh, @Nullable Tensor bIh,
      @Nullable Tensor bHh) {
    return Recurrent.GRU_CELL.tensor(input, hx, wIh, wHh, bIh, bHh);
  }

  public static Tensor rnnTanhCell(Tensor input, Tensor hx, Tensor wIh, Tensor wHh, @Nullable Tensor bIh,
      @Nullable Tensor bHh) {
    return Recurrent.RNN_TANH_CELL.tensor(input, hx, wIh, wHh, bIh, bHh);
  }

  public static Tensor rnnReluCell(Tensor input, Tensor hx, Tensor wIh, Tensor wHh, @Nullable Tensor bIh,
      @Nullable Tensor bHh) {
    return Recurrent.RNN_RELU_CELL.tensor(input, hx, wIh, wHh, bIh, bHh);
  }

  // ---- grids, bags, sequences ------------------------------------------------------------------------------------

  /// The input at the places of a grid; modes 0 linear, 1 nearest, 2 cubic; padding 0 zeros, 1 border, 2 reflection.
  public static Tensor gridSampler(Tensor input, Tensor grid, long interpolationMode, long paddingMode,
      boolean alignCorners) {
    return GridSampling.GRID_SAMPLER.tensor(input, grid, interpolationMode, paddingMode, alignCorners);
  }

  public static Tensor gridSampler2d(Tensor input, Tensor grid, long interpolationMode, long paddingMode,
      boolean alignCorners) {
    return GridSampling.GRID_SAMPLER_2D.tensor(input, grid, interpolationMode, paddingMode, alignCorners);
  }

  public static Tensor gridSampler3d(Tensor input, Tensor grid, long interpolationMode, long paddingMode,
      boolean alignCorners) {
    return GridSampling.GRID_SAMPLER_3D.tensor(input, grid, interpolationMode, paddingMode, alignCorners);
  }

  /// The grid of an affine map: theta `[N, 2, 3]` with size `[N, C, H, W]`, or `[N, 3, 4]` with `[N, C, D, H, W]`.
  public static Tensor affineGridGenerator(Tensor theta, long[] size, boolean alignCorners) {
    return GridSampling.AFFINE_GRID.tensor(theta, size, alignCorners);
  }

  /// Bags of rows (mode 0 sum, 1 mean, 2 max); then each index's bag, the bags' sizes, and where maxima came from.
  public static Tensor[] embeddingBag(Tensor weight, Tensor indices, Tensor offsets, boolean scaleGradByFreq, long mode,
      boolean sparse, @Nullable Tensor perSampleWeights, boolean includeLastOffset, @Nullable Long paddingIdx) {
    return EmbeddingBags.EMBEDDING_BAG_PADDING.tensors(weight, indices, offsets, scaleGradByFreq, mode, sparse,
        perSampleWeights, includeLastOffset, paddingIdx);
  }

  /// The loss of unaligned label sequences; reduction 0 none, 1 mean, 2 sum.
  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, Tensor inputLengths, Tensor targetLengths, long blank,
      long reduction, boolean zeroInfinity) {
    return SequenceLosses.CTC_LOSS_TENSOR.tensor(logProbs, targets, inputLengths, targetLengths, blank, reduction,
        zeroInfinity);
  }

  public static Tensor ctcLoss(Tensor logProbs, Tensor targets, long[] inputLengths, long[] targetLengths, long blank,
      long reduction, boolean zeroInfinity) {
    return SequenceLosses.CTC_LOSS.tensor(logProbs, targets, inputLengths, targetLengths, blank, reduction,
        zeroInfinity);
  }

  /// Convolution along time: input `[T, N, I]`, weight `[k, I, O]`, bias `[O]`.
  public static Tensor convTbc(Tensor input, Tensor weight, Tensor bias, long pad) {
    return Convolution.CONV_TBC.tensor(input, weight, bias, pad);
  }

  // ---- batch normalization over processes, step by step ----------------------------------------------------------

  /// The means and inverse deviations `1 / sqrt(var + eps)` of the channels (dimension 1) of a part.
  public static Tensor[] batchNormStats(Tensor input, double eps) {
    return SynchronizedNormalization.STATS.tensors(input, eps);
  }

  /// `(input - mean) * invstd * weight + bias`, channel by channel.
  public static Tensor batchNormElemt(Tensor input, @Nullable Tensor weight, @Nullable Tensor bias, Tensor mean,
      Tensor invstd, double eps) {
    return SynchronizedNormalization.ELEMT.tensor(input, weight, bias, mean, invstd, eps);
  }

  /// Means and variances of channels; the running ones, where given, move towards them.
  public static Tensor[] batchNormUpdateStats(Tensor input, @Nullable Tensor runningMean, @Nullable Tensor runningVar,
      double momentum) {
    return SynchronizedNormalization.UPDATE_STATS.tensors(input, runningMean, runningVar, momentum);
  }

  /// Mean and inverse deviation of the whole from those `[parts, channels]` of parts with `count` elements each.
  public static Tensor[] batchNormGatherStats(Tensor input, Tensor mean, Tensor invstd, @Nullable Tensor runningMean,
      @Nullable Tensor runningVar, double momentum, double eps, long count) {
    return SynchronizedNormalization.GATHER_STATS.tensors(input, mean, invstd, runningMean, runningVar, momentum, eps,
        count);
  }

  /// As [#batchNormGatherStats] for parts of different size.
  public static Tensor[] batchNormGatherStatsWithCounts(Tensor input, Tensor mean, Tensor invstd,
      @Nullable Tensor runningMean, @Nullable Tensor runningVar, double momentum, double eps, Tensor counts) {
    return SynchronizedNormalization.GATHER_STATS_WITH_COUNTS.tensors(input, mean, invstd, runningMean, runningVar,
        momentum, eps, counts);
  }

  /// The sums over a part that the gradient needs: `sum(g)`, `sum(g (x - mean))`, the gradients of weight and bias; null
  /// for what is not asked for.
  public static @Nullable Tensor[] batchNormBackwardReduce(Tensor gradOut, Tensor input, Tensor mean, Tensor invstd,
      @Nullable Tensor weight, boolean inputG, boolean weightG, boolean biasG) {
    return SynchronizedNormalization.BACKWARD_REDUCE.tensors(gradOut, input, mean, invstd, weight, inputG, weightG,
        biasG);
  }

  /// The gradient of a part from the sums of all parts and their counts.
  public static Tensor batchNormBackwardElemt(Tensor gradOut, Tensor input, Tensor mean, Tensor invstd,
      @Nullable Tensor weight, Tensor sumDy, Tensor sumDyXmu, Tensor count) {
    return SynchronizedNormalization.BACKWARD_ELEMT.tensor(gradOut, input, mean, invstd, weight, sumDy, sumDyXmu,
        count);
  }
}
