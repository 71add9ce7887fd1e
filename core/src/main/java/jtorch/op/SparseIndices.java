package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;

/// The arithmetic of coordinates behind sparse tensors, in calls on tensors of int64.
///
/// Coordinates `[s, n]` become one number each by their place in row order; sorting, merging and looking up then work on
/// `[n]` numbers.
final class SparseIndices {
  private SparseIndices() {}

  static SparseTensor sparse(Call c, String name) {
    Tensor t = c.tensor(name);
    if (t instanceof SparseTensor sparse) return sparse;
    throw c.check().because("%s expected sparse tensor layout but got %s", c.operator().schema().bareName(),
        t.layout().title()).failure();
  }

  // ---- numbers of places -----------------------------------------------------------------------------------------

  static long product(long[] sizes) {
    long n = 1;
    for (long size : sizes) n *= size;
    return n;
  }

  /// The place of each coordinate in row order: `[s, n] -> [n]`.
  static Tensor places(Tensor indices, long[] sizes) {
    if (sizes.length == 1) return indices.select(0, 0);
    Tensor sum = Torch.zeros(new long[] {indices.size(1)}, DType.INT64, indices.device());
    for (int d = 0; d < sizes.length; d++)
      sum = d == 0 ? indices.select(0, 0) : sum.mul(sizes[d]).add(indices.select(0, d));
    return sum;
  }

  /// The coordinates of places: `[n] -> [s, n]`.
  static Tensor coordinates(Tensor places, long[] sizes) {
    if (sizes.length == 1) return places.unsqueeze(0);
    Tensor[] rows = new Tensor[sizes.length];
    Tensor rest = places;
    for (int d = sizes.length - 1; d > 0; d--) {
      long size = Math.max(1, sizes[d]);
      Tensor next = rest.floorDivide(size);
      rows[d] = rest.sub(next.mul(size));
      rest = next;
    }
    if (sizes.length == 0) return Torch.zeros(new long[] {0, places.size(0)}, DType.INT64, places.device());
    rows[0] = rest;
    return Torch.stack(rows, 0);
  }

  static long[] sparseSizes(SparseTensor t) {
    return Arrays.copyOf(t.sizes(), t.batchDims() + t.sparseDims());
  }

  // ---- merging ---------------------------------------------------------------------------------------------------

  /// Places in order, each once.
  ///
  /// @param unique the places
  /// @param order which of the old ones comes when
  /// @param slot which of the new ones each of `order` belongs to; null if none was there twice
  record Merged(Tensor unique, Tensor order, @org.jspecify.annotations.Nullable Tensor slot) {
    /// The values at each place, added up in their order: `[n, dense...] -> [unique, dense...]`.
    Tensor sum(Tensor values) {
      Tensor sorted = values.indexSelect(0, order);
      return slot == null ? sorted : gather(sorted, slot, unique.size(0));
    }
  }

  static Merged merge(Tensor places) {
    var sorted = places.sort(true, 0, false);
    return merge(sorted.values(), sorted.indices());
  }

  /// As [#merge(Tensor)] of the places of coordinates; dimensions that are small beside their number are sorted by
  /// counting, the last first.
  static Merged merge(Tensor indices, long[] sizes) {
    long n = indices.size(1);
    for (long size : sizes) {
      if (size > 4 * n + 1024) return merge(places(indices, sizes));
    }
    Tensor order = Groups.of(indices.select(0, sizes.length - 1), sizes[sizes.length - 1]).order();
    for (int d = sizes.length - 2; d >= 0; d--) {
      Tensor next = Groups.of(indices.select(0, d).indexSelect(0, order), sizes[d]).order();
      order = order.indexSelect(0, next);
    }
    return merge(places(indices, sizes).indexSelect(0, order), order);
  }

  private static Merged merge(Tensor sorted, Tensor order) {
    long n = sorted.size(0);
    if (n < 2) return new Merged(sorted, order, null);
    Tensor fresh = sorted.narrow(0, 1, n - 1).ne(sorted.narrow(0, 0, n - 1));
    if (fresh.all().itemBoolean()) return new Merged(sorted, order, null);
    Tensor first = Torch.cat(new Tensor[] {Torch.ones(new long[] {1}, DType.BOOL), fresh}, 0);
    return new Merged(sorted.maskedSelect(first), order, first.cumsum(0).sub(1));
  }

  /// Rows of values added up where `slot` says: `[n, dense...] -> [count, dense...]`. Bools: whether any is true.
  static Tensor gather(Tensor values, Tensor slot, long count) {
    if (values.dtype() == DType.BOOL) return gather(values.to(DType.INT64), slot, count).ne(0L);
    long[] sizes = values.sizes().clone();
    sizes[0] = count;
    Tensor zeros = Torch.zeros(sizes, values.dtype(), values.device());
    // A sum that begins with -0 keeps the sign of its first term, as if it began with that.
    return (values.dtype().isDifferentiable() ? zeros.neg() : zeros).indexAdd(0, slot, values);
  }

  // ---- rows and their beginnings ---------------------------------------------------------------------------------

  /// Where each of `count` groups begins, from the sorted numbers of groups: `[n] -> [count + 1]`.
  static Tensor beginnings(Tensor sortedGroups, long count) {
    return Groups.of(sortedGroups, count).begin();
  }

