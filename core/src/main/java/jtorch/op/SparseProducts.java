package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;

/// Products of matrices of which one or both are sparse.
///
/// One kernel multiplies compressed rows with a dense matrix, another takes the elements of a dense product at given
/// places, which is the gradient of the first. All else is made of them.
public final class SparseProducts {
  // ---- kernels ---------------------------------------------------------------------------------------------------

  /// `out[i] = sum over p in crow[i] .. crow[i + 1] of values[p] dense[col[p]]`: `[n + 1], [nnz], [nnz], [k, m] -> [n, m]`,
  /// of float32, float64 or int64.
  private static final Operator ROWS_PRODUCT =
      Operator.declare("jtorch::csr_product(Tensor crow, Tensor col, Tensor values, Tensor dense) -> Tensor")
          .shape(c -> c.result(new long[] {c.tensor("crow").size(0) - 1, c.tensor("dense").size(1)},
              c.tensor("values").dtype()))
          .kernel("csr_product")
          .notDifferentiable();

  /// `out[p] = sum over k of left[rows[p], k] right[cols[p], k]`, of float32 or float64.
  private static final Operator PLACES_PRODUCT =
      Operator.declare("jtorch::sampled_product(Tensor rows, Tensor cols, Tensor left, Tensor right) -> Tensor")
          .shape(c -> c.result(c.tensor("rows").sizes(), c.tensor("left").dtype()))
          .kernel("sampled_product")
          .gradient("left", b -> atPlaces(b).mm(b.tensor("right")), "rows", "cols", "right")
          .gradient("right", b -> atPlaces(b).t().mm(b.tensor("left")), "rows", "cols", "left");

  private static Tensor atPlaces(jtorch.autograd.Backward b) {
    return SparseForms.coo(Torch.stack(new Tensor[] {b.tensor("rows"), b.tensor("cols")}, 0), b.grad(),
        new long[] {b.sizes("left")[0], b.sizes("right")[0]}, false);
  }

  /// A matrix by rows, whatever its layout; columns of a row may come in any order, and twice.
  ///
  /// @param begin where rows begin
  record Rows(Tensor begin, Tensor column, Tensor values) {
    /// With values that are part of the graph.
    static Rows of(SparseTensor given) {
      SparseTensor t = SparseForms.once(given);
      if (t.layout().inBlocks()) return of((SparseTensor) t.toSparse(Layout.SPARSE_CSR));
      Tensor values = SparseForms.VALUES.tensor(t);
      if (t.layout() == Layout.SPARSE_CSR)
        return new Rows(t.compressedPart().to(DType.INT64), t.indexPart().to(DType.INT64), values);
      Tensor indices = t.layout() == Layout.SPARSE_COO ? t.indexPart() : SparseIndices.coordinates(t);
      return of(indices.select(0, 0), indices.select(0, 1), values, t.size(0),
          t.layout() == Layout.SPARSE_COO && t.sorted());
    }

    static Rows of(Tensor row, Tensor column, Tensor values, long rows, boolean sorted) {
      var groups = SparseIndices.Groups.of(row.contiguous(), rows);
      return sorted ? new Rows(groups.begin(), column, values)
          : new Rows(groups.begin(), column.indexSelect(0, groups.order()), values.indexSelect(0, groups.order()));
    }

    /// The product with a dense matrix, outside the graph.
    Tensor times(Tensor dense) {
      DType dtype = values.dtype();
      if (dtype.isComplex()) {
        Tensor pairs = dense.viewAsReal().reshape(dense.size(0), 2 * dense.size(1));
        Tensor byReal = new Rows(begin, column, values.real().contiguous()).times(pairs);
        Tensor byImaginary = new Rows(begin, column, values.imag().contiguous()).times(pairs);
        long[] sizes = {begin.size(0) - 1, dense.size(1), 2};
        Tensor turned = byImaginary.view(sizes).viewAsComplex().mul(jtorch.Complex.of(0, 1));
        return byReal.view(sizes).viewAsComplex().add(turned);
      }
      DType compute = dtype == DType.FLOAT64 ? dtype : dtype.isFloatingPoint() ? DType.FLOAT32 : DType.INT64;
      return ROWS_PRODUCT.tensor(begin.contiguous(), column.contiguous(), values.to(compute).contiguous(),
          dense.to(compute).contiguous()).to(dtype);
    }
  }

