/// Instruments of tests: PyTorch's samples and golden files, gradient and leak checks, assertions on tensors.
@NullMarked
package jtorch.testing;

import org.jspecify.annotations.NullMarked;