  /// Numbers below `count` in stable order, by counting.
  private static final Operator GROUP =
      Operator.declare("jtorch::group(Tensor numbers, int count) -> (Tensor, Tensor)")
          .shape(c -> {
            c.result(new long[] {c.integer("count") + 1}, DType.INT64);
            c.result(c.tensor("numbers").sizes(), DType.INT64);
          })
          .kernel("group")
          .notDifferentiable();

  /// Numbers in order.
  ///
  /// @param begin where those of each group begin: `[count + 1]`
  /// @param order which comes when; equal ones in the order that they have
  record Groups(Tensor begin, Tensor order) {
    static Groups of(Tensor numbers, long count) {
      Tensor[] made = GROUP.tensors(numbers.contiguous(), count);
      return new Groups(made[0], made[1]);
    }
  }

  /// The number of the group that each belongs to: `[count + 1] -> [n]`.
  static Tensor groups(Tensor beginnings) {
    long count = beginnings.size(0) - 1;
    Tensor sizes = beginnings.narrow(0, 1, count).sub(beginnings.narrow(0, 0, count));
    return (Tensor) Arranging.REPEAT_INTERLEAVE.call(sizes, null);
  }

  /// The coordinates of a compressed tensor's entries, batch dimensions first: `[batch + 2, all entries]`. Of blocks.
  static Tensor coordinates(SparseTensor t) {
    Tensor plain = t.indexPart().to(DType.INT64);
    Tensor compressed = t.compressedPart().to(DType.INT64);
    long lines = compressed.size(-1) - 1;
    long each = plain.size(-1);
    long matrices = product(Arrays.copyOf(t.sizes(), t.batchDims()));
    Tensor counts = compressed.narrow(-1, 1, lines).sub(compressed.narrow(-1, 0, lines)).reshape(matrices * lines);
    Tensor line = ((Tensor) Arranging.REPEAT_INTERLEAVE.call(counts, null)).remainder(Math.max(1, lines));
    Tensor across = plain.reshape(matrices * each);
    Tensor[] rows = t.layout().byRows() ? new Tensor[] {line, across} : new Tensor[] {across, line};
    Tensor inMatrix = Torch.stack(rows, 0);
    if (t.batchDims() == 0) return inMatrix;
    Tensor matrix = (Tensor) Arranging.REPEAT_INTERLEAVE
        .call(Torch.full(new long[] {matrices}, each, o -> o.dtype(DType.INT64)), null);
    return Torch.cat(new Tensor[] {coordinates(matrix, Arrays.copyOf(t.sizes(), t.batchDims())), inMatrix}, 0);
  }

  /// Values with the batch dimensions of a compressed tensor joined with its entries: `[all entries, dense...]`.
  static Tensor flatValues(SparseTensor t, Tensor values) {
    int batch = t.batchDims();
    if (batch == 0) return values;
    long[] sizes = Arrays.copyOfRange(values.sizes(), batch, values.dim());
    sizes[0] = product(Arrays.copyOf(values.sizes(), batch + 1));
    return values.reshape(sizes);
  }

  // ---- looking up ------------------------------------------------------------------------------------------------

  /// The values of a tensor of any layout at coordinates `[s, n]`, zero where a sparse one specifies none:
  /// `[n, dense...]`. Differentiable.
  static Tensor at(Tensor from, Tensor indices, long[] sparseSizes) {
    if (from instanceof SparseTensor sparse && sparse.layout() == Layout.SPARSE_COO
        && sparse.sparseDims() == sparseSizes.length) {
      Tensor merged = sparse.coalesce();
      SparseTensor coo = (SparseTensor) merged;
      Tensor values = SparseForms.VALUES.tensor(merged);
      if (same(coo.indexPart(), indices)) return values;
      Lookup found = Lookup.of(places(coo.indexPart(), sparseSizes), places(indices, sparseSizes));
      return found.values(values);
    }
    Tensor dense = from.toDense();
    long[] dims = new long[1 + dense.dim() - sparseSizes.length];
    dims[0] = product(sparseSizes);
    System.arraycopy(dense.sizes(), sparseSizes.length, dims, 1, dims.length - 1);
    return dense.reshape(dims).indexSelect(0, places(indices, sparseSizes));
  }

  static boolean same(Tensor a, Tensor b) {
    return a == b || a.storage() == b.storage() && a.storageOffset() == b.storageOffset()
        && Arrays.equals(a.sizes(), b.sizes()) && Arrays.equals(a.strides(), b.strides());
  }

  /// Where wanted places stand among sorted ones.
  ///
  /// @param position the position of each wanted place, anything where it is not there
  /// @param there whether it is there
  record Lookup(Tensor position, Tensor there) {
    static Lookup of(Tensor sorted, Tensor wanted) {
      if (sorted.size(0) == 0) return new Lookup(wanted.mul(0L), wanted.ne(wanted));
      Tensor position = Torch.searchsorted(sorted, wanted, false).clamp(0L, sorted.size(0) - 1);
      return new Lookup(position, sorted.indexSelect(0, position).eq(wanted));
    }

    /// The value of each wanted place: `[sorted, dense...] -> [wanted, dense...]`, zero where it is not there.
    Tensor values(Tensor values) {
      long[] sizes = values.sizes().clone();
      sizes[0] = position.size(0);
      if (values.size(0) == 0) return Torch.zeros(sizes, values.dtype(), values.device());
      long[] mask = new long[sizes.length];
      Arrays.fill(mask, 1);
      mask[0] = sizes[0];
      return values.indexSelect(0, position).maskedFill(there.logicalNot().reshape(mask), 0L);
    }
  }
}
