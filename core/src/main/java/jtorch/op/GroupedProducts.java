package jtorch.op;

import java.util.ArrayList;
import java.util.List;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Products of matrices in groups of different size, as layers of experts need them.
public final class GroupedProducts {
  /// - `[m, k] x [g, k, n] -> [m, n]`: rows `offs[i - 1]` to `offs[i]` of the left times the i-th matrix on the right.
  /// - `[g, m, k] x [k, n] -> [m, n]`: the i-th matrix on the left times those columns of the right.
  /// - `[m, k] x [k, n] -> [g, m, n]`: those columns of the left times those rows of the right.
  /// - `[g, m, k] x [g, k, n] -> [g, m, n]`: a batch, without offsets.
  ///
  /// `offs` are the ends of the groups, int32, rising. Unlike PyTorch's, rows may have any alignment.
  public static final Operator GROUPED_MM = Operator.declare(
      "aten::_grouped_mm(Tensor self, Tensor mat2, Tensor? offs=None, Tensor? bias=None, ScalarType? out_dtype=None) -> Tensor")
      .composition(GroupedProducts::grouped);

  private GroupedProducts() {}

  private static Object grouped(Call c) {
    Tensor a = c.tensor("self");
    Tensor b = c.tensor("mat2");
    for (Tensor t : new Tensor[] {a, b}) {
      if (t.dtype() != DType.FLOAT32 && !t.dtype().isHalf()) throw c.check()
          .because("Expected mat_a to be Float32, BFloat16 or Float16 matrix, got %s", t.dtype().scalarTypeName())
          .failure();
      if (t.dim() != 2 && t.dim() != 3)
        throw c.check().because("mat_a and mat_b have to be 2 or 3 dimensional").tensor("self", a).tensor("mat2", b)
            .shapeFailure();
    }
    if (c.has("bias")) throw c.check().because("Bias not supported yet").failure();
    if (c.dtype("out_dtype", a.dtype()) != a.dtype())
      throw c.check().because("Grouped gemm output dtype must match `mat_a` dtype").failure();
    if (a.size(-1) != b.size(-2)) throw c.check().because("contraction dimension of mat_a and mat_b must match")
        .tensor("self", a).tensor("mat2", b).shapeFailure();
    Tensor offs = c.tensorOrNull("offs");
    boolean batch = a.dim() == 3 && b.dim() == 3;
    if (batch == (offs != null))
      throw c.check().because("Have to provide offsets if there is a 2d matrix, or no offset if both matrices are 3d")
          .failure();
    if (offs == null) return a.bmm(b);
    if (offs.dim() != 1 || offs.dtype() != DType.INT32)
      throw c.check().because("Offsets have to be a vector of int32").tensor("offs", offs).failure();
    long groups = a.dim() == 3 ? a.size(0) : b.dim() == 3 ? b.size(0) : offs.size(0);
    if (groups != offs.size(0))
      throw c.check().because("the number of offsets %d must be that of the matrices %d", offs.size(0), groups)
          .shapeFailure();
    boolean both = a.dim() == 2 && b.dim() == 2;
    long whole = a.dim() == 3 ? b.size(1) : both ? a.size(1) : a.size(0);
    List<Tensor> parts = new ArrayList<>();
    long from = 0;
    int group = 0;
    for (long to : offs.toLongArray()) {
      if (to < from || to > whole)
        throw c.check().because("offsets must rise up to at most %d, got %d after %d", whole, to, from).failure();
      long length = to - from;
      if (both) parts.add(a.narrow(1, from, length).mm(b.narrow(0, from, length)));
      else if (a.dim() == 2) parts.add(a.narrow(0, from, length).mm(b.select(0, group)));
      else parts.add(a.select(0, group).mm(b.narrow(1, from, length)));
      from = to;
      group++;
    }
    if (both) return Torch.stack(parts.toArray(Tensor[]::new), 0);
    // What no group takes is zero.
    long[] rest = a.dim() == 2 ? new long[] {whole - from, b.size(2)} : new long[] {a.size(1), whole - from};
    parts.add(Torch.zeros(rest, a.dtype()));
    return Torch.cat(parts.toArray(Tensor[]::new), a.dim() == 2 ? 0 : 1);
  }
}
