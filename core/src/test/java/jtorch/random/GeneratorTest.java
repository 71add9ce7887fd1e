package jtorch.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import jtorch.DType;
import jtorch.Device;
import jtorch.memory.Memory;
import org.junit.jupiter.api.Test;

class GeneratorTest {
  @Test
  void startsWithPyTorchsSeed() {
    assertThat(new Generator().initialSeed()).isEqualTo(67280421310721L);
    assertThat(new Generator().state()).isEqualTo(Generator.seeded(67280421310721L).state());
  }

  @Test
  void sameSeedSameStream() {
    var a = Generator.seeded(7);
    long first = a.random64();
    assertThat(a.random64()).isNotEqualTo(first);
    assertThat(a.manualSeed(7).random64()).isEqualTo(first);
    // Only the lower half of a seed decides the numbers.
    assertThat(Generator.seeded(7 + (1L << 40)).random64()).isEqualTo(first);
    assertThat(Generator.seeded(7 + (1L << 40)).initialSeed()).isEqualTo(7 + (1L << 40));
  }

  @Test
  void seedsFromEntropyBelow53Bits() {
    var generator = new Generator();
    long seed = generator.seed();
    assertThat(seed).isBetween(0L, (1L << 53) - 1).isEqualTo(generator.initialSeed());
    assertThat(generator.seed()).isNotEqualTo(seed);
  }

  @Test
  void mt19937KnownAnswer() {
    // The 10,000th output for seed 5489, as the C++ standard requires it of std::mt19937.
    var generator = Generator.seeded(5489);
    for (int i = 1; i < 10_000; i++) generator.random32();
    assertThat(Integer.toUnsignedLong(generator.random32())).isEqualTo(4123659995L);
  }

  @Test
  void stateGoesOnWhereItWasTaken() {
    var generator = Generator.seeded(3);
    for (int draws = 0; draws < 1300; draws++) {
      var other = new Generator().setState(generator.state());
      assertThat(other.random32()).isEqualTo(generator.random32());
      assertThat(other.state()).isEqualTo(generator.state());
    }
  }

