package jtorch.cpu.matrix;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import jtorch.cpu.dnnl.DnnlException;
import jtorch.cpu.dnnl.MemoryDescription;
import jtorch.cpu.dnnl.MemoryDescription.Type;
import jtorch.cpu.dnnl.Primitive;

/// One pass of a float32 convolution compiled by oneDNN for given sizes and strides, with the copies between the layouts
/// of its tensors and those that the code wants.
final class DnnlConvolution {
  enum Pass {
    FORWARD,
    BACKWARD_DATA,
    BACKWARD_WEIGHTS
  }

  private record Key(Pass pass, ConvolutionShape shape, boolean bias) {}

  /// From here on oneDNN's code for channels last is the faster one, even with the copy.
  private static final long MANY_CHANNELS = 192;
  private static final BoundedCache<Key, Optional<DnnlConvolution>> CACHE = new BoundedCache<>(256);

  /// A tensor of the pass.
  ///
  /// @param bytes its size in the layout that the code wants
  /// @param reorder the copy to that layout, for a result from it; absent where the tensor lies so already
  record Operand(long bytes, Optional<Primitive> reorder) {
    /// The address to read: the tensor's own, or `buffer` after a copy.
    long read(long address, long buffer) {
      if (reorder.isEmpty()) {
        return address;
      }
      reorder.get().execute(0, address, buffer);
      return buffer;
    }

    /// The address to write: the tensor's own, or `buffer`, to be copied from there by `finish`.
    long write(long address, long buffer) {
      return reorder.isEmpty() ? address : buffer;
    }

    void finish(long address, long buffer) {
      reorder.ifPresent(r -> r.execute(0, buffer, address));
    }

    /// Bytes of the buffer wanted by `read` and `write`.
    long buffer() {
      return reorder.isEmpty() ? 0 : bytes;
    }
  }

  final Primitive primitive;
  final Operand x;
  final Operand w;
  final Operand y;
  final boolean bias;
  /// Channels of y.
  final long outputs;

  private DnnlConvolution(Key key) {
    ConvolutionShape s = key.shape;
    Pass pass = key.pass;
    bias = key.bias;
    outputs = s.y()[1];
    long[][] weights = weights(s);
    try (MemoryDescription xGiven = MemoryDescription.of(Type.FLOAT32, s.x(), s.xStrides());
        MemoryDescription wGiven = MemoryDescription.of(Type.FLOAT32, weights[0], weights[1]);
        MemoryDescription yGiven = MemoryDescription.of(Type.FLOAT32, s.y(), s.yStrides());
        MemoryDescription biases = key.bias
            ? MemoryDescription.of(Type.FLOAT32, new long[] {s.y()[1]}, new long[] {1})
            : MemoryDescription.NONE;
        MemoryDescription xWanted = wanted(pass, s, s.x(), s.xStrides());
        MemoryDescription wWanted = MemoryDescription.any(Type.FLOAT32, weights[0]);
        MemoryDescription yWanted = wanted(pass, s, s.y(), s.yStrides())) {
      Primitive.Window window = window(s);
      primitive = switch (pass) {
        case FORWARD -> Primitive.convolution(xWanted, wWanted, biases, yWanted, window);
        case BACKWARD_DATA -> Primitive.convolutionBackwardData(xWanted, wWanted, yWanted, window);
        case BACKWARD_WEIGHTS -> Primitive.convolutionBackwardWeights(xWanted, wWanted, biases, yWanted, window);
      };
      x = operand(xGiven, primitive.description(0), pass == Pass.BACKWARD_DATA);
      w = operand(wGiven, primitive.description(1), pass == Pass.BACKWARD_WEIGHTS);
      y = operand(yGiven, primitive.description(2), pass == Pass.FORWARD);
    }
  }

  /// The compiled pass; empty where oneDNN has only its slow reference, or nothing.
  static Optional<DnnlConvolution> of(Pass pass, ConvolutionShape shape, boolean bias) {
    return CACHE.get(new Key(pass, shape, bias), DnnlConvolution::compile);
  }

  private static Optional<DnnlConvolution> compile(Key key) {
    if (!isDescribable(key.shape)) {
      return Optional.empty();
    }
    try {
      var compiled = new DnnlConvolution(key);
      return compiled.primitive.implementation().contains("ref") ? Optional.empty() : Optional.of(compiled);
    } catch (DnnlException e) {
      if (e.isUnimplemented()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// oneDNN wants no more of x left over than a stride, and no elements of a tensor in one place unless by a stride of 0.
  private static boolean isDescribable(ConvolutionShape s) {
    boolean describable =
        !overlaps(s.x(), s.xStrides()) && !overlaps(s.w(), s.wStrides()) && !overlaps(s.y(), s.yStrides());
    for (int i = 0; i < s.spatial(); i++) {
      describable &= s.after(i) + s.stride()[i] > 0;
    }
    return describable;
  }

  private static boolean overlaps(long[] sizes, long[] strides) {
    Integer[] order = new Integer[sizes.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> strides[i]));
    long extent = 1;
    for (int i : order) {
      if (strides[i] != 0 && sizes[i] > 1) {
        if (strides[i] < extent) {
          return true;
        }
        extent = strides[i] * sizes[i];
      }
    }
    return false;
  }

  /// The layout to work in: for most what oneDNN likes best; channels last where the tensor lies so or channels are many.
  private static MemoryDescription wanted(Pass pass, ConvolutionShape s, long[] sizes, long[] strides) {
    boolean many = s.groups() == 1 && Math.min(s.x()[1], s.y()[1]) >= MANY_CHANNELS;
    if (pass == Pass.BACKWARD_WEIGHTS || !many && (strides[1] != 1 || sizes[1] == 1)) {
      return MemoryDescription.any(Type.FLOAT32, sizes);
    }
    return MemoryDescription.of(Type.FLOAT32, sizes, ConvolutionShape.channelsLast(sizes));
  }

  private static Operand operand(MemoryDescription given, MemoryDescription wanted, boolean result) {
    if (given.isSameAs(wanted)) {
      return new Operand(wanted.bytes(), Optional.empty());
    }
    return new Operand(wanted.bytes(),
        Optional.of(result ? Primitive.reorder(wanted, given) : Primitive.reorder(given, wanted)));
  }

  /// Sizes and strides of the weights, with a dimension for the groups where there are several.
  private static long[][] weights(ConvolutionShape s) {
    if (s.groups() == 1) {
      return new long[][] {s.w(), s.wStrides()};
    }
    int rank = s.w().length;
    long[] sizes = new long[rank + 1];
    long[] strides = new long[rank + 1];
    System.arraycopy(s.w(), 0, sizes, 1, rank);
    System.arraycopy(s.wStrides(), 0, strides, 1, rank);
    sizes[0] = s.groups();
    sizes[1] = s.w()[0] / s.groups();
    strides[0] = sizes[1] * strides[1];
    return new long[][] {sizes, strides};
  }

  private static Primitive.Window window(ConvolutionShape s) {
    long[] after = new long[s.spatial()];
    for (int i = 0; i < after.length; i++) {
      after[i] = s.after(i);
    }
    return new Primitive.Window(s.stride(), s.dilation(), s.padding(), after);
  }
}
