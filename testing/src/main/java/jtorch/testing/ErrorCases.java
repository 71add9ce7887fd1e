package jtorch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jtorch.LinAlgException;
import jtorch.Torch;
import jtorch.data.Dataset;
import jtorch.testing.Outcome.Result;
import org.jspecify.annotations.Nullable;

/// The inventory's table of errors: calls that PyTorch refuses, with its exception and its words.
///
/// A row passes if JTorch refuses the call with the kind of exception that stands for PyTorch's (docs/errors.md), and its
/// message holds PyTorch's facts: the numbers, dtypes and quoted names. Rows that Java's compiler refuses, that are about
/// Python itself, or that need what is not there yet are skipped by name.
final class ErrorCases {
  private static final String FILE = "error_cases.tsv";
  /// Kinds of rows about Python or parts of PyTorch that have their own cases.
  private static final Map<String, String> ELSEWHERE = Map.of("jit", "TorchScript", "distributed", "torch.distributed",
      "distributions", "torch.distributions");

  /// Rows that JTorch answers otherwise on purpose, by the beginning of their code.
  private static final Map<String, String> OTHERWISE = Map.ofEntries(
      Map.entry("F.adaptive_avg_pool2d(torch.randn(3), 1)",
          "refused for its shape, where PyTorch stumbles over a dimension"),
      Map.entry("torch.use_deterministic_algorithms", "put_ gives the same every time"),
      Map.entry("nn.Module()", "Module is abstract"),
      Map.entry("x = torch.ones(2, requires_grad=True); a, b = x.unbind()", "refused as a view of a leaf"),
      Map.entry("x = torch.ones(4, requires_grad=True) * 1; a, b = x.split(2)",
          "views of one call may be changed in place: the graph follows them"),
      Map.entry("with torch.inference_mode()", "inference mode makes ordinary tensors without a graph"),
      Map.entry("list(DataLoader(BadDS(), num_workers=1))", "a worker's exception is thrown as it is"),
      Map.entry("torch.zeros(3).resize_(-1)", "refused for the dimension, not for an overflow"),
      Map.entry("DataLoader(BadDS(), prefetch_factor=2)", "without workers the option means nothing"),
      Map.entry("torch.tensor(2**70)", "no long holds it"));

  private ErrorCases() {}

