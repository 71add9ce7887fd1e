package jtorch.op;

import java.util.Arrays;
import java.util.List;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Layout;
import jtorch.SparseTensor;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// What element-wise operators do with sparse tensors: functions that keep zero work on the values, sums join the places of
/// both, products those in both.
public final class SparsePointwise {
  // ---- functions of values ---------------------------------------------------------------------------------------

  /// Functions that keep zero: what is not specified stays so.
  private static final List<Operator> KEEP_ZERO = List.of(Arithmetic.ABS, Arithmetic.SGN, Arithmetic.SIGN,
      Arithmetic.SQRT, Arithmetic.SQUARE, Activations.RELU, Comparison.ISINF, Comparison.ISNAN, Comparison.ISNEGINF,
      Comparison.ISPOSINF, Comparison.SIGNBIT, Exponentials.EXPM1, Exponentials.LOG1P, Rounding.CEIL, Rounding.FLOOR,
      Rounding.FRAC, Rounding.NAN_TO_NUM, Rounding.ROUND, Rounding.ROUND_DECIMALS, Rounding.TRUNC, Special.ERF,
      Special.ERFINV, Trigonometry.ASIN, Trigonometry.ASINH, Trigonometry.ATAN, Trigonometry.ATANH,
      Trigonometry.DEG2RAD, Trigonometry.RAD2DEG, Trigonometry.SIN,
      Trigonometry.SINH, Trigonometry.TAN, Trigonometry.TANH);

  /// Linear ones: places that are there twice may stay so.
  private static final List<Operator> LINEAR = List.of(Arithmetic.NEG, ComplexNumbers.CONJ_PHYSICAL,
      ViewForms.VIEW_AS_COMPLEX, ViewForms.VIEW_AS_REAL,
      Views.REAL);

  static {
    for (Operator function : KEEP_ZERO) function.sparse().composition(c -> ofValues(c, function, true));
    for (Operator function : LINEAR) function.sparse().composition(c -> ofValues(c, function, false));
    Arithmetic.MUL_SCALAR.sparse().composition(c -> ofValues(c, Arithmetic.MUL_SCALAR, false));
    Arithmetic.DIV_SCALAR.sparse().composition(c -> ofValues(c, Arithmetic.DIV_SCALAR, false));
    Arithmetic.FLOOR_DIVIDE_SCALAR.sparse().composition(c -> ofValues(c, Arithmetic.FLOOR_DIVIDE_SCALAR, true));
    Arithmetic.DIV_SCALAR_MODE.sparse().composition(c -> ofValues(c, Arithmetic.DIV_SCALAR_MODE, true));
    Arithmetic.DIV.sparse().composition(c -> quotient(c, Arithmetic.DIV));
    Arithmetic.FLOOR_DIVIDE.sparse().composition(c -> quotient(c, Arithmetic.FLOOR_DIVIDE));
    Arithmetic.DIV_MODE.sparse().composition(c -> quotient(c, Arithmetic.DIV_MODE));
    Arithmetic.POW_SCALAR.sparse().composition(c -> {
      if (c.scalar("exponent") instanceof Number p && p.doubleValue() <= 0) throw c.check().because(
          p.doubleValue() == 0 ? "cannot raise to zeroth power on sparse tensor; it would make the result tensor dense"
              : "cannot raise to a negative power on sparse tensor; it would make the result tensor dense")
          .failure();
      return ofValues(c, Arithmetic.POW_SCALAR, true);
    });
    Creation.ZEROS_LIKE.sparse().composition(c -> none(c)).notDifferentiable();
    Creation.EMPTY_LIKE.sparse().composition(c -> none(c)).notDifferentiable();
    Creation.ZERO.sparse().composition(c -> none(c)).gradient("self", b -> null);
  }

  private static Tensor ofValues(Call c, Operator function, boolean once) {
    SparseTensor self = SparseIndices.sparse(c, "self");
    self = once && self.layout() == Layout.SPARSE_COO ? (SparseTensor) self.coalesce() : SparseForms.once(self);
    @Nullable Object[] arguments = c.arguments().clone();
    arguments[0] = SparseForms.VALUES.tensor(self);
    return SparseForms.withValues(self, function.tensor(arguments));
  }

