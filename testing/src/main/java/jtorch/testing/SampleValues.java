package jtorch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.io.Safetensors;
import jtorch.nn.PackedSequence;
import org.jspecify.annotations.Nullable;

/// The values of one case of a sample file: JSON forms become Java values, and tensors are read when they are named.
///
/// Within a case a key is one tensor, so what stands there twice is the same object; the next case gets fresh ones.
final class SampleValues {
  private final @Nullable Safetensors file;
  private final UnaryOperator<Tensor> arrangement;
  private final Map<String, Tensor> tensors = new HashMap<>();

  SampleValues(@Nullable Safetensors file) {
    this(file, UnaryOperator.identity());
  }

  /// @param arrangement what each tensor that is read becomes
  SampleValues(@Nullable Safetensors file, UnaryOperator<Tensor> arrangement) {
    this.file = file;
    this.arrangement = arrangement;
  }

  /// Values of the same case that share no tensor with the others: what was wanted, after the arguments were changed.
  SampleValues fresh() {
    return new SampleValues(file);
  }

  /// The tensor of that key.
  Tensor tensor(String key) {
    return tensors.computeIfAbsent(key, k -> arrangement.apply(read(k)));
  }

  /// Another tensor of that key, which shares nothing with the first.
  Tensor read(String key) {
    if (file == null) throw new IllegalArgumentException("the folder has no tensors.safetensors, but names " + key);
    try {
      return file.tensor(key);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// A value: a tensor, `Long`, `Double`, `Boolean`, `String`, [Complex], [DType], [Device], [MemoryFormat], `List`, `Map`,
  /// an object made as the file says, null.
  ///
  /// @throws IllegalArgumentException if it has a form that is not known
  /// @throws AbsentException if it is an object of a class that is not there
  @Nullable Object decode(@Nullable Object json) {
    if (json instanceof List<?> list) {
      var items = new ArrayList<@Nullable Object>();
      for (Object item : list) items.add(decode(item));
      return items;
    }
    if (!(json instanceof Map<?, ?> form)) return json;
    if (form.size() != 1) throw new IllegalArgumentException("a value with the keys " + form.keySet());
    var member = form.entrySet().iterator().next();
    return special((String) member.getKey(), member.getValue());
  }

  /// A value of the form `{kind: content}`.
  private @Nullable Object special(String kind, @Nullable Object content) {
    return switch (kind) {
      case "tensor" -> tensor((String) required(content));
      case "float" -> switch ((String) required(content)) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan" -> Double.NaN;
        default -> throw new IllegalArgumentException("the float " + content);
      };
      case "complex" -> {
        var parts = (List<?>) required(decode(content));
        yield Complex.of(((Number) required(parts.get(0))).doubleValue(),
            ((Number) required(parts.get(1))).doubleValue());
      }
      case "dtype" -> DType.of((String) required(content));
      case "device" -> Device.of((String) required(content));
      case "layout" -> required(content);
      case "memory_format" -> MemoryFormat.of((String) required(content));
      case "dict" -> {
        var dict = new LinkedHashMap<String, @Nullable Object>();
        ((Map<?, ?>) required(content)).forEach((key, value) -> dict.put((String) key, decode(value)));
        yield dict;
      }
      case "new" -> {
        var call = (Map<?, ?>) required(content);
        var arguments = (List<?>) required(decode(call.get("args")));
        yield PythonObjects.construct((String) required(call.get("class")), arguments,
            GoldenCase.named((List<?>) required(call.get("kwargs")), this));
      }
      case "function" -> new PythonObjects.Function((String) required(content));
      case "lambda" -> new PythonObjects.Lambda((String) required(content));
      case "packed_sequence" -> {
        var parts = (Map<?, ?>) required(content);
        yield new PackedSequence((Tensor) required(decode(parts.get("data"))),
            (Tensor) required(decode(parts.get("batch_sizes"))), (Tensor) decode(parts.get("sorted_indices")),
            (Tensor) decode(parts.get("unsorted_indices")));
      }
      case "sparse_coo" -> throw new AbsentException("sparse tensors");
      default -> throw new IllegalArgumentException("a value of the form {\"" + kind + "\": ...} is not known");
    };
  }

  static Object required(@Nullable Object value) {
    if (value == null) throw new IllegalArgumentException("null where a value must stand");
    return value;
  }
}
