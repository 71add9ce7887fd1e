package jtorch.cuda.dnn;

/// cuDNN refused a call: for a description of work that means that it cannot do it so.
final class CudnnException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CudnnException(String message) {
    super(message);
  }
}
