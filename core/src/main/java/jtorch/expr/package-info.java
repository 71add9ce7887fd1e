/// The scalar expression language: what an element-wise operator does to one element, written once as data.
///
/// From an [Expr] come the vector loops of the CPU, the kernels of other backends, fused kernels, and by symbolic
/// differentiation the gradient.
@org.jspecify.annotations.NullMarked
package jtorch.expr;
