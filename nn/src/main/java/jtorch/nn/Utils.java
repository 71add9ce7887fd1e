package jtorch.nn;

import java.util.ArrayList;
import java.util.List;
import jtorch.DType;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import jtorch.op.PackedSequences;
import org.jspecify.annotations.Nullable;

/// The functions of `torch.nn.utils` and `torch.nn.utils.rnn`: gradients clipped, parameters as a vector, sequences of different
/// lengths.
public final class Utils {
  private Utils() {}

  // ---- gradients -------------------------------------------------------------------------------------------------

  /// The p-norm of all tensors as if they were one vector; `Double.POSITIVE_INFINITY` for the largest absolute value.
  ///
  /// @throws IllegalArgumentException if it is not finite and `errorIfNonfinite`
  public static Tensor getTotalNorm(Iterable<? extends Tensor> tensors, double normType, boolean errorIfNonfinite) {
    var norms = new ArrayList<Tensor>();
    for (Tensor tensor : tensors) norms.add(Linalg.vectorNorm(tensor, normType, null, false));
    if (norms.isEmpty()) return Torch.zeros(new long[0]);
    Tensor total = Linalg.vectorNorm(Torch.stack(norms.toArray(Tensor[]::new), 0), normType, null, false);
    if (errorIfNonfinite && !Double.isFinite(total.itemDouble())) throw new IllegalArgumentException(
        "The total norm of order " + normType
            + " for gradients from `parameters` is non-finite, so it cannot be clipped. "
            + "To disable this error and scale the gradients by the non-finite norm anyway, set errorIfNonfinite to false");
    return total;
  }

  /// Scales all gradients down together, where their common norm is larger than `maxNorm`: by `maxNorm / (norm + 1e-6)`.
  ///
  /// @return the norm before, as if all gradients were one vector
  public static Tensor clipGradNorm_(Iterable<? extends Tensor> parameters, double maxNorm, double normType,
      boolean errorIfNonfinite) {
    try (var off = Torch.noGrad()) {
      Tensor total = getTotalNorm(gradients(parameters), normType, errorIfNonfinite);
      clipGradsWithNorm_(parameters, maxNorm, total);
      return total;
    }
  }

  public static Tensor clipGradNorm_(Iterable<? extends Tensor> parameters, double maxNorm) {
    return clipGradNorm_(parameters, maxNorm, 2, false);
  }

  /// [#clipGradNorm_] with a norm that is known already.
  public static void clipGradsWithNorm_(Iterable<? extends Tensor> parameters, double maxNorm, Tensor totalNorm) {
    try (var off = Torch.noGrad()) {
      Tensor factor = totalNorm.add(1e-6).reciprocal().mul(maxNorm).clampMax(1.0);
      for (Tensor grad : gradients(parameters)) grad.mul_(factor);
    }
  }

  /// Clamps every element of all gradients to `+-clipValue`.
  public static void clipGradValue_(Iterable<? extends Tensor> parameters, double clipValue) {
    try (var off = Torch.noGrad()) {
      for (Tensor grad : gradients(parameters)) grad.clamp_(-clipValue, clipValue);
    }
  }

  private static List<Tensor> gradients(Iterable<? extends Tensor> parameters) {
    var all = new ArrayList<Tensor>();
    for (Tensor p : parameters) {
      Tensor grad = p.grad();
      if (grad != null) all.add(grad);
    }
    return all;
  }

  // ---- parameters ------------------------------------------------------------------------------------------------

  /// All parameters one after the other in one vector.
  public static Tensor parametersToVector(Iterable<? extends Tensor> parameters) {
    var all = new ArrayList<Tensor>();
    for (Tensor p : parameters) all.add(p.reshape(-1));
    return Torch.cat(all.toArray(Tensor[]::new), 0);
  }

  /// Puts slices of a vector into parameters, which then are windows on it; undoes [#parametersToVector].
  public static void vectorToParameters(Tensor vector, Iterable<? extends Tensor> parameters) {
    long start = 0;
    try (var off = Torch.noGrad()) {
      for (Tensor p : parameters) {
        p.data(vector.narrow(0, start, p.numel()).view(p.sizes()));
        start += p.numel();
      }
    }
  }

  // ---- normalized weights, the older way -------------------------------------------------------------------------

