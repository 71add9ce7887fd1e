@org.jspecify.annotations.NullMarked
package jtorch.cpu.kernel;
