package jtorch.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import jtorch.DType;

/// The CUDA C++ that lies beside the classes, and the names of things in it.
final class Sources {
  private static final ConcurrentHashMap<String, String> READ = new ConcurrentHashMap<>();

  private Sources() {}

  /// The text of `name.cu`.
  static String of(String name) {
    return READ.computeIfAbsent(name, Sources::read);
  }

  private static String read(String name) {
    try (InputStream in = Sources.class.getResourceAsStream(name + ".cu")) {
      if (in == null) throw new IllegalStateException("the source " + name + ".cu is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The type of an element in memory.
  ///
  /// @throws UnsupportedOperationException if kernels do not know it
  static String type(DType dtype) {
    return switch (dtype) {
      case BOOL -> "bool";
      case UINT8 -> "u8";
      case INT8 -> "i8";
      case UINT16 -> "u16";
      case INT16 -> "i16";
      case UINT32 -> "u32";
      case INT32 -> "i32";
      case UINT64 -> "u64";
      case INT64 -> "i64";
      case FLOAT16 -> "f16";
      case BFLOAT16 -> "bf16";
      case FLOAT32 -> "f32";
      case FLOAT64 -> "f64";
      case COMPLEX32 -> "c32";
      case COMPLEX64 -> "c64";
      case COMPLEX128 -> "c128";
      case FLOAT8_E5M2 -> "e5m2";
      case FLOAT8_E4M3FN -> "e4m3fn";
      case FLOAT8_E5M2FNUZ -> "e5m2fnuz";
      case FLOAT8_E4M3FNUZ -> "e4m3fnuz";
      case FLOAT8_E8M0FNU -> "e8m0fnu";
      // Two numbers in a byte, of which kernels see the bits.
      case FLOAT4_E2M1FN_X2 -> "u8";
      case QINT8, QUINT8, QINT32 ->
        throw new UnsupportedOperationException(dtype + " has no arithmetic on GPUs");
    };
  }
}