  /// [Parametrizations#weightNorm] with the older names in the state: `weight_g` and `weight_v`.
  ///
  /// @param dim the dimension each slice of which has a length; null for one length of all
  /// @throws IllegalArgumentException if it is there already
  public static <M extends Module> M weightNorm(M module, String name, @Nullable Long dim) {
    if (module.isComputed(name)) throw new IllegalArgumentException(
        "Cannot register two weight_norm hooks on the same parameter " + name);
    long slices = dim == null ? -1 : dim;
    Parameter weight = module.ownParameter(name);
    Tensor plain = weight.detach();
    boolean learnt = weight.requiresGrad();
    Parameter g = module.register(name + "_g", new Parameter(WeightNormalization.length(plain, slices), learnt));
    Parameter v = module.register(name + "_v", new Parameter(plain.clone(), learnt));
    module.compute(name, WeightNormalization.weight(g, v, slices), () -> WeightNormalization.weight(g, v, slices));
    return module;
  }

  /// Makes one parameter of it again.
  public static <M extends Module> M removeWeightNorm(M module, String name) {
    if (!(module.namedParameters().get(name + "_g") instanceof Parameter g)
        || !(module.namedParameters().get(name + "_v") instanceof Parameter v) || !module.isComputed(name))
      throw new IllegalArgumentException("weight_norm of '" + name + "' not found in " + module.name());
    module.compute();
    settle(module, name, g.requiresGrad() || v.requiresGrad(), "_g", "_v");
    return module;
  }

  private static void settle(Module module, String name, boolean requiresGrad, String... suffixes) {
    module.settle(name, requiresGrad);
    for (String suffix : suffixes) module.unregister(name + suffix);
  }

  /// [Parametrizations#spectralNorm] with the older names in the state, `weight_orig`, `weight_u` and `weight_v`, and the older
  /// order of the search.
  ///
  /// @param dim the dimension of outputs; null for 0, or 1 in transposed convolutions
  /// @throws IllegalArgumentException if it is there already, or `nPowerIterations` is not positive
  public static <M extends Module> M spectralNorm(M module, String name, long nPowerIterations, double eps,
      @Nullable Integer dim) {
    if (module.isComputed(name)) throw new IllegalArgumentException(
        "Cannot register two spectral_norm hooks on the same parameter " + name);
    if (nPowerIterations <= 0) throw new IllegalArgumentException(
        "Expected n_power_iterations to be positive, but got n_power_iterations=" + nPowerIterations);
    Parameter weight = module.ownParameter(name);
    int outputs = Parametrizations.outputs(module, dim);
    Tensor first = SpectralNormalization.matrix(weight.detach(), outputs);
    var u = new Buffer(SpectralNormalization.start(first.size(0), weight, eps));
    var v = new Buffer(SpectralNormalization.start(first.size(1), weight, eps));
    Parameter original = module.register(name + "_orig", new Parameter(weight.detach().clone(), weight.requiresGrad()));
    module.register(name + "_u", u);
    module.register(name + "_v", v);
    module.compute(name, weight.detach().clone(), () -> {
      Tensor matrix = SpectralNormalization.matrix(original, outputs);
      if (module.isTraining()) {
        try (var off = Torch.noGrad()) {
          for (long i = 0; i < nPowerIterations; i++) {
            v.copy_(F.normalize(matrix.detach().t().mv(u), 2, 0, eps));
            u.copy_(F.normalize(matrix.detach().mv(v), 2, 0, eps));
          }
        }
      }
      return original.div(u.detach().clone().dot(matrix.mv(v.detach().clone())));
    });
    return module;
  }

  public static <M extends Module> M spectralNorm(M module, String name) {
    return spectralNorm(module, name, 1, 1e-12, null);
  }

  /// Makes one parameter of it again.
  public static <M extends Module> M removeSpectralNorm(M module, String name) {
    if (!(module.namedParameters().get(name + "_orig") instanceof Parameter original) || !module.isComputed(name))
      throw new IllegalArgumentException("spectral_norm of '" + name + "' not found in " + module.name());
    settle(module, name, original.requiresGrad(), "_orig", "_u", "_v");
    return module;
  }

  // ---- sequences -------------------------------------------------------------------------------------------------

  /// Sequences of different lengths, padded at their ends, without the padding.
  ///
  /// @param input `[T, N, *]`, or `[N, T, *]` with `batchFirst`
  /// @param lengths the length of each sequence
  /// @param enforceSorted whether lengths must fall; else sequences are sorted here
  /// @throws IllegalArgumentException if a length is not positive or lengths do not fall
  public static PackedSequence packPaddedSequence(Tensor input, Tensor lengths, boolean batchFirst,
      boolean enforceSorted) {
    Tensor sizes = lengths.to(DType.INT64);
    Tensor sorted = input;
    Tensor order = null;
    if (!enforceSorted) {
      var falling = sizes.sort(-1, true);
      sizes = falling.values();
      order = falling.indices();
      sorted = input.indexSelect(batchFirst ? 0 : 1, order);
    }
    Tensor[] made = PackedSequences.PACK.tensors(sorted, sizes, batchFirst);
    return new PackedSequence(made[0], made[1], order, inverse(order));
  }

