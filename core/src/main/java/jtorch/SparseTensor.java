package jtorch;

import java.util.Objects;
import java.util.StringJoiner;
import jtorch.memory.Storage;
import org.jspecify.annotations.Nullable;

/// A tensor that keeps only those elements that are specified; all others are zero.
///
/// - `SPARSE_COO`: indices `[s, nnz]`, a column of s coordinates for each entry of values `[nnz, dense...]`. Coordinates may
///   repeat, their values add up, until the tensor is coalesced: sorted, each once.
/// - `SPARSE_CSR`: where each row begins `[batch..., rows + 1]`, columns `[batch..., nnz]`, values
///   `[batch..., nnz, dense...]`. `SPARSE_CSC` has columns and rows in their places, `SPARSE_BSR` and `SPARSE_BSC` blocks
///   `[batch..., nnz, height, width, dense...]` for elements.
///
/// Users call [Torch#sparseCooTensor] and its kin, and the methods of [SparseMethods]. What an operator does with sparse
/// tensors stands in the declarations made by [jtorch.op.Operator#sparse]; an operator without one refuses them by name.
/// Here are only the parts: this class computes nothing, and its parts know no graph.
public final class SparseTensor extends Tensor {
  private static boolean made;

  private Layout layout;
  private @Nullable Tensor compressed;
  private Tensor indices;
  private Tensor values;
  private boolean coalesced;

  private SparseTensor(int version, Layout layout, @Nullable Tensor compressed, Tensor indices, Tensor values,
      long[] sizes, boolean coalesced) {
    super(storages(version, compressed, indices, values), values.dtype(), checked(sizes), contiguousStrides(sizes), 0);
    made = true;
    this.layout = layout;
    this.compressed = compressed == null ? null : compressed.detach();
    this.indices = indices.detach();
    this.values = values.detach();
    this.coalesced = coalesced;
  }

  /// Coordinates and values as they are; no graph, no checks.
  public static SparseTensor coo(Tensor indices, Tensor values, long[] sizes, boolean coalesced) {
    return new SparseTensor(0, Layout.SPARSE_COO, null, indices, values, sizes,
        coalesced || indices.size(1) < 2);
  }

  /// Beginnings, indices and values as they are; no graph, no checks.
  public static SparseTensor compressed(Layout layout, Tensor compressed, Tensor plain, Tensor values, long[] sizes) {
    return new SparseTensor(0, layout, compressed, plain, values, sizes, true);
  }

  private static Storage storages(int version, @Nullable Tensor compressed, Tensor indices, Tensor values) {
    return compressed == null ? Storage.group(version, values.storage(), indices.storage())
        : Storage.group(version, values.storage(), indices.storage(), compressed.storage());
  }

  private static long[] checked(long[] sizes) {
    long n = 1;
    for (long size : sizes) {
      if (size < 0)
        throw new ShapeException("sparse tensor: Trying to create tensor with negative dimension " + size);
      if (size != 0 && n > Long.MAX_VALUE / size)
        throw new IllegalArgumentException("sparse tensor: numel: integer multiplication overflow");
      n *= size;
    }
    return sizes;
  }

  /// Whether there has been any sparse tensor in this program.
  public static boolean areThere() {
    return made;
  }

  /// Whether a sparse tensor is among the arguments of an operator, in a list or by itself.
  public static boolean isAmong(@Nullable Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof SparseTensor || argument instanceof Tensor[] list && isAmong(list)) return true;
    }
    return false;
  }

  /// The layouts of the tensors among the arguments, for messages.
  public static String layouts(@Nullable Object[] arguments) {
    var text = new StringJoiner(" and ");
    for (Object argument : arguments) {
      if (argument instanceof Tensor t) text.add(t.layout().toString());
      else if (argument instanceof Tensor[] list) text.add(layouts(list));
    }
    return text.toString();
  }

  // ---- parts -----------------------------------------------------------------------------------------------------

  @Override
  public Layout layout() {
    return layout;
  }

  /// Where rows (columns) begin.
  public Tensor compressedPart() {
    return Objects.requireNonNull(compressed);
  }

  /// Coordinates, or those columns (rows) that are not compressed.
  public Tensor indexPart() {
    return indices;
  }

  public Tensor valuePart() {
    return values;
  }

  /// Whether coordinates are sorted and each is there once.
  public boolean sorted() {
    return coalesced;
  }

  /// The number of specified elements (or blocks, or dense parts); of a batch, in each of its matrices.
  public long specified() {
    return values.size(batchDims());
  }

  /// How many leading dimensions number the matrices of a batch.
  public int batchDims() {
    return compressed == null ? 0 : compressed.dim() - 1;
  }

  /// How many dimensions the indices address, without those of a batch.
  public int sparseDims() {
    return compressed == null ? (int) indices.size(0) : 2;
  }

  /// How many trailing dimensions each value has.
  public int denseDims() {
    return dim() - sparseDims() - batchDims();
  }

  /// Height and width of the blocks; 1 and 1 where there are none.
  public long[] block() {
    return layout.inBlocks() ? new long[] {values.size(batchDims() + 1), values.size(batchDims() + 2)}
        : new long[] {1, 1};
  }

  // ---- as a tensor -----------------------------------------------------------------------------------------------

  /// Takes over the parts of another sparse tensor of these sizes and this dtype, or those of a dense one.
  public void become(Tensor other) {
    SparseTensor from = (SparseTensor) (other.layout() == layout ? other : other.toSparse(layout));
    if (from.dtype() != dtype()) from = (SparseTensor) from.to(dtype());
    // A new version whatever the parts' are: what the graph has kept of this tensor is no more.
    super.data(new SparseTensor(storage().version() + 1, layout, from.compressed, from.indices, from.values,
        from.sizes(), from.coalesced));
    take(from);
  }

  @Override
  public void data(Tensor other) {
    if (!(other instanceof SparseTensor from))
      throw new IllegalArgumentException("data: a sparse tensor cannot become a window on dense memory");
    super.data(other);
    take(from);
  }

  private void take(SparseTensor from) {
    layout = from.layout;
    compressed = from.compressed;
    indices = from.indices;
    values = from.values;
    coalesced = from.coalesced;
  }

  @Override
  public Tensor detach() {
    return new SparseTensor(storage().version(), layout, compressed, indices, values, sizes(), coalesced);
  }

  @Override
  public Tensor window(long[] sizes, long[] strides, long offset) {
    throw noWindow();
  }

  @Override
  public Tensor window(DType as, long[] sizes, long[] strides, long offset) {
    throw noWindow();
  }

  private UnsupportedOperationException noWindow() {
    return new UnsupportedOperationException(
        layout + " tensors have no strides, so there are no views of them: call toDense()");
  }
}
