package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Several tensors as one: along a dimension, along a new one, on a diagonal, in all combinations.
public final class Joining {
  /// One after the other along a dimension; the other sizes are equal. Tensors of shape `[0]` are left out.
  public static final Operator CAT = Operator.declare("aten::cat(Tensor[] tensors, int dim=0) -> Tensor")
      .shape(Joining::catenated)
      .kernel("cat")
      .gradients(new String[] {"tensors"}, Joining::catGradients);

  public static final Operator CONCAT = Operator.declare("aten::concat(Tensor[] tensors, int dim=0) -> Tensor")
      .composition(c -> CAT.call(c.arguments()));
  public static final Operator CONCATENATE =
      Operator.declare("aten::concatenate(Tensor[] tensors, int dim=0) -> Tensor")
          .composition(c -> CAT.call(c.arguments()));

  /// Tensors of one shape along a new dimension.
  public static final Operator STACK =
      Operator.declare("aten::stack(Tensor[] tensors, int dim=0) -> Tensor").composition(c -> {
        Tensor[] all = c.tensors("tensors");
        if (all.length == 0) throw c.check().because("stack expects a non-empty TensorList").failure();
        int dim = Check.dim(c.operator(), c.integer("dim"), all[0].dim() + 1);
        Tensor[] raised = new Tensor[all.length];
        for (int i = 0; i < all.length; i++) {
          if (!Arrays.equals(all[i].sizes(), all[0].sizes())) throw c.check().because(
              "stack expects each tensor to be equal size, but got %s at entry 0 and %s at entry %d",
              Arrays.toString(all[0].sizes()), Arrays.toString(all[i].sizes()), i).shapeFailure();
          raised[i] = all[i].unsqueeze(dim);
        }
        return CAT.call(raised, (long) dim);
      });

  public static final Operator HSTACK = Operator.declare("aten::hstack(Tensor[] tensors) -> Tensor").composition(c -> {
    Tensor[] all = raised(c, ViewForms.ATLEAST_1D);
    return CAT.call(all, all[0].dim() == 1 ? 0L : 1L);
  });
  public static final Operator VSTACK = Operator.declare("aten::vstack(Tensor[] tensors) -> Tensor")
      .composition(c -> CAT.call(raised(c, ViewForms.ATLEAST_2D), 0L));
  public static final Operator ROW_STACK = Operator.declare("aten::row_stack(Tensor[] tensors) -> Tensor")
      .composition(c -> CAT.call(raised(c, ViewForms.ATLEAST_2D), 0L));
  public static final Operator DSTACK = Operator.declare("aten::dstack(Tensor[] tensors) -> Tensor")
      .composition(c -> CAT.call(raised(c, ViewForms.ATLEAST_3D), 2L));

  /// Vectors as columns, matrices side by side.
  public static final Operator COLUMN_STACK =
      Operator.declare("aten::column_stack(Tensor[] tensors) -> Tensor").composition(c -> {
        Tensor[] all = nonEmpty(c).clone();
        for (int i = 0; i < all.length; i++) {
          if (all[i].dim() <= 1) all[i] = all[i].reshape(all[i].numel(), 1);
        }
        return CAT.call(all, 1L);
      });

  /// Matrices along a diagonal, zeros elsewhere.
  public static final Operator BLOCK_DIAG =
      Operator.declare("aten::block_diag(Tensor[] tensors) -> Tensor").composition(c -> {
        Tensor[] all = c.tensors("tensors").clone();
        if (all.length == 0) return Torch.empty(new long[] {1, 0}, Torch.defaultDType());
        long width = 0;
        DType dtype = Promotion.resultType((Object[]) all);
        for (int i = 0; i < all.length; i++) {
          if (all[i].dim() > 2) throw c.check().because(
              "torch.block_diag: Input tensors must have 2 or fewer dimensions. Input %d has %d dimensions", i,
              all[i].dim()).shapeFailure();
          all[i] = ViewForms.ATLEAST_2D.tensor(all[i]).to(dtype);
          width += all[i].size(1);
        }
        long left = 0;
        Tensor[] rows = new Tensor[all.length];
        for (int i = 0; i < all.length; i++) {
          long own = all[i].size(1);
          rows[i] = CAT.tensor(new Tensor[] {Torch.zeros(new long[] {all[i].size(0), left}, dtype), all[i],
            Torch.zeros(new long[] {all[i].size(0), width - left - own}, dtype)}, 1L);
          left += own;
        }
        return CAT.call(rows, 0L);
      });

