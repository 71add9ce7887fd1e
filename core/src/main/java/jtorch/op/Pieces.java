package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;

/// Pieces of a tensor that share its memory: parts, diagonals, sliding windows.
///
/// The gradient of a piece is a tensor of zeros with the piece's gradient in its place; those are operators too
/// (`slice_backward`), whose own gradient is the piece again.
public final class Pieces {
  // ---- several parts at once -------------------------------------------------------------------------------------

  /// Consecutive parts of these sizes.
  public static final Operator SPLIT_WITH_SIZES = Operator
      .declare("aten::split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]")
      .view(c -> {
        Tensor self = c.tensor("self");
        long[] parts = c.longs("split_sizes");
        if (self.dim() == 0) throw c.check().because("split expects at least a 1-dimensional tensor").shapeFailure();
        int dim = c.dim("dim", self);
        long sum = 0;
        for (long part : parts) {
          if (part < 0) throw c.check()
              .because("split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=%s",
                  Arrays.toString(parts))
              .failure();
          sum += part;
        }
        if (sum != self.size(dim)) throw c.check()
            .because(
                "split_with_sizes expects split_sizes to sum exactly to %d (input tensor's size at dimension %d), but got split_sizes=%s",
                self.size(dim), dim, Arrays.toString(parts))
            .tensor("self", self).shapeFailure();
        Tensor[] all = new Tensor[parts.length];
        long start = self.storageOffset();
        for (int i = 0; i < parts.length; i++) {
          long[] sizes = self.sizes().clone();
          sizes[dim] = parts[i];
          all[i] = self.window(sizes, self.strides(), start);
          start += parts[i] * self.stride(dim);
        }
        return all;
      })
      .gradient("self", b -> {
        Tensor[] grads = new Tensor[b.results()];
        for (int i = 0; i < grads.length; i++) grads[i] = b.grad(i);
        return Joining.CAT.tensor(grads, b.integer("dim"));
      });

  /// Parts of one size; the last may be smaller.
  public static final Operator SPLIT =
      Operator.declare("aten::split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]")
          .composition(c -> parts(c, c.integer("split_size"), SPLIT_WITH_SIZES));
  public static final Operator SPLIT_SIZES =
      Operator.declare("aten::split.sizes(Tensor(a -> *) self, SymInt[] split_size, int dim=0) -> Tensor(a)[]")
          .composition(c -> SPLIT_WITH_SIZES.call(c.tensor("self"), c.longs("split_size"), c.integer("dim")));

  /// At most `chunks` parts of equal size; the last may be smaller.
  public static final Operator CHUNK =
      Operator.declare("aten::chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]")
          .composition(c -> chunks(c, SPLIT_WITH_SIZES));

  /// Parts that may be written to in place without the graph knowing of each other.
  public static final Operator UNSAFE_SPLIT_WITH_SIZES =
      Operator.declare("aten::unsafe_split_with_sizes(Tensor self, SymInt[] split_sizes, int dim=0) -> Tensor[]")
          .composition(c -> SPLIT_WITH_SIZES.call(c.arguments()));
  public static final Operator UNSAFE_SPLIT =
      Operator.declare("aten::unsafe_split.Tensor(Tensor self, SymInt split_size, int dim=0) -> Tensor[]")
          .composition(c -> parts(c, c.integer("split_size"), UNSAFE_SPLIT_WITH_SIZES));
  public static final Operator UNSAFE_CHUNK =
      Operator.declare("aten::unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]")
          .composition(c -> chunks(c, UNSAFE_SPLIT_WITH_SIZES));

  /// `sections` parts whose sizes differ by at most one, the larger first.
  public static final Operator TENSOR_SPLIT =
      Operator.declare("aten::tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]")
          .composition(c -> sections(c, c.integer("sections"), c.integer("dim")));

  /// Parts cut before these indices, each clipped as a slice.
  public static final Operator TENSOR_SPLIT_INDICES =
      Operator.declare("aten::tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]")
          .composition(c -> cut(c, c.tensor("self"), c.longs("indices"), c.integer("dim")));

  public static final Operator TENSOR_SPLIT_TENSOR = Operator.declare(
      "aten::tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor tensor_indices_or_sections, int dim=0) -> Tensor(a)[]")
      .composition(c -> {
        Tensor where = c.tensor("tensor_indices_or_sections");
        if (where.dim() > 1) throw c.check().because(
            "tensor_split expected tensor_indices_or_sections to be a zero-dimensional or one-dimensional tensor, but got a tensor with %d dims",
            where.dim()).shapeFailure();
        return where.dim() == 0 ? sections(c, where.itemLong(), c.integer("dim"))
            : cut(c, c.tensor("self"), where.toLongArray(), c.integer("dim"));
      });

