package jtorch.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.Stream;
import jtorch.DType;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Bad arguments: a clear message, and neither memory nor generator changed.
class RefusalsTest {
  private static final Arena ARENA = Arena.ofAuto();

  private record Refusal(Draws call, DType dtype, String message) {}

  @FunctionalInterface
  private interface Draws {
    void from(Generator generator, Region out);
  }

  private static Region floats(float... values) {
    MemorySegment memory = ARENA.allocateFrom(ValueLayout.JAVA_FLOAT, values);
    return Region.contiguous(DType.FLOAT32, memory.address(), values.length);
  }

  private static Refusal refuse(DType dtype, String message, Draws call) {
    return new Refusal(call, dtype, message);
  }

  private static Stream<Refusal> refusals() {
    DType f = DType.FLOAT32;
    DType half = DType.FLOAT16;
    DType i = DType.INT64;
    DType c = DType.COMPLEX64;
    double nan = Double.NaN;
    double inf = Double.POSITIVE_INFINITY;
    Region fine = floats(0.5f, 0.5f);
    return Stream.of(
        refuse(f, "from=1.0 > to=0.0", (g, o) -> Uniforms.uniform(g, o, 1, 0)),
        refuse(f, "from is out of bounds for float32: NaN", (g, o) -> Uniforms.uniform(g, o, nan, 0)),
        refuse(f, "to is out of bounds for float32: Infinity", (g, o) -> Uniforms.uniform(g, o, 0, inf)),
        refuse(half, "to is out of bounds for float16", (g, o) -> Uniforms.uniform(g, o, 0, 1e5)),
        refuse(f, "to - from must not exceed", (g, o) -> Uniforms.uniform(g, o, -3e38, 3e38)),
        refuse(i, "not int64", (g, o) -> Uniforms.uniform(g, o, 0, 1)),
        refuse(f, "std >= 0.0, but found std -1.0", (g, o) -> Normals.normal(g, o, 0, -1)),
        refuse(f, "std NaN", (g, o) -> Normals.normal(g, o, 0, nan)),
        refuse(i, "not int64", (g, o) -> Normals.normal(g, o, 0, 1)),
        refuse(f, "std > 0.0, but found std=0.0", (g, o) -> Normals.logNormal(g, o, 0, 0)),
        refuse(c, "not complex64", (g, o) -> Normals.logNormal(g, o, 0, 1)),
        refuse(f, "p to be in [0, 1], but got p=1.5", (g, o) -> Uniforms.bernoulli(g, o, 1.5)),
        refuse(c, "not complex64", (g, o) -> Uniforms.bernoulli(g, o, 0.5)),
        refuse(f, "p >= 0 and p <= 1", (g, o) -> Uniforms.bernoulli(g, o, floats(0.5f, Float.NaN))),
        refuse(f, "needs a parameter for each element", (g, o) -> Uniforms.bernoulli(g, o, floats(0.5f))),
        refuse(f, "lambda=-1.0", (g, o) -> Uniforms.exponential(g, o, -1)),
        refuse(f, "p to be in (0, 1), but got p=1.0", (g, o) -> Uniforms.geometric(g, o, 1)),
        refuse(DType.BOOL, "not bool", (g, o) -> Uniforms.geometric(g, o, 0.5)),
        refuse(f, "sigma=0.0", (g, o) -> Uniforms.cauchy(g, o, 0, 0)),
        refuse(f, "lower must not exceed upper", (g, o) -> Uniforms.leakySlopes(g, o, fine, 1, 0)),
        refuse(i, "from=5 >= to=5", (g, o) -> Integers.random(g, o, 5, 5)),
        refuse(DType.UINT8, "to - 1 is out of bounds for uint8: 299", (g, o) -> Integers.random(g, o, 0, 300)),
        refuse(DType.INT8, "from is out of bounds for int8: -129", (g, o) -> Integers.random(g, o, -129, 3)),
        refuse(half, "to - 1 is out of bounds for float16", (g, o) -> Integers.random(g, o, 0, 70000)),
        refuse(f, "less than 16777216", (g, o) -> Integers.randomFrom(g, o, 1 << 24)),
        refuse(f, "less than 16777216", (g, o) -> Integers.randomFrom(g, o, Long.MAX_VALUE)),
        refuse(half, "all 64 bits", (g, o) -> Integers.randomFrom(g, o, Long.MIN_VALUE)),
        refuse(c, "not complex64", Integers::random),
        refuse(DType.BOOL, "not bool", Integers::permutation),
        refuse(f, "length -1", (g, o) -> Integers.permutation(g, -1)),
        refuse(f, "rates that are not negative", (g, o) -> Counts.poisson(g, o, floats(1, -1))),
        refuse(i, "not int64", (g, o) -> Counts.poisson(g, o, fine)),
        refuse(half, "not float16", (g, o) -> Counts.binomial(g, o, fine, fine)),
        refuse(DType.FLOAT64, "one dtype", (g, o) -> Counts.binomial(g, o, fine, fine)),
        refuse(half, "not float32 and float16", (g, o) -> Gammas.standardGamma(g, o, fine)),
        refuse(DType.FLOAT64, "not float32 and float64", (g, o) -> Gammas.dirichlet(g, o, fine)),
        refuse(i, "cannot draw 0 samples", (g, o) -> Categories.multinomial(g, o, fine, 0, true)),
        refuse(i, "3 of 2 categories without", (g, o) -> Categories.multinomial(g, o, fine, 3, false)),
        refuse(i, "room for 1 times 3", (g, o) -> Categories.multinomial(g, o, fine, 3, true)),
        refuse(f, "room for 1 times 2", (g, o) -> Categories.multinomial(g, o, fine, 2, true)),
        refuse(i, "inf, nan or element < 0", (g, o) -> Categories.multinomial(g, o, floats(1, -1), 2, true)),
        refuse(i, "inf, nan or element < 0", (g, o) -> Categories.multinomial(g, o, floats(1, Float.NaN), 2, true)),
        refuse(i, "sum of probabilities <= 0", (g, o) -> Categories.multinomial(g, o, floats(0, 0), 2, true)));
  }

  @TestFactory
  Stream<DynamicTest> refused() {
    return refusals().map(refusal -> DynamicTest.dynamicTest(refusal.dtype() + ": " + refusal.message(), () -> {
      MemorySegment memory = ARENA.allocate(32, 64);
      memory.fill((byte) 0x5A);
      byte[] untouched = memory.toArray(ValueLayout.JAVA_BYTE);
      var generator = Generator.seeded(8);
      byte[] state = generator.state();
      Region out = Region.contiguous(refusal.dtype(), memory.address(), 2);
      assertThatCode(() -> refusal.call().from(generator, out))
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining(refusal.message());
      assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(untouched);
      assertThat(generator.state()).isEqualTo(state);
    }));
  }

  @TestFactory
  Stream<DynamicTest> tooManyForTheDtype() {
    record Limit(DType dtype, int length) {}
    return Stream.of(new Limit(DType.UINT8, 257), new Limit(DType.INT8, 129), new Limit(DType.FLOAT16, 2050))
        .map(limit -> DynamicTest.dynamicTest("randperm in " + limit.dtype(), () -> {
          long address = ARENA.allocate(2L * limit.length()).address();
          Region out = Region.contiguous(limit.dtype(), address, limit.length());
          assertThatCode(() -> Integers.permutation(new Generator(), out)).hasMessageContaining("cannot hold");
        }));
  }
}
