package jtorch.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.python.NumpyArray;
import jtorch.python.OrderedDict;
import jtorch.python.PythonObject;
import jtorch.python.Tuple;
import org.jspecify.annotations.Nullable;

/// Compares what was read with the JSON files beside the samples, which the real PyTorch wrote: `{"t": kind, ...}`.
final class ExpectedValues {
  private ExpectedValues() {}

  static void check(String path, Object expected, @Nullable Object actual) {
    var json = (Map<?, ?>) expected;
    Object v = json.get("v");
    switch ((String) Objects.requireNonNull(json.get("t"))) {
      case "none" -> assertThat(actual).as(path).isNull();
      case "bool", "str" -> assertThat(actual).as(path).isEqualTo(v);
      case "int" -> assertThat(actual).as(path)
          .isEqualTo(v instanceof Double d ? new java.math.BigDecimal(d).toBigIntegerExact() : v);
      case "float" -> assertThat((Double) actual).as(path).isEqualTo(number(v));
      case "list" -> items(path, v, (List<?>) Objects.requireNonNull(actual));
      case "tuple" -> items(path, v, ((Tuple) Objects.requireNonNull(actual)).items());
      case "size" -> items(path, v, LongStream.of((long[]) Objects.requireNonNull(actual)).boxed().toList());
      case "set" -> items(path, v, new ArrayList<>((Set<?>) Objects.requireNonNull(actual)));
      case "dict", "ordereddict" -> {
        assertThat(actual instanceof OrderedDict).as(path).isEqualTo(json.get("t").equals("ordereddict"));
        entries(path, (List<?>) v, (Map<?, ?>) Objects.requireNonNull(actual));
      }
      case "complex" -> assertThat(actual).as(path)
          .isEqualTo(Complex.of(number(((List<?>) v).get(0)), number(((List<?>) v).get(1))));
      case "device", "dtype" -> assertThat(actual).as(path).hasToString((String) v);
      case "bytes" -> {
        byte[] bytes = actual instanceof ByteBuffer buffer ? buffer.array() : (byte[]) actual;
        assertThat(HexFormat.of().formatHex(bytes)).as(path).isEqualTo(v);
      }
      case "untyped_storage" -> {
        TypedStorage storage = (TypedStorage) Objects.requireNonNull(actual);
        assertThat(HexFormat.of().formatHex(storage.tensor().toByteArray())).as(path).isEqualTo(v);
      }
      case "ndarray" -> {
        NumpyArray array = (NumpyArray) Objects.requireNonNull(actual);
        assertThat(array.dtypeName()).isEqualTo(json.get("dtype"));
        elements(path, json, array.tensor());
      }
      case "npdtype" -> assertThat(NumpyArray.dtypeName(actual)).as(path).isEqualTo(v);
      case "module" -> {
        PythonObject module = (PythonObject) Objects.requireNonNull(actual);
        assertThat(module.className()).isEqualTo(json.get("class"));
        check(path, Objects.requireNonNull(json.get("state_dict")), module.stateDict());
      }
      case "tensor" -> tensor(path, json, actual);
      default -> fail(path + ": unknown kind " + json.get("t"));
    }
  }

  private static void items(String path, @Nullable Object expected, List<?> actual) {
    List<?> wanted = (List<?>) Objects.requireNonNull(expected);
    assertThat(actual).as(path).hasSameSizeAs(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      Object item = wanted.get(i);
      if (item instanceof Map) check(path + "[" + i + "]", item, actual.get(i));
      else assertThat(actual.get(i)).as(path).isEqualTo(item);
    }
  }

  private static void entries(String path, List<?> expected, Map<?, ?> actual) {
    assertThat(actual.size()).as(path).isEqualTo(expected.size());
    var entries = new ArrayList<>(actual.entrySet());
    for (int i = 0; i < entries.size(); i++) {
      List<?> pair = (List<?>) expected.get(i);
      check(path + " key " + i, pair.get(0), entries.get(i).getKey());
      check(path + "." + entries.get(i).getKey(), pair.get(1), entries.get(i).getValue());
    }
  }

