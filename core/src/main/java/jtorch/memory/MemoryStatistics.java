package jtorch.memory;

/// Bytes of tensor memory on one device.
///
/// @param live bytes that tensors use
/// @param cached bytes that wait for reuse
/// @param peak the most that was live at once since the start or the last reset
/// @param allocations how often memory was asked for
/// @param systemAllocations how often the operating system was asked
/// @param collections how often a collection was forced
/// @param collectionNanos time spent in forced collections, in nanoseconds
public record MemoryStatistics(long live, long cached, long peak, long allocations, long systemAllocations,
    long collections, long collectionNanos) {
  @Override
  public String toString() {
    return "live %s, cached %s, peak %s, %d allocations (%d from the system), %d forced collections (%d ms)".formatted(
        text(live), text(cached), text(peak), allocations, systemAllocations, collections, collectionNanos / 1_000_000);
  }

  /// A number of bytes as people read it: `1.5 GiB`.
  public static String text(long bytes) {
    if (bytes < 1 << 10) return bytes + " B";
    if (bytes < 1 << 20) return "%.1f KiB".formatted(bytes / 1024.0);
    if (bytes < 1 << 30) return "%.1f MiB".formatted(bytes / 1048576.0);
    return "%.2f GiB".formatted(bytes / 1073741824.0);
  }
}
