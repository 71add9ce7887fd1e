package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.autograd.Recording;

/// Named forms of [Views]: flattening, exchanging and adding dimensions, complex numbers as pairs of reals.
public final class ViewForms {
  // ---- dropping and joining dimensions ---------------------------------------------------------------------------

  /// Without all dimensions of size 1.
  public static final Operator SQUEEZE = Operator.declare("aten::squeeze(Tensor(a) self) -> Tensor(a)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        long[] all = new long[self.dim()];
        for (int d = 0; d < all.length; d++) all[d] = d;
        return Views.SQUEEZE_DIMS.call(self, all);
      });

  public static final Operator SQUEEZE_DIM =
      Operator.declare("aten::squeeze.dim(Tensor(a) self, int dim) -> Tensor(a)")
          .composition(c -> Views.SQUEEZE_DIMS.call(c.tensor("self"), new long[] {c.dim("dim", c.tensor("self"))}));

  /// Dimensions `start_dim` to `end_dim` as one; a 0-dim tensor gets one dimension.
  public static final Operator FLATTEN =
      Operator.declare("aten::flatten.using_ints(Tensor(a) self, int start_dim=0, int end_dim=-1) -> Tensor(a)")
          .composition(c -> {
            Tensor self = c.tensor("self");
            int start = c.dim("start_dim", self);
            int end = c.dim("end_dim", self);
            if (start > end)
              throw c.check().because("flatten() has invalid args: start_dim cannot come after end_dim").failure();
            if (self.dim() == 0) return self.reshape(1);
            if (start == end) return self;
            long[] size = new long[self.dim() - (end - start)];
            long joined = 1;
            for (int d = 0; d < self.dim(); d++) {
              if (d < start) size[d] = self.size(d);
              else if (d > end) size[d - (end - start)] = self.size(d);
              else joined *= self.size(d);
            }
            size[start] = joined;
            return self.reshape(size);
          });

  /// One dimension as several; one of the sizes may be -1.
  public static final Operator UNFLATTEN =
      Operator.declare("aten::unflatten.int(Tensor(a) self, int dim, SymInt[] sizes) -> Tensor(a)").composition(c -> {
        Tensor self = c.tensor("self");
        int dim = c.dim("dim", self);
        long[] sizes = c.longs("sizes").clone();
        if (sizes.length == 0) throw c.check().because("unflatten: sizes must be non-empty").failure();
        long whole = self.dim() == 0 ? 1 : self.size(dim);
        long known = 1;
        int free = -1;
        for (int d = 0; d < sizes.length; d++) {
          if (sizes[d] == -1 && free < 0) free = d;
          else known *= sizes[d];
        }
        if (free >= 0 && known != 0) sizes[free] = whole / known;
        long product = 1;
        for (long size : sizes) product *= size;
        if (product != whole || known == 0 && free >= 0)
          throw c.check()
              .because("unflatten: Provided sizes %s don't multiply up to the size of dim %d (%d) in the input tensor",
                  Arrays.toString(c.longs("sizes")), dim, whole)
              .tensor("self", self).shapeFailure();
        return self.view(replaced(self.sizes(), dim, sizes));
      });

  public static final Operator RAVEL = Operator.declare("aten::ravel(Tensor(a) self) -> Tensor(a)")
      .composition(c -> c.tensor("self").contiguous().view(-1));

  public static final Operator ATLEAST_1D = Operator.declare("aten::atleast_1d(Tensor self) -> Tensor")
      .composition(c -> c.tensor("self").dim() == 0 ? c.tensor("self").reshape(1) : c.tensor("self"));

  public static final Operator ATLEAST_2D = Operator.declare("aten::atleast_2d(Tensor self) -> Tensor")
      .composition(c -> switch (c.tensor("self").dim()) {
        case 0 -> c.tensor("self").reshape(1, 1);
        case 1 -> c.tensor("self").unsqueeze(0);
        default -> c.tensor("self");
      });

  public static final Operator ATLEAST_3D = Operator.declare("aten::atleast_3d(Tensor self) -> Tensor")
      .composition(c -> switch (c.tensor("self").dim()) {
        case 0 -> c.tensor("self").reshape(1, 1, 1);
        case 1 -> c.tensor("self").unsqueeze(0).unsqueeze(-1);
        case 2 -> c.tensor("self").unsqueeze(-1);
        default -> c.tensor("self");
      });

  public static final Operator ATLEAST_1D_ALL =
      each("aten::atleast_1d.Sequence(Tensor[] tensors) -> Tensor[]", ATLEAST_1D);
  public static final Operator ATLEAST_2D_ALL =
      each("aten::atleast_2d.Sequence(Tensor[] tensors) -> Tensor[]", ATLEAST_2D);
  public static final Operator ATLEAST_3D_ALL =
      each("aten::atleast_3d.Sequence(Tensor[] tensors) -> Tensor[]", ATLEAST_3D);

  // ---- order of dimensions ---------------------------------------------------------------------------------------

  public static final Operator MOVEDIM_INTS =
      Operator.declare("aten::movedim.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)")
          .composition(c -> moved(c, c.longs("source"), c.longs("destination")));
  public static final Operator MOVEAXIS_INTS =
      Operator.declare("aten::moveaxis.intlist(Tensor(a) self, int[] source, int[] destination) -> Tensor(a)")
          .composition(c -> moved(c, c.longs("source"), c.longs("destination")));
  public static final Operator MOVEDIM =
      Operator.declare("aten::movedim.int(Tensor(a) self, int source, int destination) -> Tensor(a)")
          .composition(c -> moved(c, new long[] {c.integer("source")}, new long[] {c.integer("destination")}));
  public static final Operator MOVEAXIS =
      Operator.declare("aten::moveaxis.int(Tensor(a) self, int source, int destination) -> Tensor(a)")
          .composition(c -> moved(c, new long[] {c.integer("source")}, new long[] {c.integer("destination")}));

  public static final Operator SWAPAXES =
      Operator.declare("aten::swapaxes(Tensor(a) self, int axis0, int axis1) -> Tensor(a)")
          .composition(c -> c.tensor("self").transpose(c.integer("axis0"), c.integer("axis1")));
  public static final Operator SWAPDIMS =
      Operator.declare("aten::swapdims(Tensor(a) self, int dim0, int dim1) -> Tensor(a)")
          .composition(c -> c.tensor("self").transpose(c.integer("dim0"), c.integer("dim1")));

  /// The transposed matrix; vectors and scalars themselves.
  public static final Operator T = Operator.declare("aten::t(Tensor(a) self) -> Tensor(a)").composition(c -> {
    Tensor self = c.tensor("self");
    if (self.dim() > 2)
      throw c.check().because("t() expects a tensor with <= 2 dimensions, but self is %dD", self.dim())
          .tensor("self", self).hint("mT() exchanges the last two dimensions").shapeFailure();
    return self.transpose(0, self.dim() < 2 ? 0 : 1);
  });

  /// The last two dimensions exchanged.
  public static final Operator MT = Operator.declare("aten::mT(Tensor(a) self) -> Tensor(a)")
      .composition(c -> matrices(c, "mT").transpose(-2, -1));

  /// The last two dimensions exchanged, complex numbers conjugated.
  public static final Operator MH = Operator.declare("aten::mH(Tensor(a) self) -> Tensor(a)")
      .composition(c -> matrices(c, "mH").transpose(-2, -1).conj());

  public static final Operator ADJOINT = Operator.declare("aten::adjoint(Tensor(a) self) -> Tensor(a)")
      .composition(c -> matrices(c, "adjoint()").transpose(-2, -1).conj());

  /// All dimensions in reverse.
  public static final Operator NUMPY_T = Operator.declare("aten::numpy_T(Tensor(a) self) -> Tensor(a)")
      .composition(c -> {
        long[] dims = new long[c.tensor("self").dim()];
        for (int d = 0; d < dims.length; d++) dims[d] = dims.length - 1 - d;
        return c.tensor("self").permute(dims);
      });

  /// A transposed and conjugated matrix.
  public static final Operator MATRIX_H = Operator.declare("aten::matrix_H(Tensor(a) self) -> Tensor(a)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() != 0 && self.dim() != 2) throw c.check()
            .because("tensor.H is only supported on matrices (2-D tensors). Got %d-D tensor.", self.dim())
            .hint("for batches of matrices, use mH()").shapeFailure();
        return self.dim() == 0 ? self.conj() : self.transpose(0, 1).conj();
      });

  // ---- the shape of another --------------------------------------------------------------------------------------

  public static final Operator VIEW_AS = Operator.declare("aten::view_as(Tensor(a) self, Tensor other) -> Tensor(a)")
      .composition(c -> c.tensor("self").view(c.tensor("other").sizes()));
  public static final Operator RESHAPE_AS =
      Operator.declare("aten::reshape_as(Tensor(a) self, Tensor other) -> Tensor(a)")
          .composition(c -> c.tensor("self").reshape(c.tensor("other").sizes()));
  public static final Operator EXPAND_AS =
      Operator.declare("aten::expand_as(Tensor(a) self, Tensor other) -> Tensor(a)")
          .composition(c -> c.tensor("self").expand(c.tensor("other").sizes()));
  public static final Operator BROADCAST_TO =
      Operator.declare("aten::broadcast_to(Tensor(a) self, SymInt[] size) -> Tensor(a)")
          .composition(c -> c.tensor("self").expand(c.longs("size")));
  public static final Operator UNSAFE_VIEW =
      Operator.declare("aten::_unsafe_view(Tensor self, SymInt[] size) -> Tensor")
          .composition(c -> c.tensor("self").view(c.longs("size")));
  public static final Operator RESHAPE_ALIAS =
      Operator.declare("aten::_reshape_alias(Tensor(a) self, SymInt[] size, SymInt[] stride) -> Tensor(a)")
          .composition(c -> c.tensor("self").view(c.longs("size")));

  /// All expanded to their common shape.
  public static final Operator BROADCAST_TENSORS =
      Operator.declare("aten::broadcast_tensors(Tensor[] tensors) -> Tensor[]").composition(c -> {
        Tensor[] all = c.tensors("tensors");
        long[] shape = {};
        for (Tensor t : all) {
          long[] joined = Elementwise.broadcastShapes(shape, t.sizes());
          if (joined == null) throw c.check().because(Elementwise.mismatch(shape, t.sizes()))
              .hint("the shapes so far make " + Arrays.toString(shape)).shapeFailure();
          shape = joined;
        }
        Tensor[] expanded = new Tensor[all.length];
        for (int i = 0; i < all.length; i++) expanded[i] = all[i].expand(shape);
        return expanded;
      });

  /// The shape that both broadcast to.
  public static final Operator BROADCAST_SHAPES =
      Operator.declare("aten::broadcast_shapes(int[] a, int[] b) -> int[]").composition(c -> {
        long[] joined = Elementwise.broadcastShapes(c.longs("a"), c.longs("b"));
        if (joined == null)
          throw c.check().because(notBroadcast(c.longs("a"), c.longs("b"))).shapeFailure();
        return joined;
      });

  /// Why the second shape does not broadcast with the first.
  private static String notBroadcast(long[] a, long[] b) {
    int fromEnd = 0;
    long length = 0;
    for (int d = 1; d <= Math.min(a.length, b.length) && fromEnd == 0; d++) {
      length = b[b.length - d];
      if (length != a[a.length - d] && length != 1 && a[a.length - d] != 1) fromEnd = -d;
    }
    return "Attempting to broadcast a dimension of length %d at %d! Mismatching argument at index 1 had %s; but expected shape should be broadcastable to %s"
        .formatted(length, fromEnd, Arrays.toString(b), Arrays.toString(a));
  }

  // ---- the same, in and out of the graph -------------------------------------------------------------------------

  public static final Operator ALIAS = Operator.declare("aten::alias(Tensor(a) self) -> Tensor(a)")
      .view(c -> same(c.tensor("self")))
      .gradient("self", b -> b.grad());

  /// The same memory outside the graph.
  public static final Operator DETACH = Operator.declare("aten::detach(Tensor(a) self) -> Tensor(a)")
      .composition(c -> same(c.tensor("self")))
      .notDifferentiable();

  public static final Operator DETACH_IN_PLACE = Operator.declare("aten::detach_(Tensor(a!) self) -> Tensor(a!)")
      .composition(c -> c.tensor("self").detach_())
      .notDifferentiable();

  public static final Operator LIFT_FRESH = itself("aten::lift_fresh(Tensor(a) self) -> Tensor(a)");
  public static final Operator LIFT = itself("aten::lift(Tensor self) -> Tensor");

  /// Conjugation and negation are never delayed here, so there is nothing to resolve.
  public static final Operator RESOLVE_CONJ = itself("aten::resolve_conj(Tensor(a) self) -> Tensor(a)");
  public static final Operator RESOLVE_NEG = itself("aten::resolve_neg(Tensor(a) self) -> Tensor(a)");

  // ---- dtypes ----------------------------------------------------------------------------------------------------

  /// The same bytes as elements of another dtype; the last dimension grows or shrinks with the element size.
  public static final Operator VIEW_DTYPE =
      Operator.declare("aten::view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)")
          .view(c -> viewAs(c, c.tensor("self"), c.dtype("dtype", DType.FLOAT32)))
          .notDifferentiable();

  /// Complex numbers as pairs of reals: `[...] -> [..., 2]`.
  public static final Operator VIEW_AS_REAL = Operator.declare("aten::view_as_real(Tensor(a) self) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        if (!self.dtype().isComplex())
          throw c.check().because("view_as_real is only supported for complex tensors").tensor("self", self).failure();
        int n = self.dim();
        long[] sizes = Arrays.copyOf(self.sizes(), n + 1);
        long[] strides = Arrays.copyOf(self.strides(), n + 1);
        for (int d = 0; d < n; d++) strides[d] *= 2;
        sizes[n] = 2;
        strides[n] = 1;
        return self.window(self.dtype().toReal(), sizes, strides, self.storageOffset() * 2);
      })
      .gradient("self", b -> b.grad().contiguous().viewAsComplex());

  /// Pairs of reals as complex numbers: `[..., 2] -> [...]`.
  public static final Operator VIEW_AS_COMPLEX = Operator.declare("aten::view_as_complex(Tensor(a) self) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        int n = self.dim() - 1;
        if (!self.dtype().isFloatingPoint() || self.dtype().isHalf()) throw c.check()
            .because(
                "view_as_complex is only supported for float and double tensors, but got a tensor of scalar type: %s",
                self.dtype())
            .failure();
        if (n < 0) throw c.check().because("Input tensor must have one or more dimensions").shapeFailure();
        if (self.size(n) != 2)
          throw c.check().because("Tensor must have a last dimension of size 2").tensor("self", self).shapeFailure();
        if (self.stride(n) != 1)
          throw c.check().because("Tensor must have a last dimension with stride 1").tensor("self", self).failure();
        long[] strides = Arrays.copyOf(self.strides(), n);
        for (int d = 0; d < n; d++) {
          if (self.size(d) > 1 && strides[d] % 2 != 0) throw c.check()
              .because("Tensor must have a stride divisible by 2 for all but last dimension").tensor("self", self)
              .failure();
          strides[d] /= 2;
        }
        if (self.storageOffset() % 2 != 0)
          throw c.check().because("Tensor must have a storage_offset divisible by 2").failure();
        return self.window(self.dtype().toComplex(), Arrays.copyOf(self.sizes(), n), strides, self.storageOffset() / 2);
      })
      .gradient("self", b -> b.grad().contiguous().viewAsReal());

  public static final Operator IMAG = Operator.declare("aten::imag(Tensor(a) self) -> Tensor(a)").composition(c -> {
    Tensor self = c.tensor("self");
    if (!self.dtype().isComplex()) throw c.check()
        .because("imag() is not implemented for tensors with non-complex dtypes.").tensor("self", self).failure();
    return self.viewAsReal().select(-1, 1);
  });

  // ---- in place: the tensor itself becomes the view --------------------------------------------------------------

  public static final Operator UNSQUEEZE_ =
      becoming("aten::unsqueeze_(Tensor(a!) self, int dim) -> Tensor(a!)", Views.UNSQUEEZE);
  public static final Operator SQUEEZE_ = becoming("aten::squeeze_(Tensor(a!) self) -> Tensor(a!)", SQUEEZE);
  public static final Operator SQUEEZE_DIM_ =
      becoming("aten::squeeze_.dim(Tensor(a!) self, int dim) -> Tensor(a!)", SQUEEZE_DIM);
  public static final Operator SQUEEZE_DIMS_ =
      becoming("aten::squeeze_.dims(Tensor(a!) self, int[] dim) -> Tensor(a!)", Views.SQUEEZE_DIMS);
  public static final Operator T_ = becoming("aten::t_(Tensor(a!) self) -> Tensor(a!)", T);
  public static final Operator TRANSPOSE_ =
      becoming("aten::transpose_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)", Views.TRANSPOSE);
  public static final Operator SWAPAXES_ =
      becoming("aten::swapaxes_(Tensor(a!) self, int axis0, int axis1) -> Tensor(a!)", Views.TRANSPOSE);
  public static final Operator SWAPDIMS_ =
      becoming("aten::swapdims_(Tensor(a!) self, int dim0, int dim1) -> Tensor(a!)", Views.TRANSPOSE);
  public static final Operator AS_STRIDED_ = becoming(
      "aten::as_strided_(Tensor(a!) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a!)",
      Views.AS_STRIDED);

  private ViewForms() {}

  private static Tensor same(Tensor self) {
    return self.window(self.sizes(), self.strides(), self.storageOffset());
  }

  private static Operator itself(String schema) {
    return Operator.declare(schema).composition(c -> c.tensor("self"));
  }

  private static Operator each(String schema, Operator one) {
    return Operator.declare(schema).composition(c -> {
      Tensor[] all = c.tensors("tensors").clone();
      for (int i = 0; i < all.length; i++) all[i] = one.tensor(all[i]);
      return all;
    });
  }

  private static Operator becoming(String schema, Operator view) {
    return Operator.declare(schema).composition(c -> {
      Tensor self = c.tensor("self");
      Recording.checkInPlace(c.operator(), self, false);
      Recording.become(self, (Tensor) view.call(c.arguments()));
      return self;
    });
  }

  private static Tensor matrices(Call c, String name) {
    Tensor self = c.tensor("self");
    if (self.dim() < 2) throw c.check().because(
        "tensor.%s is only supported on matrices or batches of matrices. Got %d-D tensor.", name, self.dim())
        .shapeFailure();
    return self;
  }

  /// The sizes with one of them replaced by several.
  static long[] replaced(long[] sizes, int dim, long... by) {
    int n = Math.max(1, sizes.length);
    long[] all = new long[n - 1 + by.length];
    if (dim > 0) System.arraycopy(sizes, 0, all, 0, dim);
    System.arraycopy(by, 0, all, dim, by.length);
    if (n - dim - 1 > 0) System.arraycopy(sizes, dim + 1, all, dim + by.length, n - dim - 1);
    return all;
  }

  private static void checkOnce(String name, long[] dims, int n) {
    if (Arrays.stream(dims).map(d -> d < 0 ? d + n : d).distinct().count() < dims.length) throw Check.of("movedim")
        .because("repeated dim in `%s` (%s)", name, Arrays.toString(dims)).failure();
  }

  private static Tensor moved(Call c, long[] source, long[] destination) {
    Tensor self = c.tensor("self");
    if (source.length != destination.length) throw c.check().because(
        "movedim: Invalid source or destination dims: source (%s dims) should contain the same number of dims as destination (%s dims)",
        Arrays.toString(source), Arrays.toString(destination)).failure();
    int n = self.dim();
    checkOnce("source", source, n);
    checkOnce("destination", destination, n);
    if (n == 0 || source.length == 0) {
      Check.dims(c.operator(), source, n);
      return self;
    }
    int[] from = Check.dims(c.operator(), source, n);
    int[] to = Check.dims(c.operator(), destination, n);
    long[] order = new long[n];
    Arrays.fill(order, -1);
    boolean[] used = new boolean[n];
    for (int i = 0; i < from.length; i++) {
      order[to[i]] = from[i];
      used[from[i]] = true;
    }
    int next = 0;
    for (int d = 0; d < n; d++) {
      if (order[d] >= 0) continue;
      while (used[next]) next++;
      order[d] = next++;
    }
    return self.permute(order);
  }

  private static Tensor viewAs(Call c, Tensor self, DType dtype) {
    int from = self.dtype().size();
    int to = dtype.size();
    if (from == to) return self.window(dtype, self.sizes(), self.strides(), self.storageOffset());
    int last = self.dim() - 1;
    if (last < 0) throw c.check()
        .because("self.dim() cannot be 0 to view %s as %s (different element sizes)", self.dtype(), dtype)
        .shapeFailure();
    if (self.stride(last) != 1) throw c.check()
        .because("self.stride(-1) must be 1 to view %s as %s (different element sizes), but got %d", self.dtype(),
            dtype,
            self.stride(last))
        .failure();
    long[] sizes = self.sizes().clone();
    long[] strides = self.strides().clone();
    if (from > to) {
      int ratio = from / to;
      for (int d = 0; d < last; d++) strides[d] *= ratio;
      sizes[last] *= ratio;
      return self.window(dtype, sizes, strides, self.storageOffset() * ratio);
    }
    int ratio = to / from;
    if (sizes[last] % ratio != 0) throw c.check()
        .because("self.size(-1) must be divisible by %d to view %s as %s (different element sizes), but got %d", ratio,
            self.dtype(), dtype, sizes[last])
        .shapeFailure();
    if (self.storageOffset() % ratio != 0) throw c.check()
        .because("self.storage_offset() must be divisible by %d to view %s as %s (different element sizes), but got %d",
            ratio, self.dtype(), dtype, self.storageOffset())
        .failure();
    for (int d = 0; d < last; d++) {
      if (strides[d] % ratio != 0) throw c.check()
          .because("self.stride(%d) must be divisible by %d to view %s as %s (different element sizes), but got %d", d,
              ratio, self.dtype(), dtype, strides[d])
          .failure();
      strides[d] /= ratio;
    }
    sizes[last] /= ratio;
    return self.window(dtype, sizes, strides, self.storageOffset() / ratio);
  }
}
