package jtorch.testing.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jtorch.cuda.driver.Compiler;
import jtorch.cuda.driver.CudaException;

/// Makes shared libraries of CUDA C++ by `g++`, behind a header that defines what CUDA has built in.
final class StandInCompiler implements Compiler {
  private final String header;
  private final String version;

  /// @throws CudaException if there is no `g++`
  StandInCompiler() {
    header = text("stand-in.h");
    String answer;
    try {
      answer = output(List.of("g++", "-dumpfullversion"), "g++").strip();
    } catch (UncheckedIOException absent) {
      throw new CudaException("the device that stands in for a GPU needs g++", absent);
    }
    version = "g++-" + answer + "-" + Integer.toHexString(header.hashCode());
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public byte[] compile(String source, String name, String architecture) {
    try {
      Path folder = Files.createTempDirectory("jtorch-stand-in");
      Path text = folder.resolve(name + ".cpp");
      Path library = folder.resolve(name + ".so");
      try {
        Files.writeString(text, header + source);
        boolean barriers = source.contains("__syncthreads") || source.contains("_sync(");
        output(List.of("g++", "-std=c++17", "-O1", "-w", "-fPIC", "-shared", "-fwrapv", "-fno-strict-aliasing",
            "-fno-exceptions", "-fvisibility=hidden", "-fno-gnu-unique", "-ffp-contract=off",
            barriers ? "-DBARRIERS" : "-DNO_BARRIERS", "-o", library.toString(),
            text.toString()), name);
        return Files.readAllBytes(library);
      } finally {
        Files.deleteIfExists(text);
        Files.deleteIfExists(library);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A library made of a C source beside this class, behind what all of them begin with.
  static SymbolLookup library(String source) {
    try {
      Path folder = Files.createTempDirectory("jtorch-stand-in");
      Path text = folder.resolve(source + ".c");
      Path library = folder.resolve(source + ".so");
      try {
        Files.writeString(text, text("library-elements.h") + text(source + ".c"));
        output(List.of("gcc", "-O1", "-w", "-fPIC", "-shared", "-ffp-contract=off", "-o", library.toString(),
            text.toString(), "-lm"), source);
        return SymbolLookup.libraryLookup(library, Arena.global());
      } finally {
        Files.deleteIfExists(text);
        Files.deleteIfExists(library);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String name) {
    try (InputStream in = StandInCompiler.class.getResourceAsStream(name)) {
      if (in == null) throw new IllegalStateException(name + " is missing");
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(List<String> command, String name) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) throw new CudaException("the kernel " + name + " does not compile:\n" + text);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CudaException("interrupted while compiling " + name, e);
    }
  }
}
