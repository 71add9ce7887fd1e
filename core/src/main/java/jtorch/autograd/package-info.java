/// The graph and the walk backwards through it.
@org.jspecify.annotations.NullMarked
package jtorch.autograd;