  private static Tensor quotient(Call c, Operator division) {
    Tensor other = c.tensor("other");
    if (other.dim() != 0 || other instanceof SparseTensor) throw c.check()
        .because("Sparse division requires a scalar or zero-dim dense tensor divisor (got shape %s for divisor)",
            Arrays.toString(other.sizes()))
        .failure();
    return ofValues(c, division, division != Arithmetic.DIV);
  }

  private static Tensor none(Call c) {
    SparseTensor self = SparseIndices.sparse(c, "self");
    DType dtype = c.operator().schema().arguments().size() > 1 ? c.dtype("dtype", self.dtype()) : self.dtype();
    if (self.layout() == Layout.SPARSE_COO) return SparseForms.empty(self.sizes(), self.sparseDims(), dtype);
    long[] plain = self.indexPart().sizes().clone();
    plain[plain.length - 1] = 0;
    long[] values = self.valuePart().sizes().clone();
    values[self.batchDims()] = 0;
    return SparseTensor.compressed(self.layout(), self.compressedPart().zerosLike(),
        Torch.zeros(plain, self.indexPart().dtype()), Torch.zeros(values, dtype), self.sizes());
  }

  // ---- copies ----------------------------------------------------------------------------------------------------

  static {
    Copying.CLONE.sparse().composition(c -> {
      SparseTensor self = SparseIndices.sparse(c, "self");
      return self.layout() == Layout.SPARSE_COO
          ? SparseTensor.coo(self.indexPart().clone(), self.valuePart().clone(), self.sizes(), self.sorted())
          : SparseTensor.compressed(self.layout(), self.compressedPart().clone(), self.indexPart().clone(),
              self.valuePart().clone(), self.sizes());
    }).gradient("self", b -> b.grad());
    Copying.TO_COPY.sparse().composition(c -> ofValues(c, Copying.TO_COPY, false)).gradient("self", b -> b.grad());
    Copying.COPY.sparse().composition(c -> {
      Tensor self = c.tensor("self");
      Tensor src = c.tensor("src");
      if (!(self instanceof SparseTensor to) || !(src instanceof SparseTensor)) throw c.check()
          .because(
              "copy_() between dense and sparse Tensors is not implemented! Found self type = %s %s and src type = %s %s",
              self.layout(), self.dtype(), src.layout(), src.dtype())
          .hint("toDense() and toSparse() convert").failure();
      return src.to(to.dtype()).toSparse(to.layout()).clone();
    }).gradient("src", b -> b.grad());
    ViewForms.DETACH.sparse().composition(c -> c.tensor("self").detach()).notDifferentiable();
    Copying.CONTIGUOUS.anyLayout();
  }

  // ---- sums ------------------------------------------------------------------------------------------------------

  static {
    Arithmetic.ADD.sparse().composition(c -> sum(c, c.tensor("self"), c.tensor("other"), c.scalar("alpha")))
        .gradient("self", b -> b.grad())
        .gradient("other", b -> MatrixProducts.scaled(b.grad(), conjugate(b.scalar("alpha"))));
    Arithmetic.SUB.sparse().composition(c -> sum(c, c.tensor("self"), c.tensor("other"), negative(c.scalar("alpha"))))
        .gradient("self", b -> b.grad())
        .gradient("other", b -> b.grad().mul((Number) negative(conjugate(b.scalar("alpha")))));
  }

  private static Object negative(Object factor) {
    return switch (factor) {
      case Long v -> -v;
      case Boolean v -> v ? -1L : 0L;
      case Complex v -> Complex.of(-v.real(), -v.imaginary());
      default -> -((Number) factor).doubleValue();
    };
  }

  private static Object conjugate(Object factor) {
    return factor instanceof Complex v ? Complex.of(v.real(), -v.imaginary()) : factor;
  }

