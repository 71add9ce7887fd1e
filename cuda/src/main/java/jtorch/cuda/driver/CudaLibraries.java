package jtorch.cuda.driver;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where CUDA's libraries are on this machine.
///
/// They are looked for, in this order: in the folders of `-Djtorch.cuda.libraries` or `JTORCH_CUDA_LIBRARIES`, in the
/// toolkit that `CUDA_HOME` or `CUDA_PATH` names, under `/usr/local/cuda*`, in the `site-packages` that pip fills
/// (`nvidia/*/lib`), and wherever the system's loader looks.
public final class CudaLibraries {
  /// A library that may be there.
  ///
  /// @param name for people
  /// @param stem of the file: `nvrtc`
  /// @param versions that are known, the newest first
  /// @param purpose what it is needed for
  /// @param install how to get it
  public record Library(String name, String stem, List<String> versions, String purpose, String install) {}

  public static final Library DRIVER = new Library("NVIDIA driver", "cuda", List.of("1"), "all work on GPUs",
      "install NVIDIA's driver for your GPU (525 or newer)");
  public static final Library NVRTC = new Library("NVRTC", "nvrtc", List.of("13", "12"), "compiling kernels",
      "pip install nvidia-cuda-nvrtc-cu12, or the CUDA toolkit");
  public static final Library CUBLAS_LT = new Library("cuBLASLt", "cublasLt", List.of("13", "12"),
      "matrix products at full speed", "pip install nvidia-cublas-cu12, or the CUDA toolkit");
  public static final Library CUBLAS = new Library("cuBLAS", "cublas", List.of("13", "12"),
      "batches of linear equations", "pip install nvidia-cublas-cu12, or the CUDA toolkit");
  public static final Library CUFFT = new Library("cuFFT", "cufft", List.of("12", "11"),
      "Fourier transforms", "pip install nvidia-cufft-cu12, or the CUDA toolkit");
  public static final Library CUSOLVER = new Library("cuSOLVER", "cusolver", List.of("12", "11"),
      "linear algebra", "pip install nvidia-cusolver-cu12, or the CUDA toolkit");
  public static final Library CUDNN = new Library("cuDNN", "cudnn", List.of("9", "8"),
      "convolutions at full speed", "pip install nvidia-cudnn-cu12, or nvidia-cudnn-cu13 beside CUDA 13");
  public static final Library NCCL =
      new Library("NCCL", "nccl", List.of("2"), "work on several GPUs", "pip install nvidia-nccl-cu12");
  public static final Library NVTX = new Library("NVTX", "nvToolsExt", List.of("1"),
      "names for parts of a program in NVIDIA's tools", "pip install nvidia-nvtx-cu12, or the CUDA 12 toolkit");
  public static final List<Library> ALL = List.of(DRIVER, NVRTC, CUBLAS_LT, CUBLAS, CUFFT, CUSOLVER, CUDNN, NCCL, NVTX);

  private CudaLibraries() {}

  /// A library that was found.
  ///
  /// @param path the file, or the bare name that the system's loader knows
  public record Found(String path, SymbolLookup symbols) {}

  /// The library, loaded; null where it is not there.
  public static @Nullable Found find(Library library) {
    for (String file : files(library)) {
      for (Path folder : folders()) {
        Path candidate = folder.resolve(file);
        if (!Files.exists(candidate)) continue;
        try {
          return new Found(candidate.toString(), SymbolLookup.libraryLookup(candidate, Arena.global()));
        } catch (IllegalArgumentException unloadable) {
          continue;
        }
      }
      try {
        return new Found(file, SymbolLookup.libraryLookup(file, Arena.global()));
      } catch (IllegalArgumentException absent) {
        continue;
      }
    }
    return null;
  }

