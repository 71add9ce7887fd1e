package jtorch.cuda.driver;

/// Makes images that a device loads of CUDA C++.
public interface Compiler {
  /// Which compiler, and its version: what it makes may be kept under this name.
  String version();

  /// Compiles a source without headers.
  ///
  /// @param name for messages
  /// @param architecture the compute capability: `90`
  /// @throws CudaException with the compiler's messages if the source has errors
  byte[] compile(String source, String name, String architecture);
}
