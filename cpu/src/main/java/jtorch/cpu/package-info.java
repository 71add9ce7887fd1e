/// The CPU backend: its threads, kernels and native libraries.
@org.jspecify.annotations.NullMarked
package jtorch.cpu;
