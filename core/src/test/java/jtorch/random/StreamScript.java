package jtorch.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;
import jtorch.memory.Memory;

/// Replays recorded calls and compares what they give with what PyTorch gave.
///
/// A case is its name and lines of these forms, `g` being the number of a generator, `-` an empty list:
/// ```
/// seed g SEED
/// set g HEX                               a state's bytes
/// state g BITS SHA256                     the kept normal number and the other bytes; a new generator goes on from there
/// initial g SEED
/// draw g OP DTYPE SIZES STRIDES RESULT NAME=VALUE...
/// then g BITS BITS                        of rand(1, float64) and after it randn(1, float64)
/// ```
/// RESULT is `dtype:HEX` or `dtype:sha256:HEX` of the elements in logical order, an argument's VALUE a number, `none`, or
/// `dtype:SIZES:HEX`.
final class StreamScript {
  /// What comes from the C library in double precision may differ in its last places where the library does.
  private static final Set<String> THROUGH_LIBRARY =
      Set.of("randn", "normal_", "log_normal_", "exponential_", "cauchy_",
          "_standard_gamma", "_sample_dirichlet", "rrelu", "normal");

  private static final int KEPT_NORMAL_AT = 5024;

  private final boolean exact;
  private final Map<String, Generator> generators = new HashMap<>();

  /// `exact`: float64 numbers too must agree to the last bit.
  StreamScript(boolean exact) {
    this.exact = exact;
  }

  /// The cases of a file: each its name followed by its lines.
  static List<List<String>> cases(List<String> lines) {
    var cases = new ArrayList<List<String>>();
    for (String line : lines) {
      if (line.isEmpty() || line.startsWith("#")) continue;
      if (line.startsWith("case ")) {
        cases.add(new ArrayList<>(List.of(line.substring(5))));
      } else {
        cases.getLast().add(line);
      }
    }
    return cases;
  }

