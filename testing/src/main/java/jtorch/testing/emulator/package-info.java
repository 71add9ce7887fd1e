/// A device that stands in for a GPU under test: CUDA kernels compiled by a C++ compiler for the processor.
@org.jspecify.annotations.NullMarked
package jtorch.testing.emulator;
