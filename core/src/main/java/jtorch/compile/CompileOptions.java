package jtorch.compile;

import org.jspecify.annotations.Nullable;

/// What [jtorch.Torch#compile] may be told, as `torch.compile`.
///
/// @param fullgraph whether a function that cannot be traced as a whole is an error; otherwise it runs eagerly
/// @param dynamic null or false: a trace for each shape; true allows one for several shapes, and is a trace a shape too
/// @param backend "inductor": element-wise calls become loops; "eager": the trace is run as it is
/// @param disable whether the function is left alone
/// @param recompileLimit how many traces are kept; calls that fit none of them run eagerly then
public record CompileOptions(boolean fullgraph, @Nullable Boolean dynamic, String backend, boolean disable,
    int recompileLimit) {
  /// What counts where nothing is said.
  public static final CompileOptions DEFAULT = new CompileOptions(false, null, "inductor", false, 8);

  /// @throws IllegalArgumentException if there is no such backend, or the limit is not positive
  public CompileOptions {
    if (!Compiler.listBackends().contains(backend)) throw new IllegalArgumentException(
        "compile: Invalid backend: '" + backend + "', see `Compiler.listBackends()` for available backends.");
    if (recompileLimit < 1)
      throw new IllegalArgumentException("compile: recompileLimit must be positive, got " + recompileLimit);
  }

  public CompileOptions fullgraph(boolean wanted) {
    return new CompileOptions(wanted, dynamic, backend, disable, recompileLimit);
  }

  public CompileOptions dynamic(@Nullable Boolean wanted) {
    return new CompileOptions(fullgraph, wanted, backend, disable, recompileLimit);
  }

  public CompileOptions backend(String name) {
    return new CompileOptions(fullgraph, dynamic, name, disable, recompileLimit);
  }

  public CompileOptions disable(boolean wanted) {
    return new CompileOptions(fullgraph, dynamic, backend, wanted, recompileLimit);
  }

  public CompileOptions recompileLimit(int limit) {
    return new CompileOptions(fullgraph, dynamic, backend, disable, limit);
  }
}