  void replay(List<String> lines) {
    for (String line : lines) {
      String[] words = line.split(" ");
      String g = words[1];
      switch (words[0]) {
        case "seed" -> generators.put(g, Generator.seeded(seed(words[2])));
        case "set" -> generators.put(g, new Generator().setState(HexFormat.of().parseHex(words[2])));
        case "state" -> {
          byte[] state = generators.get(g).state();
          ByteBuffer bytes = ByteBuffer.wrap(state.clone()).order(ByteOrder.LITTLE_ENDIAN);
          double kept = Double.longBitsToDouble(Long.parseUnsignedLong(words[2], 16));
          assertThat(agree(bytes.getDouble(KEPT_NORMAL_AT), kept)).as("kept normal number, wanted %s", kept).isTrue();
          assertThat(sha256(bytes.putDouble(KEPT_NORMAL_AT, 0).array())).as("state").isEqualTo(words[3]);
          generators.put(g, new Generator().setState(state));
        }
        case "initial" ->
          assertThat(Long.toUnsignedString(generators.get(g).initialSeed())).as("initial seed").isEqualTo(words[2]);
        case "then" -> then(generators.get(g), words);
        case "draw" -> draw(generators.get(g), words);
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  private static long seed(String text) {
    return text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
  }

  private void then(Generator generator, String[] words) {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(8).address();
      Region one = Region.contiguous(DType.FLOAT64, address, 1);
      Uniforms.uniform(generator, one, 0, 1);
      assertThat(Memory.getLong(address)).as("rand afterwards").isEqualTo(Long.parseUnsignedLong(words[2], 16));
      Normals.normal(generator, one, 0, 1);
      double wanted = Double.longBitsToDouble(Long.parseUnsignedLong(words[3], 16));
      assertThat(agree(Memory.getDouble(address), wanted)).as("randn afterwards, wanted %s", wanted).isTrue();
    }
  }

  private boolean agree(double value, double wanted) {
    if (exact) return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(wanted);
    return Math.abs(value - wanted) <= 1e-13 + 1e-12 * Math.abs(wanted);
  }

  private void draw(Generator generator, String[] words) {
    String op = words[2];
    DType dtype = DType.of(words[3]);
    long[] sizes = longs(words[4]);
    long[] strides = words[5].equals("-") ? dense(sizes) : longs(words[5]);
    int colon = words[6].indexOf(':');
    DType resultType = DType.of(words[6].substring(0, colon));
    String wanted = words[6].substring(colon + 1);
    var arguments = new HashMap<String, String>();
    for (String word : Arrays.copyOfRange(words, 7, words.length)) {
      int equals = word.indexOf('=');
      arguments.put(word.substring(0, equals), word.substring(equals + 1));
    }
    try (Arena arena = Arena.ofConfined()) {
      long extent = 1;
      for (int d = 0; d < sizes.length; d++) extent += Math.max(0, sizes[d] - 1) * strides[d];
      MemorySegment memory = arena.allocate(extent * resultType.size(), 64);
      memory.fill((byte) 0x5A);
      Region out = Region.strided(resultType, memory.address(), sizes, strides);
      call(generator, op, dtype, out, arguments, arena);
      compare(op, resultType, logicalBytes(out), wanted);
    }
  }

  private static void call(Generator g, String op, DType dtype, Region out, Map<String, String> a, Arena arena) {
    switch (op) {
      case "rand" -> Uniforms.uniform(g, out, 0, 1);
      case "uniform_" -> Uniforms.uniform(g, out, number(a, "from"), number(a, "to"));
      case "randn" -> Normals.normal(g, out, 0, 1);
      case "normal_" -> Normals.normal(g, out, number(a, "mean"), number(a, "std"));
      case "log_normal_" -> Normals.logNormal(g, out, number(a, "mean"), number(a, "std"));
      case "randint" -> Integers.random(g, out, integer(a, "low"), integer(a, "high"));
      case "random_" -> {
        if (!a.containsKey("from")) Integers.random(g, out);
        else if (a.get("to").equals("none")) Integers.randomFrom(g, out, integer(a, "from"));
        else Integers.random(g, out, integer(a, "from"), integer(a, "to"));
      }
      case "randperm" -> Integers.permutation(g, out);
      case "bernoulli_" -> Uniforms.bernoulli(g, out, number(a, "p"));
      case "bernoulli", "bernoulli_.Tensor" -> Uniforms.bernoulli(g, out, tensor(a, "p", arena));
      case "exponential_" -> Uniforms.exponential(g, out, number(a, "lambd"));
      case "geometric_" -> Uniforms.geometric(g, out, number(a, "p"));
      case "cauchy_" -> Uniforms.cauchy(g, out, number(a, "median"), number(a, "sigma"));
      case "poisson" -> Counts.poisson(g, out, tensor(a, "rate", arena));
      case "binomial" -> Counts.binomial(g, out, tensor(a, "count", arena), tensor(a, "prob", arena));
      case "_standard_gamma" -> Gammas.standardGamma(g, out, tensor(a, "alpha", arena));
      case "_sample_dirichlet" -> Gammas.dirichlet(g, out, tensor(a, "alpha", arena));
      case "multinomial" -> Categories.multinomial(g, out, tensor(a, "weights", arena), integer(a, "num_samples"),
          Boolean.parseBoolean(a.get("replacement")));
      case "rrelu" -> rrelu(g, out, tensor(a, "input", arena), number(a, "lower"), number(a, "upper"));
      case "dropout" -> dropout(g, out, false, tensor(a, "input", arena), number(a, "p"), arena);
      case "dropout1d", "dropout2d", "dropout3d" ->
        dropout(g, out, true, tensor(a, "input", arena), number(a, "p"), arena);
      case "normal" -> normal(g, out, a, arena);
      default -> throw new IllegalArgumentException(op + " of " + dtype);
    }
  }

  /// `normal` with a tensor for mean, deviation or both: z times deviation plus mean; a number for the deviation goes
  /// into the draw.
  private static void normal(Generator g, Region out, Map<String, String> a, Arena arena) {
    boolean fixed = !a.get("std").contains(":");
    Normals.normal(g, out, 0, fixed ? number(a, "std") : 1);
    for (long i = 0; i < out.count(); i++) {
      double std = fixed ? 1 : get(tensor(a, "std", arena), i);
      double mean = a.get("mean").contains(":") ? get(tensor(a, "mean", arena), i) : number(a, "mean");
      double z = get(out, i);
      set(out, i, out.dtype() == DType.FLOAT32 ? (float) z * (float) std + (float) mean : z * std + mean);
    }
  }

  /// Zeroes elements, or whole channels (dimensions 0 and 1 of the input), and scales the rest.
  private static void dropout(Generator g, Region out, boolean channels, Region input, double p, Arena arena) {
    Region mask = out;
    if (channels) {
      long count = out.size(0) * out.size(1);
      mask = Region.contiguous(out.dtype(), arena.allocate(count * out.dtype().size(), 64).address(), count);
    }
    Uniforms.bernoulli(g, mask, 1 - p);
    for (long i = 0; i < out.count(); i++) {
      double bit = get(mask, i * mask.count() / out.count());
      double scaled = Draw.round((float) bit / (float) (1 - p), out.dtype());
      set(out, i, get(input, i) * (out.dtype() == DType.FLOAT64 ? bit / (1 - p) : scaled));
    }
  }

  private static void rrelu(Generator g, Region out, Region input, double lower, double upper) {
    Uniforms.leakySlopes(g, out, input, lower, upper);
    for (long i = 0; i < out.count(); i++) set(out, i, get(out, i) * get(input, i));
  }

  private void compare(String op, DType dtype, byte[] bytes, String wanted) {
    if (wanted.startsWith("sha256:")) {
      assertThat(sha256(bytes)).as(op).isEqualTo(wanted.substring(7));
      return;
    }
    boolean wide = dtype == DType.FLOAT64 || dtype == DType.COMPLEX128;
    if (exact || !wide || !THROUGH_LIBRARY.contains(op)) {
      assertThat(HexFormat.of().formatHex(bytes)).as(op).isEqualTo(wanted);
      return;
    }
    MemorySegment values = MemorySegment.ofArray(bytes);
    MemorySegment wantedValues = MemorySegment.ofArray(HexFormat.of().parseHex(wanted));
    assertThat(values.byteSize()).isEqualTo(wantedValues.byteSize());
    for (long at = 0; at < bytes.length; at += 8) {
      double value = values.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at);
      double target = wantedValues.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, at);
      assertThat(agree(value, target)).as("%s, element %d: %s, wanted %s", op, at / 8, value, target).isTrue();
    }
  }

