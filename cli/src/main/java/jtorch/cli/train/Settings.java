package jtorch.cli.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run trains and how: all that decides its numbers.
///
/// @param root the folder with the files of a data set that is not built in
/// @param lr the highest learning rate of the cycle
/// @param threads results may differ in their last bits with the number of threads
record Settings(Choices.Data data, Path root, Choices.Network network, int epochs, int batchSize, double lr,
    Choices.Method method, long seed, int threads) {
  /// @throws IllegalArgumentException naming the option that makes no sense
  Settings {
    check(epochs > 0, "--epochs", epochs);
    check(batchSize > 0, "--batch-size", batchSize);
    check(lr > 0 && lr < Double.POSITIVE_INFINITY, "--lr", lr);
    check(threads > 0 && threads <= 1024, "--threads", threads);
  }

  private static void check(boolean fine, String option, Number value) {
    if (!fine) throw new IllegalArgumentException(option + " cannot be " + value);
  }

  Map<String, Object> toJson() {
    var json = new LinkedHashMap<String, Object>();
    json.put("data", data.toString());
    json.put("root", root.toString());
    json.put("model", network.toString());
    json.put("epochs", epochs);
    json.put("batch_size", batchSize);
    json.put("lr", lr);
    json.put("optimizer", method.toString());
    json.put("seed", seed);
    json.put("threads", threads);
    return json;
  }

  /// @throws IllegalArgumentException saying what is missing or makes no sense
  static Settings fromJson(@Nullable Object json) {
    var fields = new Fields(json);
    return new Settings(fields.choice("data", Choices.Data.class), Path.of(fields.text("root")),
        fields.choice("model", Choices.Network.class), fields.integer("epochs"), fields.integer("batch_size"),
        fields.number("lr"), fields.choice("optimizer", Choices.Method.class), fields.whole("seed"),
        fields.integer("threads"));
  }
}
