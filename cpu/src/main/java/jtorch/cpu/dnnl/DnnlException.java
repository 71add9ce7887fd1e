package jtorch.cpu.dnnl;

/// oneDNN refused or failed a call.
public final class DnnlException extends RuntimeException {
  private static final int UNIMPLEMENTED = 3;

  private final int status;

  DnnlException(String what, int status) {
    super(what + ": " + switch (status) {
      case 1 -> "out of memory";
      case 2 -> "invalid arguments";
      case UNIMPLEMENTED -> "not implemented";
      case 4 -> "no further implementation";
      case 5 -> "failed at run time";
      case 6 -> "not required";
      default -> "status " + status;
    } + " (oneDNN)");
    this.status = status;
  }

  /// Whether oneDNN has no code for the request, which is no fault of the caller.
  public boolean isUnimplemented() {
    return status == UNIMPLEMENTED;
  }

  static void check(int status, String what) {
    if (status != 0) {
      throw new DnnlException(what, status);
    }
  }
}
