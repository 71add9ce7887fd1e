package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// The same elements in another order, repeated, or on a part of a matrix.
public final class Arranging {
  // ---- repeated --------------------------------------------------------------------------------------------------

  /// The whole tensor repeated along each dimension; more repeats than dimensions add leading ones.
  public static final Operator REPEAT =
      Operator.declare("aten::repeat(Tensor self, SymInt[] repeats) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        long[] repeats = c.longs("repeats");
        int n = repeats.length;
        int shift = n - self.dim();
        if (shift < 0) throw c.check()
            .because("Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor")
            .tensor("self", self).shapeFailure();
        // Each dimension becomes two: its repeats, expanded, and itself.
        long[] split = new long[2 * n];
        long[] expanded = new long[2 * n];
        long[] whole = new long[n];
        for (int d = 0; d < n; d++) {
          long size = d < shift ? 1 : self.size(d - shift);
          if (repeats[d] < 0) {
            for (int i = 0; i < n; i++) whole[i] = repeats[i] * (i < shift ? 1 : self.size(i - shift));
            throw c.check().because("Trying to create tensor with negative dimension %d: %s", whole[d],
                Arrays.toString(whole)).hint("repeats are " + Arrays.toString(repeats)).failure();
          }
          split[2 * d] = 1;
          expanded[2 * d] = repeats[d];
          split[2 * d + 1] = size;
          expanded[2 * d + 1] = size;
          whole[d] = repeats[d] * size;
        }
        Tensor tiled = self.reshape(split).expand(expanded);
        // Where nothing is repeated the result is a copy all the same.
        return tiled.isContiguous() ? tiled.clone().view(whole) : tiled.reshape(whole);
      });

  /// As `repeat`; fewer repeats than dimensions leave the leading ones.
  public static final Operator TILE =
      Operator.declare("aten::tile(Tensor self, SymInt[] dims) -> Tensor").composition(c -> {
        long[] dims = c.longs("dims");
        int missing = Math.max(0, c.tensor("self").dim() - dims.length);
        long[] repeats = new long[dims.length + missing];
        Arrays.fill(repeats, 0, missing, 1);
        System.arraycopy(dims, 0, repeats, missing, dims.length);
        return REPEAT.call(c.tensor("self"), repeats);
      });

  /// The number i as often as `repeats[i]` says, for all i.
  public static final Operator REPEAT_INTERLEAVE =
      Operator.declare("aten::repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor")
          .composition(c -> {
            Tensor repeats = c.tensor("repeats");
            if (repeats.dim() != 1) throw c.check()
                .because("repeat_interleave only accept 1D vector as repeat").tensor("repeats", repeats).shapeFailure();
            if (repeats.dtype() != DType.INT64 && repeats.dtype() != DType.INT32)
              throw c.check().because("repeats has to be Long or Int tensor").tensor("repeats", repeats).failure();
            long[] counts = repeats.toLongArray();
            long sum = 0;
            for (long count : counts) {
              if (count < 0) throw c.check().because("repeats can not be negative").failure();
              sum += count;
            }
            if (c.has("output_size") && c.integer("output_size") != sum) throw c.check()
                .because("allocated size does not match required size: %d and %d", c.integer("output_size"), sum)
                .failure();
            long[] numbers = new long[Math.toIntExact(sum)];
            int at = 0;
            for (int i = 0; i < counts.length; i++) {
              Arrays.fill(numbers, at, at + (int) counts[i], i);
              at += (int) counts[i];
            }
            return Torch.tensor(numbers).to(repeats.dtype());
          })
          .notDifferentiable();

  /// Each row along a dimension as often as `repeats` says; without a dimension, each element of the flat tensor.
  public static final Operator REPEAT_INTERLEAVE_TENSOR = Operator.declare(
      "aten::repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.has("dim") ? c.tensor("self") : c.tensor("self").flatten();
        int dim = Check.dim(c.operator(), c.integer("dim", 0), self.dim());
        Tensor repeats = c.tensor("repeats");
        long size = self.dim() == 0 ? 1 : self.size(dim);
        if (repeats.dim() == 0 || repeats.dim() == 1 && repeats.size(0) == 1) {
          repeats = repeats.reshape(1).expand(size);
        } else if (repeats.dim() == 1) {
          if (repeats.size(0) != size) throw c.check()
              .because(
                  "repeats must have the same size as input along dim, but got repeats.size(0) = %d and input.size(%d) = %d",
                  repeats.size(0), dim, size)
              .tensor("self", self).shapeFailure();
        } else {
          throw c.check().because("repeats must be 0-dim or 1-dim tensor").tensor("repeats", repeats).shapeFailure();
        }
        Tensor rows = REPEAT_INTERLEAVE.tensor(repeats, c.value("output_size"));
        return (self.dim() == 0 ? self.reshape(1) : self).indexSelect(dim, rows);
      });

  public static final Operator REPEAT_INTERLEAVE_INT = Operator.declare(
      "aten::repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt? output_size=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.has("dim") ? c.tensor("self") : c.tensor("self").flatten();
        int dim = Check.dim(c.operator(), c.integer("dim", 0), self.dim());
        long repeats = c.integer("repeats");
        if (repeats < 0) throw c.check().because("Repeats must be non-negative").failure();
        if (self.dim() == 0) self = self.reshape(1);
        long[] expanded = ViewForms.replaced(self.sizes(), dim, self.size(dim), repeats);
        long[] whole = self.sizes().clone();
        whole[dim] *= repeats;
        if (c.has("output_size") && c.integer("output_size") != whole[dim]) throw c.check()
            .because("repeat_interleave: Invalid output_size, expected %d but got %d", whole[dim],
                c.integer("output_size"))
            .failure();
        return self.unsqueeze(dim + 1).expand(expanded).clone(jtorch.MemoryFormat.CONTIGUOUS_FORMAT).view(whole);
      });

  // ---- in another order ------------------------------------------------------------------------------------------

  /// Dimensions reversed.
  public static final Operator FLIP = Operator.declare("aten::flip(Tensor self, int[] dims) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        Tensor made = Torch.emptyLike(self);
        int[] dims = c.longs("dims").length == 0 ? new int[0] : Check.dims(c.operator(), c.longs("dims"), self.dim());
        Copying.write(reversed(self, dims), made);
        return made;
      })
      .gradient("self", b -> b.grad().flip(b.longs("dims")));

  public static final Operator FLIPLR = Operator.declare("aten::fliplr(Tensor self) -> Tensor").composition(c -> {
    if (c.tensor("self").dim() < 2)
      throw c.check().because("Input must be >= 2-d.").tensor("self", c.tensor("self")).shapeFailure();
    return c.tensor("self").flip(1);
  });
  public static final Operator FLIPUD = Operator.declare("aten::flipud(Tensor self) -> Tensor").composition(c -> {
    if (c.tensor("self").dim() < 1)
      throw c.check().because("Input must be >= 1-d.").tensor("self", c.tensor("self")).shapeFailure();
    return c.tensor("self").flip(0);
  });

  /// Turned by k quarters from the first of two dimensions to the second.
  public static final Operator ROT90 =
      Operator.declare("aten::rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        if (c.longs("dims").length != 2) throw c.check()
            .because("expected total rotation dims == 2, but got dims = %d", c.longs("dims").length).failure();
        if (self.dim() < 2)
          throw c.check().because("expected total dims >= 2, but got total dims = %d", self.dim()).shapeFailure();
        if (c.longs("dims")[0] == c.longs("dims")[1] || Math.abs(c.longs("dims")[0] - c.longs("dims")[1]) == self.dim())
          throw c.check().because("expected rotation dims to be different, but got dim0 = %d and dim1 = %d",
              c.longs("dims")[0], c.longs("dims")[1]).failure();
        int[] dims = Check.dims(c.operator(), c.longs("dims"), self.dim());
        return switch ((int) Math.floorMod(c.integer("k"), 4L)) {
          case 1 -> self.flip(dims[1]).transpose(dims[0], dims[1]);
          case 2 -> self.flip(dims[0], dims[1]);
          case 3 -> self.flip(dims[0]).transpose(dims[0], dims[1]);
          default -> self.clone(jtorch.MemoryFormat.CONTIGUOUS_FORMAT);
        };
      });

  /// Elements moved along dimensions, those that leave at the end coming in at the start; without dimensions along the
  /// flat tensor.
  public static final Operator ROLL =
      Operator.declare("aten::roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        long[] shifts = c.longs("shifts");
        long[] dims = c.longs("dims");
        if (shifts.length == 0) throw c.check().because("`shifts` required").failure();
        if (dims.length == 0 && shifts.length == 1) return rolled(self.flatten(), shifts[0]).view(self.sizes());
        if (shifts.length != dims.length) throw c.check()
            .because("shifts and dimensions must align. shifts: %d, dims:%d", shifts.length, dims.length).failure();
        long[] total = new long[self.dim()];
        for (int i = 0; i < dims.length; i++) {
          int d = Check.dim(c.operator(), dims[i], self.dim());
          if (self.dim() > 0) total[d] += shifts[i];
        }
        return rolled(self, total);
      }).gradient("self", b -> b.grad().roll(Arrays.stream(b.longs("shifts")).map(s -> -s).toArray(), b.longs("dims")));

  // ---- parts of matrices -----------------------------------------------------------------------------------------

  /// The lower triangle, from `diagonal` above the main one on down; zeros elsewhere.
  public static final Operator TRIL = Operator.declare("aten::tril(Tensor self, SymInt diagonal=0) -> Tensor")
      .shape(Arranging::matrices)
      .update("tril")
      .gradient("self", b -> b.grad().tril(b.integer("diagonal")))
      .inPlace();

  /// The upper triangle, from `diagonal` above the main one on up; zeros elsewhere.
  public static final Operator TRIU = Operator.declare("aten::triu(Tensor self, SymInt diagonal=0) -> Tensor")
      .shape(Arranging::matrices)
      .update("triu")
      .gradient("self", b -> b.grad().triu(b.integer("diagonal")))
      .inPlace();

  /// Row and column of each element of the lower triangle: `[2, count]`.
  public static final Operator TRIL_INDICES = Operator.declare(
      "aten::tril_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor")
      .composition(c -> triangle(c, true));
  public static final Operator TRIU_INDICES = Operator.declare(
      "aten::triu_indices(int row, int col, int offset=0, *, ScalarType? dtype=4, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor")
      .composition(c -> triangle(c, false));

  /// The last dimension as a diagonal of two new dimensions, zeros elsewhere.
  public static final Operator DIAG_EMBED =
      Operator.declare("aten::diag_embed(Tensor self, int offset=0, int dim1=-2, int dim2=-1) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            if (self.dim() == 0) throw c.check()
                .because("Dimension out of range (expected to be in range of [-1, 0], but got %d)", c.integer("dim1"))
                .indexFailure();
            int n = self.dim() + 1;
            int dim1 = Check.dim(c.operator(), c.integer("dim1"), n);
            int dim2 = Check.dim(c.operator(), c.integer("dim2"), n);
            if (dim1 == dim2) throw c.check()
                .because("diagonal dimensions cannot be identical %d, %d", c.integer("dim1"), c.integer("dim2"))
                .failure();
            long size = self.size(-1) + Math.abs(c.integer("offset"));
            long[] sizes = new long[n];
            int next = 0;
            for (int d = 0; d < n; d++) sizes[d] = d == dim1 || d == dim2 ? size : self.size(next++);
            Tensor made = Torch.zeros(sizes, self.dtype(), self.device());
            Copying.write(self, Pieces.DIAGONAL.tensor(made, c.integer("offset"), (long) dim1, (long) dim2));
            return made;
          }).gradient("self", b -> b.grad().diagonal(b.integer("offset"), b.integer("dim1"), b.integer("dim2")));

  /// A vector as the diagonal of a matrix, a matrix's diagonal as a vector.
  public static final Operator DIAG =
      Operator.declare("aten::diag(Tensor self, int diagonal=0) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        return switch (self.dim()) {
          case 1 -> DIAG_EMBED.call(self, c.integer("diagonal"), -2L, -1L);
          case 2 -> self.diagonal(c.integer("diagonal"), 0, 1).clone();
          default -> throw c.check().because("Supports 1D or 2D tensors. Got %dD", self.dim()).tensor("self", self)
              .shapeFailure();
        };
      });

  /// All elements as the diagonal of a matrix.
  public static final Operator DIAGFLAT = Operator.declare("aten::diagflat(Tensor self, int offset=0) -> Tensor")
      .composition(c -> DIAG_EMBED.call(c.tensor("self").reshape(-1), c.integer("offset"), -2L, -1L));

  /// The sum of a matrix's diagonal.
  public static final Operator TRACE = Operator.declare("aten::trace(Tensor self) -> Tensor").composition(c -> {
    if (c.tensor("self").dim() != 2)
      throw c.check().because("expected a matrix, but got tensor with dim %d", c.tensor("self").dim()).shapeFailure();
    return c.tensor("self").diagonal().sum();
  });

  /// Each element of `self` times the whole of `other`: `[a * c, b * d]` for `[a, b]` and `[c, d]`.
  public static final Operator KRON =
      Operator.declare("aten::kron(Tensor self, Tensor other) -> Tensor").composition(c -> {
        Tensor a = c.tensor("self");
        Tensor b = c.tensor("other");
        int n = Math.max(a.dim(), b.dim());
        long[] left = new long[2 * n];
        long[] right = new long[2 * n];
        long[] whole = new long[n];
        for (int d = 0; d < n; d++) {
          long x = d < n - a.dim() ? 1 : a.size(d - (n - a.dim()));
          long y = d < n - b.dim() ? 1 : b.size(d - (n - b.dim()));
          left[2 * d] = x;
          left[2 * d + 1] = 1;
          right[2 * d] = 1;
          right[2 * d + 1] = y;
          whole[d] = x * y;
        }
        return a.reshape(left).mul(b.reshape(right)).view(whole);
      });

  // ---- channels and pixels ---------------------------------------------------------------------------------------

  /// Channels in groups, exchanged: `[b, g * k, ...]`, the channel `k * g + ...` becoming the other way round.
  public static final Operator CHANNEL_SHUFFLE =
      Operator.declare("aten::channel_shuffle(Tensor self, SymInt groups) -> Tensor").composition(c -> shuffled(c));
  public static final Operator NATIVE_CHANNEL_SHUFFLE =
      Operator.declare("aten::native_channel_shuffle(Tensor self, SymInt groups) -> Tensor")
          .composition(c -> shuffled(c));

  /// Channels become pixels: `[..., c * r * r, h, w] -> [..., c, h * r, w * r]`.
  public static final Operator PIXEL_SHUFFLE =
      Operator.declare("aten::pixel_shuffle(Tensor self, int upscale_factor) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        long r = c.integer("upscale_factor");
        long[] s = pixels(c, r, "upscale_factor");
        if (s[1] % (r * r) != 0) throw c.check().because(
            "pixel_shuffle expects its input's 'channel' dimension to be divisible by the square of upscale_factor, but input.size(-3)=%d is not divisible by %d",
            s[1], r * r).tensor("self", self).shapeFailure();
        long[] sizes = self.sizes().clone();
        sizes[sizes.length - 3] = s[1] / (r * r);
        sizes[sizes.length - 2] *= r;
        sizes[sizes.length - 1] *= r;
        return self.reshape(s[0], s[1] / (r * r), r, r, s[2], s[3]).permute(0, 1, 4, 2, 5, 3).reshape(sizes);
      });

  /// Pixels become channels: `[..., c, h * r, w * r] -> [..., c * r * r, h, w]`.
  public static final Operator PIXEL_UNSHUFFLE =
      Operator.declare("aten::pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        long r = c.integer("downscale_factor");
        long[] s = pixels(c, r, "downscale_factor");
        if (s[2] % r != 0 || s[3] % r != 0) throw c.check().because(
            "pixel_unshuffle expects height and width to be divisible by downscale_factor, but they are %d and %d and the factor is %d",
            s[2], s[3], r).tensor("self", self).shapeFailure();
        long[] sizes = self.sizes().clone();
        sizes[sizes.length - 3] *= r * r;
        sizes[sizes.length - 2] /= r;
        sizes[sizes.length - 1] /= r;
        return self.reshape(s[0], s[1], s[2] / r, r, s[3] / r, r).permute(0, 1, 3, 5, 2, 4).reshape(sizes);
      });

  private Arranging() {}

  /// The tensor with dimensions reversed: a window with negative strides, which only copies may see.
  static Tensor reversed(Tensor self, int... dims) {
    long[] strides = self.strides().clone();
    long offset = self.storageOffset();
    for (int d : dims) {
      if (self.dim() == 0 || self.size(d) == 0) continue;
      offset += (self.size(d) - 1) * strides[d];
      strides[d] = -strides[d];
    }
    return self.window(self.sizes(), strides, offset);
  }

  private static Tensor rolled(Tensor self, long... shifts) {
    Tensor out = Torch.empty(self.sizes(), self.dtype(), self.device());
    if (self.numel() > 0) writeRolled(self, out, shifts, 0);
    return out;
  }

  /// Along each dimension two parts change places: every combination of parts is copied once.
  private static void writeRolled(Tensor from, Tensor to, long[] shifts, int dim) {
    if (dim == shifts.length) {
      Copying.write(from, to);
      return;
    }
    long size = from.size(dim);
    long shift = Math.floorMod(shifts[dim], size);
    writeRolled(from.narrow(dim, 0, size - shift), to.narrow(dim, shift, size - shift), shifts, dim + 1);
    if (shift > 0) writeRolled(from.narrow(dim, size - shift, shift), to.narrow(dim, 0, shift), shifts, dim + 1);
  }

  private static void matrices(Call c) {
    if (c.tensor("self").dim() < 2) throw c.check().because("input tensor must have at least 2 dimensions")
        .tensor("self", c.tensor("self")).shapeFailure();
  }

  private static Tensor triangle(Call c, boolean lower) {
    long rows = c.integer("row");
    long columns = c.integer("col");
    if (rows < 0 || columns < 0)
      throw c.check().because("row and col must be non-negative, got %d and %d", rows, columns).failure();
    long offset = c.integer("offset");
    var first = java.util.stream.LongStream.builder();
    var second = java.util.stream.LongStream.builder();
    for (long i = 0; i < rows; i++) {
      long begin = lower ? 0 : Math.max(0, i + offset);
      long end = lower ? Math.min(columns, i + offset + 1) : columns;
      for (long j = begin; j < end; j++) {
        first.add(i);
        second.add(j);
      }
    }
    Tensor pair = Joining.STACK.tensor(
        new Tensor[] {Torch.tensor(first.build().toArray()), Torch.tensor(second.build().toArray())}, 0L);
    return pair.to(c.dtype("dtype", DType.INT64));
  }

  private static Tensor shuffled(Call c) {
    Tensor self = c.tensor("self");
    long groups = c.integer("groups");
    if (self.dim() < 3) throw c.check()
        .because("channel_shuffle expects input with > 2 dims, but got input with sizes %s",
            Arrays.toString(self.sizes()))
        .shapeFailure();
    if (groups <= 0) throw c.check()
        .because("Number of groups to divide channels in must be positive. Value of groups:%d", groups).failure();
    if (self.size(1) % groups != 0) throw c.check()
        .because("Number of channels must be divisible by groups. Got %d channels and %d groups.", self.size(1), groups)
        .shapeFailure();
    long rest = 1;
    for (int d = 2; d < self.dim(); d++) rest *= self.size(d);
    return self.reshape(self.size(0), groups, self.size(1) / groups, rest).permute(0, 2, 1, 3).reshape(self.sizes());
  }

  /// Leading dimensions as one, channels, height, width.
  private static long[] pixels(Call c, long factor, String name) {
    Tensor self = c.tensor("self");
    if (self.dim() < 3)
      throw c.check().because("expects input to have at least 3 dimensions, but got input with %d dimension(s)",
          self.dim()).shapeFailure();
    if (factor <= 0) throw c.check().because("expects a positive %s, but got %d", name, factor).failure();
    long batch = 1;
    for (int d = 0; d < self.dim() - 3; d++) batch *= self.size(d);
    return new long[] {batch, self.size(-3), self.size(-2), self.size(-1)};
  }
}
