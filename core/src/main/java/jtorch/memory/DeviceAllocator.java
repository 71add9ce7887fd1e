package jtorch.memory;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.LongPredicate;
import jtorch.Device;
import org.jspecify.annotations.Nullable;

/// The memory of tensors on a GPU, cut from large segments, for asking the device makes it wait.
///
/// A piece belongs to the stream that asked for it. Once its tensor is gone it may be lent to the same stream at once,
/// though the device has not done the work yet that uses it: what the stream does next comes later. Pieces that other
/// streams have used ([#use]) wait until those have passed the place where the tensor went. Free neighbours are joined.
///
/// **Source**: sizes of segments and the rules for splitting are those of PyTorch's `CUDACachingAllocator`.
public final class DeviceAllocator extends Allocator {
  /// All sizes are multiples of this.
  private static final long GRANULE = 512;
  /// Up to here pieces are cut from small segments.
  private static final long SMALL = 1 << 20;
  private static final long SMALL_SEGMENT = 2 << 20;
  private static final long LARGE_SEGMENT = 20 << 20;
  /// From here on a piece has a segment of its own, whose size is rounded up to [#SMALL_SEGMENT].
  private static final long OWN_SEGMENT = 10 << 20;

  private static final Comparator<Piece> BY_SIZE =
      Comparator.<Piece>comparingLong(p -> p.size).thenComparingLong(p -> p.address);

  private final Device device;
  private final DeviceMemory memory;
  private final Map<Pool, TreeSet<Piece>> free = new HashMap<>();
  /// Pieces that come back when other streams have passed their marks.
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private long reserved;
  private long peakReserved;
  private long segments;
  private long systemAllocations;
  private long retries;
  private long shortages;

  /// Recordings of graphs that are under way, whose memory comes from pools of their own.
  private final List<Capture> captures = new ArrayList<>();
  /// How many graphs and recordings need each pool.
  private final Map<GraphPool, Integer> graphs = new HashMap<>();
  /// Pieces that came back with other streams' work while no mark could be set.
  private final List<Lent> unmarked = new ArrayList<>();

  /// Where free pieces are looked for.
  ///
  /// @param graph the pool of a recorded graph; null for all other work
  private record Pool(long stream, boolean small, @Nullable GraphPool graph) {}

  /// @param streams whether a stream takes part in the recording
  private record Capture(GraphPool pool, LongPredicate streams) {}

  private record Waiting(Piece piece, List<Long> marks) {}

  /// A part of a segment.
  private static final class Piece {
    final Pool pool;
    final long address;
    long size;
    boolean lent;
    /// Neighbours in the segment.
    @Nullable Piece before;
    @Nullable Piece behind;

    Piece(Pool pool, long address, long size) {
      this.pool = pool;
      this.address = address;
      this.size = size;
    }

    boolean isWholeSegment() {
      return before == null && behind == null;
    }
  }

  /// A piece while it is lent.
  private static final class Lent extends Block {
    final Piece piece;
    /// Other streams that have used it.
    @Nullable List<Long> users;

    Lent(Allocator allocator, Piece piece) {
      super(allocator, piece.address, piece.size);
      this.piece = piece;
    }
  }

  public DeviceAllocator(Device device, DeviceMemory memory) {
    this.device = device;
    this.memory = memory;
  }

  public Device device() {
    return device;
  }

  @Override
  long capacityFor(long bytes) {
    return (bytes + GRANULE - 1) & -GRANULE;
  }

  private Pool pool(long capacity) {
    long stream = memory.stream();
    GraphPool graph = null;
    for (Capture capture : captures) {
      if (graph == null && capture.streams.test(stream)) graph = capture.pool;
    }
    return new Pool(stream, capacity <= SMALL, graph);
  }

  private TreeSet<Piece> freeIn(Pool pool) {
    return free.computeIfAbsent(pool, _ -> new TreeSet<>(BY_SIZE));
  }

  @Override
  @Nullable Block fromCache(long capacity) {
    takeBackPassed(false);
    Pool pool = pool(capacity);
    TreeSet<Piece> pieces = freeIn(pool);
    Piece fit = pieces.ceiling(new Piece(pool, 0, capacity));
    if (fit == null) return null;
    pieces.remove(fit);
    return lend(fit, capacity);
  }

  /// Lends the front of a free piece; what is left of it goes back to its pool.
  private Block lend(Piece piece, long capacity) {
    long rest = piece.size - capacity;
    if (piece.pool.small ? rest >= GRANULE : rest > SMALL) {
      Piece left = new Piece(piece.pool, piece.address + capacity, rest);
      left.before = piece;
      left.behind = piece.behind;
      if (left.behind != null) left.behind.before = left;
      piece.behind = left;
      piece.size = capacity;
      freeIn(piece.pool).add(left);
    }
    piece.lent = true;
    return lend(new Lent(this, piece));
  }

