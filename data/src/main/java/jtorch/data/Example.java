package jtorch.data;

import jtorch.Tensor;

/// What a network is given and what it should say; or a batch of both.
///
/// @param input an image, or `[n, ...]` of them
/// @param target its class as int64, or `[n]` of them
public record Example(Tensor input, Tensor target) {}