  // ---- matrices --------------------------------------------------------------------------------------------------

  static {
    MatrixProducts.MM.sparse().composition(c -> product(c, c.tensor("self"), c.tensor("mat2")))
        .gradient("self", b -> b.grad().mm(b.tensor("mat2").t().conj()), "mat2")
        .gradient("mat2", b -> b.tensor("self").t().conj().mm(b.grad()), "self");
    MatrixProducts.BMM.sparse().composition(c -> batched(c))
        .gradient("self", b -> b.grad().bmm(b.tensor("mat2").transpose(1, 2).conj()), "mat2")
        .gradient("mat2", b -> b.tensor("self").transpose(1, 2).conj().bmm(b.grad()), "self");
    MatrixProducts.ADDMM.sparse().composition(c -> added(c, c.tensor("mat1").mm(c.tensor("mat2"))));
  }

  private static Tensor added(Call c, Tensor product) {
    Tensor scaled = MatrixProducts.scaled(product, c.scalar("alpha"));
    Tensor self = c.tensor("self");
    if (c.scalar("beta") instanceof Number beta && beta.doubleValue() == 0 && !(beta instanceof jtorch.Complex))
      return self instanceof SparseTensor ? scaled.toSparse(self.layout()) : scaled.toDense();
    if (!Arrays.equals(self.sizes(), product.sizes()) && !(self instanceof SparseTensor))
      self = self.expand(product.sizes());
    return MatrixProducts.scaled(self, c.scalar("beta")).add(scaled);
  }

  private static void check(Call c, Tensor a, Tensor b) {
    for (Tensor t : new Tensor[] {a, b}) {
      if (t.dim() != 2 || t.denseDim() != 0 && t instanceof SparseTensor) throw c.check()
          .because("expected matrices without dense dimensions").tensor("self", a).tensor("mat2", b).shapeFailure();
    }
    if (a.size(1) != b.size(0)) throw c.check().because("mat1 and mat2 shapes cannot be multiplied (%dx%d and %dx%d)",
        a.size(0), a.size(1), b.size(0), b.size(1)).tensor("self", a).tensor("mat2", b).shapeFailure();
    if (a.dtype() != b.dtype())
      throw c.check().because("expected m1 and m2 to have the same dtype, but got: %s != %s", a.dtype(), b.dtype())
          .tensor("self", a).tensor("mat2", b).failure();
    if (a.dtype() == DType.BOOL) throw c.check().because("not implemented for bool").failure();
  }

  private static Tensor product(Call c, Tensor a, Tensor b) {
    check(c, a, b);
    if (a instanceof SparseTensor left)
      return b instanceof SparseTensor right ? bothSparse(left, right) : Rows.of(left).times(b);
    // The transposed product has its sparse factor first.
    return Rows.of((SparseTensor) b.t()).times(a.t()).t().contiguous();
  }

  private static Tensor batched(Call c) {
    Tensor self = c.tensor("self");
    Tensor dense = c.tensor("mat2");
    if (!(self instanceof SparseTensor sparse) || dense instanceof SparseTensor)
      throw c.check().because("not there for layouts %s and %s", self.layout(), dense.layout())
          .hint("toDense() gives all elements").unsupported();
    if (self.dim() != 3 || dense.dim() != 3) throw c.check().because("batch1 and batch2 must be 3D tensors")
        .tensor("self", self).tensor("mat2", dense).shapeFailure();
    if (self.size(0) != dense.size(0) || self.size(2) != dense.size(1)) throw c.check()
        .because("Expected size for first two dimensions of batch2 tensor to be: [%d, %d] but got: [%d, %d].",
            self.size(0), self.size(2), dense.size(0), dense.size(1))
        .tensor("self", self).tensor("mat2", dense).shapeFailure();
    if (self.dtype() != dense.dtype()) throw c.check()
        .because("expected m1 and m2 to have the same dtype, but got: %s != %s", self.dtype(), dense.dtype()).failure();
    // One matrix with the batch's along its diagonal.
    SparseTensor coo = (SparseTensor) (sparse.layout() == Layout.SPARSE_COO ? sparse : sparse.toSparse());
    if (coo.sparseDims() != 3)
      throw c.check().because("all three dimensions must be sparse").tensor("self", self).shapeFailure();
    Tensor batch = coo.indexPart().select(0, 0);
    Tensor row = batch.mul(self.size(1)).add(coo.indexPart().select(0, 1));
    Tensor column = batch.mul(self.size(2)).add(coo.indexPart().select(0, 2));
    return Rows.of(row, column, coo.valuePart(), self.size(0) * self.size(1), coo.sorted())
        .times(dense.reshape(dense.size(0) * dense.size(1), dense.size(2)))
        .view(self.size(0), self.size(1), dense.size(2));
  }