  /// Loads cuBLASLt and NVRTC for cuDNN, which looks for them by name, in fewer places than we do. It ends the process
  /// where it does not find cuBLASLt, so it may not be used then.
  ///
  /// @throws CudaException if there is no cuBLASLt of the CUDA version that cuDNN was made for
  public static void prepare(Found cudnn) {
    String function = "cudnnGetCudartVersion";
    MemorySegment symbol =
        cudnn.symbols.find(function).orElseThrow(() -> new CudaException("cuDNN lacks the function " + function));
    long version;
    try {
      version = (long) Linker.nativeLinker().downcallHandle(symbol, FunctionDescriptor.of(ValueLayout.JAVA_LONG))
          .invokeExact();
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
    List<String> wanted = List.of(Long.toString(version / 1000));
    var blas = new Library(CUBLAS_LT.name, CUBLAS_LT.stem, wanted, CUBLAS_LT.purpose,
        "pip install nvidia-cublas" + (version < 13_000 ? "-cu" + wanted.getFirst() : "") + ", or the CUDA toolkit");
    if (find(blas) == null)
      throw new CudaException("cuDNN (" + cudnn.path + ") cannot be used without cuBLASLt: " + absence(blas));
    // Only engines that are compiled need it; those fail without.
    find(new Library(NVRTC.name, NVRTC.stem, wanted, NVRTC.purpose, NVRTC.install));
  }

  /// One sentence: what was looked for, and how to get it.
  public static String absence(Library library) {
    return library.name() + " was not found (" + String.join(", ", files(library)) + "): " + library.install()
        + ", or name its folder by -Djtorch.cuda.libraries";
  }

  static List<String> files(Library library) {
    var files = new ArrayList<String>();
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    for (String version : library.versions()) {
      if (!windows) files.add("lib" + library.stem() + ".so." + version);
      else if (library == DRIVER) files.add("nvcuda.dll");
      else if (library == NVRTC) files.add("nvrtc64_" + version + "0_0.dll");
      else files.add(library.stem() + "64_" + version + ".dll");
    }
    return files;
  }

  /// All folders that exist, without repetitions.
  static Set<Path> folders() {
    var folders = new LinkedHashSet<Path>();
    for (String given : new @Nullable String[] {System.getProperty("jtorch.cuda.libraries"),
      System.getenv("JTORCH_CUDA_LIBRARIES")}) {
      if (given == null) continue;
      for (String folder : given.split(System.getProperty("path.separator"))) add(folders, Path.of(folder));
    }
    for (String name : List.of("CUDA_HOME", "CUDA_PATH")) {
      String home = System.getenv(name);
      if (home != null && !home.isBlank()) toolkit(folders, Path.of(home));
    }
    children(Path.of("/usr/local"), "cuda").forEach(home -> toolkit(folders, home));
    for (Path packages : sitePackages()) {
      for (Path part : children(packages.resolve("nvidia"), "")) {
        add(folders, part.resolve("lib"));
        add(folders, part.resolve("bin"));
      }
    }
    return folders;
  }

  private static void toolkit(Set<Path> folders, Path home) {
    add(folders, home.resolve("lib64"));
    children(home.resolve("targets"), "").forEach(target -> add(folders, target.resolve("lib")));
    add(folders, home.resolve("bin"));
    add(folders, home.resolve("bin").resolve("x64"));
  }

  /// Those of the virtual environment in use, of the user, and of the system.
  private static List<Path> sitePackages() {
    var packages = new ArrayList<Path>();
    for (String name : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
      String home = System.getenv(name);
      if (home != null && !home.isBlank()) python(packages, Path.of(home, "lib"), "site-packages");
    }
    python(packages, Path.of(System.getProperty("user.home"), ".local", "lib"), "site-packages");
    python(packages, Path.of("/usr/local/lib"), "dist-packages");
    python(packages, Path.of("/usr/local/lib"), "site-packages");
    python(packages, Path.of("/usr/lib"), "dist-packages");
    return packages;
  }

  private static void python(List<Path> packages, Path lib, String name) {
    for (Path version : children(lib, "python3")) packages.add(version.resolve(name));
  }

  private static void add(Set<Path> folders, Path folder) {
    if (Files.isDirectory(folder)) folders.add(folder);
  }

  /// The folders in a folder whose names begin so, the newest version first.
  private static List<Path> children(Path folder, String prefix) {
    if (!Files.isDirectory(folder)) return List.of();
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(p -> p.getFileName().toString().startsWith(prefix) && Files.isDirectory(p))
          .sorted(java.util.Comparator.reverseOrder()).toList();
    } catch (IOException unreadable) {
      // A folder that may not be read has nothing for us.
      return List.of();
    }
  }
}
