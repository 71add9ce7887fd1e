package jtorch;

/// What a GPU is, as `torch.cuda.get_device_properties` tells.
///
/// @param name the product
/// @param major the first number of the compute capability
/// @param minor its second number
/// @param totalMemory bytes
/// @param multiProcessorCount how many multiprocessors work at once
/// @param maxThreadsPerMultiProcessor how many threads one of them holds
/// @param sharedMemoryPerBlock bytes that the threads of a block may share, where they ask for more than usual
/// @param l2CacheSize bytes
public record DeviceProperties(String name, int major, int minor, long totalMemory, int multiProcessorCount,
    int maxThreadsPerMultiProcessor, int sharedMemoryPerBlock, int l2CacheSize) {
  /// The compute capability as compilers write it: `90`.
  public String architecture() {
    return major + "" + minor;
  }
}