  /// Every value of the first matrix with the row of the second that its column names, added up by places.
  private static Tensor bothSparse(SparseTensor a, SparseTensor b) {
    SparseTensor left = SparseForms.merged(a);
    Rows right = Rows.of(b);
    var runs = SparseViews.Runs.of(right.begin(), left.indexPart().select(0, 1));
    Tensor values = SparseForms.VALUES.tensor(left).indexSelect(0, runs.owner())
        .mul(right.values().indexSelect(0, runs.entry()));
    Tensor row = left.indexPart().select(0, 0).indexSelect(0, runs.owner());
    Tensor column = right.column().indexSelect(0, runs.entry());
    Tensor sum = SparseForms.coo(Torch.stack(new Tensor[] {row, column}, 0), values,
        new long[] {a.size(0), b.size(1)}, false).coalesce();
    return a.layout() == Layout.SPARSE_COO ? sum : sum.toSparse(Layout.SPARSE_CSR);
  }

  /// The product of two sparse matrices; gradients only of what they specify.
  public static final Operator SPARSE_SPARSE =
      Operator.declare("aten::_sparse_sparse_matmul(Tensor self, Tensor other) -> Tensor").composition(c -> {
        check(c, c.tensor("self"), c.tensor("other"));
        return bothSparse(SparseIndices.sparse(c, "self"), SparseIndices.sparse(c, "other"));
      }).anyLayout();

  // ---- with gradients of what is specified -----------------------------------------------------------------------

