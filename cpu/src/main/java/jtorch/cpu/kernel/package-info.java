/// Hand-written CPU kernels over rows of raw memory.
///
/// A tensor is seen as contiguous `[outer, n, inner]`, where the middle dim is the one that is reduced, normalised or
/// scanned. [Rows] is the vocabulary of loops over one row, with vector and scalar versions for `float32` and
/// `float64`; the topic classes ([Reductions], [Softmax], ...) say in its words what a kernel does, split the work over
/// threads and choose the order of summation, which never depends on the number of threads.
///
/// Kernels trust their arguments: shapes are checked by whoever calls them. Addresses are those of first elements; an
/// address that a kernel calls optional may be 0. Results may take the place of an input only where a kernel says so.
@org.jspecify.annotations.NullMarked
package jtorch.cpu.kernel;
