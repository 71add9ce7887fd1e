package jtorch.autograd;

import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// What a node knows of a tensor that its operator read or made: its form always, the tensor itself where a gradient
/// rule reads it. A kept tensor's bytes are held, and its version is compared when it is used.
final class Input {
  final long[] sizes;
  final DType dtype;
  final Device device;
  private @Nullable Tensor kept;
  private int version;
  private boolean released;

  Input(Tensor tensor) {
    sizes = tensor.sizes();
    dtype = tensor.dtype();
    device = tensor.device();
  }

  void keep(Tensor tensor) {
    if (kept != null) return;
    Tensor shown = tensor.shown();
    kept = shown;
    version = shown.storage().version();
    shown.storage().hold();
  }

  boolean isKept() {
    return kept != null;
  }

  Tensor unpack(GraphNode reader) {
    if (released) {
      throw new IllegalStateException(
          "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call backward() or Torch.grad(). Specify retainGraph if you need to backward through the graph a second time or if you need to access saved tensors after calling backward. | node "
              + reader.name());
    }
    Tensor tensor = kept;
    if (tensor == null)
      throw new IllegalStateException(reader.name() + " reads a tensor that its declaration does not keep");
    int now = tensor.storage().version();
    if (now != version) {
      GraphNode maker = Recording.node(tensor);
      String made =
          maker == null ? "" : ", which is output " + Recording.meta(tensor).output + " of " + maker.name() + ",";
      throw new IllegalStateException(
          "one of the variables needed for gradient computation has been modified by an inplace operation: [" + dtype
              + " " + java.util.Arrays.toString(sizes) + "]" + made + " is at version " + now + "; expected version "
              + version + " instead. It is needed by " + reader.name()
              + ". Hint: use the out-of-place form, or clone() it before.");
    }
    return tensor;
  }

  void release() {
    Tensor tensor = kept;
    if (tensor == null) return;
    kept = null;
    released = true;
    tensor.storage().release();
  }
}