  /// `beta self + alpha mat1 @ mat2`; the gradient of a sparse factor has its places.
  public static final Operator SPARSE_ADDMM = Operator
      .declare("aten::_sparse_addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
      .composition(c -> added(c, product(c, c.tensor("mat1"), c.tensor("mat2"))))
      .gradient("self", b -> MatrixProducts.scaled(b.grad(), b.scalar("beta")))
      .gradient("mat1",
          b -> MatrixProducts.scaled(factor(b.grad(), b.tensor("mat1"), b.tensor("mat2")), b.scalar("alpha")),
          "mat1", "mat2")
      .gradient("mat2", b -> {
        Tensor mat2 = b.tensor("mat2");
        Tensor full = mat2 instanceof SparseTensor
            ? factor(b.grad().t(), mat2.t(), b.tensor("mat1").t()).t()
            : b.tensor("mat1").t().conj().mm(b.grad());
        return MatrixProducts.scaled(full, b.scalar("alpha"));
      }, "mat1", "mat2")
      .anyLayout();

  /// The gradient of `mat1` in `mat1 @ mat2`, where mat1 specifies elements.
  private static Tensor factor(Tensor grad, Tensor mat1, Tensor mat2) {
    if (!(mat1 instanceof SparseTensor sparse)) return grad.mm(mat2.t().conj());
    SparseTensor once = sparse.layout() == Layout.SPARSE_COO ? (SparseTensor) sparse.coalesce() : sparse;
    if (grad instanceof SparseTensor || mat2 instanceof SparseTensor || once.layout().inBlocks())
      return SparseConversions.masked(grad.mm(mat2.t().conj()), once);
    Tensor indices = once.layout() == Layout.SPARSE_COO ? once.indexPart() : SparseIndices.coordinates(once);
    return SparseForms.withValues(once, atPlaces(indices.select(0, 0), indices.select(0, 1), grad, mat2.conj()));
  }

  /// Elements of `left @ right.T` at places; differentiable.
  private static Tensor atPlaces(Tensor rows, Tensor cols, Tensor left, Tensor right) {
    if (left.dtype().isComplex()) {
      Tensor real =
          atPlaces(rows, cols, left.real(), right.real()).sub(atPlaces(rows, cols, left.imag(), right.imag()));
      Tensor imaginary =
          atPlaces(rows, cols, left.real(), right.imag()).add(atPlaces(rows, cols, left.imag(), right.real()));
      return Torch.complex(real, imaginary);
    }
    if (left.dtype() != DType.FLOAT32 && left.dtype() != DType.FLOAT64)
      return atPlaces(rows, cols, left.to(DType.FLOAT32), right.to(DType.FLOAT32)).to(left.dtype());
    return PLACES_PRODUCT.tensor(rows.contiguous(), cols.contiguous(), left.contiguous(), right.contiguous());
  }

  /// PyTorch's `torch.sparse.mm`.
  public static final Operator SPARSE_MM =
      Operator.declare("aten::_sparse_mm(Tensor sparse, Tensor dense) -> Tensor").composition(c -> {
        Tensor a = c.tensor("sparse");
        Tensor b = c.tensor("dense");
        if (a instanceof SparseTensor && b instanceof SparseTensor) return SPARSE_SPARSE.call(a, b);
        check(c, a, b);
        return SPARSE_ADDMM.call(Torch.zeros(new long[] {a.size(0), b.size(1)}, a.dtype(), a.device()), a, b, 0L, 1L);
      }).anyLayout();

  /// Rows of products joined by `sum`, `mean`, `amax` or `amin` instead of being added up; 0 for rows without entries.
  public static final Operator SPARSE_MM_REDUCE =
      Operator.declare("aten::_sparse_mm.reduce(Tensor sparse, Tensor dense, str reduce) -> Tensor").composition(c -> {
        SparseTensor a = SparseIndices.sparse(c, "sparse");
        Tensor b = c.tensor("dense");
        check(c, a, b);
        Rows rows = Rows.of(a);
        Tensor row = SparseIndices.groups(rows.begin());
        Tensor products = rows.values().unsqueeze(1).mul(b.indexSelect(0, rows.column()));
        Tensor zeros = Torch.zeros(new long[] {a.size(0), b.size(1)}, a.dtype());
        Tensor counts = rows.begin().narrow(0, 1, a.size(0)).sub(rows.begin().narrow(0, 0, a.size(0)));
        return switch (c.string("reduce")) {
          case "sum" -> SPARSE_MM.call(a, b);
          case "mean" -> Arithmetic.DIV_MODE.tensor(SPARSE_MM.tensor(a, b),
              counts.clamp(1L, null).unsqueeze(1).to(a.dtype()), a.dtype().isDifferentiable() ? null : "trunc");
          case "amax", "amin" -> zeros.indexReduce(0, row, products, c.string("reduce"), false);
          default -> throw c.check()
              .because("reduce argument must be either sum, prod, mean, amax or amin, got %s", c.string("reduce"))
              .failure();
        };
      }).anyLayout();

  // ---- sparse results --------------------------------------------------------------------------------------------

  /// `beta self + alpha (mat1 @ mat2)` at the places of `self`, a matrix of compressed rows or a batch of them.
  public static final Operator SAMPLED_ADDMM = Operator.declare(
      "aten::sparse_sampled_addmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
      .composition(c -> {
        SparseTensor self = SparseIndices.sparse(c, "self");
        Tensor a = c.tensor("mat1");
        Tensor b = c.tensor("mat2");
        if (self.layout() != Layout.SPARSE_CSR)
          throw c.check().because("Expected self to have sparse csr layout, but got %s", self.layout().title())
              .failure();
        if (a.dim() != self.dim() || b.dim() != self.dim() || a.size(-1) != b.size(-2) || a.size(-2) != self.size(-2)
            || b.size(-1) != self.size(-1))
          throw c.check().because("mat1 and mat2 shapes cannot be multiplied (%dx%d and %dx%d)", a.size(-2), a.size(-1),
              b.size(-2), b.size(-1)).tensor("self", self).shapeFailure();
        Tensor indices = SparseIndices.coordinates(self);
        int batch = self.batchDims();
        long[] lead = Arrays.copyOf(self.sizes(), batch);
        Tensor row = SparseIndices.places(indices.narrow(0, 0, batch + 1), Arrays.copyOf(self.sizes(), batch + 1));
        Tensor column = SparseIndices.places(SparseViews.dropped(indices, batch),
            SparseConversions.joined(lead, self.size(-1)));
        Tensor right = b.mT();
        Tensor products = atPlaces(row, column, a.reshape(-1, a.size(-1)), right.reshape(-1, right.size(-1)));
        Tensor sum = MatrixProducts.scaled(products.reshape(self.valuePart().sizes()), c.scalar("alpha"));
        if (c.scalar("beta") instanceof Number beta && beta.doubleValue() == 0)
          return SparseForms.withValues(self, sum);
        return SparseForms.withValues(self,
            MatrixProducts.scaled(SparseForms.VALUES.tensor(self), c.scalar("beta")).add(sum));
      }).anyLayout();

  /// `beta self + alpha mat1 @ mat2` with sparse `self` and `mat1`, as a sparse matrix.
  public static final Operator SSPADDMM = Operator
      .declare("aten::sspaddmm(Tensor self, Tensor mat1, Tensor mat2, *, Scalar beta=1, Scalar alpha=1) -> Tensor")
      .composition(c -> MatrixProducts.scaled(c.tensor("self"), c.scalar("beta"))
          .add(MatrixProducts.scaled(c.tensor("mat1").mm(c.tensor("mat2")), c.scalar("alpha")).toSparse()))
      .anyLayout();
  /// The product of a sparse and a dense matrix, as a sparse one.
  public static final Operator SMM = Operator.declare("aten::smm(Tensor self, Tensor mat2) -> Tensor")
      .composition(c -> c.tensor("self").mm(c.tensor("mat2")).toSparse()).anyLayout();
  /// The product of a sparse and a dense matrix: rows that the sparse one specifies, dense.
  public static final Operator HSPMM = Operator.declare("aten::hspmm(Tensor mat1, Tensor mat2) -> Tensor")
      .composition(c -> {
        Tensor product = c.tensor("mat1").mm(c.tensor("mat2"));
        Tensor rows = SparseForms.merged(c.tensor("mat1")).indexPart().select(0, 0);
        Tensor once = SparseIndices.merge(rows).unique();
        return SparseForms.coo(once.unsqueeze(0), product.indexSelect(0, once), product.sizes(), true);
      }).anyLayout();

  /// A matrix with these diagonals: element j of a diagonal with offset k stands in column j, row `j - k`.
  public static final Operator SPDIAGS = Operator
      .declare("aten::_spdiags(Tensor diagonals, Tensor offsets, int[] shape, Layout? layout=None) -> Tensor")
      .composition(c -> {
        Tensor diagonals =
            c.tensor("diagonals").dim() == 1 ? c.tensor("diagonals").unsqueeze(0) : c.tensor("diagonals");
        Tensor offsets = c.tensor("offsets").reshape(-1);
        long[] shape = c.longs("shape");
        if (diagonals.dim() != 2) throw c.check().because("Diagonals must be vector or matrix").shapeFailure();
        if (shape.length != 2) throw c.check().because("Output shape must be 2d").shapeFailure();
        if (offsets.dtype() != DType.INT64)
          throw c.check().because("Offset Tensor must have dtype Long but got %s", offsets.dtype()).failure();
        if (offsets.numel() != diagonals.size(0)) throw c.check()
            .because("Number of diagonals (%d) does not match the number of offsets (%d)", diagonals.size(0),
                offsets.numel())
            .shapeFailure();
        if (Arrays.stream(offsets.toLongArray()).distinct().count() < offsets.numel())
          throw c.check().because("Offset tensor contains duplicate values").failure();
        Layout layout = SparseForms.layout(c, Layout.SPARSE_COO);
        if (layout != Layout.SPARSE_COO && layout != Layout.SPARSE_CSR && layout != Layout.SPARSE_CSC) throw c.check()
            .because("Only output layouts (Sparse, SparseCsc, SparseCsr) are supported, got %s", layout.title())
            .failure();
        Tensor column = Torch.arange(diagonals.size(1), o -> o.dtype(DType.INT64)).expand(diagonals.sizes());
        Tensor row = column.sub(offsets.unsqueeze(1));
        Tensor inside = row.ge(0L).logicalAnd(row.lt(shape[0])).logicalAnd(column.lt(shape[1])).reshape(-1);
        Tensor chosen = inside.nonzero().select(1, 0);
        Tensor indices = Torch.stack(new Tensor[] {row.reshape(-1), column.reshape(-1)}, 0).indexSelect(1, chosen);
        return SparseForms.coo(indices, diagonals.reshape(-1).indexSelect(0, chosen), shape, false).toSparse(layout);
      });

  private SparseProducts() {}
}
