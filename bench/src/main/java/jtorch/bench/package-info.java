/// Benchmarks: JTorch's times beside PyTorch's for the same work.
@NullMarked
package jtorch.bench;

import org.jspecify.annotations.NullMarked;
