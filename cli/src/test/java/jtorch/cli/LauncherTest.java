package jtorch.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The launcher as a process: once for real, else in a made-up checkout with a made-up JDK and Maven, which tell what they
/// were called with.
@EnabledOnOs({OS.LINUX, OS.MAC})
@Timeout(value = 20, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LauncherTest {
  private static final Path LAUNCHER = Path.of(System.getProperty("user.dir")).resolveSibling("jtorch");
  private static final List<String> TOOLS = List.of("cat", "dirname", "find", "ln", "mkdir", "mkfifo", "readlink",
      "rm", "sed", "sleep", "touch");
  private static final String SAYS_WHAT_IT_GETS = "#!/bin/sh\nprintf '%s\\n' \"$@\"\n";
  private static final String BUILDS = """
      #!/bin/sh
      cd "${2%/pom.xml}/cli/target/quick" || exit 1
      echo "$@" >>mvn.calls
      touch jtorch-cli-1.jar picocli.jar
      echo "$PWD/picocli.jar" >jtorch.classpath
      """;

  @TempDir Path folder;
  private Path checkout;
  private Path source;
  private Path jdk;
  private final Map<String, String> environment = new TreeMap<>();

  @BeforeEach
  void checkout() throws IOException {
    checkout = Files.createDirectories(folder.resolve("my checkout"));
    Files.copy(LAUNCHER, checkout.resolve("jtorch"));
    assertThat(checkout.resolve("jtorch").toFile().setExecutable(true)).isTrue();
    source = checkout.resolve("core/src/main/java/Tensor.java");
    Files.createDirectories(source.getParent());
    for (Path file : List.of(source, checkout.resolve("pom.xml"), checkout.resolve("core/pom.xml"))) {
      Files.writeString(file, "");
    }
    makeOld(checkout);
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) script(tools.resolve(tool), "#!/bin/sh\nexec " + find(tool) + " \"$@\"\n");
    jdk = jdk("jdk 25", "25.0.1", SAYS_WHAT_IT_GETS);
    Path maven = folder.resolve("maven");
    script(maven.resolve("mvn"), BUILDS);
    environment.put("PATH", maven + ":" + tools);
    environment.put("HOME", folder.toString());
    environment.put("JTORCH_JAVA_HOME", jdk.toString());
  }

  @Test
  void infoBuildsAndRuns() throws Exception {
    var run = run(LAUNCHER.getParent(), new ProcessBuilder(LAUNCHER.toString(), "info"));
    assertThat(run.errors).isSubsetOf("building JTorch...");
    assertThat(run.code).isZero();
    assertThat(run.output).anyMatch(line -> line.matches("JTorch +\\d.*"))
        .anyMatch(line -> line.matches("Vectors +\\d+ bits.*"));
  }

  @Test
  void buildsOnceAndAgainWhenASourceOrAJarChanges() throws Exception {
    assertThat(launch("info").errors).containsExactly("building JTorch...");
    assertThat(calls()).hasSize(1).allMatch(call -> call.contains("-Dquick") && call.endsWith("package"));
    assertThat(launch("info").errors).isEmpty();

    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(launch("info").errors).containsExactly("building JTorch...");
    makeOld(source);
    assertThat(launch("info").errors).isEmpty();

    Files.delete(checkout.resolve("cli/target/quick/picocli.jar"));
    assertThat(launch("info").errors).containsExactly("building JTorch...");
    assertThat(calls()).hasSize(3);
  }

  @Test
  void javaGetsFlagsOptionsAndArguments() throws Exception {
    environment.put("JTORCH_OPTS", "-Xmx1g -Dx=y");
    var run = launch("train", "--root", "a folder", "");
    assertThat(run.code).isZero();
    Path built = checkout.toRealPath().resolve("cli/target/quick");
    assertThat(run.output).contains("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
        "-Xmx1g", "-Dx=y");
    assertThat(run.output.subList(run.output.indexOf("-cp"), run.output.size())).containsExactly("-cp",
        built + "/jtorch-cli-1.jar:" + built + "/picocli.jar", "jtorch.cli.Main", "train", "--root", "a folder", "");
  }

  @Test
  void runsThroughSymbolicLinksFromAnywhere() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("second"), checkout.resolve("jtorch"));
    Files.createSymbolicLink(folder.resolve("first"), link.getFileName());
    var run = run(folder, new ProcessBuilder("./first", "info"));
    assertThat(run.code).isZero();
    assertThat(run.output).contains("jtorch.cli.Main", "info");
  }

  @Test
  void exitCodeAndErrorsComeThroughWithoutTheIncubatorWarning() throws Exception {
    script(jdk.resolve("bin/java"), """
        #!/bin/sh
        echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2
        exec 2>&3 3>&-
        echo 'real trouble' >&2
        exit 7
        """);
    launch("info");
    var run = launch("info");
    assertThat(run.code).isEqualTo(7);
    assertThat(run.errors).containsExactly("real trouble");
  }

  @Test
  void whatJavaSaysWhenItCannotStartComesThrough() throws Exception {
    launch("info");
    script(jdk.resolve("bin/java"), "#!/bin/sh\necho 'Unrecognized option' >&2\nexit 1\n");
    Path errors = folder.resolve("errors");
    var builder = new ProcessBuilder(checkout.resolve("jtorch").toString()).redirectError(errors.toFile());
    assertThat(run(folder, builder).code).isEqualTo(1);
    // The filter may write after the end of the program.
    while (Files.size(errors) == 0) Thread.sleep(5);
    assertThat(errors).hasContent("Unrecognized option");
  }

  @Test
  void olderJavaHomeGivesWayToTheJdkOnThePath() throws Exception {
    environment.remove("JTORCH_JAVA_HOME");
    environment.put("JAVA_HOME", jdk("jdk 17", "17.0.9", "#!/bin/sh\nexit 1\n").toString());
    Files.createSymbolicLink(folder.resolve("tools/java"), jdk.resolve("bin/java"));
    assertThat(launch("info").output).contains("jtorch.cli.Main");
  }

  @Test
  void saysInOneLineThatTheJdkIsTooOld() throws Exception {
    Path old = jdk("jdk 17", "17.0.9", SAYS_WHAT_IT_GETS);
    environment.put("JTORCH_JAVA_HOME", old.toString());
    assertFails("jtorch: JTORCH_JAVA_HOME is no JDK 25 or newer: " + old);
  }

  @Test
  void saysInOneLineThatThereIsNoJdk() throws Exception {
    Path copy = checkout.resolve("jtorch");
    // The usual places of the machine that runs this test may hold a JDK 25.
    String elsewhere = Files.readString(copy).replaceAll("(?<=\\s)/(usr|opt|Library)(?=/\\S*\\*)", "/nowhere/$1");
    Files.writeString(copy, elsewhere);
    environment.remove("JTORCH_JAVA_HOME");
    assertFails("jtorch: no JDK 25 or newer found: install one, or set JTORCH_JAVA_HOME to its folder");
  }

  @Test
  void saysInOneLineThatThereIsNoMaven() throws Exception {
    Files.delete(folder.resolve("maven/mvn"));
    assertFails("jtorch: Maven is needed to build: no mvn on the PATH");
  }

  @Test
  void saysInOneLineWhereTheLogOfAFailedBuildIs() throws Exception {
    script(folder.resolve("maven/mvn"), "#!/bin/sh\necho 'no such module'\nexit 1\n");
    Path log = checkout.toRealPath().resolve("cli/target/quick/build.log");
    assertFails("building JTorch...", "jtorch: the build failed: see " + log);
    assertThat(log).hasContent("no such module");
    assertThat(log.resolveSibling("lock")).doesNotExist();
  }

  private void assertFails(String... errors) throws Exception {
    var run = launch("info");
    assertThat(run.errors).containsExactly(errors);
    assertThat(run.output).isEmpty();
    assertThat(run.code).isEqualTo(1);
  }

  private record Run(List<String> output, List<String> errors, int code) {}

  private Run launch(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of(checkout.resolve("jtorch").toString()));
    command.addAll(List.of(arguments));
    return run(folder, new ProcessBuilder(command));
  }

  private Run run(Path directory, ProcessBuilder builder) throws Exception {
    if (directory.equals(folder)) {
      builder.environment().clear();
      builder.environment().putAll(environment);
    }
    var process = builder.directory(directory.toFile()).start();
    try (var output = process.inputReader(); var errors = process.errorReader()) {
      return new Run(output.lines().toList(), errors.lines().toList(), process.waitFor());
    }
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(checkout.resolve("cli/target/quick/mvn.calls"));
  }

  private Path jdk(String name, String version, String java) throws IOException {
    Path home = folder.resolve(name);
    script(home.resolve("bin/java"), java);
    script(home.resolve("bin/javac"), "#!/bin/sh\n");
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  /// Sources of now would look newer than a build of now.
  private static void makeOld(Path start) throws IOException {
    try (var files = Files.walk(start)) {
      for (Path file : files.toList()) Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
    }
  }

  private static Path find(String tool) {
    for (String place : System.getenv("PATH").split(":")) {
      Path file = Path.of(place, tool);
      if (Files.isExecutable(file)) return file;
    }
    throw new IllegalStateException("no " + tool + " on the PATH");
  }
}
