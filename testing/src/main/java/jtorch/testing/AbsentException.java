package jtorch.testing;

/// What a case asks for is not there yet: a class, a function, an option. The case is skipped by this name.
class AbsentException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final String name;

  AbsentException(String name) {
    super(name + " is not there");
    this.name = name;
  }

  /// What is missing, by PyTorch's name.
  String name() {
    return name;
  }
}
