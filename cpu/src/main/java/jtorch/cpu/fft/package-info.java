/// Discrete Fourier transforms of any length.
///
/// A line whose numbers are neighbours is a grid within the cache, whose columns and then rows run side by side, one in each
/// lane of a vector ([jtorch.cpu.fft.Plan.Grid]); of other lines many run side by side ([jtorch.cpu.fft.Transform]), and a
/// single long one is cut into a grid of such. Lengths with large prime factors become convolutions.
@NullMarked
package jtorch.cpu.fft;

import org.jspecify.annotations.NullMarked;
