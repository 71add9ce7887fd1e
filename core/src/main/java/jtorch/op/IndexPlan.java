package jtorch.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jtorch.DType;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// What `self[i, :, j]` reads or writes: which dimensions the index tensors stand for, and the result's shape.
///
/// As in NumPy and PyTorch the index tensors are broadcast to one shape, which takes the place of the indexed dimensions
/// if these are neighbours, and comes first if they are not. A mask stands for as many dimensions as it has.
///
/// @param before the dimensions that come before the index's in the result
/// @param indexed the dimensions that index tensors stand for
/// @param indices their int64 tensors, all of the shape `indexShape`, maybe with strides of 0
/// @param after the dimensions that come after
/// @param sizes of the result
public record IndexPlan(int[] before, int[] indexed, Tensor[] indices, long[] indexShape, int[] after, long[] sizes) {
  /// For index tensors by dimension; null stands for a whole dimension.
  ///
  /// @throws IndexOutOfBoundsException if there are too many, a dtype is no index, or a mask does not fit
  public static IndexPlan of(Operator operator, Tensor self, @Nullable Tensor[] given) {
    List<@Nullable Tensor> expanded = expand(operator, self, given);
    int count = 0;
    long[] shape = {};
    for (Tensor index : expanded) {
      if (index == null) continue;
      count++;
      long[] joined = Elementwise.broadcastShapes(shape, index.sizes());
      if (joined == null) throw misfit(operator, expanded);
      shape = joined;
    }
    int[] indexed = new int[count];
    Tensor[] indices = new Tensor[count];
    int next = 0;
    for (int d = 0; d < expanded.size(); d++) {
      Tensor index = expanded.get(d);
      if (index == null) continue;
      indexed[next] = d;
      indices[next++] = Arrays.equals(index.sizes(), shape) ? index : index.expandRaw(shape);
    }
    boolean neighbours = count > 0 && indexed[count - 1] - indexed[0] == count - 1;
    return make(self, indexed, indices, shape, neighbours ? indexed[0] : 0);
  }

  /// For one vector of indices along a dimension.
  public static IndexPlan along(Tensor self, int dim, Tensor index) {
    Tensor vector = index.dim() == 1 ? index : index.reshape(-1);
    return make(self, new int[] {dim}, new Tensor[] {vector.to(DType.INT64)}, vector.sizes(), dim);
  }

  private static IndexPlan make(Tensor self, int[] indexed, Tensor[] indices, long[] shape, int place) {
    boolean[] used = new boolean[self.dim()];
    for (int d : indexed) used[d] = true;
    int[] before = new int[place];
    int[] after = new int[self.dim() - place - indexed.length];
    long[] sizes = new long[place + shape.length + after.length];
    System.arraycopy(shape, 0, sizes, place, shape.length);
    int next = 0;
    for (int d = 0; d < self.dim(); d++) {
      if (used[d]) continue;
      sizes[next < place ? next : next + shape.length] = self.size(d);
      if (next < place) before[next] = d;
      else after[next - place] = d;
      next++;
    }
    return new IndexPlan(before, indexed, indices, shape, after, sizes);
  }

  /// Index tensors as int64, masks as the indices of what is true in them.
  private static List<@Nullable Tensor> expand(Operator operator, Tensor self, @Nullable Tensor[] given) {
    var expanded = new ArrayList<@Nullable Tensor>();
    for (Tensor index : given) {
      if (index == null) {
        expanded.add(null);
        continue;
      }
      switch (index.dtype()) {
        case INT64 -> expanded.add(index);
        case INT32 -> expanded.add(index.to(DType.INT64));
        case BOOL, UINT8 -> {
          int at = expanded.size();
          if (at + index.dim() > self.dim()) throw tooMany(operator, self);
          for (int d = 0; d < index.dim(); d++) {
            if (index.size(d) != self.size(at + d)) throw Check.of(operator).because(
                "The shape of the mask %s at index %d does not match the shape of the indexed tensor %s at index %d",
                Arrays.toString(index.sizes()), d, Arrays.toString(self.sizes()), at + d).indexFailure();
          }
          Tensor found = Searching.NONZERO.tensor(index);
          for (int d = 0; d < index.dim(); d++) expanded.add(found.select(1, d));
        }
        default -> throw Check.of(operator).because("tensors used as indices must be long, int, byte or bool tensors")
            .tensor("index", index).indexFailure();
      }
    }
    if (expanded.size() > self.dim()) throw tooMany(operator, self);
    return expanded;
  }

  private static IndexOutOfBoundsException tooMany(Operator operator, Tensor self) {
    return Check.of(operator).because("too many indices for tensor of dimension %d", self.dim()).tensor("self", self)
        .indexFailure();
  }

  private static IndexOutOfBoundsException misfit(Operator operator, List<@Nullable Tensor> indices) {
    var shapes = new ArrayList<String>();
    for (Tensor index : indices) {
      if (index != null) shapes.add(Arrays.toString(index.sizes()));
    }
    return Check.of(operator).because(
        "shape mismatch: indexing tensors could not be broadcast together with shapes %s", String.join(", ", shapes))
        .indexFailure();
  }

  /// The number of positions that the indices name.
  public long count() {
    long n = 1;
    for (long size : indexShape) n *= size;
    return n;
  }
}