  public static final Operator HSPLIT =
      Operator.declare("aten::hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]")
          .composition(c -> evenly(atLeast(c, 1), c, c.tensor("self").dim() == 1 ? 0 : 1));
  public static final Operator HSPLIT_INDICES =
      Operator.declare("aten::hsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]")
          .composition(c -> cut(c, atLeast(c, 1), c.longs("indices"), c.tensor("self").dim() == 1 ? 0 : 1));
  public static final Operator VSPLIT =
      Operator.declare("aten::vsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]")
          .composition(c -> evenly(atLeast(c, 2), c, 0));
  public static final Operator VSPLIT_INDICES =
      Operator.declare("aten::vsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]")
          .composition(c -> cut(c, atLeast(c, 2), c.longs("indices"), 0));
  public static final Operator DSPLIT =
      Operator.declare("aten::dsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]")
          .composition(c -> evenly(atLeast(c, 3), c, 2));
  public static final Operator DSPLIT_INDICES =
      Operator.declare("aten::dsplit.array(Tensor(a -> *) self, int[] indices) -> Tensor(a)[]")
          .composition(c -> cut(c, atLeast(c, 3), c.longs("indices"), 2));

  /// Every index of a dimension, which goes.
  public static final Operator UNBIND =
      Operator.declare("aten::unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]")
          .view(c -> {
            Tensor self = c.tensor("self");
            if (self.dim() == 0)
              throw c.check().because("Dimension specified as %d but tensor has no dimensions", c.integer("dim"))
                  .indexFailure();
            int dim = c.dim("dim", self);
            long[] sizes = Views.without(self.sizes(), dim);
            long[] strides = Views.without(self.strides(), dim);
            Tensor[] all = new Tensor[Math.toIntExact(self.size(dim))];
            for (int i = 0; i < all.length; i++)
              all[i] = self.window(sizes, strides, self.storageOffset() + i * self.stride(dim));
            return all;
          })
          .gradient("self", b -> {
            if (b.results() == 0) return null;
            Tensor[] grads = new Tensor[b.results()];
            for (int i = 0; i < grads.length; i++) grads[i] = b.grad(i);
            return Joining.STACK.tensor(grads, b.integer("dim"));
          });

  // ---- one part --------------------------------------------------------------------------------------------------

  /// `length` indices of a dimension from `start` on.
  public static final Operator NARROW =
      Operator.declare("aten::narrow(Tensor(a) self, int dim, SymInt start, SymInt length) -> Tensor(a)")
          .composition(c -> narrow(c, c.integer("start")));

  public static final Operator NARROW_TENSOR =
      Operator.declare("aten::narrow.Tensor(Tensor(a) self, int dim, Tensor start, SymInt length) -> Tensor(a)")
          .composition(c -> {
            Tensor start = c.tensor("start");
            if (start.dim() != 0 || !start.dtype().isIntegral())
              throw c.check().because("start must be an 0-dim integral Tensor.").tensor("start", start).failure();
            return narrow(c, start.itemLong());
          });

