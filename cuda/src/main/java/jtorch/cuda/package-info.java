/// The backend for NVIDIA GPUs.
@org.jspecify.annotations.NullMarked
package jtorch.cuda;
