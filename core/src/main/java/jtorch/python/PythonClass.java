package jtorch.python;

/// A class or function of Python by its name, of which JTorch knows nothing more.
///
/// @param module as `torch.nn.modules.linear`
/// @param name as `Linear`
public record PythonClass(String module, String name) {
  /// `torch.nn.modules.linear.Linear`
  public String qualifiedName() {
    return module + "." + name;
  }

  @Override
  public String toString() {
    return "<class '" + qualifiedName() + "'>";
  }
}
