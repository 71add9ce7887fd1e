package jtorch.cpu.dnnl;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import jtorch.cpu.NativeBundle;
import org.jspecify.annotations.Nullable;

/// Whether oneDNN is there. Its natives come with the Maven artifact `org.bytedeco:dnnl` of the platform; where they are
/// missing, cannot be unpacked or loaded, or are switched off by `-Djtorch.natives=false`, the Java twins do the work.
///
/// oneDNN never makes threads here: its calls run in the thread that makes them, and work is split over
/// [jtorch.cpu.Parallel]. So there is one pool, pieces are given out as threads get free, and reordered data stays in the
/// cache of the core that uses it. PyTorch runs the same code on OpenMP's threads: of a convolution (3x3, 32 images of
/// 256 channels, 14x14) two threads made 22 ms from 33 there and 15 from 30 here, and where other programs want the cores
/// too, its barriers make it many times slower.
public final class Dnnl {
  private static final @Nullable SymbolLookup LIBRARY;
  private static final String STATUS;

  static {
    SymbolLookup library = null;
    String status = "";
    try {
      if (NativeBundle.ENABLED) {
        String[] files = files();
        Path folder = NativeBundle.unpack("dnnl", files);
        if (NativeBundle.platform().startsWith("macosx")) {
          // The library's search path there names folders of its build machine; what is loaded is found by name.
          SymbolLookup.libraryLookup(folder.resolve(files[1]), Arena.global());
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
  }

  private Dnnl() {}

  /// Whether oneDNN is loaded.
  public static boolean isAvailable() {
    return LIBRARY != null;
  }

  /// One line for people: the version loaded, or why there is none.
  public static String status() {
    return LIBRARY != null ? "oneDNN " + DnnlLibrary.version() : "oneDNN " + STATUS;
  }

  static SymbolLookup library() {
    if (LIBRARY == null) {
      throw new IllegalStateException("oneDNN " + STATUS);
    }
    return LIBRARY;
  }

  /// The library and the OpenMP runtime that lies beside it; on Windows that is the system's.
  private static String[] files() {
    String platform = NativeBundle.platform();
    return platform.startsWith("windows") ? new String[] {"dnnl.dll"}
        : platform.startsWith("macosx") ? new String[] {"libdnnl.3.dylib", "libomp.dylib"}
        : new String[] {"libdnnl.so.3", "libgomp.so.1"};
  }
}
