package jtorch.cuda;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.Nvrtc;
import org.junit.jupiter.api.BeforeAll;

/// Tests that need NVIDIA's compiler, and say that they were skipped where there is none.
abstract class CompileTest {
  /// What a block may have without asking for more.
  static final int MOST_SHARED = 48 << 10;
  private static final Pattern DECLARED = Pattern.compile("\\.shared \\.align \\d+ \\.b8 \\S+\\[(\\d+)\\]");

  private static final Pattern SPILLED = Pattern.compile("(\\d+) bytes spill stores");

  static Nvrtc compiler;

  @BeforeAll
  static void findCompiler() {
    try {
      compiler = Nvrtc.open();
    } catch (CudaException absent) {
      abort("skipped: " + absent.getMessage() + " (cuda/fetch-nvrtc.sh gets it)");
    }
  }

  /// The bytes of registers that a kernel has to keep in memory.
  static int spilled(String source, String name, String architecture) {
    var found = SPILLED.matcher(compiler.resources(source, name, architecture));
    if (!found.find()) throw new IllegalStateException("the compiler tells nothing of registers");
    return Integer.parseInt(found.group(1));
  }

  /// The bytes of all shared variables that the intermediate language declares.
  static int shared(String source, String name, String architecture) {
    String text = new String(compiler.compileToPtx(source, name, architecture), StandardCharsets.UTF_8);
    return DECLARED.matcher(text).results().mapToInt(found -> Integer.parseInt(found.group(1))).sum();
  }
}
