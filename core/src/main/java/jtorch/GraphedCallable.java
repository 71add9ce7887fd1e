package jtorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import jtorch.autograd.Recording;
import jtorch.memory.GraphPool;
import org.jspecify.annotations.Nullable;

/// A function of tensors whose way forward and back are recorded graphs: what [Cuda#makeGraphedCallables] returns.
///
/// **Source**: `torch/cuda/graphs.py`.
public final class GraphedCallable {
  private final Function<Tensor[], Tensor[]> callable;
  /// The tensors that the graphs read: sample arguments, then parameters.
  private final Tensor[] surface;
  private final int arguments;
  private final CudaGraph forward = new CudaGraph();
  private final CudaGraph backward = new CudaGraph();
  private Tensor[] outputs = {};
  private @Nullable Tensor[] outputGrads = {};
  private @Nullable Tensor[] inputGrads = {};

  private GraphedCallable(Function<Tensor[], Tensor[]> callable, Tensor[] sample, List<? extends Tensor> parameters) {
    this.callable = callable;
    arguments = sample.length;
    surface = new Tensor[sample.length + parameters.size()];
    System.arraycopy(sample, 0, surface, 0, sample.length);
    for (int i = 0; i < parameters.size(); i++) surface[arguments + i] = parameters.get(i);
  }

  /// What is to be recorded.
  ///
  /// @param callable makes outputs of arguments
  /// @param sample arguments of the shapes, dtypes and wishes for gradients that all later ones have
  /// @param parameters what else the function reads that wants gradients
  public record Source(Function<Tensor[], Tensor[]> callable, Tensor[] sample, List<? extends Tensor> parameters) {}

  /// All share a pool of memory, so they are to be called in this order, and their gradients taken in the reverse one.
  static List<GraphedCallable> of(List<Source> sources, GraphedOptions options) {
    if (Torch.isAutocastEnabled(Device.Type.CUDA) && Torch.isAutocastCacheEnabled())
      throw new IllegalStateException("makeGraphedCallables: "
          + "make_graphed_callables does not support the autocast caching. Please set `cacheEnabled=false`.");
    var all = new ArrayList<GraphedCallable>();
    for (Source s : sources) all.add(new GraphedCallable(s.callable, s.sample, s.parameters));
    Cuda.synchronize();
    try (var side = new CudaStream()) {
      try (var in = Cuda.stream(side)) {
        for (GraphedCallable each : all) {
          for (int i = 0; i < options.numWarmupIters(); i++) {
            Tensor[] made = each.callable.apply(each.arguments());
            each.gradients(made, likeWanted(made), options);
          }
        }
      }
      Cuda.synchronize();
    }
    GraphPool pool = options.pool() == null ? Cuda.graphPoolHandle() : options.pool();
    for (GraphedCallable each : all) each.recordForward(pool);
    for (GraphedCallable each : all.reversed()) each.recordBackward(pool, options);
    return List.copyOf(all);
  }

  private Tensor[] arguments() {
    return Arrays.copyOf(surface, arguments);
  }

  private static @Nullable Tensor[] likeWanted(Tensor[] outputs) {
    var grads = new @Nullable Tensor[outputs.length];
    for (int i = 0; i < grads.length; i++) {
      if (outputs[i].requiresGrad()) grads[i] = Torch.onesLike(outputs[i].detach());
    }
    return grads;
  }

  /// The gradients for the surface; null where none is wanted, or none comes.
  private @Nullable Tensor[] gradients(Tensor[] made, @Nullable Tensor[] grads, GraphedOptions options) {
    var spread = new @Nullable Tensor[surface.length];
    Tensor[] wanted = Arrays.stream(surface).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
    Tensor[] ends = Arrays.stream(made).filter(Tensor::requiresGrad).toArray(Tensor[]::new);
    if (ends.length == 0 || wanted.length == 0) return spread;
    @Nullable Tensor[] given = Arrays.stream(grads).filter(g -> g != null).toArray(Tensor[]::new);
    @Nullable Tensor[] found = Torch.grad(ends, wanted, given, false, false);
    int next = 0;
    for (int i = 0; i < surface.length; i++) {
      if (!surface[i].requiresGrad()) continue;
      spread[i] = found[next++];
      if (spread[i] == null && !options.allowUnusedInput()) throw new IllegalStateException(
          "makeGraphedCallables: One of the differentiated Tensors appears to not have been used in the graph."
              + " Set allowUnusedInput(true) if this is the desired behavior.");
    }
    return spread;
  }

  private void recordForward(GraphPool pool) {
    try (var recording = Cuda.graph(forward, pool)) {
      outputs = callable.apply(arguments());
    }
  }

  private void recordBackward(GraphPool pool, GraphedOptions options) {
    outputGrads = likeWanted(outputs);
    if (Arrays.stream(outputs).anyMatch(Tensor::requiresGrad)) {
      try (var recording = Cuda.graph(backward, pool)) {
        inputGrads = gradients(outputs, outputGrads, options);
      }
    }
    Tensor[] plain = new Tensor[outputs.length];
    for (int i = 0; i < plain.length; i++) plain[i] = outputs[i].detach();
    outputs = plain;
  }

  /// Replays the recorded work for these arguments. The outputs are overwritten by the next call.
  ///
  /// @throws IllegalArgumentException if they are not of the number, shapes and dtypes of the sample
  public Tensor[] call(Tensor... inputs) {
    if (inputs.length != arguments) throw new IllegalArgumentException(
        "call: " + inputs.length + " arguments where " + arguments + " were recorded");
    for (int i = 0; i < arguments; i++) {
      if (!Arrays.equals(inputs[i].sizes(), surface[i].sizes()) || inputs[i].dtype() != surface[i].dtype())
        throw new IllegalArgumentException("call: argument " + i + " is " + inputs[i].describe() + " where "
            + surface[i].describe() + " was recorded");
    }
    try (var off = Torch.noGrad()) {
      for (int i = 0; i < arguments; i++) copy(inputs[i], surface[i]);
    }
    forward.replay();
    Tensor[] made = new Tensor[outputs.length];
    for (int i = 0; i < made.length; i++) made[i] = outputs[i].detach();
    Tensor[] all = surface.clone();
    System.arraycopy(inputs, 0, all, 0, arguments);
    boolean[] differentiable = new boolean[made.length];
    for (int i = 0; i < made.length; i++) differentiable[i] = outputGrads[i] != null;
    Recording.record("GraphedBackward", all, made, differentiable, this::backward);
    return made;
  }

  private static void copy(Tensor from, Tensor to) {
    if (from.storage() != to.storage() || from.storageOffset() != to.storageOffset()) to.detach().copy_(from, true);
  }

  private @Nullable Tensor[] backward(@Nullable Tensor[] grads) {
    for (int i = 0; i < grads.length; i++) {
      Tensor place = outputGrads[i];
      Tensor grad = grads[i];
      if (place == null) continue;
      if (grad == null) place.zero_();
      else copy(grad, place);
    }
    backward.replay();
    // Whoever gets a gradient may keep it, and the next replay writes here again.
    var made = new @Nullable Tensor[inputGrads.length];
    for (int i = 0; i < made.length; i++) {
      Tensor grad = inputGrads[i];
      if (grad != null) made[i] = grad.clone();
    }
    return made;
  }
}
