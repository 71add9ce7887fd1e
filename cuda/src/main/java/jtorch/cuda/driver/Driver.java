package jtorch.cuda.driver;

import java.lang.foreign.SymbolLookup;
import jtorch.DeviceProperties;
import org.jspecify.annotations.Nullable;

/// What the backend needs of devices: a small part of CUDA's driver API, with devices named by index.
///
/// Streams, events, modules and functions are handles; stream 0 is the default one. Copies and launches are given to a
/// stream and return before they are done, unless said otherwise.
public interface Driver {
  /// One line for people: which driver, which version.
  String description();

  /// How many devices there are.
  int count();

  DeviceProperties properties(int device);

  /// Makes a device the one that NVIDIA's libraries use in this thread; false where they have nothing to do with it.
  default boolean enterForLibraries(int device) {
    return false;
  }

  /// One of NVIDIA's libraries, for work of this thread on a device; null where it is not there.
  default @Nullable SymbolLookup library(int device, CudaLibraries.Library library) {
    return null;
  }

  /// The compiler for these devices.
  ///
  /// @throws CudaException in a sentence that says what to install, if there is none
  Compiler compiler();

  // ---- memory ----------------------------------------------------------------------------------------------------

  /// The address of new memory, 0 if the device has no more.
  long allocate(int device, long bytes);

  void free(int device, long address);

  long[] freeAndTotal(int device);

  /// The processor's memory may be changed as soon as this returns, if it is not of [#allocateHost]; else when the stream has
  /// passed.
  void copyIn(int device, long to, long from, long bytes, long stream);

  /// Waits until the bytes are there.
  void copyOut(int device, long to, long from, long bytes, long stream);

  /// Returns before the bytes are there, in memory of [#allocateHost].
  void copyOutLater(int device, long to, long from, long bytes, long stream);

  void copyAcross(int toDevice, long to, int fromDevice, long from, long bytes, long stream);

  /// Sets bytes.
  void fill(int device, long address, byte value, long bytes, long stream);

  /// The address of new memory of the processor that copies of all devices reach without help, 0 if there is no more.
  long allocateHost(long bytes);

  void freeHost(long address);

  /// Whether a device can reach a peer's memory directly.
  boolean canAccessPeer(int device, int peer);

  /// Lets a device reach a peer's memory, if it can, from now on.
  void enablePeerAccess(int device, int peer);

  // ---- order -----------------------------------------------------------------------------------------------------

  long newStream(int device, int priority);

  void freeStream(int device, long stream);

  boolean isIdle(int device, long stream);

  void synchronize(int device, long stream);

  void synchronize(int device);

  long newEvent(int device, boolean timing);

  void freeEvent(int device, long event);

  void record(int device, long event, long stream);

  void await(int device, long stream, long event);

  boolean isPassed(int device, long event);

  void synchronizeEvent(int device, long event);

  float elapsed(int device, long start, long end);

  // ---- graphs ----------------------------------------------------------------------------------------------------

  GraphDriver graphs();

  // ---- kernels ---------------------------------------------------------------------------------------------------

  long load(int device, byte[] image);

  long function(int device, long module, String name);

  /// Runs a kernel whose only parameter is a structure passed by value.
  ///
  /// @param name for messages
  /// @param arguments the address of the structure, which is read before this returns
  /// @param bytes its size
  void launch(int device, String name, long function, Grid grid, long stream, long arguments, long bytes);

  /// How many threads run a kernel.
  ///
  /// @param shared bytes of memory that the threads of a block share, besides what the kernel declares itself
  record Grid(int x, int y, int z, int threads, int threadRows, int shared) {
    public static Grid of(long blocks, int threads) {
      return new Grid(Math.toIntExact(blocks), 1, 1, threads, 1, 0);
    }

    public Grid shared(int bytes) {
      return new Grid(x, y, z, threads, threadRows, bytes);
    }
  }

  /// The driver in use: NVIDIA's, or the one that stands in for it under test.
  ///
  /// @throws CudaException in one sentence, if there is none
  static Driver find() {
    String wanted = System.getProperty("jtorch.cuda.driver", "nvidia");
    return wanted.equals("nvidia") ? CudaDriver.open() : named(wanted);
  }

  private static Driver named(String name) {
    for (DriverProvider provider : java.util.ServiceLoader.load(DriverProvider.class, Driver.class.getClassLoader())) {
      if (provider.name().equals(name)) return provider.open();
    }
    throw new CudaException("-Djtorch.cuda.driver=" + name + " names no driver on the class path");
  }

  /// The stand-in's way in, by `ServiceLoader`: used where `-Djtorch.cuda.driver` names it.
  interface DriverProvider {
    String name();

    /// @throws CudaException if it cannot work here
    Driver open();
  }

}
