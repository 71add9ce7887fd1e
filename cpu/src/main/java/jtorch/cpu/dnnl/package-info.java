/// The binding to oneDNN's C API: natives, memory descriptions, primitives.
@org.jspecify.annotations.NullMarked
package jtorch.cpu.dnnl;
