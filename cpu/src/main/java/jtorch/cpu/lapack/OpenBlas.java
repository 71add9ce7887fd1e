package jtorch.cpu.lapack;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import jtorch.cpu.NativeBundle;
import org.jspecify.annotations.Nullable;

/// Whether OpenBLAS is there, and with it LAPACK. Its natives come with the Maven artifact `org.bytedeco:openblas` of the
/// platform. There is no Java twin: where it is missing, cannot be loaded, or is switched off by `-Djtorch.natives=false`,
/// operators that need it say so, and everything else works.
///
/// OpenBLAS has threads of its own. One large matrix is given as many as [jtorch.cpu.Parallel] has; a batch is spread over
/// Parallel's, with one thread a matrix. See [Batches].
public final class OpenBlas {
  private static final @Nullable SymbolLookup LIBRARY;
  private static final String STATUS;
  /// Held for reading by calls with one thread, for writing by a call with several.
  private static final ReadWriteLock CALLS = new ReentrantReadWriteLock();
  private static final Executor LARGE_STACK = Executors.newSingleThreadExecutor(work -> {
    Thread thread = new Thread(null, work, "jtorch-lapack", 64L << 20);
    thread.setDaemon(true);
    return thread;
  });

  static {
    SymbolLookup library = null;
    String status = "";
    try {
      if (NativeBundle.ENABLED) {
        String[] files = files();
        Path folder = NativeBundle.unpack("openblas", files);
        sleepSoon();
        if (NativeBundle.platform().startsWith("macosx")) {
          // The library's search path there names folders of its build machine; what is loaded is found by name.
          for (int i = files.length - 1; i > 0; i--)
            SymbolLookup.libraryLookup(folder.resolve(files[i]), Arena.global());
        }
        library = SymbolLookup.libraryLookup(folder.resolve(files[0]), Arena.global());
      } else {
        status = "off (-Djtorch.natives=false)";
      }
    } catch (IOException | RuntimeException | LinkageError e) {
      status = "not available: " + e.getMessage();
    }
    LIBRARY = library;
    STATUS = status;
    if (library != null) setThreads(1);
  }

  private OpenBlas() {}

  /// Whether OpenBLAS is loaded; asking loads it.
  public static boolean isAvailable() {
    return LIBRARY != null;
  }

  /// One line for people: the build loaded, or why there is none.
  public static String status() {
    if (LIBRARY == null) return "OpenBLAS " + STATUS;
    MethodHandle config = Linker.nativeLinker().downcallHandle(find("openblas_get_config"),
        FunctionDescriptor.of(ValueLayout.ADDRESS));
    try {
      return ((MemorySegment) config.invokeExact()).reinterpret(256).getString(0).strip();
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// @throws UnsupportedOperationException naming who needs it, and how it is got, if OpenBLAS is not there
  public static void require(String operator) {
    if (LIBRARY == null) {
      throw new UnsupportedOperationException(operator + ": needs LAPACK, but OpenBLAS is " + STATUS
          + " | put org.bytedeco:openblas with the classifier " + NativeBundle.platform() + " on the class path");
    }
  }

  /// Runs calls of LAPACK in the calling thread, OpenBLAS taking no others.
  static void alone(Runnable calls) {
    CALLS.readLock().lock();
    try {
      calls.run();
    } finally {
      CALLS.readLock().unlock();
    }
  }

  /// Runs calls of LAPACK for which OpenBLAS takes several threads, unless another thread is in a call: how many it takes is a
  /// setting of the whole process. They run in a thread with a stack large enough for what OpenBLAS puts there then, which is
  /// more than Java's threads have.
  static void together(int threads, Runnable calls) {
    if (threads == 1 || !CALLS.writeLock().tryLock()) {
      alone(calls);
      return;
    }
    try {
      setThreads(threads);
      // Without a way out for interrupts: the call cannot be stopped, and the memory it writes to must stay.
      CompletableFuture.runAsync(calls, LARGE_STACK).join();
    } catch (CompletionException e) {
      throw failure(Objects.requireNonNullElse(e.getCause(), e));
    } finally {
      setThreads(1);
      CALLS.writeLock().unlock();
    }
  }

  private static void setThreads(int count) {
    try {
      SetThreads.HANDLE.invokeExact(count);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  static MemorySegment find(String name) {
    if (LIBRARY == null) throw new IllegalStateException("OpenBLAS is " + STATUS);
    return LIBRARY.find(name).orElseThrow(() -> new IllegalStateException("OpenBLAS lacks " + name));
  }

  static RuntimeException failure(Throwable e) {
    return switch (e) {
      case RuntimeException r -> r;
      case Error error -> throw error;
      default -> new IllegalStateException("a native call failed", e);
    };
  }

  /// Idle threads of OpenBLAS look for work for 2^26 cycles before they sleep, unless the environment says otherwise: 20
  /// milliseconds in which they keep a core from the threads of Parallel. 2^18 cycles bridge the gaps within a call.
  private static void sleepSoon() {
    Linker linker = Linker.nativeLinker();
    MemorySegment setenv = linker.defaultLookup().find("setenv").orElse(null);
    if (setenv == null) return;
    MethodHandle set = linker.downcallHandle(setenv,
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    try (Arena arena = Arena.ofConfined()) {
      int result =
          (int) set.invokeExact(arena.allocateFrom("OPENBLAS_THREAD_TIMEOUT"), arena.allocateFrom("18"), 0);
      assert result == 0;
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /// The library, and what it needs that lies beside it.
  private static String[] files() {
    String platform = NativeBundle.platform();
    if (platform.startsWith("windows")) return new String[] {"libopenblas.dll"};
    if (platform.startsWith("macosx"))
      return new String[] {"libopenblas.0.dylib", "libgfortran.5.dylib", "libquadmath.0.dylib", "libgcc_s.1.1.dylib"};
    return platform.equals("linux-x86_64")
        ? new String[] {"libopenblas.so.0", "libgfortran.so.5", "libquadmath.so.0", "libgcc_s.so.1"}
        : new String[] {"libopenblas.so.0", "libgfortran.so.5", "libgcc_s.so.1"};
  }

  private static final class SetThreads {
    static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(find("openblas_set_num_threads"),
        FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
  }
}
