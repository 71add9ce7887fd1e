/// Convolutions by NVIDIA's cuDNN, where it is installed: its graph API in Java.
@org.jspecify.annotations.NullMarked
package jtorch.cuda.dnn;
