/// Linear algebra by cuBLAS and cuSOLVER.
@org.jspecify.annotations.NullMarked
package jtorch.cuda.solver;
