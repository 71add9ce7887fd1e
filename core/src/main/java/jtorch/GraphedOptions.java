package jtorch;

import jtorch.memory.GraphPool;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of [Cuda#makeGraphedCallables].
///
/// @param numWarmupIters how often the work is done before it is recorded
/// @param allowUnusedInput whether inputs may have no part in the outputs
/// @param pool where memory comes from; null: a pool of their own
public record GraphedOptions(int numWarmupIters, boolean allowUnusedInput, @Nullable GraphPool pool) {
  public static final GraphedOptions DEFAULT = new GraphedOptions(3, false, null);

  public GraphedOptions numWarmupIters(int v) {
    return new GraphedOptions(v, allowUnusedInput, pool);
  }

  public GraphedOptions allowUnusedInput(boolean v) {
    return new GraphedOptions(numWarmupIters, v, pool);
  }

  public GraphedOptions pool(GraphPool v) {
    return new GraphedOptions(numWarmupIters, allowUnusedInput, v);
  }
}