  private static Tensor sum(Call c, Tensor a, Tensor b, Object alpha) {
    // Which of the two is dense makes no difference to their sum.
    if (!Arrays.equals(a.sizes(), b.sizes())) {
      if (a instanceof SparseTensor && b instanceof SparseTensor) throw c.check()
          .because("expected sizes of 'self' and 'other' to match, but %s != %s", Arrays.toString(a.sizes()),
              Arrays.toString(b.sizes()))
          .shapeFailure();
      throw c.check().because(
          "expected 'self' and 'other' to have same size, but self has size %s while other has size %s (FYI: dense-sparse addition does not currently support broadcasting)",
          Arrays.toString(a.sizes()), Arrays.toString(b.sizes())).shapeFailure();
    }
    DType dtype = Promotion.resultType(a, b);
    if (!(a instanceof SparseTensor)) return ontoDense(a.to(dtype), (SparseTensor) b, alpha);
    if (!(b instanceof SparseTensor)) return ontoDense(MatrixProducts.scaled(b.to(dtype), alpha), (SparseTensor) a, 1L);
    SparseTensor left = (SparseTensor) a.to(dtype);
    Tensor scaled = MatrixProducts.scaled(b.to(dtype), alpha);
    if (left.layout().isCompressed()) {
      SparseTensor right = (SparseTensor) scaled.toSparse(left.layout(),
          left.layout().inBlocks() ? left.block() : null, null);
      if (SparseIndices.same(left.indexPart(), right.indexPart())
          && SparseIndices.same(left.compressedPart(), right.compressedPart()))
        return SparseForms.withValues(left, left.valuePart().add(right.valuePart()));
      return SparseConversions.toLayoutOf(left.toSparse().add(right.toSparse()), left);
    }
    SparseTensor right = (SparseTensor) scaled.toSparse();
    if (left.sparseDims() != right.sparseDims()) throw c.check()
        .because("expected 'self' and 'other' to have same number of sparse dimensions, but got %d and %d",
            left.sparseDims(), right.sparseDims())
        .shapeFailure();
    if (SparseIndices.same(left.indexPart(), right.indexPart()))
      return SparseForms.withValues(left, left.valuePart().add(right.valuePart()));
    if (right.specified() == 0) return left.clone();
    return SparseTensor.coo(Torch.cat(new Tensor[] {left.indexPart(), right.indexPart()}, 1),
        Torch.cat(new Tensor[] {left.valuePart(), right.valuePart()}, 0), left.sizes(), false).coalesce();
  }

  private static Tensor ontoDense(Tensor dense, SparseTensor sparse, Object alpha) {
    Tensor scaled = MatrixProducts.scaled(sparse.to(dense.dtype()), alpha);
    if (dense.dtype() == DType.BOOL || sparse.layout().inBlocks()) return dense.add(scaled.toDense());
    SparseTensor other = (SparseTensor) scaled;
    long[] sizes = SparseIndices.sparseSizes(other);
    Tensor indices = other.layout().isCompressed() ? SparseIndices.coordinates(other) : other.indexPart();
    Tensor values = SparseIndices.flatValues(other, other.valuePart());
    long[] flat = values.sizes().clone();
    flat[0] = SparseIndices.product(sizes);
    return dense.reshape(flat).indexAdd(0, SparseIndices.places(indices, sizes), values).view(dense.sizes());
  }

  // ---- products --------------------------------------------------------------------------------------------------

  static {
    Arithmetic.MUL.sparse().composition(c -> {
      Tensor a = c.tensor("self");
      Tensor b = c.tensor("other");
      if (a instanceof SparseTensor left && b instanceof SparseTensor right) return intersection(c, left, right);
      return a instanceof SparseTensor left ? product(c, left, b) : product(c, (SparseTensor) b, a);
    });
  }

