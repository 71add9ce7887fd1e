package jtorch.random;

import java.lang.ScopedValue.CallableOp;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import jtorch.Device;
import org.jspecify.annotations.Nullable;

/// A source of random numbers that gives, for the same seed and the same calls, the same numbers as PyTorch's generator
/// of the same kind of device. **As** `torch.Generator`.
///
/// ```java
/// var generator = Generator.seeded(42);
/// Normals.normal(generator, Region.contiguous(DType.FLOAT32, address, 1000), 0, 1);
/// var onGpu = new Generator(Device.of("cuda")).manualSeed(42);
/// ```
///
/// The CPU's is a Mersenne Twister. A GPU's is a place in the sequences of Philox: each thread of a kernel has a sequence
/// of its own, and a kernel [takes][#take] as many numbers of each as its threads may need.
///
/// **Threads**: every method, and every call that fills memory, holds the generator's lock from its first draw to its
/// last. So threads may share a generator, and each tensor is filled from one unbroken stretch of the stream; which
/// thread comes first is left to chance. For numbers that repeat, give each thread a generator of its own.
///
/// **Sources**: mt19937 of M. Matsumoto and T. Nishimura, *Mersenne Twister: a 623-dimensionally equidistributed uniform
/// pseudo-random number generator*, ACM TOMACS 8 (1998) 3-30; Philox4x32-10 of J. K. Salmon et al., *Parallel random
/// numbers: as easy as 1, 2, 3*, SC11 (2011).
public final class Generator {
  /// The seed of a generator that was given none, as in PyTorch: its bits hold as many ones as zeros.
  public static final long DEFAULT_SEED = 67280421310721L;

  /// Where a GPU's numbers begin.
  ///
  /// @param seed the key of all sequences
  /// @param offset how many numbers of each sequence came before; a multiple of 4
  public record Place(long seed, long offset) {}

  /// Generators bound as defaults by the calls around, the innermost first.
  private record Bound(Generator generator, @Nullable Bound outer) {}

  private static final Generator PROCESS_DEFAULT = new Generator();
  private static final ConcurrentHashMap<Device, Generator> DEVICE_DEFAULTS = new ConcurrentHashMap<>();
  private static final ScopedValue<Bound> BOUND = ScopedValue.newInstance();
  /// What default generators of devices that are not used yet begin with; guarded by the map's own lock.
  private static long deviceSeed = DEFAULT_SEED;

  private final ReentrantLock lock = new ReentrantLock();
  private final Device device;
  private Stream stream;
  private long uses;

  /// A generator of the CPU, seeded with [#DEFAULT_SEED].
  public Generator() {
    this(Device.CPU);
  }

  /// A generator of a device, seeded with [#DEFAULT_SEED]. **As** `torch.Generator(device)`.
  public Generator(Device device) {
    this(device, device.isHost() ? new MersenneTwister(DEFAULT_SEED) : new Philox(DEFAULT_SEED));
  }

  private Generator(Device device, Stream stream) {
    this.device = device;
    this.stream = stream;
  }

  /// A generator of the CPU with this seed: `torch.Generator().manual_seed(seed)`.
  public static Generator seeded(long seed) {
    return new Generator(Device.CPU, new MersenneTwister(seed));
  }

  // ---- defaults --------------------------------------------------------------------------------------------------

  /// The CPU's generator that is used where none is given: that of the innermost [#asDefault] around the call, else the
  /// one of the whole process, which `Torch.manualSeed` seeds.
  public static Generator defaultGenerator() {
    return defaultOn(Device.CPU);
  }

  /// The generator of a device that is used where none is given.
  public static Generator defaultOn(Device device) {
    for (Bound bound = BOUND.isBound() ? BOUND.get() : null; bound != null; bound = bound.outer) {
      if (bound.generator.device.equals(device)) return bound.generator;
    }
    if (device.isHost()) return PROCESS_DEFAULT;
    Generator known = DEVICE_DEFAULTS.get(device);
    if (known != null) return known;
    synchronized (DEVICE_DEFAULTS) {
      return DEVICE_DEFAULTS.computeIfAbsent(device, d -> new Generator(d, new Philox(deviceSeed)));
    }
  }

  /// The default generators of the GPUs that have been used.
  public static List<Generator> deviceDefaults() {
    return DEVICE_DEFAULTS.isEmpty() ? List.of() : List.copyOf(DEVICE_DEFAULTS.values());
  }

  /// Seeds the default generators of all GPUs, also of those that have not been used yet. **As**
  /// `torch.cuda.manual_seed_all`.
  public static void manualSeedDevices(long seed) {
    synchronized (DEVICE_DEFAULTS) {
      deviceSeed = seed;
      DEVICE_DEFAULTS.values().forEach(generator -> generator.manualSeed(seed));
    }
  }

  /// Whether a call around has bound its own generators as defaults, as a loader's worker does.
  public static boolean isBound() {
    return BOUND.isBound();
  }

  /// How often something was drawn from a default generator or one was seeded, on any device.
  public static long defaultUses() {
    long uses = defaultGenerator().uses();
    if (!DEVICE_DEFAULTS.isEmpty()) {
      for (Generator generator : DEVICE_DEFAULTS.values()) uses += generator.uses();
    }
    return uses;
  }

  // ---- seeds and states ------------------------------------------------------------------------------------------

  /// The device whose tensors it fills.
  public Device device() {
    return device;
  }

  /// Starts the stream anew. All 64 bits are remembered as the initial seed; the CPU's numbers are decided by the lower
  /// 32, a GPU's by all. A normal number kept from a pair is dropped.
  public Generator manualSeed(long seed) {
    alone(s -> {
      s.seed(seed);
      return this;
    });
    return this;
  }