  private static byte[] logicalBytes(Region out) {
    int size = out.dtype().size();
    var bytes = new byte[(int) out.count() * size];
    for (int i = 0; i < out.count(); i++) {
      MemorySegment.copy(Memory.ALL, ValueLayout.JAVA_BYTE, addressOf(out, i), bytes, i * size, size);
    }
    return bytes;
  }

  private static long addressOf(Region elements, long i) {
    long offset = 0;
    long rest = i;
    for (int d = elements.dimensions() - 1; d >= 0; d--) {
      offset += rest % elements.size(d) * elements.stride(d);
      rest /= elements.size(d);
    }
    return elements.address() + offset * elements.dtype().size();
  }

  private static double get(Region elements, long i) {
    var value = new double[1];
    new Cursor(Region.contiguous(elements.dtype(), addressOf(elements, i), 1)).get(value, 1);
    return value[0];
  }

  private static void set(Region elements, long i, double value) {
    new Cursor(Region.contiguous(elements.dtype(), addressOf(elements, i), 1)).put(new double[] {value}, 1);
  }

  private static Region tensor(Map<String, String> arguments, String name, Arena arena) {
    String[] parts = arguments.get(name).split(":", -1);
    byte[] bytes = HexFormat.of().parseHex(parts[2]);
    MemorySegment memory = arena.allocate(Math.max(1, bytes.length), 64);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, 0, bytes.length);
    long[] sizes = longs(parts[1]);
    long[] strides = parts.length > 3 ? longs(parts[3]) : dense(sizes);
    return Region.strided(DType.of(parts[0]), memory.address(), sizes, strides);
  }

  private static double number(Map<String, String> arguments, String name) {
    return Double.parseDouble(arguments.get(name));
  }

  private static long integer(Map<String, String> arguments, String name) {
    return Long.parseLong(arguments.get(name));
  }

  private static long[] longs(String list) {
    if (list.equals("-")) return new long[0];
    return Arrays.stream(list.split(",")).mapToLong(Long::parseLong).toArray();
  }

  static long[] dense(long... sizes) {
    var strides = new long[sizes.length];
    long step = 1;
    for (int d = sizes.length - 1; d >= 0; d--) {
      strides[d] = step;
      step *= sizes[d];
    }
    return strides;
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException missing) {
      throw new AssertionError(missing);
    }
  }
}
