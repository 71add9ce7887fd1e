/// Matrix products by NVIDIA's cuBLASLt, where it is installed.
@org.jspecify.annotations.NullMarked
package jtorch.cuda.blas;
