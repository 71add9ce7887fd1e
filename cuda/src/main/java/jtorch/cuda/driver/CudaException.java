package jtorch.cuda.driver;

/// CUDA refused or failed a call.
///
/// Work runs after the call that ordered it has returned, so a kernel's failure may be seen by a later call;
/// `-Djtorch.cuda.blocking=true` (or `CUDA_LAUNCH_BLOCKING=1`) makes each kernel report its own.
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CudaException(String message) {
    super(message);
  }

  public CudaException(String message, Throwable cause) {
    super(message, cause);
  }
}
