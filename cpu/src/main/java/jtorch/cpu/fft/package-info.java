/// Discrete Fourier transforms of any length.
///
/// Many transforms of one length run side by side, one in each lane of a vector ([jtorch.cpu.fft.Transform]); a single long one is cut
/// into a grid whose columns and rows are such transforms. Lengths with large prime factors become convolutions.
@NullMarked
package jtorch.cpu.fft;

import org.jspecify.annotations.NullMarked;