  @Test
  void refusesWhatIsNoState() {
    var generator = Generator.seeded(1);
    generator.random32();
    byte[] good = generator.state();
    assertThatThrownBy(() -> generator.setState(new byte[10]))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("5056").hasMessageContaining("10");
    assertThatThrownBy(() -> generator.setState(new byte[5056])).hasMessageContaining("seeded = 0");
    // left, next: reading on would leave the block.
    long[][] counts =
        {{0, 0}, {-5, 0}, {626, 0}, {2, -1}, {624, 2}, {1, 625}, {2, Long.MAX_VALUE}, {2, Long.MIN_VALUE}};
    for (long[] count : counts) {
      byte[] bad = good.clone();
      ByteBuffer.wrap(bad).order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) count[0]).putLong(16, count[1]);
      assertThatThrownBy(() -> generator.setState(bad)).as("left %d, next %d", count[0], count[1])
          .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("left = " + count[0]);
    }
    assertThat(generator.state()).isEqualTo(good);
  }

  @Test
  void clonesGoTheirOwnWay() {
    var generator = Generator.seeded(1);
    generator.random32();
    Generator clone = generator.cloneState();
    byte[] before = generator.state();
    long number = clone.random64();
    assertThat(generator.state()).isEqualTo(before);
    assertThat(generator.random64()).isEqualTo(number);
  }

  @Test
  void scopedPutsTheStateBack() {
    var generator = Generator.seeded(1);
    byte[] before = generator.state();
    long inside = generator.scoped(() -> generator.manualSeed(9).random64());
    assertThat(inside).isEqualTo(Generator.seeded(9).random64());
    assertThat(generator.state()).isEqualTo(before);
    assertThat(generator.initialSeed()).isEqualTo(1);
    assertThatThrownBy(() -> generator.scoped(() -> {
      generator.seed();
      throw new IllegalStateException("inside");
    })).hasMessage("inside");
    assertThat(generator.state()).isEqualTo(before);
  }

  @Test
  void defaultsNest() {
    var outer = Generator.seeded(1);
    var inner = Generator.seeded(2);
    Generator ofProcess = Generator.defaultGenerator();
    outer.asDefault(() -> {
      assertThat(Generator.defaultGenerator()).isSameAs(outer);
      assertThat(inner.<Generator, RuntimeException>asDefault(Generator::defaultGenerator)).isSameAs(inner);
      assertThat(Generator.defaultGenerator()).isSameAs(outer);
    });
    assertThat(Generator.defaultGenerator()).isSameAs(ofProcess);
  }

  /// Threads that share a generator each get unbroken stretches of its stream.
  @Test
  void fillsAreAtomic() throws Exception {
    int stretches = 64;
    int length = 5000;
    var generator = Generator.seeded(4);
    Set<Integer> found = new HashSet<>();
    try (Arena arena = Arena.ofShared(); var pool = Executors.newFixedThreadPool(4)) {
      long wanted = arena.allocate(4L * length * stretches, 64).address();
      Uniforms.uniform(Generator.seeded(4), Region.contiguous(DType.FLOAT32, wanted, (long) length * stretches), 0, 1);
      long filled = arena.allocate(4L * length * stretches, 64).address();
      Callable<Boolean>[] calls = fills(generator, filled, length, stretches);
      for (var done : pool.invokeAll(java.util.List.of(calls))) assertThat(done.get()).isTrue();
      for (int i = 0; i < stretches; i++) {
        int at = i;
        int match = IntStream.range(0, stretches)
            .filter(j -> equal(filled + 4L * length * at, wanted + 4L * length * j, length)).findFirst().orElse(-1);
        assertThat(match).as("stretch %d", i).isNotNegative();
        found.add(match);
      }
    }
    assertThat(found).hasSize(stretches);
  }

  @SuppressWarnings("unchecked")
  private static Callable<Boolean>[] fills(Generator generator, long address, int length, int count) {
    return IntStream.range(0, count).<Callable<Boolean>>mapToObj(i -> () -> {
      Uniforms.uniform(generator, Region.contiguous(DType.FLOAT32, address + 4L * length * i, length), 0, 1);
      return true;
    }).toArray(Callable[]::new);
  }

  private static boolean equal(long a, long b, int floats) {
    for (int i = 0; i < floats; i++) {
      if (Memory.getInt(a + 4L * i) != Memory.getInt(b + 4L * i)) return false;
    }
    return true;
  }

  // ---- a GPU's: no device is needed to remember a place ----------------------------------------------------------

  @Test
  void aGpusStateIsSeedAndOffset() {
    var generator = new Generator(Device.cuda(0)).manualSeed(0x0102030405060708L);
    assertThat(generator.device()).isEqualTo(Device.cuda(0));
    assertThat(generator.take(1)).isEqualTo(new Generator.Place(0x0102030405060708L, 0));
    assertThat(generator.take(10)).isEqualTo(new Generator.Place(0x0102030405060708L, 4));
    assertThat(generator.offset()).isEqualTo(16);
    assertThat(generator.state()).isEqualTo(new byte[] {8, 7, 6, 5, 4, 3, 2, 1, 16, 0, 0, 0, 0, 0, 0, 0});
    var other = new Generator(Device.cuda(1)).setState(generator.state());
    assertThat(other.take(4)).isEqualTo(generator.take(4));
    assertThat(other.cloneState().offset()).isEqualTo(20);
    assertThat(other.manualSeed(3).take(4)).isEqualTo(new Generator.Place(3, 0));
    assertThat(other.setState(new byte[8]).take(4)).isEqualTo(new Generator.Place(0, 0));
  }

  @Test
  void aGpusGeneratorRefusesWhatIsNotIts() {
    var generator = new Generator(Device.cuda(0)).setOffset(8);
    assertThatThrownBy(() -> generator.setOffset(6)).hasMessageContaining("multiple of 4");
    assertThatThrownBy(() -> generator.setState(new byte[15])).hasMessageContaining("wrong size");
    byte[] crooked = generator.state();
    crooked[8] = 3;
    assertThatThrownBy(() -> generator.setState(crooked)).hasMessageContaining("multiple of 4");
    assertThat(generator.offset()).isEqualTo(8);
    assertThatThrownBy(generator::random64).hasMessageContaining("Expected a 'cpu' device type");
    assertThatThrownBy(() -> new Generator().take(4)).hasMessageContaining("Expected a 'cuda' device type");
    assertThatThrownBy(() -> new Generator().offset()).hasMessageContaining("does not use offset");
  }

  @Test
  void devicesHaveDefaultsOfTheirOwn() {
    Device device = Device.cuda(15);
    Generator.manualSeedDevices(99);
    Generator generator = Generator.defaultOn(device);
    assertThat(generator.initialSeed()).isEqualTo(99);
    assertThat(Generator.defaultOn(device)).isSameAs(generator);
    long uses = Generator.defaultUses();
    generator.take(4);
    assertThat(Generator.defaultUses()).isGreaterThan(uses);
    var bound = new Generator(device);
    var host = new Generator();
    bound.asDefault(() -> host.asDefault(() -> {
      assertThat(Generator.defaultOn(device)).isSameAs(bound);
      assertThat(Generator.defaultGenerator()).isSameAs(host);
    }));
    bound.scoped(() -> bound.take(40));
    assertThat(bound.offset()).isZero();
  }
}
