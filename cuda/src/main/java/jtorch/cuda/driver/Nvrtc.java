package jtorch.cuda.driver;

import static jtorch.cuda.driver.Native.INT;
import static jtorch.cuda.driver.Native.LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// NVIDIA's run-time compiler. It needs no GPU, so kernels are compiled in tests everywhere.
public final class Nvrtc implements Compiler {
  /// As nvcc's defaults, and functions are the device's without a word.
  private static final List<String> OPTIONS = List.of("--std=c++17", "--device-as-default-execution-space");
  private static @Nullable Nvrtc opened;

  private final String version;
  private final String path;
  /// The compute capabilities that it compiles for.
  private final int[] architectures;
  private final MethodHandle create;
  private final MethodHandle compile;
  private final MethodHandle destroy;
  private final MethodHandle logSize;
  private final MethodHandle log;
  private final MethodHandle imageSize;
  private final MethodHandle image;
  private final MethodHandle textSize;
  private final MethodHandle text;
  private final MethodHandle errorString;

  private Nvrtc(CudaLibraries.Found found) throws Throwable {
    SymbolLookup library = found.symbols();
    path = found.path();
    create = Native.bind(library, "nvrtcCreateProgram", LONG, LONG, LONG, INT, LONG, LONG);
    compile = Native.bind(library, "nvrtcCompileProgram", LONG, INT, LONG);
    destroy = Native.bind(library, "nvrtcDestroyProgram", LONG);
    logSize = Native.bind(library, "nvrtcGetProgramLogSize", LONG, LONG);
    log = Native.bind(library, "nvrtcGetProgramLog", LONG, LONG);
    imageSize = Native.bind(library, "nvrtcGetCUBINSize", LONG, LONG);
    image = Native.bind(library, "nvrtcGetCUBIN", LONG, LONG);
    textSize = Native.bind(library, "nvrtcGetPTXSize", LONG, LONG);
    text = Native.bind(library, "nvrtcGetPTX", LONG, LONG);
    errorString = java.lang.foreign.Linker.nativeLinker().downcallHandle(library.find("nvrtcGetErrorString")
        .orElseThrow(() -> new CudaException("NVRTC lacks nvrtcGetErrorString")),
        java.lang.foreign.FunctionDescriptor.of(LONG, INT));
    MethodHandle ask = Native.bind(library, "nvrtcVersion", LONG, LONG);
    MemorySegment room = Native.room();
    check((int) ask.invokeExact(room.address(), room.address() + 4), "nvrtcVersion");
    version = room.get(INT, 0) + "." + room.get(INT, 4);
    architectures = architectures(library);
  }

  private int[] architectures(SymbolLookup library) throws Throwable {
    MethodHandle count = Native.bind(library, "nvrtcGetNumSupportedArchs", LONG);
    MethodHandle all = Native.bind(library, "nvrtcGetSupportedArchs", LONG);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(INT);
      check((int) count.invokeExact(room.address()), "nvrtcGetNumSupportedArchs");
      MemorySegment numbers = arena.allocate(INT, room.get(INT, 0));
      check((int) all.invokeExact(numbers.address()), "nvrtcGetSupportedArchs");
      return numbers.toArray(INT);
    }
  }

  /// The compiler of this machine.
  ///
  /// @throws CudaException in one sentence, if there is none
  public static synchronized Nvrtc open() {
    if (opened != null) return opened;
    CudaLibraries.Found found = CudaLibraries.find(CudaLibraries.NVRTC);
    if (found == null) throw new CudaException(CudaLibraries.absence(CudaLibraries.NVRTC));
    loadBuiltins(Path.of(found.path()));
    try {
      opened = new Nvrtc(found);
      return opened;
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  /// NVRTC loads a second library by its bare name; loaded before, it is found wherever it lies.
  private static void loadBuiltins(Path library) {
    Path folder = library.getParent();
    if (folder == null) return;
    try (Stream<Path> files = Files.list(folder)) {
      files.filter(f -> f.getFileName().toString().contains("nvrtc-builtins")).sorted().findFirst()
          .ifPresent(f -> SymbolLookup.libraryLookup(f, Arena.global()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void check(int status, String what) throws Throwable {
    if (status != 0)
      throw new CudaException("NVRTC error in " + what + ": " + Native.text((long) errorString.invokeExact(status)));
  }

  @Override
  public String version() {
    return "nvrtc-" + version;
  }

  public String path() {
    return path;
  }

  /// For a device newer than the compiler, the intermediate language of the newest that it knows, which the driver
  /// compiles.
  @Override
  public byte[] compile(String source, String name, String architecture) {
    int wanted = Integer.parseInt(architecture);
    int newest = Arrays.stream(architectures).filter(known -> known <= wanted).max().orElse(wanted);
    if (newest < wanted) return compileToPtx(source, name, Integer.toString(newest));
    return compile(source, name, List.of("--gpu-architecture=sm_" + architecture), imageSize, image, null);
  }

  /// What the compiler tells of a kernel's registers, of those that it had to keep in memory, and of shared memory.
  public String resources(String source, String name, String architecture) {
    var told = new StringBuilder();
    compile(source, name, List.of("--gpu-architecture=sm_" + architecture, "--ptxas-options=-v"), imageSize, image,
        told);
    return told.toString();
  }

  /// The intermediate language for a virtual architecture, such as `80`.
  public byte[] compileToPtx(String source, String name, String architecture) {
    return compile(source, name, List.of("--gpu-architecture=compute_" + architecture), textSize, text, null);
  }

  private byte[] compile(String source, String name, List<String> target, MethodHandle size, MethodHandle get,
      @Nullable StringBuilder told) {
    try (Arena arena = Arena.ofConfined()) {
      List<String> options = Stream.concat(target.stream(), OPTIONS.stream()).toList();
      MemorySegment pointers = arena.allocate(LONG, options.size());
      for (int i = 0; i < options.size(); i++)
        pointers.setAtIndex(LONG, i, arena.allocateFrom(options.get(i)).address());
      MemorySegment slot = arena.allocate(LONG);
      check((int) create.invokeExact(slot.address(), arena.allocateFrom(source).address(),
          arena.allocateFrom(name + ".cu").address(), 0, 0L, 0L), "nvrtcCreateProgram");
      long program = slot.get(LONG, 0);
      try {
        int status = (int) compile.invokeExact(program, options.size(), pointers.address());
        if (status != 0) throw new CudaException("the kernel " + name + " does not compile:\n" + log(arena, program));
        if (told != null) told.append(log(arena, program));
        check((int) size.invokeExact(program, slot.address()), "the size of what was compiled");
        byte[] made = new byte[Math.toIntExact(slot.get(LONG, 0))];
        MemorySegment bytes = arena.allocate(Math.max(1, made.length));
        check((int) get.invokeExact(program, bytes.address()), "what was compiled");
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, 0, made, 0, made.length);
        return made;
      } finally {
        slot.set(LONG, 0, program);
        check((int) destroy.invokeExact(slot.address()), "nvrtcDestroyProgram");
      }
    } catch (Throwable failure) {
      throw Native.failure(failure);
    }
  }

  private String log(Arena arena, long program) throws Throwable {
    MemorySegment size = arena.allocate(LONG);
    check((int) logSize.invokeExact(program, size.address()), "nvrtcGetProgramLogSize");
    MemorySegment text = arena.allocate(Math.max(1, size.get(LONG, 0)));
    check((int) log.invokeExact(program, text.address()), "nvrtcGetProgramLog");
    return text.getString(0);
  }
}
