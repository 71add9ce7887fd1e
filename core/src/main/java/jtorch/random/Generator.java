package jtorch.random;

import java.lang.ScopedValue.CallableOp;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// A source of random numbers that gives, for the same seed and the same calls, the same numbers as PyTorch's generator
/// on the CPU. **As** `torch.Generator`.
///
/// ```java
/// var generator = Generator.seeded(42);
/// Normals.normal(generator, Region.contiguous(DType.FLOAT32, address, 1000), 0, 1);
/// ```
///
/// **Threads**: every method, and every call that fills memory, holds the generator's lock from its first draw to its
/// last. So threads may share a generator, and each tensor is filled from one unbroken stretch of the stream; which
/// thread comes first is left to chance. For numbers that repeat, give each thread a generator of its own.
///
/// **Source**: mt19937 of M. Matsumoto and T. Nishimura, *Mersenne Twister: a 623-dimensionally equidistributed uniform
/// pseudo-random number generator*, ACM TOMACS 8 (1998) 3-30.
public final class Generator {
  /// The seed of a generator that was given none, as in PyTorch: its bits hold as many ones as zeros.
  public static final long DEFAULT_SEED = 67280421310721L;

  private static final Generator PROCESS_DEFAULT = new Generator();
  private static final ScopedValue<Generator> SCOPED_DEFAULT = ScopedValue.newInstance();

  private final ReentrantLock lock = new ReentrantLock();
  private final MersenneTwister twister;
  private long uses;

  /// A generator seeded with [#DEFAULT_SEED].
  public Generator() {
    this(DEFAULT_SEED);
  }

  private Generator(long seed) {
    twister = new MersenneTwister(seed);
  }

  /// A generator with this seed: `torch.Generator().manual_seed(seed)`.
  public static Generator seeded(long seed) {
    return new Generator(seed);
  }

  /// The generator that is used where none is given: that of the innermost [#asDefault] around the call, else the one
  /// of the whole process, which `Torch.manualSeed` seeds.
  public static Generator defaultGenerator() {
    return SCOPED_DEFAULT.orElse(PROCESS_DEFAULT);
  }

  /// Starts the stream anew. All 64 bits are remembered as the initial seed, the lower 32 decide the numbers. A normal
  /// number kept from a pair is dropped.
  public Generator manualSeed(long seed) {
    exclusively(t -> t.seed(seed));
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
    return compute(MersenneTwister::seed);
  }

  /// The whole state, byte for byte as `torch.Generator.get_state()`: 5,056 of them.
  public byte[] state() {
    lock.lock();
    try {
      return twister.state().toBytes();
    } finally {
      lock.unlock();
    }
  }

  /// Goes on where a state was taken, by this library or by PyTorch.
  ///
  /// @throws IllegalArgumentException if these bytes are not such a state; then nothing has changed
  public Generator setState(byte[] state) {
    GeneratorState checked = GeneratorState.fromBytes(state);
    exclusively(t -> t.readState(checked));
    return this;
  }

  /// A new generator in the same state; from then on each goes its own way.
  public Generator cloneState() {
    var clone = new Generator();
    exclusively(clone.twister::copyFrom);
    return clone;
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

  /// One output: 32 random bits.
  public int random32() {
    return (int) compute(MersenneTwister::next32);
  }

  /// Two outputs, the first in the upper half: 64 random bits.
  public long random64() {
    return compute(MersenneTwister::next64);
  }

  /// Runs the operation and puts this generator back into the state it had before, whatever is thrown. **As**
  /// `torch.random.fork_rng`.
  public <R, X extends Throwable> R scoped(CallableOp<? extends R, X> operation) throws X {
    Generator before = cloneState();
    try {
      return operation.call();
    } finally {
      exclusively(t -> t.copyFrom(before.twister));
    }
  }

  /// [#scoped(CallableOp)] for an operation without result.
  public void scoped(Runnable operation) {
    this.<Object, RuntimeException>scoped(() -> {
      operation.run();
      return this;
    });
  }

  /// Runs the operation with this generator as the [#defaultGenerator()] of all that it calls on this thread. That is
  /// how a loader's workers, each a process with a generator of its own in PyTorch, share one process here.
  public <R, X extends Throwable> R asDefault(CallableOp<? extends R, X> operation) throws X {
    return ScopedValue.where(SCOPED_DEFAULT, this).call(operation);
  }

  /// [#asDefault(CallableOp)] for an operation without result.
  public void asDefault(Runnable operation) {
    ScopedValue.where(SCOPED_DEFAULT, this).run(operation);
  }

  /// Lets a draw have the twister for itself.
  void exclusively(Consumer<MersenneTwister> draw) {
    lock.lock();
    try {
      uses++;
      draw.accept(twister);
    } finally {
      lock.unlock();
    }
  }

  private long compute(ToLongFunction<MersenneTwister> draw) {
    lock.lock();
    try {
      uses++;
      return draw.applyAsLong(twister);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "Generator(seed " + Long.toUnsignedString(initialSeed()) + ")";
  }
}
