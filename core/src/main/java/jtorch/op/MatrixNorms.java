package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Norms of matrices, condition numbers, ranks.
public final class MatrixNorms {
  /// The norm of an operator: 1 and -1 (columns), infinities (rows), 2 and -2 (singular values).
  public static final Operator LINALG_MATRIX_NORM = Operator.declare(
      "aten::linalg_matrix_norm(Tensor self, Scalar ord, int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = prepared(c);
        double ord = c.number("ord");
        double abs = Math.abs(ord);
        if (abs != 1 && abs != 2 && abs != Double.POSITIVE_INFINITY) throw Check.of("linalg.matrix_norm")
            .because("Order %s not supported.", text(c.scalar("ord"))).failure();
        int[] dims = dims(self, c.longs("dim"));
        boolean keep = c.bool("keepdim");
        if (abs == 2) {
          Matrices.checkPrecise("linalg.matrix_norm", self);
          Tensor values = singularValues(self, dims);
          return kept(extreme(values, -1, false, ord > 0), dims, keep, self.dim());
        }
        int added = abs == 1 ? dims[0] : dims[1];
        int compared = abs == 1 ? dims[1] : dims[0];
        Tensor sums = Reductions.VECTOR_NORM.tensor(self, 1L, new long[] {added}, true, null);
        Tensor made = extreme(sums, compared, true, ord > 0);
        return keep ? made : made.squeeze(dims[0], dims[1]);
      });

  /// `fro`, the root of the sum of squares, or `nuc`, the sum of singular values.
  public static final Operator LINALG_MATRIX_NORM_STR = Operator.declare(
      "aten::linalg_matrix_norm.str_ord(Tensor self, str ord=\"fro\", int[] dim=[-2, -1], bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = prepared(c);
        String ord = c.string("ord");
        if (!ord.equals("fro") && !ord.equals("nuc"))
          throw Check.of("linalg.matrix_norm").because("Order %s not supported.", ord).failure();
        int[] dims = dims(self, c.longs("dim"));
        boolean keep = c.bool("keepdim");
        if (ord.equals("fro"))
          return Reductions.VECTOR_NORM.call(self, 2L, new long[] {dims[0], dims[1]}, keep, null);
        Matrices.checkPrecise("linalg.matrix_norm", self);
        return kept(singularValues(self, dims).sum(-1), dims, keep, self.dim());
      });

  /// A norm of vectors or, over two dimensions with an order, of matrices.
  public static final Operator LINALG_NORM = Operator.declare(
      "aten::linalg_norm(Tensor self, Scalar? ord=None, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        long[] dim = c.longsOrNull("dim");
        checkNormDims(self, dim, c.has("ord"));
        boolean matrix = c.has("ord") && (dim == null ? self.dim() == 2 : dim.length == 2);
        if (!matrix) return Reductions.VECTOR_NORM.call(self, c.has("ord") ? c.scalar("ord") : 2L, dim,
            c.bool("keepdim"), c.dtype("dtype"));
        return LINALG_MATRIX_NORM.call(self, c.scalar("ord"), dim == null ? new long[] {0, 1} : dim,
            c.bool("keepdim"), c.dtype("dtype"));
      });

  public static final Operator LINALG_NORM_STR = Operator.declare(
      "aten::linalg_norm.ord_str(Tensor self, str ord, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        long[] dim = c.longsOrNull("dim");
        checkNormDims(self, dim, true);
        return LINALG_MATRIX_NORM_STR.call(self, c.string("ord"), dim == null ? new long[] {0, 1} : dim,
            c.bool("keepdim"), c.dtype("dtype"));
      });

  public static final Operator FROBENIUS_NORM =
      Operator.declare("aten::frobenius_norm.dim(Tensor self, int[1] dim, bool keepdim=False) -> Tensor")
          .composition(c -> {
            long[] dim = c.longs("dim");
            if (dim.length > 2) throw c.check().because("Expected at most 2 dimensions, but got %d dimensions instead.",
                dim.length).failure();
            return Reductions.VECTOR_NORM.call(c.tensor("self"), 2L, dim, c.bool("keepdim"), null);
          });

  public static final Operator NUCLEAR_NORM =
      Operator.declare("aten::nuclear_norm(Tensor self, bool keepdim=False) -> Tensor")
          .composition(c -> LINALG_MATRIX_NORM_STR.call(c.tensor("self"), "nuc", new long[] {-2, -1},
              c.bool("keepdim"), null));

  public static final Operator NUCLEAR_NORM_DIM =
      Operator.declare("aten::nuclear_norm.dim(Tensor self, int[2] dim, bool keepdim=False) -> Tensor")
          .composition(c -> LINALG_MATRIX_NORM_STR.call(c.tensor("self"), "nuc", c.longs("dim"), c.bool("keepdim"),
              null));

  // ---- condition -------------------------------------------------------------------------------------------------

  /// `|A| |A^-1|` in a norm: 2 unless given; infinite for singular matrices.
  public static final Operator LINALG_COND =
      Operator.declare("aten::linalg_cond(Tensor self, Scalar? p=None) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() < 2) throw Check.of("linalg.cond")
            .because("The input tensor must have at least 2 dimensions.").tensor("self", self).shapeFailure();
        double p = c.number("p", 2);
        double abs = Math.abs(p);
        if (abs != 1 && abs != 2 && abs != Double.POSITIVE_INFINITY) throw Check.of("linalg.cond")
            .because("linalg.cond got an invalid norm type: %s", text(c.scalar("p"))).failure();
        if (abs != 2) {
          Matrices.checkSquare("linalg.cond(ord=" + text(c.scalar("p")) + ")", self);
          return condition(self, LINALG_MATRIX_NORM, c.scalar("p"));
        }
        if (self.numel() == 0) return nothing(self);
        Tensor values = SingularValues.LINALG_SVDVALS.tensor(self, null);
        Tensor largest = values.narrow(-1, 0, 1);
        Tensor smallest = values.narrow(-1, values.size(-1) - 1, 1);
        return (p > 0 ? largest.div(smallest) : smallest.div(largest)).squeeze(-1);
      });

  public static final Operator LINALG_COND_STR =
      Operator.declare("aten::linalg_cond.p_str(Tensor self, str p) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        String p = c.string("p");
        if (self.dim() < 2) throw Check.of("linalg.cond")
            .because("The input tensor must have at least 2 dimensions.").tensor("self", self).shapeFailure();
        if (!p.equals("fro") && !p.equals("nuc"))
          throw Check.of("linalg.cond").because("linalg.cond got an invalid norm type: %s", p).failure();
        Matrices.checkSquare("linalg.cond(ord=" + p + ")", self);
        return condition(self, LINALG_MATRIX_NORM_STR, p);
      });

  // ---- rank ------------------------------------------------------------------------------------------------------

  /// How many singular values count: see `Tolerance`.
  public static final Operator LINALG_MATRIX_RANK_TENSORS = Operator.declare(
      "aten::linalg_matrix_rank.atol_rtol_tensor(Tensor input, *, Tensor? atol=None, Tensor? rtol=None, bool hermitian=False) -> Tensor")
      .composition(c -> rank(c.tensor("input"), c.tensorOrNull("atol"), c.tensorOrNull("rtol"), c.bool("hermitian")))
      .notDifferentiable();

  public static final Operator LINALG_MATRIX_RANK_FLOATS = Operator.declare(
      "aten::linalg_matrix_rank.atol_rtol_float(Tensor self, *, float? atol=None, float? rtol=None, bool hermitian=False) -> Tensor")
      .composition(c -> rank(c.tensor("self"), Tolerance.tensor(c, "atol"), Tolerance.tensor(c, "rtol"),
          c.bool("hermitian")))
      .notDifferentiable();

  public static final Operator LINALG_MATRIX_RANK =
      Operator.declare("aten::linalg_matrix_rank(Tensor self, float tol, bool hermitian=False) -> Tensor")
          .composition(c -> rank(c.tensor("self"), Tolerance.tensor(c, "tol"), Tolerance.tensor(0),
              c.bool("hermitian")))
          .notDifferentiable();

  public static final Operator LINALG_MATRIX_RANK_TOL =
      Operator.declare("aten::linalg_matrix_rank.tol_tensor(Tensor input, Tensor tol, bool hermitian=False) -> Tensor")
          .composition(c -> rank(c.tensor("input"), c.tensor("tol"), Tolerance.tensor(0), c.bool("hermitian")))
          .notDifferentiable();

  private MatrixNorms() {}

  /// An order as PyTorch prints it: 3, 0.5, inf.
  private static String text(Object order) {
    if (order instanceof Long v) return v.toString();
    double v = ((Number) order).doubleValue();
    return Double.isInfinite(v) ? v > 0 ? "inf" : "-inf" : v == Math.rint(v) ? Long.toString((long) v) : "" + v;
  }

  private static Tensor prepared(Call c) {
    String name = "linalg.matrix_norm";
    Tensor self = c.tensor("self");
    Matrices.check(name, self, "A");
    Matrices.checkFloating(name, self);
    DType dtype = c.dtype("dtype");
    if (dtype == null) return self;
    if (!dtype.isDifferentiable())
      throw Check.of(name).because("dtype should be floating point or complex, but got %s", dtype).failure();
    if (dtype.isComplex() != self.dtype().isComplex()) throw Check.of(name)
        .because("dtype should be %s for %s inputs, but got %s", self.dtype().isComplex() ? "complex" : "real",
            self.dtype().isComplex() ? "complex" : "real", dtype)
        .failure();
    if (Promotion.promote(self.dtype(), dtype) != dtype) throw Check.of(name).because(
        "the dtype of the input (%s) should be convertible without narrowing to the specified dtype (%s)",
        self.dtype(), dtype).failure();
    return self.to(dtype);
  }

  /// The two dimensions of the matrices, counted from the first.
  private static int[] dims(Tensor self, long[] dim) {
    String name = "linalg.matrix_norm";
    if (dim.length != 2)
      throw Check.of(name).because("dim must be a 2-tuple. Got %s", list(dim)).failure();
    int rows = Check.dim(Reductions.SUM_DIMS, dim[0], self.dim());
    int columns = Check.dim(Reductions.SUM_DIMS, dim[1], self.dim());
    if (rows == columns)
      throw Check.of(name).because("dims must be different. Got (%d, %d)", dim[0], dim[1]).failure();
    return new int[] {rows, columns};
  }

  private static String list(long[] dim) {
    return Arrays.toString(dim).replaceAll("[\\[\\]]", "");
  }

  /// The largest or smallest along a dimension; the largest of none is 0.
  private static Tensor extreme(Tensor values, long dim, boolean keepdim, boolean largest) {
    if (values.size((int) dim) == 0) {
      if (largest) return Reductions.SUM_DIMS.tensor(values, new long[] {dim}, keepdim, null);
      throw Check.of("linalg.matrix_norm").because("amin(): Expected reduction dim %d to have non-zero size.", dim)
          .indexFailure();
    }
    return (largest ? Reductions.AMAX : Reductions.AMIN).tensor(values, new long[] {dim}, keepdim);
  }

  private static Tensor singularValues(Tensor self, int[] dims) {
    Tensor matrices = self.movedim(new long[] {dims[0], dims[1]}, new long[] {-2, -1});
    return SingularValues.LINALG_SVDVALS.tensor(matrices, null);
  }

  /// Puts ones where the matrices' dimensions were.
  private static Tensor kept(Tensor reduced, int[] dims, boolean keep, int dim) {
    if (!keep) return reduced;
    return reduced.unsqueeze(-1).unsqueeze(-1).movedim(new long[] {dim - 2, dim - 1}, new long[] {dims[0], dims[1]});
  }

  private static void checkNormDims(Tensor self, long @Nullable [] dim, boolean ordered) {
    if (dim != null) {
      if (dim.length != 1 && dim.length != 2) throw Check.of("linalg.norm")
          .because("If dim is specified, it must be of length 1 or 2. Got %s", Arrays.toString(dim)).failure();
    } else if (ordered && self.dim() != 1 && self.dim() != 2) {
      throw Check.of("linalg.norm")
          .because("If dim is not specified but ord is, the input must be 1D or 2D. Got %dD.", self.dim())
          .tensor("A", self).shapeFailure();
    }
  }

  private static Tensor nothing(Tensor self) {
    return Torch.zeros(Matrices.batch(self), self.dtype().toReal(), self.device());
  }

  private static Tensor condition(Tensor self, Operator norm, Object order) {
    if (self.numel() == 0) return nothing(self);
    Tensor[] inverse = LinearSolving.LINALG_INV_EX.tensors(self, false);
    Tensor singular = inverse[1].gt(0).unsqueeze(-1).unsqueeze(-1);
    Tensor finite = inverse[0].maskedFill(singular, Double.POSITIVE_INFINITY);
    long[] dims = {-2, -1};
    return norm.tensor(self, order, dims, false, null).mul(norm.tensor(finite, order, dims, false, null));
  }

  private static Tensor rank(Tensor input, @Nullable Tensor atol, @Nullable Tensor rtol, boolean hermitian) {
    String name = "torch.linalg.matrix_rank";
    Matrices.check(name, input, "input");
    Tolerance tolerance = Tolerance.of(name, input, atol, rtol);
    if (input.numel() == 0) return Torch.zeros(Matrices.batch(input), DType.INT64, input.device());
    Tensor sizes = hermitian ? Eigenvalues.LINALG_EIGVALSH.tensor(input, "L").abs()
        : SingularValues.LINALG_SVDVALS.tensor(input, null);
    return sizes.gt(tolerance.least(sizes)).sum(-1);
  }
}
