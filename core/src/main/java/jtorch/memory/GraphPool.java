package jtorch.memory;

/// Memory of recorded graphs that no other work is given: what `torch.cuda.graph_pool_handle` returns.
///
/// A graph's kernels have addresses in them, so what it made for itself stays reserved as long as it lives. Graphs that are
/// recorded with the same pool share memory: that is right where they are replayed in the order in which they were recorded,
/// and no result of an earlier one is wanted any more.
public final class GraphPool {}
