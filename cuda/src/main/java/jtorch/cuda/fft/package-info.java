/// Fourier transforms by cuFFT.
@org.jspecify.annotations.NullMarked
package jtorch.cuda.fft;
