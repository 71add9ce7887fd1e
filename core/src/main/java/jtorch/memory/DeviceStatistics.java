package jtorch.memory;

/// The memory of a GPU, as `torch.cuda.memory_stats` counts it.
///
/// @param allocated bytes that tensors use
/// @param peakAllocated the most that tensors used at once since the last reset
/// @param reserved bytes taken from the device: what tensors use, and what waits for reuse
/// @param peakReserved the most that was taken at once since the last reset
/// @param inactive bytes that wait for reuse in segments of which tensors use another part
/// @param segments how many pieces the device has given
/// @param allocations how often memory was asked for
/// @param retries how often the device had no more, and cached memory was given back to it
/// @param shortages how often there was not enough in the end
public record DeviceStatistics(long allocated, long peakAllocated, long reserved, long peakReserved, long inactive,
    long segments, long allocations, long retries, long shortages) {
  @Override
  public String toString() {
    return "allocated %s (peak %s), reserved %s (peak %s) in %d segments, %s of it split off and free".formatted(
        MemoryStatistics.text(allocated), MemoryStatistics.text(peakAllocated), MemoryStatistics.text(reserved),
        MemoryStatistics.text(peakReserved), segments, MemoryStatistics.text(inactive));
  }
}
