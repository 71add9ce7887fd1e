package jtorch.op;

/// Choosing, writing and adding elements by index tensors.
public final class Indexing {
  /// Adds rows of `source`, times alpha, at these indices of a dimension.
  public static final Operator INDEX_ADD = Operator
      .declare("aten::index_add(Tensor self, int dim, Tensor index, Tensor source, *, Scalar alpha=1) -> Tensor")
      .shape(c -> c.resultLike(c.tensor("self"), c.tensor("self").dtype()))
      .kernel("index_add")
      .gradient("self", b -> b.grad())
      .inPlace();

  private Indexing() {}
}
