package jtorch.op;

import jtorch.NestedTensor;
import jtorch.Tensor;
import jtorch.Torch;

/// From nested tensors to dense ones.
public final class NestedForms {
  /// A dense tensor with each part in the corner at 0 and a number elsewhere.
  public static final Operator TO_PADDED =
      Operator.declare("aten::to_padded_tensor(Tensor self, float padding, SymInt[]? output_size=None) -> Tensor")
          .composition(NestedForms::padded)
          .anyNested();

  public static final Operator NESTED_TO_PADDED =
      Operator.declare("aten::nested_to_padded_tensor(Tensor self, float padding, int[]? output_size=None) -> Tensor")
          .composition(c -> TO_PADDED.call(c.tensor("self"), c.number("padding"), c.longsOrNull("output_size")))
          .anyNested();

  private NestedForms() {}

  private static Object padded(Call c) {
    if (!(c.tensor("self") instanceof NestedTensor self))
      throw c.check().because("not a nested tensor").tensor("self", c.tensor("self")).failure();
    Tensor[] parts = self.unbind();
    if (parts.length == 0) return Torch.zeros(0);
    long[] largest = parts[0].sizes().clone();
    for (Tensor part : parts) {
      for (int d = 0; d < largest.length; d++) largest[d] = Math.max(largest[d], part.size(d));
    }
    long[] wanted = c.longsOrNull("output_size");
    if (wanted != null) {
      if (wanted.length != largest.length + 1 || wanted[0] != parts.length) throw c.check()
          .because("output_size must have one size for each of the %d dimensions, the first %d", largest.length + 1,
              parts.length)
          .shapeFailure();
      for (int d = 0; d < largest.length; d++) {
        if (wanted[d + 1] < largest[d]) throw c.check().because(
            "Value in output_size is less than NestedTensor padded size. Truncation is not supported.").failure();
        largest[d] = wanted[d + 1];
      }
    }
    Tensor[] filled = new Tensor[parts.length];
    for (int i = 0; i < parts.length; i++) {
      long[] ends = new long[2 * largest.length];
      for (int d = 0; d < largest.length; d++)
        ends[2 * (largest.length - 1 - d) + 1] = largest[d] - parts[i].size(d);
      filled[i] = ends.length == 0 ? parts[i] : Padding.CONSTANT.tensor(parts[i], ends, c.number("padding"));
    }
    return Torch.stack(filled, 0);
  }
}
