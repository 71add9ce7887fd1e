package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Windows on a tensor's memory: other shapes, orders and pieces of the same elements.
public final class Views {
  /// Any window on the storage.
  public static final Operator AS_STRIDED = Operator
      .declare(
          "aten::as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        long[] size = c.longs("size");
        long[] stride = c.longs("stride");
        long offset = c.integer("storage_offset", self.storageOffset());
        if (size.length != stride.length) throw c.check()
            .because("mismatch in length of strides and shape: %d and %d", stride.length, size.length).failure();
        checkWindow(c, self, size, stride, offset);
        return self.window(size, stride, offset);
      })
      .gradient("self", b -> {
        // The gradient of each element of memory is the sum over the indices that show it.
        Tensor self = b.tensor("self");
        long[] size = b.longs("size");
        long[] stride = b.longs("stride");
        long extent = self.storage().bytes() / self.dtype().size();
        Tensor index =
            Torch.arange(extent).asStrided(size, stride, b.integer("storage_offset", self.storageOffset())).reshape(-1);
        Tensor memory = Torch.zeros(new long[] {extent}, b.grad().dtype(), b.grad().device()).indexAdd(0, index,
            b.grad().reshape(-1));
        return memory.asStrided(self.sizes(), self.strides(), self.storageOffset()).contiguous();
      }, "self");

  /// The same elements in order under another shape; one size may be -1.
  public static final Operator VIEW = Operator.declare("aten::view(Tensor(a) self, SymInt[] size) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        long[] size = inferSize(c, c.longs("size"), self.numel());
        long[] strides = viewStrides(self, size);
        if (strides == null) {
          throw c.check().because(
              "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces)")
              .tensor("self", self).hint("use reshape(...) instead").shapeFailure();
        }
        return self.window(size, strides, self.storageOffset());
      })
      .gradient("self", b -> b.grad().reshape(b.sizes("self")));

  /// [#VIEW] where it can be one, a copy elsewhere.
  public static final Operator RESHAPE = Operator.declare("aten::reshape(Tensor(a) self, SymInt[] shape) -> Tensor(a)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        long[] size = inferSize(c, c.longs("shape"), self.numel());
        if (viewStrides(self, size) != null) return VIEW.call(self, size);
        return VIEW.call(self.contiguous(), size);
      });

  /// Sizes of one repeated, -1 keeps a size; no memory is copied.
  public static final Operator EXPAND =
      Operator.declare("aten::expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)")
          .view(c -> {
            Tensor self = c.tensor("self");
            long[] size = c.longs("size").clone();
            int shift = size.length - self.dim();
            if (shift < 0) throw c.check().because(
                "the number of sizes provided (%d) must be greater or equal to the number of dimensions in the tensor (%d)",
                size.length, self.dim()).tensor("self", self).shapeFailure();
            for (int d = 0; d < size.length; d++) {
              long own = d < shift ? 1 : self.size(d - shift);
              if (size[d] == -1 && d >= shift) size[d] = own;
              if (size[d] < 0 || own != size[d] && own != 1) {
                throw c.check().because(
                    "The expanded size of the tensor (%d) must match the existing size (%d) at non-singleton dimension %d.  Target sizes: %s",
                    size[d], own, d, Arrays.toString(c.longs("size"))).tensor("self", self).shapeFailure();
              }
            }
            return self.expandRaw(size);
          })
          .gradient("self", b -> b.grad().sumToSize(b.sizes("self")));

  public static final Operator PERMUTE = Operator.declare("aten::permute(Tensor(a) self, int[] dims) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        long[] dims = c.longs("dims");
        if (dims.length != self.dim()) throw c.check().because(
            "the number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e. input.dim() = %d is not equal to len(dims) = %d",
            self.dim(), dims.length).shapeFailure();
        int[] order = Check.dims(c.operator(), dims, self.dim());
        long[] sizes = new long[order.length];
        long[] strides = new long[order.length];
        for (int d = 0; d < dims.length; d++) {
          sizes[d] = self.size(order[d]);
          strides[d] = self.stride(order[d]);
        }
        return self.window(sizes, strides, self.storageOffset());
      })
      .gradient("self", b -> {
        long[] dims = b.longs("dims");
        long[] inverse = new long[dims.length];
        for (int d = 0; d < dims.length; d++) inverse[(int) (dims[d] < 0 ? dims[d] + dims.length : dims[d])] = d;
        return b.grad().permute(inverse);
      });

  public static final Operator TRANSPOSE =
      Operator.declare("aten::transpose.int(Tensor(a) self, int dim0, int dim1) -> Tensor(a)")
          .view(c -> {
            Tensor self = c.tensor("self");
            int a = c.dim("dim0", self);
            int b = c.dim("dim1", self);
            if (self.dim() == 0) return self.window(self.sizes(), self.strides(), self.storageOffset());
            long[] sizes = self.sizes().clone();
            long[] strides = self.strides().clone();
            sizes[a] = self.size(b);
            sizes[b] = self.size(a);
            strides[a] = self.stride(b);
            strides[b] = self.stride(a);
            return self.window(sizes, strides, self.storageOffset());
          })
          .gradient("self", b -> b.grad().transpose(b.integer("dim0"), b.integer("dim1")));

  public static final Operator UNSQUEEZE = Operator.declare("aten::unsqueeze(Tensor(a) self, int dim) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        int n = self.dim();
        int dim = Check.dim(c.operator(), c.integer("dim"), n + 1);
        long[] sizes = new long[n + 1];
        long[] strides = new long[n + 1];
        for (int d = 0; d < n; d++) {
          sizes[d < dim ? d : d + 1] = self.size(d);
          strides[d < dim ? d : d + 1] = self.stride(d);
        }
        sizes[dim] = 1;
        strides[dim] = dim < n ? self.size(dim) * self.stride(dim) : 1;
        return self.window(sizes, strides, self.storageOffset());
      })
      .gradient("self", b -> {
        long dim = b.integer("dim");
        return b.grad().squeeze(dim < 0 ? dim + b.sizes("self").length + 1 : dim);
      });

  public static final Operator SQUEEZE_DIMS =
      Operator.declare("aten::squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)")
          .view(c -> {
            Tensor self = c.tensor("self");
            boolean[] out = new boolean[Math.max(1, self.dim())];
            if (c.longs("dim").length > 0) {
              for (int d : Check.dims(c.operator(), c.longs("dim"), self.dim())) out[d] = true;
            }
            int kept = 0;
            long[] sizes = new long[self.dim()];
            long[] strides = new long[self.dim()];
            for (int d = 0; d < self.dim(); d++) {
              if (out[d] && self.size(d) == 1) continue;
              sizes[kept] = self.size(d);
              strides[kept++] = self.stride(d);
            }
            return self.window(Arrays.copyOf(sizes, kept), Arrays.copyOf(strides, kept), self.storageOffset());
          })
          .gradient("self", b -> b.grad().reshape(b.sizes("self")));

  /// One index of a dimension, which goes.
  public static final Operator SELECT =
      Operator.declare("aten::select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)")
          .view(c -> {
            Tensor self = c.tensor("self");
            if (self.dim() == 0)
              throw c.check().because("select() cannot be applied to a 0-dim tensor.").indexFailure();
            int dim = c.dim("dim", self);
            long index = c.integer("index");
            long size = self.size(dim);
            if (index < -size || index >= size)
              throw c.check().because("index %d out of range for tensor of size %s at dimension %d", index,
                  Arrays.toString(self.sizes()), dim).indexFailure();
            long from = index < 0 ? index + size : index;
            return self.window(without(self.sizes(), dim), without(self.strides(), dim),
                self.storageOffset() + from * self.stride(dim));
          })
          .gradient("self",
              b -> Pieces.SELECT_BACKWARD.tensor(b.grad(), b.sizes("self"), b.integer("dim"), b.integer("index")));

  /// `start:end:step` of a dimension; out-of-range bounds are clipped as in Python.
  public static final Operator SLICE = Operator.declare(
      "aten::slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1) -> Tensor(a)")
      .view(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() == 0) throw c.check().because("slice() cannot be applied to a 0-dim tensor.").indexFailure();
        int dim = c.dim("dim", self);
        long size = self.size(dim);
        long step = c.integer("step");
        if (step <= 0) throw c.check().because("slice step must be positive, got %d", step)
            .hint("flip(dim) reverses a dimension").failure();
        long start = clip(c.integer("start", 0), size);
        long end = Math.max(start, clip(c.integer("end", Long.MAX_VALUE), size));
        long[] sizes = self.sizes().clone();
        long[] strides = self.strides().clone();
        sizes[dim] = (end - start + step - 1) / step;
        strides[dim] *= step;
        return self.window(sizes, strides, self.storageOffset() + start * self.stride(dim));
      })
      .gradient("self", b -> Pieces.SLICE_BACKWARD.tensor(b.grad(), b.sizes("self"), b.integer("dim"),
          b.integer("start", 0), b.integer("end", Long.MAX_VALUE), b.integer("step")));

  /// The real part of complex numbers.
  public static final Operator REAL = Operator.declare("aten::real(Tensor(a) self) -> Tensor(a)")
      .view(c -> c.tensor("self").dtype().isComplex() ? part(c.tensor("self"), 0) : c.tensor("self"))
      .gradient("self", b -> b.grad().to(b.dtypeOf("self")));

  private Views() {}

  private static Tensor part(Tensor self, int which) {
    long[] strides = self.strides().clone();
    for (int d = 0; d < strides.length; d++) strides[d] *= 2;
    return self.window(self.dtype().toReal(), self.sizes(), strides, self.storageOffset() * 2 + which);
  }

  static long[] without(long[] values, int dim) {
    long[] rest = new long[values.length - 1];
    System.arraycopy(values, 0, rest, 0, dim);
    System.arraycopy(values, dim + 1, rest, dim, rest.length - dim);
    return rest;
  }

  private static long clip(long bound, long size) {
    long b = bound < 0 ? bound + size : bound;
    return Math.max(0, Math.min(b, size));
  }

  private static void checkWindow(Call c, Tensor self, long[] size, long[] stride, long offset) {
    long last = offset;
    for (int d = 0; d < size.length; d++) {
      if (size[d] < 0 || stride[d] < 0)
        throw c.check().because("negative sizes and strides are not supported, got size %s and stride %s",
            Arrays.toString(size), Arrays.toString(stride)).failure();
      if (size[d] == 0) return;
      last += (size[d] - 1) * stride[d];
    }
    long available = self.storage().bytes() / self.dtype().size();
    if (offset < 0 || last >= available) throw c.check().because(
        "setStorage: sizes %s, strides %s, storage offset %d, and itemsize %d requiring a storage size of %d are out of bounds for storage of size %d",
        Arrays.toString(size), Arrays.toString(stride), offset, self.dtype().size(),
        (last + 1) * self.dtype().size(), self.storage().bytes()).indexFailure();
  }

  /// The shape with -1 replaced by what is left.
  static long[] inferSize(Call c, long[] size, long numel) {
    long known = 1;
    int free = -1;
    for (int d = 0; d < size.length; d++) {
      if (size[d] == -1) {
        if (free >= 0) throw c.check().because("only one dimension can be inferred").failure();
        free = d;
      } else if (size[d] < 0) {
        throw c.check().because("invalid shape dimension %d at index %d of shape %s", size[d], d, Arrays.toString(size))
            .failure();
      } else {
        known *= size[d];
      }
    }
    if (free >= 0 && known == 0) throw c.check().because(
        "cannot reshape tensor of 0 elements into shape %s because the unspecified dimension size -1 can be any value and is ambiguous",
        Arrays.toString(size)).shapeFailure();
    if (free < 0 ? known != numel : numel % known != 0)
      throw c.check().because("shape '%s' is invalid for input of size %d", Arrays.toString(size), numel)
          .tensor("self", c.tensor("self")).shapeFailure();
    long[] whole = size.clone();
    if (free >= 0) whole[free] = numel / known;
    return whole;
  }

  /// The strides that show the same elements under another shape, or null if none do.
  static long @Nullable [] viewStrides(Tensor self, long[] size) {
    if (self.isContiguous()) return Tensor.contiguousStrides(size);
    long[] oldSizes = self.sizes();
    long[] oldStrides = self.strides();
    long[] strides = new long[size.length];
    int view = size.length - 1;
    // Chunks of the old dimensions that are contiguous in themselves are cut anew.
    long base = oldStrides[oldSizes.length - 1];
    long elements = 1;
    long taken = 1;
    for (int d = oldSizes.length - 1; d >= 0; d--) {
      elements *= oldSizes[d];
      if (d > 0 && (oldSizes[d - 1] == 1 || oldStrides[d - 1] == elements * base)) continue;
      while (view >= 0 && (taken < elements || size[view] == 1)) {
        strides[view] = taken * base;
        taken *= size[view];
        view--;
      }
      if (taken != elements) return null;
      if (d > 0) {
        base = oldStrides[d - 1];
        elements = 1;
        taken = 1;
      }
    }
    return view == -1 ? strides : null;
  }
}
