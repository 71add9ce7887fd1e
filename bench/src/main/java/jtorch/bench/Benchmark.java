package jtorch.bench;

import java.util.function.Supplier;
import jtorch.Tensor;

/// A piece of work that is timed, here and (under the same name, in `pytorch.py`) in PyTorch.
///
/// @param name lower case with digits and underscores
/// @param description the shapes, for people
/// @param kind what is asked of it
/// @param first how many steps are made before the result is compared with PyTorch's; more than one where steps change
///     parameters, so that gradients and updates are compared too
/// @param preparation seeds nothing and makes the inputs; gives the step that is timed
public record Benchmark(String name, String description, Kind kind, int first, Supplier<Step> preparation) {
  /// What is timed: one call of an operator, or one step of training. Gives its result, or the loss.
  @FunctionalInterface
  public interface Step {
    Tensor run();
  }

  /// A set of benchmarks that are run and judged together.
  public enum Group {
    /// What the core is measured by: the work that most programs consist of.
    CORE("core", 0.75, 0.9, 0),
    /// What else users feel, an operator at a time; PyTorch's memory is left as it comes. Four may be slower than a
    /// single one may be, for libraries that nobody else has.
    OPERATORS("operators", 0.9, Double.POSITIVE_INFINITY, 4),
    /// Functions written out by hand, each as it is and compiled.
    COMPILE("compile", 0.9, Double.POSITIVE_INFINITY, 0);

    private final String title;
    private final double meanLimit;
    private final double tunedMeanLimit;
    private final int exceptions;

    Group(String title, double meanLimit, double tunedMeanLimit, int exceptions) {
      this.title = title;
      this.meanLimit = meanLimit;
      this.tunedMeanLimit = tunedMeanLimit;
      this.exceptions = exceptions;
    }

    /// As it is called on the command line.
    @Override
    public String toString() {
      return title;
    }

    /// The largest fine geometric mean of the ratios to PyTorch as it comes (side 1), or keeping its pages (side 2).
    double meanLimit(int side) {
      return side == 1 ? meanLimit : tunedMeanLimit;
    }

    /// How many may be over their limit.
    int exceptions() {
      return exceptions;
    }
  }

  /// How a benchmark runs, and the ratios of medians JTorch / PyTorch that it is to stay under.
  public enum Kind {
    /// One call of 16 elements: one thread, no scope, nothing but the cost of a call.
    CALL(Group.CORE, true, 0.3, 0.3),
    /// A handful of calls on 16 elements and their gradients, likewise.
    GRADIENT(Group.CORE, true, 0.2, 0.2),
    /// Work whose arithmetic counts: with one thread and with all, in a scope, so that memory comes back at once as it
    /// does in Python.
    WORK(Group.CORE, false, 1.1, 1.2),
    /// Likewise, in the group of operators.
    OPERATOR(Group.OPERATORS, false, 1.5, Double.POSITIVE_INFINITY),
    /// Likewise, in the group of compiled functions.
    COMPILED(Group.COMPILE, false, 1.5, Double.POSITIVE_INFINITY),
    /// A whole program, from the start of its process to its first line.
    PROGRAM(Group.CORE, false, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    private final Group group;
    private final boolean small;
    private final double limit;
    private final double tunedLimit;

    Kind(Group group, boolean small, double limit, double tunedLimit) {
      this.group = group;
      this.small = small;
      this.limit = limit;
      this.tunedLimit = tunedLimit;
    }

    public Group group() {
      return group;
    }

    /// Whether it is measured at every number of threads, and counts in the mean.
    public boolean isWork() {
      return this == WORK || this == OPERATOR || this == COMPILED;
    }

    public boolean isSmall() {
      return small;
    }

    /// The largest fine ratio to PyTorch as it comes.
    public double limit() {
      return limit;
    }

    /// The largest fine ratio to PyTorch with an allocator that keeps its pages.
    public double tunedLimit() {
      return tunedLimit;
    }
  }

  static Benchmark call(String name, String description, Supplier<Step> preparation) {
    return new Benchmark(name, description, Kind.CALL, 1, preparation);
  }

  static Benchmark gradient(String name, String description, Supplier<Step> preparation) {
    return new Benchmark(name, description, Kind.GRADIENT, 1, preparation);
  }

  static Benchmark work(String name, String description, Supplier<Step> preparation) {
    return new Benchmark(name, description, Kind.WORK, 1, preparation);
  }

  static Benchmark operator(String name, String description, Supplier<Step> preparation) {
    return new Benchmark(name, description, Kind.OPERATOR, 1, preparation);
  }

  static Benchmark compiled(String name, String description, Supplier<Step> preparation) {
    return new Benchmark(name, description, Kind.COMPILED, 1, preparation);
  }

  static Benchmark training(String name, String description, Supplier<Step> preparation) {
    return new Benchmark(name, description, Kind.WORK, 3, preparation);
  }
}