  public static PackedSequence packPaddedSequence(Tensor input, long[] lengths, boolean batchFirst,
      boolean enforceSorted) {
    return packPaddedSequence(input, Torch.tensor(lengths), batchFirst, enforceSorted);
  }

  /// Where each index stands in a permutation.
  private static @Nullable Tensor inverse(@Nullable Tensor order) {
    if (order == null) return null;
    return Torch.empty(order.sizes(), DType.INT64).scatter_(0, order, Torch.arange(order.numel()));
  }

  /// Padded sequences and the lengths that they have.
  ///
  /// @param sequences `[T, N, *]`, or `[N, T, *]`
  /// @param lengths int64, `[N]`
  public record Padded(Tensor sequences, Tensor lengths) {}

  /// Packed sequences padded at their ends, in the order before they were sorted.
  ///
  /// @param totalLength the length to which all are padded; null for that of the longest
  /// @throws IllegalArgumentException if the total length is less than the longest sequence
  public static Padded padPackedSequence(PackedSequence sequence, boolean batchFirst, double paddingValue,
      @Nullable Long totalLength) {
    long longest = sequence.batchSizes().size(0);
    if (totalLength != null && totalLength < longest) throw new IllegalArgumentException(
        "Expected total_length to be at least the length of the longest sequence in input, but got total_length="
            + totalLength + " and max sequence length being " + longest);
    Tensor[] made = PackedSequences.PAD.tensors(sequence.data(), sequence.batchSizes(), batchFirst, paddingValue,
        totalLength == null ? longest : totalLength);
    Tensor order = sequence.unsortedIndices();
    if (order == null) return new Padded(made[0], made[1]);
    return new Padded(made[0].indexSelect(batchFirst ? 0 : 1, order), made[1].indexSelect(0, order));
  }

  public static Padded padPackedSequence(PackedSequence sequence, boolean batchFirst) {
    return padPackedSequence(sequence, batchFirst, 0, null);
  }

  /// Sequences `[L, *]` of different lengths in one tensor: `[T, N, *]`, or `[N, T, *]` with `batchFirst`.
  ///
  /// @param paddingSide `right` or `left`
  /// @throws IllegalArgumentException if there is no sequence or the side is unknown
  public static Tensor padSequence(List<? extends Tensor> sequences, boolean batchFirst, double paddingValue,
      String paddingSide) {
    if (sequences.isEmpty()) throw new IllegalArgumentException("pad_sequence: received an empty list of sequences");
    boolean left = paddingSide.equals("left");
    if (!left && !paddingSide.equals("right"))
      throw new IllegalArgumentException("pad_sequence: Expected padding_side to be one of left or right, but got "
          + paddingSide + ".");
    long longest = sequences.stream().mapToLong(s -> s.size(0)).max().getAsLong();
    Tensor[] padded = new Tensor[sequences.size()];
    for (int i = 0; i < padded.length; i++) {
      Tensor sequence = sequences.get(i);
      long[] around = new long[2 * sequence.dim()];
      around[around.length - (left ? 2 : 1)] = longest - sequence.size(0);
      padded[i] = F.pad(sequence, around, "constant", paddingValue);
    }
    return Torch.stack(padded, batchFirst ? 0 : 1);
  }

  public static Tensor padSequence(List<? extends Tensor> sequences, boolean batchFirst) {
    return padSequence(sequences, batchFirst, 0, "right");
  }

  /// The sequences of a padded tensor, each as long as it says.
  public static List<Tensor> unpadSequence(Tensor paddedSequences, Tensor lengths, boolean batchFirst) {
    long[] sizes = lengths.toLongArray();
    var all = new ArrayList<Tensor>();
    for (int i = 0; i < sizes.length; i++)
      all.add(paddedSequences.select(batchFirst ? 0 : 1, i).narrow(0, 0, sizes[i]));
    return all;
  }

  /// Packs sequences `[L, *]`.
  public static PackedSequence packSequence(List<? extends Tensor> sequences, boolean enforceSorted) {
    long[] lengths = sequences.stream().mapToLong(s -> s.size(0)).toArray();
    return packPaddedSequence(padSequence(sequences, false), lengths, false, enforceSorted);
  }

  /// The sequences of a packed one, in the order before they were sorted.
  public static List<Tensor> unpackSequence(PackedSequence sequence) {
    Padded padded = padPackedSequence(sequence, true);
    return unpadSequence(padded.sequences(), padded.lengths(), true);
  }
}