  /// Seeds with a number from the system's entropy, below 2^53 so that a double can hold it, and returns that number.
  public long seed() {
    long seed = new SecureRandom().nextLong() >>> 11;
    manualSeed(seed);
    return seed;
  }

  /// The number last seeded with, to be read as unsigned.
  public long initialSeed() {
    return alone(Stream::seed);
  }

  /// The whole state, byte for byte as `torch.Generator.get_state()`: 5,056 of them for the CPU, 16 for a GPU.
  public byte[] state() {
    lock.lock();
    try {
      return stream.bytes();
    } finally {
      lock.unlock();
    }
  }

  /// Goes on where a state was taken, by this library or by PyTorch.
  ///
  /// @throws IllegalArgumentException if these bytes are not such a state; then nothing has changed
  public Generator setState(byte[] state) {
    return alone(s -> {
      s.read(state);
      return this;
    });
  }

  /// How many numbers of each sequence are taken. **As** `torch.Generator.get_offset`.
  ///
  /// @throws UnsupportedOperationException if it is the CPU's, which has one sequence
  public long offset() {
    return alone(s -> philox(s).offset());
  }

  /// Goes on at another place of the sequences. **As** `torch.Generator.set_offset`.
  ///
  /// @throws IllegalArgumentException if it is not a multiple of 4
  /// @throws UnsupportedOperationException if it is the CPU's, which has one sequence
  public Generator setOffset(long offset) {
    return alone(s -> {
      philox(s).offset(offset);
      return this;
    });
  }

  private static Philox philox(Stream stream) {
    if (stream instanceof Philox philox) return philox;
    throw new UnsupportedOperationException("CPU Generator does not use offset");
  }

  /// A new generator in the same state; from then on each goes its own way.
  public Generator cloneState() {
    return alone(s -> new Generator(device, s.copy()));
  }

  /// How often something was drawn from it or seeded, to tell whether work is random.
  public long uses() {
    lock.lock();
    try {
      return uses;
    } finally {
      lock.unlock();
    }
  }

  // ---- draws -----------------------------------------------------------------------------------------------------

  /// One output of the CPU's: 32 random bits.
  public int random32() {
    return (int) compute(MersenneTwister::next32);
  }

  /// Two outputs of the CPU's, the first in the upper half: 64 random bits.
  public long random64() {
    return compute(MersenneTwister::next64);
  }

  /// For kernels of a GPU: takes this many numbers of each thread's sequence, and says where they begin.
  ///
  /// @throws IllegalArgumentException if it is the CPU's generator
  public Place take(long numbers) {
    return alone(s -> {
      if (s instanceof Philox philox) return philox.take(numbers);
      throw wrongDevice("cuda");
    });
  }

  /// This generator.
  ///
  /// @throws IllegalArgumentException if it is one of another kind of device
  public Generator on(Device other) {
    if (device.type() != other.type()) throw wrongDevice(other.isHost() ? "cpu" : "cuda");
    return this;
  }

  private IllegalArgumentException wrongDevice(String expected) {
    return new IllegalArgumentException(
        "Expected a '%s' device type for generator but found '%s'".formatted(expected,
            device.isHost() ? "cpu" : "cuda"));
  }

  /// Runs the operation and puts this generator back into the state it had before, whatever is thrown. **As**
  /// `torch.random.fork_rng`.
  public <R, X extends Throwable> R scoped(CallableOp<? extends R, X> operation) throws X {
    Generator before = cloneState();
    try {
      return operation.call();
    } finally {
      alone(s -> stream = before.stream);
    }
  }

  /// [#scoped(CallableOp)] for an operation without result.
  public void scoped(Runnable operation) {
    this.<Object, RuntimeException>scoped(() -> {
      operation.run();
      return this;
    });
  }

  /// Runs the operation with this generator as its device's [default][#defaultOn(Device)] of all that it calls on
  /// this thread. That is how a loader's workers, each a process with a generator of its own in PyTorch, share one
  /// process here.
  public <R, X extends Throwable> R asDefault(CallableOp<? extends R, X> operation) throws X {
    return ScopedValue.where(BOUND, bound()).call(operation);
  }

  /// [#asDefault(CallableOp)] for an operation without result.
  public void asDefault(Runnable operation) {
    ScopedValue.where(BOUND, bound()).run(operation);
  }

  private Bound bound() {
    return new Bound(this, BOUND.isBound() ? BOUND.get() : null);
  }

  /// Lets a draw have the twister for itself.
  ///
  /// @throws IllegalArgumentException if it is a GPU's
  void exclusively(Consumer<MersenneTwister> draw) {
    lock.lock();
    try {
      MersenneTwister twister = twister();
      uses++;
      draw.accept(twister);
    } finally {
      lock.unlock();
    }
  }

  private long compute(ToLongFunction<MersenneTwister> draw) {
    lock.lock();
    try {
      MersenneTwister twister = twister();
      uses++;
      return draw.applyAsLong(twister);
    } finally {
      lock.unlock();
    }
  }

  private MersenneTwister twister() {
    if (stream instanceof MersenneTwister twister) return twister;
    throw wrongDevice("cpu");
  }

  private <R> R alone(Function<Stream, R> use) {
    lock.lock();
    try {
      uses++;
      return use.apply(stream);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    String where = device.isHost() ? "" : device + ", ";
    return "Generator(" + where + "seed " + Long.toUnsignedString(initialSeed()) + ")";
  }
}
