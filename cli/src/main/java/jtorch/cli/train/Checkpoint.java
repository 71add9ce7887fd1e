package jtorch.cli.train;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.CorruptFileException;
import jtorch.io.Json;
import jtorch.io.Safetensors;
import jtorch.nn.Module;
import jtorch.optim.Optimizer;
import jtorch.random.Generator;

/// The state of a run between two steps: whoever goes on from it gets the numbers of a run that was never stopped.
///
/// One safetensors file. Its tensors are `model.*` (the state_dict), `optimizer.N.*` (the state of parameter N),
/// `generator` (PyTorch's bytes), `generator.cuda:N` of the GPUs in use and, inside an epoch, `order` (which item comes
/// when); the rest stands as JSON in the metadata.
///
/// @param epoch how many epochs are done
/// @param steps how many steps of the next epoch are done
/// @param lossSum the sum of the samples' losses in that epoch so far
/// @param right how many of them were classified right
record Checkpoint(Settings settings, int epoch, int steps, double lossSum, long right, List<EpochResult> results,
    Map<String, Tensor> tensors) {
  private static final String KEY = "jtorch.train";
  private static final long VERSION = 1;
  private static final String GENERATOR = "generator";
  private static final String ORDER = "order";

  /// The tensors of a state.
  ///
  /// @param order of the epoch under way; empty between two
  static Map<String, Tensor> tensors(Module model, Optimizer<?> optimizer, Generator generator, long[] order) {
    var all = new LinkedHashMap<String, Tensor>();
    model.stateDict().forEach((name, tensor) -> all.put("model." + name, tensor));
    if (optimizer.stateDict().get("state") instanceof Map<?, ?> states) {
      states.forEach((number, state) -> {
        if (state instanceof Map<?, ?> named) named.forEach((name, value) -> all
            .put("optimizer." + number + "." + name, value instanceof Tensor t ? t : Torch.scalarTensor(value)));
      });
    }
    all.put(GENERATOR, state(generator));
    // Those of the GPUs in use, from which dropout draws there: `generator.cuda:0`.
    for (Generator gpu : Generator.deviceDefaults()) all.put(GENERATOR + "." + gpu.device(), state(gpu));
    if (order.length > 0) all.put(ORDER, Torch.tensor(order));
    return all;
  }

  private static Tensor state(Generator generator) {
    byte[] state = generator.state();
    return Torch.fromSegment(MemorySegment.ofArray(state), DType.UINT8, state.length);
  }

  void save(Path file) throws IOException {
    var json = new LinkedHashMap<String, Object>();
    json.put("version", VERSION);
    json.put("settings", settings.toJson());
    json.put("epoch", epoch);
    json.put("steps", steps);
    json.put("loss_sum", lossSum);
    json.put("right", right);
    json.put("results", results.stream().map(EpochResult::toJson).toList());
    Safetensors.save(file, tensors, Map.of("format", "pt", KEY, Json.write(json)));
  }

  /// Reads a checkpoint.
  ///
  /// @throws CommandFailure if there is none, or it is no checkpoint of a run
  /// @throws CorruptFileException if the file is damaged
  static Checkpoint load(Path file) throws IOException {
    try (var opened = Safetensors.open(file)) {
      String text = opened.metadata().get(KEY);
      if (text == null) throw new CommandFailure(file + " is no checkpoint of jtorch train");
      var fields = new Fields(Json.parse(text));
      if (fields.whole("version") != VERSION) throw new CommandFailure(file + " was written by another version of "
          + "JTorch: its format is " + fields.whole("version") + ", this one reads " + VERSION);
      if (!(fields.get("results") instanceof List<?> rows)) throw new IllegalArgumentException("'results' is missing");
      var tensors = new LinkedHashMap<String, Tensor>();
      for (String name : opened.names()) tensors.put(name, opened.tensor(name));
      return new Checkpoint(Settings.fromJson(fields.get("settings")), fields.integer("epoch"),
          fields.integer("steps"), fields.number("loss_sum"), fields.whole("right"),
          rows.stream().map(EpochResult::fromJson).toList(), tensors);
    } catch (NoSuchFileException missing) {
      throw new CommandFailure("there is no " + file + " to go on from", missing);
    } catch (IllegalArgumentException wrong) {
      throw new CorruptFileException(file, String.valueOf(wrong.getMessage()), wrong);
    }
  }

  /// Puts the state back.
  ///
  /// @throws IllegalArgumentException naming what does not fit
  void restore(Module model, Optimizer<?> optimizer, Generator generator) {
    model.loadStateDict(under("model."));
    restore(optimizer);
    Tensor state = tensors.get(GENERATOR);
    if (state == null) throw new IllegalArgumentException("'" + GENERATOR + "' is missing");
    generator.setState(state.toByteArray());
    under(GENERATOR + ".")
        .forEach((gpu, its) -> Generator.defaultOn(Device.of(gpu)).setState(its.toByteArray()));
  }

  private void restore(Optimizer<?> optimizer) {
    var state = new TreeMap<Long, Map<String, Object>>();
    under("optimizer.").forEach((name, tensor) -> {
      int dot = name.indexOf('.');
      state.computeIfAbsent(Long.valueOf(name.substring(0, Math.max(0, dot))), _ -> new LinkedHashMap<>())
          .put(name.substring(dot + 1), tensor);
    });
    Map<String, Object> whole = optimizer.stateDict();
    whole.put("state", state);
    optimizer.loadStateDict(whole);
  }

  /// Which item comes when in the epoch under way; empty between two epochs.
  ///
  /// @throws IllegalArgumentException if it is not an order of that many items
  long[] order(long items) {
    Tensor order = tensors.get(ORDER);
    if (steps == 0) return new long[0];
    if (order == null) throw new IllegalArgumentException("'" + ORDER + "' is missing");
    long[] all = order.toLongArray();
    boolean inside = Arrays.stream(all).allMatch(i -> i >= 0 && i < items);
    if (all.length != items || !inside || (long) steps * settings.batchSize() >= items)
      throw new IllegalArgumentException("'" + ORDER + "' does not fit " + items + " training images");
    return all;
  }

  private Map<String, Tensor> under(String prefix) {
    var found = new LinkedHashMap<String, Tensor>();
    tensors.forEach((name, tensor) -> {
      if (name.startsWith(prefix)) found.put(name.substring(prefix.length()), tensor);
    });
    return found;
  }
}
