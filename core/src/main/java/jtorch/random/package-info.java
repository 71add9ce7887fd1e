/// Random numbers, number for number those of PyTorch's generator on the CPU; and where a GPU's generator stands.
///
/// [Distribution][jtorch.random.Distribution] says what a tensor is filled with, on any device.
/// [Generator][jtorch.random.Generator] holds the Mersenne Twister, or a place in Philox's sequences for kernels; the other classes turn its output into distributions
/// and fill native memory, described by [Region][jtorch.random.Region]: [Uniforms][jtorch.random.Uniforms] (uniform,
/// Bernoulli, exponential, geometric, Cauchy), [Integers][jtorch.random.Integers] (also permutations),
/// [Normals][jtorch.random.Normals], [Counts][jtorch.random.Counts] (Poisson, binomial),
/// [Gammas][jtorch.random.Gammas] (also Dirichlet), [Categories][jtorch.random.Categories] (multinomial). All of them
/// fill in the order of `out`'s memory (PyTorch makes a contiguous result, whatever the parameters' strides), and
/// check what they are given before they draw, and throw `IllegalArgumentException` with nothing changed.
///
/// **What "number for number" means.** The same seed and the same calls give the bits of PyTorch 2.13 on an x86-64
/// processor with AVX2, whatever the processor here: integers, uniform numbers, and float32 and half normal numbers
/// from 16 elements on use nothing but exact arithmetic. What passes through a logarithm, sine or exponential in double
/// precision calls the C library's, as PyTorch does: float64 results agree with a PyTorch on the same machine, and to
/// about one unit in the last place with one elsewhere.
///
/// **Sources**: M. Matsumoto, T. Nishimura, *Mersenne Twister* (1998); G. E. P. Box, M. E. Muller (1958); R. Durstenfeld,
/// *Algorithm 235* (1964); W. Hoermann, PTRS (1993) and BTRS (1993); L. Devroye, *Non-Uniform Random Variate Generation*
/// (1986); G. Marsaglia, W. W. Tsang (2000); P. S. Efraimidis, P. G. Spirakis (2006); D. Lemire, O. Kaser, N. Kurz
/// (2019). Each stands in full at the method that uses it.
@org.jspecify.annotations.NullMarked
package jtorch.random;
