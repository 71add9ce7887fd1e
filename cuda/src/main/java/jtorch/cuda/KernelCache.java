package jtorch.cuda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import jtorch.cuda.driver.Compiler;
import jtorch.cuda.driver.Driver;
import org.jspecify.annotations.Nullable;

/// Compiled kernels: loaded ones in memory, and images in files that outlive the process.
///
/// An image is named by the digest of its source, the architecture and the compiler's version, so it is never stale. Files
/// appear whole or not at all. They lie under `-Djtorch.cuda.cache`, else `XDG_CACHE_HOME`, else `~/.cache/jtorch/cuda`; a
/// folder that cannot be written only means that kernels are compiled again.
final class KernelCache {
  private record Loaded(int device, String source, String name) {}

  private final Driver driver;
  private final ConcurrentHashMap<Loaded, Long> functions = new ConcurrentHashMap<>();
  private final AtomicLong compiled = new AtomicLong();

  KernelCache(Driver driver) {
    this.driver = driver;
  }

  /// How many kernels this process has compiled, because no file had them.
  long compiled() {
    return compiled.get();
  }

  /// The kernel of that name in a source, on a device.
  long function(int device, String source, String name) {
    return functions.computeIfAbsent(new Loaded(device, source, name), this::load);
  }

  private long load(Loaded wanted) {
    String architecture = driver.properties(wanted.device).architecture();
    Compiler compiler = driver.compiler();
    Path file = folder().resolve(compiler.version()).resolve("sm" + architecture)
        .resolve(wanted.name + "-" + digest(wanted.source) + ".bin");
    byte[] image = read(file);
    if (image == null) {
      image = compiler.compile(wanted.source, wanted.name, architecture);
      compiled.incrementAndGet();
      write(file, image);
    }
    return driver.function(wanted.device, driver.load(wanted.device, image), wanted.name);
  }

  static Path folder() {
    String given = System.getProperty("jtorch.cuda.cache");
    if (given != null) return Path.of(given);
    String cache = System.getenv("XDG_CACHE_HOME");
    Path home = cache != null && !cache.isBlank() ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache");
    return home.resolve("jtorch").resolve("cuda");
  }

  private static byte @Nullable [] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException absent) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException("the kernel cache cannot be read: " + file, e);
    }
  }

  private static void write(Path file, byte[] image) {
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), "part", null);
      try {
        Files.write(part, image);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException unwritable) {
      // Nothing is lost but the time to compile it again.
      return;
    }
  }

  private static String digest(String source) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