  /// The sparse factor's places, with the dense one's elements there; the dense one is broadcast.
  private static Tensor product(Call c, SparseTensor sparse, Tensor dense) {
    if (dense.dim() == 0) {
      SparseTensor each = SparseForms.once(sparse);
      return SparseForms.withValues(each, SparseForms.VALUES.tensor(each).mul(dense));
    }
    long[] joined = Elementwise.broadcastShapes(sparse.sizes(), dense.sizes());
    if (joined == null || !Arrays.equals(joined, sparse.sizes())) throw c.check()
        .because("the dense factor must broadcast to the sparse one's shape: %s and %s",
            Arrays.toString(sparse.sizes()), Arrays.toString(dense.sizes()))
        .shapeFailure();
    if (sparse.layout().inBlocks())
      return SparseForms.withValues(sparse, SparseForms.VALUES.tensor(sparse)
          .mul(SparseForms.valuesLike(dense.expand(sparse.sizes()), sparse)));
    SparseTensor once = sparse.layout() == Layout.SPARSE_COO ? (SparseTensor) sparse.coalesce() : sparse;
    Tensor indices = once.layout().isCompressed() ? SparseIndices.coordinates(once) : once.indexPart();
    int lead = (int) indices.size(0);
    // Dimensions that are broadcast are not copied: they add nothing to an element's place.
    long[] padded = new long[sparse.dim()];
    Arrays.fill(padded, 1);
    System.arraycopy(dense.sizes(), 0, padded, padded.length - dense.dim(), dense.dim());
    Tensor place = Torch.zeros(new long[] {indices.size(1)}, DType.INT64);
    for (int d = 0; d < lead; d++) {
      if (padded[d] > 1 || sparse.size(d) == 1) place = place.mul(padded[d]).add(indices.select(0, d));
    }
    long[] flat = Arrays.copyOfRange(padded, lead - 1, padded.length);
    flat[0] = SparseIndices.product(Arrays.copyOf(padded, lead));
    Tensor factors = dense.reshape(flat).indexSelect(0, place);
    Tensor values = SparseIndices.flatValues(once, SparseForms.VALUES.tensor(once)).mul(factors);
    return SparseForms.withValues(once, values.reshape(once.valuePart().sizes()));
  }

  private static Tensor intersection(Call c, SparseTensor a, SparseTensor b) {
    if (!Arrays.equals(a.sizes(), b.sizes()) || a.batchDims() + a.sparseDims() != b.batchDims() + b.sparseDims())
      throw c.check()
          .because(
              "expects sparse inputs with equal dimensionality, number of sparse dimensions, and shape of sparse dimensions: %s and %s",
              Arrays.toString(a.sizes()), Arrays.toString(b.sizes()))
          .shapeFailure();
    if (a.layout().isCompressed()) {
      Tensor there = SparseForms.valuesLike(b, a);
      if (b.layout() == a.layout() && SparseIndices.same(a.indexPart(), b.indexPart()))
        return SparseForms.withValues(a, SparseForms.VALUES.tensor(a).mul(there));
      return a.toSparse().mul(b.toSparse()).toSparse(a.layout(), a.layout().inBlocks() ? a.block() : null, null);
    }
    SparseTensor left = (SparseTensor) a.coalesce();
    SparseTensor right = SparseForms.merged(b);
    Tensor leftValues = SparseForms.VALUES.tensor(left);
    Tensor rightValues = SparseForms.VALUES.tensor(right);
    if (SparseIndices.same(left.indexPart(), right.indexPart()))
      return SparseForms.withValues(left, leftValues.mul(rightValues));
    long[] sizes = SparseIndices.sparseSizes(left);
    var found = SparseIndices.Lookup.of(SparseIndices.places(right.indexPart(), sizes),
        SparseIndices.places(left.indexPart(), sizes));
    Tensor both = found.there().nonzero().select(1, 0);
    Tensor values = leftValues.indexSelect(0, both)
        .mul(rightValues.indexSelect(0, found.position().indexSelect(0, both)));
    return SparseForms.coo(left.indexPart().indexSelect(1, both), values, left.sizes(), true);
  }

  private SparsePointwise() {}
}