  /// The diagonal of two dimensions, which go, as a new last one.
  public static final Operator DIAGONAL = Operator
      .declare("aten::diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        return diagonal(c, self, c.integer("offset"), c.dim("dim1", self), c.dim("dim2", self));
      })
      .gradient("self", b -> Pieces.DIAGONAL_BACKWARD.tensor(b.grad(), b.sizes("self"), b.integer("offset"),
          b.integer("dim1"), b.integer("dim2")));

  public static final Operator DIAGONAL_BACKWARD = Operator
      .declare(
          "aten::diagonal_backward(Tensor grad_output, SymInt[] input_sizes, int offset, int dim1, int dim2) -> Tensor")
      .composition(c -> {
        Tensor whole = zeros(c);
        Copying.write(c.tensor("grad_output"),
            DIAGONAL.tensor(whole, c.integer("offset"), c.integer("dim1"), c.integer("dim2")));
        return whole;
      })
      .gradient("grad_output",
          b -> DIAGONAL.tensor(b.grad(), b.integer("offset"), b.integer("dim1"), b.integer("dim2")));

  public static final Operator LINALG_DIAGONAL =
      Operator.declare("aten::linalg_diagonal(Tensor(a) A, *, int offset=0, int dim1=-2, int dim2=-1) -> Tensor(a)")
          .composition(c -> DIAGONAL.call(c.tensor("A"), c.integer("offset"), c.integer("dim1"), c.integer("dim2")));

  /// Windows of a dimension, each `size` long, `step` apart, in a new last dimension.
  public static final Operator UNFOLD =
      Operator.declare("aten::unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)")
          .view(c -> unfolded(c, c.tensor("self"), c.dim("dimension", c.tensor("self")), c.integer("size"),
              c.integer("step")))
          .gradient("self", b -> Pieces.UNFOLD_BACKWARD.tensor(b.grad(), b.sizes("self"), b.integer("dimension"),
              b.integer("size"), b.integer("step")));

  /// Windows put back and added where they overlap.
  public static final Operator UNFOLD_BACKWARD = Operator
      .declare("aten::unfold_backward(Tensor grad_in, SymInt[] input_sizes, int dim, int size, int step) -> Tensor")
      .composition(c -> {
        Tensor windows = c.tensor("grad_in");
        Tensor whole = Torch.zeros(c.longs("input_sizes"), windows.dtype(), windows.device());
        int dim = c.dim("dim", whole);
        long size = c.integer("size");
        long step = c.integer("step");
        if (whole.dim() == 0) return size == 1 ? windows.reshape() : whole;
        long count = windows.size(dim);
        // As few additions as there are windows, or places in one.
        if (count < size) {
          for (long w = 0; w < count; w++)
            whole.narrow(dim, w * step, size).add_(windows.select(dim, w).movedim(-1, dim));
        } else {
          for (long i = 0; i < size; i++)
            whole.slice(dim, i, i + (count - 1) * step + 1, step).add_(windows.select(-1, i));
        }
        return whole;
      })
      .gradient("grad_in", b -> UNFOLD.tensor(b.grad(), b.integer("dim"), b.integer("size"), b.integer("step")));

  // ---- gradients of pieces ---------------------------------------------------------------------------------------

  public static final Operator SELECT_BACKWARD = Operator
      .declare("aten::select_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt index) -> Tensor")
      .composition(c -> {
        Tensor whole = zeros(c);
        Copying.write(c.tensor("grad_output"), whole.select(c.integer("dim"), c.integer("index")));
        return whole;
      })
      .gradient("grad_output", b -> b.grad().select(b.integer("dim"), b.integer("index")));

  public static final Operator SLICE_BACKWARD = Operator.declare(
      "aten::slice_backward(Tensor grad_output, SymInt[] input_sizes, int dim, SymInt start, SymInt end, SymInt step) -> Tensor")
      .composition(c -> {
        Tensor whole = zeros(c);
        Copying.write(c.tensor("grad_output"),
            whole.slice(c.integer("dim"), c.integer("start"), c.integer("end"), c.integer("step")));
        return whole;
      })
      .gradient("grad_output",
          b -> b.grad().slice(b.integer("dim"), b.integer("start"), b.integer("end"), b.integer("step")));

  private Pieces() {}

  private static Tensor zeros(Call c) {
    Tensor grad = c.tensor("grad_output");
    return Torch.zeros(c.longs("input_sizes"), grad.dtype(), grad.device());
  }

  private static Object parts(Call c, long size, Operator split) {
    Tensor self = c.tensor("self");
    if (self.dim() == 0) throw c.check().because("split expects at least a 1-dimensional tensor").shapeFailure();
    if (size < 0) throw c.check()
        .because("split expects split_size be non-negative, but got split_size=%d", size).failure();
    long whole = self.size(c.dim("dim", self));
    if (size == 0 && whole != 0) throw c.check()
        .because("split_size can only be 0 if dimension size is 0, but got dimension size of %d", whole).failure();
    int count = size == 0 ? 1 : (int) Math.max(1, (whole + size - 1) / size);
    long[] sizes = new long[count];
    Arrays.fill(sizes, size);
    sizes[count - 1] = whole - size * (count - 1);
    return split.call(self, sizes, c.integer("dim"));
  }

  private static Object chunks(Call c, Operator split) {
    Tensor self = c.tensor("self");
    if (self.dim() == 0) throw c.check().because("chunk expects at least a 1-dimensional tensor").shapeFailure();
    long chunks = c.integer("chunks");
    if (chunks <= 0) throw c.check().because("chunk expects `chunks` to be greater than 0, got: %d", chunks).failure();
    long whole = self.size(c.dim("dim", self));
    long size = (whole + chunks - 1) / chunks;
    // A dimension of size 0 gives as many empty parts as were asked for.
    if (size == 0) return split.call(self, new long[Math.toIntExact(chunks)], c.integer("dim"));
    return parts(c, size, split);
  }

  private static Tensor[] sections(Call c, long sections, long dimension) {
    Tensor self = c.tensor("self");
    if (self.dim() == 0) throw c.check()
        .because("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims").shapeFailure();
    int dim = Check.dim(c.operator(), dimension, self.dim());
    if (sections <= 0) throw c.check().because("number of sections must be larger than 0, got %d", sections).failure();
    long[] sizes = new long[Math.toIntExact(sections)];
    long whole = self.size(dim);
    for (int i = 0; i < sizes.length; i++) sizes[i] = whole / sections + (i < whole % sections ? 1 : 0);
    return SPLIT_WITH_SIZES.tensors(self, sizes, (long) dim);
  }

  private static Tensor[] cut(Call c, Tensor self, long[] indices, long dimension) {
    if (self.dim() == 0) throw c.check()
        .because("tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims").shapeFailure();
    int dim = Check.dim(c.operator(), dimension, self.dim());
    Tensor[] all = new Tensor[indices.length + 1];
    long start = 0;
    for (int i = 0; i < indices.length; i++) {
      all[i] = self.slice(dim, start, indices[i], 1);
      start = indices[i];
    }
    all[indices.length] = self.slice(dim, start, self.size(dim), 1);
    return all;
  }

  private static Tensor atLeast(Call c, int dims) {
    Tensor self = c.tensor("self");
    if (self.dim() < dims) throw c.check()
        .because("torch.%s requires a tensor with at least %d dimension%s, but got a tensor with %d dimensions!",
            c.operator().schema().bareName(), dims, dims == 1 ? "" : "s", self.dim())
        .tensor("self", self).shapeFailure();
    return self;
  }

  private static Tensor[] evenly(Tensor self, Call c, int dim) {
    long sections = c.integer("sections");
    if (sections <= 0 || self.size(dim) % sections != 0) throw c.check().because(
        "torch.%s attempted to split along dimension %d, but the size of the dimension %d is not divisible by the split_size %d!",
        c.operator().schema().bareName(), dim, self.size(dim), sections).shapeFailure();
    return sections(c, sections, dim);
  }

  private static Tensor narrow(Call c, long start) {
    Tensor self = c.tensor("self");
    if (self.dim() == 0) throw c.check().because("narrow() cannot be applied to a 0-dim tensor.").shapeFailure();
    int dim = c.dim("dim", self);
    long size = self.size(dim);
    long length = c.integer("length");
    if (length < 0) throw c.check().because("narrow(): length must be non-negative.").failure();
    if (start < -size || start > size) throw c.check()
        .because("start out of range (expected to be in range of [%d, %d], but got %d)", -size, size, start)
        .indexFailure();
    long from = start < 0 ? start + size : start;
    if (from + length > size) throw c.check()
        .because("start (%d) + length (%d) exceeds dimension size (%d).", from, length, size).tensor("self", self)
        .shapeFailure();
    return self.slice(dim, from, from + length, 1);
  }

  private static Tensor diagonal(Call c, Tensor self, long offset, int dim1, int dim2) {
    if (self.dim() == 0) throw c.check()
        .because("Dimension out of range (expected to be in range of [-1, 0], but got %d)", c.integer("dim2"))
        .indexFailure();
    if (dim1 == dim2) throw c.check()
        .because("diagonal dimensions cannot be identical %d, %d", c.integer("dim1"), c.integer("dim2")).failure();
    long length = offset >= 0 ? Math.min(self.size(dim1), self.size(dim2) - offset)
        : Math.min(self.size(dim1) + offset, self.size(dim2));
    long start = self.storageOffset();
    if (length > 0) start += offset >= 0 ? offset * self.stride(dim2) : -offset * self.stride(dim1);
    long[] sizes = Views.without(Views.without(self.sizes(), Math.max(dim1, dim2)), Math.min(dim1, dim2));
    long[] strides = Views.without(Views.without(self.strides(), Math.max(dim1, dim2)), Math.min(dim1, dim2));
    sizes = Arrays.copyOf(sizes, sizes.length + 1);
    strides = Arrays.copyOf(strides, sizes.length);
    sizes[sizes.length - 1] = Math.max(0, length);
    strides[sizes.length - 1] = self.stride(dim1) + self.stride(dim2);
    return self.window(sizes, strides, start);
  }

  private static Tensor unfolded(Call c, Tensor self, int dim, long size, long step) {
    long whole = self.dim() == 0 ? 1 : self.size(dim);
    if (size < 0) throw c.check().because("size is %d but must be >= 0", size).failure();
    if (size > whole) throw c.check()
        .because("maximum size for tensor at dimension %d is %d but size is %d", dim, whole, size).shapeFailure();
    if (step <= 0) throw c.check().because("step is %d but must be > 0", step).failure();
    int n = self.dim();
    long[] sizes = Arrays.copyOf(self.sizes(), n + 1);
    long[] strides = Arrays.copyOf(self.strides(), n + 1);
    sizes[n] = size;
    strides[n] = n == 0 ? 1 : self.stride(dim);
    if (n > 0) {
      sizes[dim] = (whole - size) / step + 1;
      strides[dim] = step * self.stride(dim);
    }
    return self.window(sizes, strides, self.storageOffset());
  }
}
