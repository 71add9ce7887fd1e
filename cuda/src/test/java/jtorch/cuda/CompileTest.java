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

  static Nvrtc compiler;

  @BeforeAll
  static void findCompiler() {
    try {
      compiler = Nvrtc.open();
    } catch (CudaException absent) {
      abort("skipped: " + absent.getMessage() + " (cuda/fetch-nvrtc.sh gets it)");
    }
  }

  /// The bytes of all shared variables that the intermediate language declares.
  static int shared(String source, String name, String architecture) {
    String text = new String(compiler.compileToPtx(source, name, architecture), StandardCharsets.UTF_8);
    return DECLARED.matcher(text).results().mapToInt(found -> Integer.parseInt(found.group(1))).sum();
  }
}
