/// LAPACK through OpenBLAS, called with the FFM API: nothing of it is loaded before the first call of linear algebra.
@org.jspecify.annotations.NullMarked
package jtorch.cpu.lapack;
