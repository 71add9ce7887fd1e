/// Tensors with dynamic automatic differentiation: the public face of JTorch.
@org.jspecify.annotations.NullMarked
package jtorch;