  static boolean areIn(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /// @param category what the call is about
  /// @param exception Python's class; `(no exception)` where PyTorch accepts the call
  private record Row(String category, String code, String exception, String message) {}

  static void run(Path folder, Predicate<String> wanted, Report report) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(FILE));
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      var row = new Row(cells[0], cells[1].replace("\\n", "\n"), cells[2], cells[3].replace("\\n", "\n"));
      String id = FILE + "/" + row.category() + "/" + cells[1];
      if (wanted.test(id)) report.add(outcome(row, id));
    }
  }

  private static Outcome outcome(Row row, String id) {
    String name = FILE + " (" + row.category() + ")";
    String elsewhere = ELSEWHERE.get(row.category());
    if (elsewhere != null) return skipped("needs " + elsewhere, id, elsewhere + " is not there");
    for (var otherwise : OTHERWISE.entrySet()) {
      if (row.code().startsWith(otherwise.getKey())) return skipped("otherwise on purpose", id, otherwise.getValue());
    }
    boolean accepts = row.exception().equals("(no exception)");
    var gradients = Torch.isGradEnabled();
    try (var scope = Torch.scope()) {
      var program = new PythonProgram();
      program.define("BadDS", (PythonObjects.Closure) _ -> dataset(index -> {
        if (index == 2) throw new IllegalArgumentException("bad sample 2");
        return Torch.zeros(1);
      }));
      program.define("RaggedDS", (PythonObjects.Closure) _ -> dataset(index -> Torch.zeros(index + 1)));
      program.define("ObjDS", (PythonObjects.Closure) _ -> dataset(_ -> new Object()));
      program.run(row.code());
      return accepts ? new Outcome(name, id, Result.PASSED, null)
          : new Outcome(name, id, Result.FAILED, "accepted; PyTorch: " + row.exception() + ": " + row.message());
    } catch (AbsentException absent) {
      return skipped("needs " + absent.name(), id, absent.getMessage());
    } catch (PythonProgram.UncompilableException refused) {
      return skipped("refused by the compiler", id, refused.getMessage());
    } catch (RuntimeException | Error thrown) {
      Throwable refused =
          thrown instanceof UncheckedIOException file && file.getCause() != null ? file.getCause() : thrown;
      String difference = accepts ? "PyTorch accepts this" : difference(row, refused);
      return difference == null ? new Outcome(name, id, Result.PASSED, null)
          : new Outcome(name, id, Result.FAILED, difference + "\nPyTorch: " + row.exception() + ": " + row.message()
              + "\nJTorch:  " + Conformance.withPlace(refused));
    } finally {
      if (gradients != Torch.isGradEnabled())
        throw new IllegalStateException("the gradient mode was left changed: " + id);
    }
  }

  /// The data sets that the rows name.
  private static <T> Dataset<T> dataset(LongFunction<T> item) {
    return new Dataset<>() {
      @Override
      public T get(long index) {
        return item.apply(index);
      }

      @Override
      public long size() {
        return 4;
      }
    };
  }

  private static Outcome skipped(String why, String id, @Nullable String message) {
    return new Outcome(FILE + ": " + why, id, Result.SKIPPED, message);
  }

  /// How an exception differs from what stands for PyTorch's, or null.
  private static @Nullable String difference(Row row, Throwable refused) {
    List<Class<? extends Throwable>> kinds = kinds(row.exception(), row.message());
    if (kinds.stream().noneMatch(k -> k.isInstance(refused)))
      return "another kind of exception than " + String.join(", ", kinds.stream().map(Class::getSimpleName).toList());
    String message = String.valueOf(refused.getMessage());
    List<String> missing = facts(row.message()).stream().filter(fact -> !holds(message, fact)).toList();
    if (!missing.isEmpty()) return "the message lacks " + String.join(", ", missing);
    // Words tell nothing but that it is refused for the same reason; the exception's name is one of them.
    String lower = refused.toString().toLowerCase(Locale.ROOT);
    List<String> words =
        WORD.matcher(aboutCall(row.message()).toLowerCase(Locale.ROOT)).results().map(MatchResult::group).toList();
    long shared = words.stream().filter(lower::contains).count();
    return words.isEmpty() || refused instanceof ArithmeticException || shared * 3 >= words.size() || shared >= 3 ? null
        : "the message has other words";
  }

  /// What stands for an exception of Python's; see docs/errors.md.
  static List<Class<? extends Throwable>> kinds(String exception, String message) {
    boolean outside = message.matches("(?s).*(out of (bounds|range)|too many indices|valid range).*");
    return switch (exception) {
      case "IndexError" -> outside ? List.of(IndexOutOfBoundsException.class)
          : List.of(IndexOutOfBoundsException.class, IllegalArgumentException.class);
      case "ValueError" -> List.of(IllegalArgumentException.class, IllegalStateException.class);
      case "AssertionError" -> message.contains("not compiled with") ? List.of(UnsupportedOperationException.class)
          : List.of(IllegalArgumentException.class);
      case "TypeError", "KeyError" -> List.of(IllegalArgumentException.class);
      case "NotImplementedError" ->
        List.of(UnsupportedOperationException.class, IllegalArgumentException.class);
      case "FileNotFoundError", "EOFError" -> List.of(IOException.class);
      // Where Python finds classes that are not allowed only when it reads, their instances cannot be written.
      case "_pickle.UnpicklingError", "_pickle.PicklingError" ->
        List.of(IOException.class, IllegalArgumentException.class, UnsupportedOperationException.class);
      case "torch._C._LinAlgError" -> List.of(LinAlgException.class);
      case "RuntimeError" -> message.contains("directory") ? List.of(IOException.class)
          : message.equals("ZeroDivisionError") ? List.of(ArithmeticException.class)
          : outside ? List.of(IndexOutOfBoundsException.class, IllegalArgumentException.class)
          : List.of(IllegalArgumentException.class, IllegalStateException.class, UnsupportedOperationException.class);
      default -> throw new IllegalArgumentException("no exception stands for " + exception);
    };
  }

  // ---- facts -----------------------------------------------------------------------------------------------------

  private static final Pattern WORD = Pattern.compile("[a-z]{4,}");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\w.#])-?\\d+(\\.\\d+)?(?![\\w])");
  private static final Pattern QUOTED =
      Pattern.compile("'([^' ]*\\w[^' ]*)'|`([^` ]*\\w[^` ]*)`|\"([^\" ]*\\w[^\" ]*)\"");
  private static final Map<String, String> DTYPES = Map.ofEntries(Map.entry("Float", "float32"),
      Map.entry("Double", "float64"), Map.entry("Half", "float16"), Map.entry("Long", "int64"),
      Map.entry("Int", "int32"), Map.entry("Byte", "uint8"), Map.entry("Bool", "bool"),
      Map.entry("ComplexFloat", "complex64"), Map.entry("double", "float64"), Map.entry("float", "float32"),
      Map.entry("torch.FloatTensor", "float32"));
  private static final Pattern DTYPE = Pattern.compile(
      "\\b(torch\\.FloatTensor|ComplexFloat|Float|Double|Half|Long|Int|Byte|Bool|double|float(?= !=)|torch\\.[a-z]+\\d+)\\b");

  /// What a message tells about the call: numbers, dtypes, quoted names.
  static List<String> facts(String message) {
    String text = aboutCall(message)
        .replaceAll("\\(position \\d+\\)|[Aa]rgument #?\\d+|PyTorch \\d\\.\\d+|\"\\w+\" not implemented|<class '\\w+'>",
            "");
    var facts = new ArrayList<String>();
    collect(NUMBER, text, facts);
    for (Matcher m = DTYPE.matcher(text); m.find();)
      facts.add(DTYPES.getOrDefault(m.group(), m.group().replace("torch.", "")));
    collect(QUOTED, text, facts);
    return facts.stream().distinct().toList();
  }

  /// The first line, without what PyTorch asks its users to report.
  private static String aboutCall(String message) {
    return message.lines().filter(l -> !l.isBlank()).findFirst().orElse("")
        .replaceAll("\\(Could this error.*|Weights only load failed.*|Can't pickle <.*|\\[Errno \\d+\\]", "");
  }

  private static void collect(Pattern pattern, String text, List<String> into) {
    for (Matcher m = pattern.matcher(text); m.find();) {
      String found = m.group();
      for (int i = 1; i <= m.groupCount() && pattern == QUOTED; i++) {
        if (m.group(i) != null) found = m.group(i);
      }
      if (pattern != QUOTED || !DTYPES.containsKey(found)) into.add(found);
    }
  }

  private static boolean holds(String message, String fact) {
    if (!fact.matches("-?\\d.*")) return message.contains(fact) || DTYPES.entrySet().stream()
        .anyMatch(other -> other.getValue().equals(fact) && message.contains(other.getKey()));
    double number = Double.parseDouble(fact);
    for (Matcher m = Pattern.compile("-?\\d+(\\.\\d+)?").matcher(message); m.find();) {
      if (Double.parseDouble(m.group()) == number) return true;
    }
    return false;
  }
}
