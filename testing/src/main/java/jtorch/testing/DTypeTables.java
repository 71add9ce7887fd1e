package jtorch.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Operator;
import jtorch.op.Operators;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// The inventory's tables of dtypes: what comes of two of them, what may be written into what, and what functions of one
/// tensor give. Rows about dtypes that are not there are skipped.
///
/// Where PyTorch's kernels lack a dtype the table has an error; a result of JTorch's is no failure there.
final class DTypeTables {
  private static final List<String> FILES = List.of("dtype_promotion.tsv", "dtype_casting.tsv", "dtype_unary.tsv");

  private DTypeTables() {}

  /// Whether a folder has the tables.
  static boolean areIn(Path folder) {
    return FILES.stream().allMatch(f -> Files.exists(folder.resolve(f)));
  }

  static Report run(Path folder, Predicate<String> wanted) throws IOException {
    var report = new Report();
    for (String file : FILES) {
      List<String> lines = Files.readAllLines(folder.resolve(file));
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split("\t", -1);
        String id = file + "/" + String.join("/", Arrays.copyOf(cells, file.equals("dtype_promotion.tsv") ? 3 : 2));
        if (wanted.test(id)) report.add(outcome(file, id, cells));
      }
    }
    return report;
  }

  private static Outcome outcome(String file, String id, String[] cells) {
    try (var scope = Torch.scope()) {
      String difference = switch (file) {
        case "dtype_promotion.tsv" -> promotion(cells);
        case "dtype_casting.tsv" -> casting(cells);
        default -> unary(cells);
      };
      return new Outcome(file, id, difference == null ? Result.PASSED : Result.FAILED, difference);
    } catch (AbsentException absent) {
      return new Outcome(file, id, Result.SKIPPED, absent.getMessage());
    } catch (RuntimeException failure) {
      return new Outcome(file, id, Result.FAILED, Conformance.withPlace(failure));
    }
  }

  private static DType dtype(String name) {
    try {
      return DType.of(name);
    } catch (IllegalArgumentException unknown) {
      throw new AbsentException("torch." + name);
    }
  }

  /// How a computed dtype differs from the table's cell, or null.
  private static @Nullable String differs(String what, String cell, Supplier<DType> computed) {
    boolean error = cell.startsWith("ERROR");
    try {
      DType got = computed.get();
      boolean missingKernel = cell.contains("NotImplementedError");
      return missingKernel || got.toString().equals(cell) ? null : what + ": expected " + cell + ", got " + got;
    } catch (IllegalArgumentException | UnsupportedOperationException | IllegalStateException refused) {
      return error ? null : what + ": expected " + cell + ", got " + refused;
    }
  }

  private static @Nullable String first(@Nullable String... differences) {
    for (String difference : differences) {
      if (difference != null) return difference;
    }
    return null;
  }

  // ---- two dtypes ------------------------------------------------------------------------------------------------

  private static @Nullable String promotion(String[] cells) {
    String mode = cells[0];
    Tensor a = operand(mode.startsWith("zerodim"), dtype(cells[1]));
    if (mode.endsWith("pyscalar")) {
      Object b = switch (cells[2]) {
        case "bool" -> true;
        case "int" -> 1L;
        case "float" -> 1.0;
        default -> Complex.of(1, 1);
      };
      Tensor wrapped = Torch.wrappedNumber(b);
      return first(differs("resultType", cells[3], () -> Torch.resultType(a, b)),
          differs("add", cells[4], () -> a.add(wrapped).dtype()),
          differs("div", cells[5], () -> a.div(wrapped).dtype()), differs("eq", cells[6], () -> a.eq(wrapped).dtype()));
    }
    Tensor b = operand(mode.endsWith("zerodim"), dtype(cells[2]));
    return first(differs("resultType", cells[3], () -> Torch.resultType(a, b)),
        differs("add", cells[4], () -> a.add(b).dtype()), differs("div", cells[5], () -> a.div(b).dtype()),
        differs("eq", cells[6], () -> a.eq(b).dtype()));
  }

  private static Tensor operand(boolean zeroDim, DType dtype) {
    long[] sizes = zeroDim ? new long[0] : new long[] {2};
    return dtype == DType.FLOAT4_E2M1FN_X2 ? Torch.empty(sizes, dtype) : Torch.ones(sizes, dtype);
  }

  private static @Nullable String casting(String[] cells) {
    DType from = dtype(cells[0]);
    DType to = dtype(cells[1]);
    boolean castable = cells[3].equals("yes");
    String difference = differs("promoteTypes", cells[2], () -> Torch.promoteTypes(from, to));
    if (difference != null) return difference;
    if (!cells[3].startsWith("ERROR") && Torch.canCast(from, to) != castable)
      return "canCast: expected " + cells[3] + ", got " + !castable;
    String added = cells[4].equals("ok") ? from.toString() : cells[4];
    return differs("add_", added, () -> operand(false, from).add_(operand(false, to)).dtype());
  }

  // ---- functions of one tensor -----------------------------------------------------------------------------------

  /// A function of the table.
  @FunctionalInterface
  private interface Function {
    Tensor of(Tensor x);
  }

  private static final Map<String, Function> FUNCTIONS = functions();

  private static Map<String, Function> functions() {
    Map<String, Function> all = new TreeMap<>();
    all.put("sum", Torch::sum);
    all.put("prod", Torch::prod);
    all.put("mean", Torch::mean);
    all.put("cumsum", x -> x.cumsum(0));
    all.put("cumprod", x -> x.cumprod(0));
    all.put("std", Torch::std);
    all.put("var", Torch::var);
    all.put("max", Torch::max);
    all.put("argmax", Torch::argmax);
    all.put("any", Torch::any);
    all.put("all", Tensor::all);
    all.put("sqrt", Tensor::sqrt);
    all.put("exp", Tensor::exp);
    all.put("abs", Tensor::abs);
    all.put("neg", Tensor::neg);
    all.put("sign", Tensor::sign);
    all.put("round", Tensor::round);
    all.put("floor", Tensor::floor);
    all.put("sigmoid", Tensor::sigmoid);
    all.put("relu", Tensor::relu);
    all.put("bitwise_not", Tensor::bitwiseNot);
    all.put("logical_not", Tensor::logicalNot);
    all.put("reciprocal", Tensor::reciprocal);
    all.put("square", Tensor::square);
    all.put("softmax", x -> x.softmax(0));
    all.put("isnan", Tensor::isnan);
    all.put("norm", Tensor::norm);
    all.put("median", Tensor::median);
    all.put("sort", x -> x.sort().values());
    all.put("nonzero", Tensor::nonzero);
    all.put("bincount", Tensor::bincount);
    all.put("unique", Tensor::unique);
    all.put("angle", Tensor::angle);
    all.put("real", Tensor::real);
    all.put("sinc", Tensor::sinc);
    all.put("erf", Tensor::erf);
    all.put("tril", x -> x.view(1, -1).tril());
    all.put("matmul", x -> x.view(1, -1).matmul(x.view(-1, 1)));
    all.put("dot", x -> (Tensor) operator("aten::dot").invoke(x, x));
    all.put("floor_divide", x -> x.floorDivide(2));
    all.put("remainder", x -> x.remainder(2));
    all.put("pow2", x -> x.pow(2));
    all.put("pow0.5", x -> x.pow(0.5));
    all.put("clamp", x -> x.clamp(0, 1));
    all.put("where", x -> Torch.where(Torch.ones(x.sizes(), DType.BOOL), x, 1.0));
    all.put("cat_f32", x -> Torch.cat(x, Torch.ones(x.sizes())));
    all.put("mul_true", x -> x.mul(Torch.wrappedNumber(true)));
    all.put("logaddexp", x -> x.logaddexp(x));
    all.put("atan2", x -> x.atan2(x));
    all.put("lerp", x -> x.lerp(x, 0.5));
    all.put("index_add", x -> x.indexAdd(0, Torch.tensor(0L), x.narrow(0, 0, 1)));
    return all;
  }

  private static Operator operator(String name) {
    Operator found = Operators.find(name);
    if (found == null) throw new AbsentException(name);
    return found;
  }

  private static @Nullable String unary(String[] cells) {
    Function function = FUNCTIONS.get(cells[0]);
    if (function == null) throw new AbsentException(cells[0]);
    Tensor x = operand(false, dtype(cells[1]));
    return differs(cells[0], cells[2], () -> function.of(x).dtype());
  }
}
