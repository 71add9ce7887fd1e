package jtorch.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/// Native libraries that lie in a jar of the bytedeco family, unpacked once for each user, version and platform.
///
/// The files go to `CACHE/NAME-VERSION-PLATFORM/`, where `CACHE` is `-Djtorch.cache=DIR` or else the platform's folder for
/// caches (`~/.cache/jtorch` on Linux). A file is written under another name and renamed when it is complete, so that
/// two processes starting together do no harm, and one whose size differs from that in the jar is written again.
public final class NativeBundle {
  /// Natives are left alone under `-Djtorch.natives=false`.
  public static final boolean ENABLED = !"false".equals(System.getProperty("jtorch.natives"));

  private NativeBundle() {}

  /// The platform's name in the jars: `linux-x86_64`, `linux-arm64`, `macosx-arm64`, `windows-x86_64`.
  public static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system =
        os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "macosx" : os.startsWith("windows") ? "windows" : os;
    String machine = System.getProperty("os.arch");
    return system + "-" + switch (machine) {
      case "amd64", "x86_64" -> "x86_64";
      case "aarch64" -> "arm64";
      default -> machine;
    };
  }

  /// Unpacks the named files of the bundle `name` (as `dnnl`) for this platform and returns their folder.
  ///
  /// @throws IOException naming what is missing or could not be written
  public static Path unpack(String name, String... files) throws IOException {
    String platform = platform();
    Path folder = cache().resolve(name + "-" + version(name) + "-" + platform);
    for (String file : files) {
      String resource = "/org/bytedeco/" + name + "/" + platform + "/" + file;
      URL source = NativeBundle.class.getResource(resource);
      if (source == null) {
        throw new IOException(
            "no " + name + " natives for " + platform + " on the class path (" + file + " is missing)");
      }
      try {
        unpack(source, folder.resolve(file));
      } catch (FileSystemException e) {
        throw new IOException("cannot unpack " + file + " (choose another folder with -Djtorch.cache=DIR): " + e, e);
      }
    }
    return folder;
  }

  private static void unpack(URL source, Path target) throws IOException {
    URLConnection connection = source.openConnection();
    long size = connection.getContentLengthLong();
    try (InputStream in = connection.getInputStream()) {
      if (Files.isRegularFile(target) && Files.size(target) == size) {
        return;
      }
      Path folder = target.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, target.getFileName() + "-", ".part");
      try {
        long written = Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
        if (written != size) {
          throw new IOException("wrote " + written + " bytes of " + target + " where the jar has " + size);
        }
        move(part, target);
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }

  private static void move(Path part, Path target) throws IOException {
    try {
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String version(String name) throws IOException {
    String resource = "/META-INF/maven/org.bytedeco/" + name + "/pom.properties";
    try (InputStream in = NativeBundle.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no " + name + " natives on the class path");
      }
      var properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    }
  }

  private static Path cache() {
    String chosen = System.getProperty("jtorch.cache");
    if (chosen != null) {
      return Path.of(chosen);
    }
    Path home = Path.of(System.getProperty("user.home"));
    Path caches = switch (platform().replaceFirst("-.*", "")) {
      case "macosx" -> home.resolve("Library/Caches");
      case "windows" -> environment("LOCALAPPDATA", home.resolve("AppData/Local"));
      default -> environment("XDG_CACHE_HOME", home.resolve(".cache"));
    };
    return caches.resolve("jtorch");
  }

  private static Path environment(String variable, Path otherwise) {
    @Nullable String value = System.getenv(variable);
    return value == null || value.isBlank() ? otherwise : Path.of(value);
  }
}
