package jtorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// A function of tensors, applied to each slice of a batch: `torch.vmap`.
///
/// The function runs once a slice and the results are stacked: values and gradients of PyTorch's, with memory for the
/// function's own work as for one slice, but without the speed of one large call (PyTorch's `chunk_size=1`).
///
/// @param func from slices to results
/// @param inDims the mapped dimension of each input; null for an input that every call gets whole
/// @param outDims where each result has the batch
/// @param randomness `error` if random numbers are refused, `different` or `same` for each slice
record Vmap(Function<Tensor[], Tensor[]> func, @Nullable Long[] inDims, long[] outDims, String randomness)
    implements Function<Tensor[], Tensor[]> {
  Vmap {
    if (!randomness.equals("error") && !randomness.equals("different") && !randomness.equals("same"))
      throw new IllegalArgumentException(
          "vmap: Only allowed values for randomness are 'error', 'different', or 'same'. Got " + randomness);
  }

  @Override
  public Tensor[] apply(Tensor[] inputs) {
    int batch = batch(inputs);
    List<Generator> generators = defaults();
    List<byte[]> before = generators.stream().map(Generator::state).toList();
    Tensor[][] results = new Tensor[Math.max(batch, 1)][];
    for (int i = 0; i < results.length; i++) {
      if (randomness.equals("same")) restore(generators, before);
      Tensor[] slices = new Tensor[inputs.length];
      for (int j = 0; j < inputs.length; j++) slices[j] = slice(inputs[j], inDims[j], i, batch);
      results[i] = func.apply(slices);
      if (i == 0 && randomness.equals("error") && changed(generators, before)) {
        restore(generators, before);
        throw new IllegalStateException(
            "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap");
      }
    }
    if (results[0].length != outDims.length) throw new IllegalArgumentException(
        "vmap: the function gave " + results[0].length + " results for " + outDims.length + " out_dims");
    Tensor[] stacked = new Tensor[outDims.length];
    for (int r = 0; r < stacked.length; r++) {
      Tensor[] all = new Tensor[results.length];
      for (int i = 0; i < all.length; i++) all[i] = results[i][r];
      stacked[r] = Torch.stack(all, outDims[r]);
      if (batch == 0) stacked[r] = stacked[r].narrow(outDims[r], 0, 0);
    }
    return stacked;
  }

  /// The default generators that slices may draw from.
  private static List<Generator> defaults() {
    var generators = new ArrayList<Generator>();
    generators.add(Generator.defaultGenerator());
    for (int device = 0; Placement.matters() && device < Cuda.deviceCount(); device++)
      generators.add(Generator.defaultOn(Device.cuda(device)));
    return generators;
  }

  private static boolean changed(List<Generator> generators, List<byte[]> states) {
    for (int i = 0; i < generators.size(); i++) {
      if (!Arrays.equals(states.get(i), generators.get(i).state())) return true;
    }
    return false;
  }

  private static void restore(List<Generator> generators, List<byte[]> states) {
    for (int i = 0; i < generators.size(); i++) generators.get(i).setState(states.get(i));
  }

  private static Tensor slice(Tensor input, @Nullable Long dim, int i, int batch) {
    if (dim == null) return input;
    // The shapes of results are learnt from zeros where there is no slice.
    return batch > 0 ? input.select(dim, i) : input.sum(dim, false).zerosLike().to(input.dtype());
  }

  private int batch(Tensor[] inputs) {
    if (inputs.length != inDims.length) throw new IllegalArgumentException(
        "vmap: in_dims is not compatible with the structure of inputs: " + inDims.length + " for " + inputs.length);
    long batch = -1;
    for (int j = 0; j < inputs.length; j++) {
      Long dim = inDims[j];
      if (dim == null) continue;
      if (dim < -inputs[j].dim() || dim >= inputs[j].dim()) throw new IllegalArgumentException(
          "vmap: Got in_dim=%d for an input, but expected a value between %d and %d".formatted(dim, -inputs[j].dim(),
              inputs[j].dim() - 1));
      long size = inputs[j].size(dim.intValue());
      if (batch >= 0 && size != batch) throw new IllegalArgumentException(
          "vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [%d, %d] for the mapped dimension"
              .formatted(batch, size));
      batch = size;
    }
    if (batch < 0)
      throw new IllegalArgumentException("vmap: at least one in_dim must be given, otherwise nothing is mapped");
    return Math.toIntExact(batch);
  }
}