  private static void tensor(String path, Map<?, ?> json, @Nullable Object actual) {
    if (!(actual instanceof Tensor t)) {
      // Dtypes that JTorch lacks are kept as what would make them.
      assertThat(actual).as(path).isInstanceOf(PythonObject.class);
      assertThat(actual).hasToString("<torch._utils._rebuild_tensor_v3 object>");
      return;
    }
    assertThat(t.dtype()).as(path).hasToString((String) json.get("dtype"));
    if (json.get("strides") != null) {
      assertThat(LongStream.of(t.strides()).boxed().toList()).as(path + " strides").isEqualTo(json.get("strides"));
      // Where PyTorch has a storage that is part of another, there is one storage here.
      if (!path.equals("tar_era.view"))
        assertThat(t.storageOffset()).as(path + " offset").isEqualTo(json.get("storage_offset"));
    }
    assertThat(t.requiresGrad()).as(path + " requires grad")
        .isEqualTo(Boolean.TRUE.equals(json.get("requires_grad")));
    elements(path, json,
        t.isQuantized() ? t.dequantize() : t.isSparse() || t.layout().isCompressed() ? t.toDense() : t);
  }

  private static void elements(String path, Map<?, ?> json, Tensor t) {
    assertThat(LongStream.of(t.sizes()).boxed().toList()).as(path + " shape").isEqualTo(json.get("shape"));
    var wanted = new ArrayList<@Nullable Object>();
    flatten(json.get("data"), t.dim(), wanted);
    if (t.dtype().isComplex()) {
      Tensor parts = t.detach().to(DType.COMPLEX128).viewAsReal();
      var numbers = new ArrayList<@Nullable Object>();
      wanted.forEach(pair -> numbers.addAll((List<?>) Objects.requireNonNull(pair)));
      compare(path, numbers, parts.toDoubleArray());
    } else if (t.dtype() == DType.UINT64) {
      long[] got = t.view(DType.INT64).toLongArray();
      for (int i = 0; i < got.length; i++) assertThat(new BigInteger(Long.toUnsignedString(got[i])).doubleValue())
          .as(path).isEqualTo(number(wanted.get(i)));
    } else if (t.dtype().isIntegral()) assertThat(LongStream.of(t.to(DType.INT64).toLongArray()).boxed().toList())
        .as(path).isEqualTo(wanted);
    else if (t.dtype() == DType.BOOL) {
      boolean[] got = t.toBooleanArray();
      for (int i = 0; i < got.length; i++) assertThat((Object) got[i]).as(path).isEqualTo(wanted.get(i));
    } else if (t.dtype() == DType.FLOAT32) {
      float[] got = t.detach().toFloatArray();
      for (int i = 0; i < got.length; i++) {
        // The shortest decimal that gives this float.
        float want = wanted.get(i) instanceof Double d ? Float.parseFloat(d.toString()) : (float) number(wanted.get(i));
        assertThat(Float.compare(got[i], want)).as(path + "[" + i + "]: " + got[i] + " for " + want).isZero();
      }
    } else compare(path, wanted, t.detach().to(DType.FLOAT64).toDoubleArray());
  }

  private static void compare(String path, List<?> wanted, double[] got) {
    assertThat(got).as(path).hasSize(wanted.size());
    for (int i = 0; i < got.length; i++) {
      double want = number(wanted.get(i));
      // Shorter floats are written with as many digits as float32 needs.
      if (Double.compare(got[i], want) != 0)
        assertThat((float) got[i]).as(path + "[" + i + "]").isEqualTo((float) want);
    }
  }

  private static void flatten(@Nullable Object data, int dims, List<@Nullable Object> into) {
    if (dims == 0) into.add(data);
    else for (Object part : (List<?>) Objects.requireNonNull(data)) flatten(part, dims - 1, into);
  }

  private static double number(@Nullable Object value) {
    return switch (value) {
      case String s when s.equals("nan") -> Double.NaN;
      case String s -> s.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
      case Number n -> n.doubleValue();
      case null, default -> throw new AssertionError("no number: " + value);
    };
  }
}