  /// Each of the tensors as coordinates of a grid; "ij" or "xy" says whether the first goes down or to the right.
  public static final Operator MESHGRID_INDEXING =
      Operator.declare("aten::meshgrid.indexing(Tensor[] tensors, *, str indexing) -> Tensor[]")
          .composition(c -> meshgrid(c, c.string("indexing")));
  public static final Operator MESHGRID = Operator.declare("aten::meshgrid(Tensor[] tensors) -> Tensor[]")
      .composition(c -> meshgrid(c, "ij"));

  /// All combinations of elements, one of each vector: `[n1 * n2 * ..., k]`.
  public static final Operator CARTESIAN_PROD =
      Operator.declare("aten::cartesian_prod(Tensor[] tensors) -> Tensor").composition(c -> {
        Tensor[] all = nonEmpty(c);
        for (Tensor t : all) {
          if (t.dim() != 1)
            throw c.check().because("Expect a 1D vector, but got shape %s", Arrays.toString(t.sizes())).shapeFailure();
        }
        if (all.length == 1) return all[0];
        Tensor[] grid = meshgrid(c, "ij");
        for (int i = 0; i < grid.length; i++) grid[i] = grid[i].reshape(-1);
        return STACK.call(grid, 1L);
      });

  /// All subsets of `r` elements of a vector, in order: `[n over r, r]`.
  public static final Operator COMBINATIONS =
      Operator.declare("aten::combinations(Tensor self, int r=2, bool with_replacement=False) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            if (self.dim() != 1)
              throw c.check().because("Expect a 1D vector, but got shape %s", Arrays.toString(self.sizes()))
                  .shapeFailure();
            int r = Math.toIntExact(c.integer("r"));
            if (r < 0) throw c.check().because("Expect a non-negative number, but got %d", r).failure();
            if (r == 0) return Torch.empty(new long[] {0}, self.dtype());
            Tensor index = choices(self.size(0), r, c.bool("with_replacement"));
            return self.indexSelect(0, index.reshape(-1)).reshape(index.sizes());
          });

  /// Chunks of each tensor, padded to equal size, side by side; the chunks' dimension follows `dim`.
  public static final Operator CHUNK_CAT =
      Operator.declare("aten::_chunk_cat(Tensor[] tensors, int dim, int num_chunks) -> Tensor").composition(c -> {
        Tensor[] all = nonEmpty(c);
        int dim = Check.dim(c.operator(), c.integer("dim"), all[0].dim());
        long chunks = c.integer("num_chunks");
        if (chunks < 1) throw c.check().because("_chunk_cat expects positive num_chunks").failure();
        Tensor[] rows = new Tensor[all.length];
        for (int i = 0; i < all.length; i++) {
          Tensor t = all[i];
          long whole = (t.size(dim) + chunks - 1) / chunks * chunks;
          long missing = whole - t.size(dim);
          if (missing > 0) {
            long[] sizes = t.sizes().clone();
            sizes[dim] = missing;
            t = CAT.tensor(new Tensor[] {t, Torch.zeros(sizes, t.dtype())}, (long) dim);
          }
          long[] sizes = Arrays.copyOf(t.sizes(), dim + 2);
          sizes[dim] = chunks;
          sizes[dim + 1] = -1;
          if (t.numel() == 0) {
            long rest = whole / chunks;
            for (int d = dim + 1; d < t.dim(); d++) rest *= t.size(d);
            sizes[dim + 1] = rest;
          }
          rows[i] = t.reshape(sizes);
        }
        return CAT.call(rows, dim + 1L);
      });

  private Joining() {}

  private static Tensor[] nonEmpty(Call c) {
    Tensor[] all = c.tensors("tensors");
    if (all.length == 0) throw c.check().because("expects a non-empty TensorList").failure();
    return all;
  }

  private static Tensor[] raised(Call c, Operator atLeast) {
    Tensor[] all = nonEmpty(c).clone();
    for (int i = 0; i < all.length; i++) all[i] = atLeast.tensor(all[i]);
    return all;
  }

  /// Whether `cat` leaves a tensor out.
  static boolean skipped(Tensor t) {
    return t.dim() == 1 && t.size(0) == 0;
  }

  private static void catenated(Call c) {
    Tensor[] all = c.tensors("tensors");
    if (all.length == 0) throw c.check().because("torch.cat(): expected a non-empty list of Tensors").failure();
    Tensor model = null;
    for (int i = 0; i < all.length; i++) {
      if (all[i].dim() == 0)
        throw c.check().because("zero-dimensional tensor (at position %d) cannot be concatenated", i).shapeFailure();
      if (model == null && !skipped(all[i])) model = all[i];
    }
    if (model == null) {
      Check.dim(c.operator(), c.integer("dim"), 1);
      c.result(new long[] {0}, Promotion.resultType((Object[]) all));
      return;
    }
    int dim = c.dim("dim", model);
    long size = 0;
    boolean channelsLast = true;
    for (int i = 0; i < all.length; i++) {
      Tensor t = all[i];
      if (skipped(t)) continue;
      if (t.dim() != model.dim()) throw c.check()
          .because("Tensors must have same number of dimensions: got %d and %d", model.dim(), t.dim())
          .tensor("first", model).tensor("number " + i, t).shapeFailure();
      for (int d = 0; d < t.dim(); d++) {
        if (d != dim && t.size(d) != model.size(d)) throw c.check().because(
            "Sizes of tensors must match except in dimension %d. Expected size %d but got size %d for tensor number %d in the list.",
            dim, model.size(d), t.size(d), i).tensor("first", model).tensor("number " + i, t).shapeFailure();
      }
      size += t.size(dim);
      channelsLast &= !t.isContiguous() && t.isContiguous(MemoryFormat.CHANNELS_LAST);
    }
    long[] sizes = model.sizes().clone();
    sizes[dim] = size;
    DType dtype = Promotion.resultType((Object[]) all);
    if (channelsLast) c.result(Torch.empty(sizes, dtype, model.device(), MemoryFormat.CHANNELS_LAST));
    else c.result(sizes, dtype);
  }

  private static Tensor[] meshgrid(Call c, String indexing) {
    Tensor[] all = c.tensors("tensors");
    if (all.length == 0) throw c.check().because("meshgrid expects a non-empty TensorList").failure();
    if (!indexing.equals("ij") && !indexing.equals("xy")) throw c.check()
        .because("torch.meshgrid: indexing must be one of \"xy\" or \"ij\", but received: %s", indexing).failure();
    int n = all.length;
    boolean swapped = indexing.equals("xy") && n >= 2;
    long[] shape = new long[n];
    for (int i = 0; i < n; i++) {
      Tensor t = all[i];
      if (t.dim() > 1) throw c.check()
          .because("torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: %s",
              Arrays.toString(t.sizes()))
          .shapeFailure();
      if (t.dtype() != all[0].dtype())
        throw c.check().because("torch.meshgrid expects all tensors to have the same dtype").failure();
      shape[place(i, swapped)] = t.numel();
    }
    Tensor[] grid = new Tensor[n];
    for (int i = 0; i < n; i++) {
      long[] own = new long[n];
      Arrays.fill(own, 1);
      own[place(i, swapped)] = all[i].numel();
      grid[i] = all[i].reshape(own).expand(shape);
    }
    return grid;
  }

  private static int place(int i, boolean swapped) {
    return swapped && i < 2 ? 1 - i : i;
  }

  /// The rows of indices that choose `r` of `n` in order.
  private static Tensor choices(long n, int r, boolean repeated) {
    var rows = new java.util.ArrayList<long[]>();
    long[] row = new long[r];
    for (int i = 0; i < r; i++) row[i] = repeated ? 0 : i;
    boolean more = n > 0 && (repeated || r <= n);
    while (more) {
      rows.add(row.clone());
      int at = r - 1;
      while (at >= 0 && row[at] == (repeated ? n - 1 : n - r + at)) at--;
      more = at >= 0;
      if (more) {
        row[at]++;
        for (int i = at + 1; i < r; i++) row[i] = repeated ? row[at] : row[i - 1] + 1;
      }
    }
    long[] flat = rows.stream().flatMapToLong(Arrays::stream).toArray();
    return Torch.tensor(flat).reshape(rows.size(), r);
  }

  /// The parts of the gradient that belong to each tensor of `cat`.
  static @Nullable Tensor[] catGradients(jtorch.autograd.Backward b) {
    @Nullable Tensor[] grads = new @Nullable Tensor[b.count("tensors")];
    Tensor grad = b.grad();
    long dim = b.integer("dim");
    int d = (int) (dim < 0 ? dim + grad.dim() : dim);
    long start = 0;
    for (int i = 0; i < grads.length; i++) {
      long[] sizes = b.sizes("tensors", i);
      if (sizes.length == 1 && sizes[0] == 0) {
        grads[i] = Torch.zeros(sizes, grad.dtype(), grad.device());
        continue;
      }
      grads[i] = grad.slice(d, start, start + sizes[d], 1);
      start += sizes[d];
    }
    return grads;
  }
}
