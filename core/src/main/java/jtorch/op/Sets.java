package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Tensors as sets: each element once, which belong to another.
public final class Sets {
  /// The elements, each once, in order; where each element of `self` went; how often each is there. The last two are
  /// empty where they are not asked for.
  public static final Operator UNIQUE = Operator.declare(
      "aten::_unique2(Tensor self, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)")
      .kernel("unique")
      .notDifferentiable();

  public static final Operator UNIQUE_WITHOUT_COUNTS = Operator
      .declare("aten::_unique(Tensor self, bool sorted=True, bool return_inverse=False) -> (Tensor, Tensor)")
      .composition(c -> {
        Tensor[] all = UNIQUE.tensors(c.tensor("self"), c.bool("sorted"), c.bool("return_inverse"), false);
        return new Tensor[] {all[0], all[1]};
      })
      .notDifferentiable();

  /// Runs of equal elements, or of equal rows along a dimension, each once.
  public static final Operator UNIQUE_CONSECUTIVE = Operator.declare(
      "aten::unique_consecutive(Tensor self, bool return_inverse=False, bool return_counts=False, int? dim=None) -> (Tensor, Tensor, Tensor)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        boolean flat = !c.has("dim") || self.dim() == 1 && c.integer("dim") == 0;
        if (!flat) return rows(c, self, c.integer("dim"), false);
        Tensor[] all = rows(c, self.reshape(-1), 0, false);
        Tensor none = Torch.empty(new long[] {0}, DType.INT64);
        return new Tensor[] {all[0], c.bool("return_inverse") ? all[1].reshape(self.sizes()) : none,
          c.bool("return_counts") ? all[2] : none};
      })
      .notDifferentiable();

  /// Rows along a dimension, each once, in lexicographic order; where each went and how often it is there are always given.
  public static final Operator UNIQUE_DIM = Operator.declare(
      "aten::unique_dim(Tensor self, int dim, bool sorted=True, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)")
      .composition(c -> rows(c, c.tensor("self"), c.integer("dim"), true))
      .notDifferentiable();

  public static final Operator UNIQUE_DIM_CONSECUTIVE = Operator.declare(
      "aten::unique_dim_consecutive(Tensor self, int dim, bool return_inverse=False, bool return_counts=False) -> (Tensor, Tensor, Tensor)")
      .composition(c -> rows(c, c.tensor("self"), c.integer("dim"), false))
      .notDifferentiable();

  // ---- membership ------------------------------------------------------------------------------------------------

  /// Whether each element is one of `test_elements`.
  public static final Operator ISIN = Operator.declare(
      "aten::isin.Tensor_Tensor(Tensor elements, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor")
      .shape(c -> {
        Tensor elements = c.tensor("elements");
        if (elements.dtype().isComplex() || c.tensor("test_elements").dtype().isComplex())
          throw c.check().because("Unsupported input type encountered for isin(): %s", elements.dtype()).failure();
        c.result(elements.sizes(), DType.BOOL);
      })
      .kernel("isin")
      .notDifferentiable();

  public static final Operator ISIN_SCALAR = Operator.declare(
      "aten::isin.Tensor_Scalar(Tensor elements, Scalar test_element, *, bool assume_unique=False, bool invert=False) -> Tensor")
      .composition(
          c -> ISIN.call(c.tensor("elements"), Torch.wrappedNumber(c.scalar("test_element")), c.bool("assume_unique"),
              c.bool("invert")))
      .notDifferentiable();

  public static final Operator SCALAR_ISIN = Operator.declare(
      "aten::isin.Scalar_Tensor(Scalar element, Tensor test_elements, *, bool assume_unique=False, bool invert=False) -> Tensor")
      .composition(
          c -> ISIN.call(Torch.wrappedNumber(c.scalar("element")), c.tensor("test_elements"), c.bool("assume_unique"),
              c.bool("invert")))
      .notDifferentiable();

  /// For rows as a matrix: the numbers of those to keep in order, which of these each row is equal to, how often each
  /// is there; `order` says whether rows are sorted first.
  private static final Operator DISTINCT_ROWS =
      Operator.declare("jtorch::distinct_rows(Tensor self, bool order) -> (Tensor, Tensor, Tensor)")
          .kernel("distinct_rows")
          .notDifferentiable();

  private Sets() {}

  private static Tensor[] rows(Call c, Tensor self, long dimension, boolean order) {
    int dim = Check.dim(c.operator(), dimension, self.dim());
    if (self.dim() == 0) self = self.reshape(1);
    long count = self.size(dim);
    if (self.numel() == 0) {
      long zeros = 0;
      for (long size : self.sizes()) zeros += size == 0 ? 1 : 0;
      if (count != 0 || zeros > 1) throw c.check()
          .because("There are 0 sized dimensions, and they aren't selected, so unique cannot be applied")
          .tensor("self", self)
          .shapeFailure();
      Tensor none = Torch.empty(new long[] {0}, DType.INT64);
      return new Tensor[] {self.clone(), none, none.clone()};
    }
    Tensor[] found = Sets.DISTINCT_ROWS.tensors(self.movedim(dim, 0).reshape(count, self.numel() / count), order);
    return new Tensor[] {self.indexSelect(dim, found[0]), found[1], found[2]};
  }
}
