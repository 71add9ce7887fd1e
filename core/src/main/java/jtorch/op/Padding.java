package jtorch.op;

import java.util.Arrays;
import java.util.List;
import jtorch.Tensor;
import jtorch.Torch;

/// Borders around a tensor: a number, its reflection, its edge, or itself continued.
///
/// `pad` names pairs (before, after) from the last dimension on; negative ones cut off.
public final class Padding {
  /// A border of one number.
  public static final Operator CONSTANT =
      Operator.declare("aten::constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            long[] pad = c.longs("pad");
            long[] sizes = paddedSizes(c, self, pad);
            Tensor made = Torch.empty(sizes, self.dtype(), self.device());
            Creation.fill(made, c.scalar("value"));
            Tensor from = self;
            Tensor to = made;
            for (int i = 0; i < pad.length / 2; i++) {
              int d = self.dim() - 1 - i;
              from = cut(from, d, -pad[2 * i], -pad[2 * i + 1]);
              to = cut(to, d, pad[2 * i], pad[2 * i + 1]);
            }
            Copying.write(from, to);
            return made;
          })
          .gradient("self", b -> Padding.CONSTANT.tensor(b.grad(), negated(b.longs("pad")), 0L));

  /// A border that continues the tensor by itself: "reflect", "replicate" or "circular".
  private static final Operator EXTEND =
      Operator.declare("jtorch::extend(Tensor self, int[] pad, str mode) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            c.result(paddedSizes(c, self, c.longs("pad")), self.dtype());
          })
          .kernel("extend")
          .gradient("self",
              b -> Padding.EXTEND_BACKWARD.tensor(b.grad(), b.sizes("self"), b.longs("pad"), b.string("mode")));

  /// What the border got, added back to where it came from.
  private static final Operator EXTEND_BACKWARD =
      Operator.declare("jtorch::extend_backward(Tensor grad, int[] size, int[] pad, str mode) -> Tensor")
          .composition(c -> {
            long[] pad = c.longs("pad");
            long[] size = c.longs("size");
            int n = size.length;
            Tensor filled = c.tensor("grad").clone(jtorch.MemoryFormat.CONTIGUOUS_FORMAT);
            for (int i = pad.length / 2 - 1; i >= 0; i--) {
              int d = n - 1 - i;
              long before = Math.max(0, pad[2 * i]);
              long after = Math.max(0, pad[2 * i + 1]);
              long end = filled.size(d) - after;
              String mode = c.string("mode");
              if (before > 0) addBack(filled, d, filled.slice(d, 0L, before, 1), before, before, end, true, mode);
              if (after > 0) addBack(filled, d, filled.slice(d, end, end + after, 1), after, before, end, false, mode);
              filled = filled.slice(d, before, end, 1);
            }
            Tensor whole = Torch.zeros(size, filled.dtype(), filled.device());
            Tensor to = whole;
            for (int i = 0; i < pad.length / 2; i++) to = cut(to, n - 1 - i, -pad[2 * i], -pad[2 * i + 1]);
            Copying.write(filled, to);
            return whole;
          })
          .gradient("grad", b -> EXTEND.tensor(b.grad(), b.longs("pad"), b.string("mode")));

  static {
    for (int n = 1; n <= 3; n++) {
      bordered("reflection_pad" + n + "d", 2 * n, "reflect");
      bordered("replication_pad" + n + "d", 2 * n, "replicate");
    }
  }

  public static final Operator CIRCULAR = Operator.declare("aten::_pad_circular(Tensor self, SymInt[] pad) -> Tensor")
      .composition(c -> extended(c, c.tensor("self"), c.longs("pad"), "circular"));

  /// A border of that mode: "constant", "reflect", "replicate", "circular".
  public static final Operator PAD =
      Operator.declare("aten::pad(Tensor self, SymInt[] pad, str mode=\"constant\", float? value=None) -> Tensor")
          .composition(c -> padded(c, c.string("mode")));

  private static final String[] MODES = {"reflect", "replicate", "circular", "constant"};
  public static final Operator PAD_ENUM =
      Operator.declare("aten::_pad_enum(Tensor self, SymInt[] pad, int mode, float? value=None) -> Tensor")
          .composition(c -> padded(c, MODES[(int) c.integer("mode")]));

  private Padding() {}

  private static void bordered(String name, int count, String mode) {
    Operator.declare("aten::" + name + "(Tensor self, SymInt[" + count + "] padding) -> Tensor")
        .composition(c -> extended(c, c.tensor("self"), c.longs("padding"), mode));
    Operator
        .declare(
            "aten::" + name + "_backward(Tensor grad_output, Tensor self, SymInt[" + count + "] padding) -> Tensor")
        .composition(
            c -> EXTEND_BACKWARD.call(c.tensor("grad_output"), c.tensor("self").sizes(), c.longs("padding"), mode));
  }

  private static Tensor padded(Call c, String mode) {
    Tensor self = c.tensor("self");
    long[] pad = c.longs("pad");
    if (pad.length % 2 != 0) throw c.check().because("Padding length must be divisible by 2").failure();
    if (mode.equals("constant")) {
      double value = c.number("value", 0);
      boolean whole = !self.dtype().isDifferentiable() && value == Math.rint(value);
      return CONSTANT.tensor(self, pad, whole ? (Object) (long) value : (Object) value);
    }
    if (!List.of(MODES).contains(mode))
      throw c.check().because("Unrecognised padding mode %s", mode).hint("one of " + String.join(", ", MODES))
          .failure();
    if (c.has("value") && c.number("value") != 0)
      throw c.check().because("Padding mode \"%s\" doesn't take in value argument", mode).failure();
    return extended(c, self, pad, mode);
  }

  private static Tensor extended(Call c, Tensor self, long[] pad, String mode) {
    int k = pad.length / 2;
    if (pad.length % 2 != 0 || k < 1 || k > 3 || self.dim() != k + 1 && self.dim() != k + 2) throw c.check().because(
        "Only 2D, 3D, 4D, 5D padding with non-constant padding are supported for now; got a pad of length %d",
        pad.length)
        .tensor("self", self).shapeFailure();
    for (int i = 0; i < k; i++) {
      int d = self.dim() - 1 - i;
      long size = self.size(d);
      long most = Math.max(pad[2 * i], pad[2 * i + 1]);
      if (mode.equals("reflect") && most >= size && most > 0) throw c.check().because(
          "Padding size should be less than the corresponding input dimension, but got: padding (%d, %d) at dimension %d of input %s",
          pad[2 * i], pad[2 * i + 1], d, Arrays.toString(self.sizes())).shapeFailure();
      if (mode.equals("circular") && most > size) throw c.check()
          .because("Padding value causes wrapping around more than once.").tensor("self", self).shapeFailure();
      if (size == 0 && most > 0) throw c.check()
          .because("Expected %dD or %dD tensor with possibly 0 batch size and other non-zero dimensions for input",
              k + 1, k + 2)
          .tensor("self", self).shapeFailure();
    }
    paddedSizes(c, self, pad);
    if (mode.equals("circular") || Arrays.stream(pad).allMatch(p -> p >= 0)) return EXTEND.tensor(self, pad, mode);
    // A reflection shows what a negative pad at the other end cuts off, and an edge may be cut off itself.
    Tensor grown = EXTEND.tensor(self, Arrays.stream(pad).map(p -> Math.max(p, 0)).toArray(), mode);
    return CONSTANT.tensor(grown, Arrays.stream(pad).map(p -> Math.min(p, 0)).toArray(), 0L);
  }

  private static long[] paddedSizes(Call c, Tensor self, long[] pad) {
    if (pad.length % 2 != 0)
      throw c.check().because("Length of pad must be even but instead it equals %d", pad.length).failure();
    if (pad.length > 2 * self.dim()) throw c.check().because(
        "Length of pad should be no more than twice the number of dimensions of the input. Pad length is %d while the input has %d dimensions.",
        pad.length, self.dim()).shapeFailure();
    long[] sizes = self.sizes().clone();
    for (int i = 0; i < pad.length / 2; i++) {
      int d = self.dim() - 1 - i;
      sizes[d] += pad[2 * i] + pad[2 * i + 1];
      if (sizes[d] < 0 || sizes[d] == 0 && self.size(d) != 0 && c.operator() != Padding.CONSTANT)
        throw c.check().because(
            "The input size %d, plus negative padding %d and %d, resulted in a negative output size, which is invalid. Check dimension %d of your input.",
            self.size(d), pad[2 * i], pad[2 * i + 1], d).shapeFailure();
    }
    return sizes;
  }

  private static long[] negated(long[] pad) {
    return Arrays.stream(pad).map(p -> -p).toArray();
  }

  /// The tensor without `before` and `after` indices of a dimension, where these are positive.
  private static Tensor cut(Tensor t, int dim, long before, long after) {
    if (before <= 0 && after <= 0) return t;
    long start = Math.max(0, before);
    return t.slice(dim, start, Math.max(start, t.size(dim) - Math.max(0, after)), 1);
  }

  private static void addBack(Tensor t, int dim, Tensor border, long count, long begin, long end, boolean low,
      String mode) {
    switch (mode) {
      case "reflect" ->
        (low ? t.slice(dim, begin + 1, begin + 1 + count, 1) : t.slice(dim, end - 1 - count, end - 1, 1))
            .add_(border.flip(dim));
      case "circular" ->
        (low ? t.slice(dim, end - count, end, 1) : t.slice(dim, begin, begin + count, 1)).add_(border.clone());
      default -> (low ? t.slice(dim, begin, begin + 1, 1) : t.slice(dim, end - 1, end, 1)).add_(border.sum(dim, true));
    }
  }
}