  @Override
  @Nullable Block fromSystem(long capacity) {
    long size = capacity <= SMALL ? SMALL_SEGMENT : capacity < OWN_SEGMENT ? LARGE_SEGMENT
        : (capacity + SMALL_SEGMENT - 1) & -SMALL_SEGMENT;
    synchronized (this) {
      long address = reserved + size <= limit ? memory.allocate(size) : 0;
      if (address == 0) {
        retries++;
        if (captures.isEmpty()) {
          takeBackPassed(true);
          releaseSegments();
        }
        Block joined = fromCache(capacity);
        if (joined != null) return joined;
        address = reserved + size <= limit ? memory.allocate(size) : 0;
        if (address == 0) return null;
      }
      systemAllocations++;
      segments++;
      reserved += size;
      peakReserved = Math.max(peakReserved, reserved);
      return lend(new Piece(pool(capacity), address, size), capacity);
    }
  }

  @Override
  void takeBack(Block block) {
    Lent lent = (Lent) block;
    if (lent.users == null) join(lent.piece);
    else if (!captures.isEmpty()) unmarked.add(lent);
    else await(lent);
  }

  private void await(Lent lent) {
    List<Long> marks = new ArrayList<>();
    for (long stream : Objects.requireNonNull(lent.users)) marks.add(memory.mark(stream));
    waiting.add(new Waiting(lent.piece, marks));
  }

  /// Takes back what other streams are done with.
  private void takeBackPassed(boolean all) {
    // A stream that records cannot be asked how far it is.
    if (!captures.isEmpty()) return;
    unmarked.forEach(this::await);
    unmarked.clear();
    for (Waiting first = waiting.peek(); first != null; first = waiting.peek()) {
      if (all) first.marks.forEach(memory::await);
      first.marks.removeIf(memory::passed);
      if (!first.marks.isEmpty()) return;
      waiting.remove();
      join(first.piece);
    }
  }

  /// Makes a piece free, as one with its free neighbours.
  private void join(Piece piece) {
    Piece whole = piece;
    whole.lent = false;
    Piece behind = whole.behind;
    if (behind != null && !behind.lent) {
      freeIn(behind.pool).remove(behind);
      absorb(whole, behind);
    }
    Piece before = whole.before;
    if (before != null && !before.lent) {
      freeIn(before.pool).remove(before);
      absorb(before, whole);
      whole = before;
    }
    freeIn(whole.pool).add(whole);
  }

  private static void absorb(Piece front, Piece behind) {
    front.size += behind.size;
    front.behind = behind.behind;
    if (front.behind != null) front.behind.before = front;
  }

  /// Gives segments of which nothing is lent back to the device.
  private void releaseSegments() {
    for (TreeSet<Piece> pieces : free.values()) {
      pieces.removeIf(piece -> {
        GraphPool graph = piece.pool.graph;
        if (!piece.isWholeSegment() || graph != null && graphs.containsKey(graph)) return false;
        memory.free(piece.address);
        reserved -= piece.size;
        segments--;
        return true;
      });
    }
  }

  /// What these streams ask for comes from a graph's pool until [#endGraph], and the pool stays until [#releaseGraph].
  public synchronized void beginGraph(GraphPool pool, LongPredicate streams) {
    graphs.merge(pool, 1, Integer::sum);
    captures.add(new Capture(pool, streams));
  }

  public synchronized void endGraph(GraphPool pool) {
    captures.removeIf(capture -> capture.pool == pool);
  }

  /// A graph is gone: the last one of its pool leaves segments that can be given back to the device.
  public synchronized void releaseGraph(GraphPool pool) {
    graphs.computeIfPresent(pool, (_, users) -> users == 1 ? null : users - 1);
  }

  /// Another stream than the one that a storage was made for uses it: its memory waits for that stream too.
  public synchronized void use(Storage storage, long stream) {
    if (!(storage.block instanceof Lent lent) || lent.allocator != this) throw new IllegalArgumentException(
        "recordStream: the tensor does not lie in the memory of " + device);
    if (stream == lent.piece.pool.stream) return;
    if (lent.users == null) lent.users = new ArrayList<>(1);
    if (!lent.users.contains(stream)) lent.users.add(stream);
  }

  @Override
  String shortage(long bytes) {
    synchronized (this) {
      shortages++;
    }
    return device + " out of memory: " + super.shortage(bytes);
  }

  @Override
  String place() {
    return "the device";
  }

  @Override
  long cachedBytes() {
    return reserved - live;
  }

  @Override
  long systemAllocations() {
    return systemAllocations;
  }

  /// As PyTorch counts.
  public synchronized DeviceStatistics deviceStatistics() {
    drain();
    long inactive = free.values().stream().flatMap(TreeSet::stream).filter(p -> !p.isWholeSegment())
        .mapToLong(p -> p.size).sum();
    return new DeviceStatistics(live, peak, reserved, peakReserved, inactive, segments, allocations, retries,
        shortages);
  }

  @Override
  public synchronized void resetPeak() {
    super.resetPeak();
    peakReserved = reserved;
  }

  @Override
  public synchronized void emptyCache() {
    drain();
    // While a graph is recorded the device cannot be waited for.
    if (!captures.isEmpty()) return;
    takeBackPassed(true);
    releaseSegments();
  }
}
