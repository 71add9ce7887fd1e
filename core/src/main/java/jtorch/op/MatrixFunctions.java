package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Powers, the exponential and chains of matrices; products of vectors.
public final class MatrixFunctions {
  public static final Operator LINALG_MATMUL =
      Operator.declare("aten::linalg_matmul(Tensor self, Tensor other) -> Tensor")
          .composition(c -> MatrixProducts.MATMUL.call(c.tensor("self"), c.tensor("other")));

  /// `A^n` by repeated squaring; negative powers are those of the inverse.
  public static final Operator LINALG_MATRIX_POWER =
      Operator.declare("aten::linalg_matrix_power(Tensor self, int n) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        Matrices.checkSquare("linalg.matrix_power", self);
        long n = c.integer("n");
        if (n == 0) return self.clone().copy_(Matrices.eye(self, self.size(-1)));
        if (n == 1) return self.clone();
        Tensor square = n < 0 ? LinearSolving.LINALG_INV.tensor(self) : self;
        Tensor result = null;
        for (long rest = Math.abs(n); rest > 0; rest >>= 1) {
          if ((rest & 1) == 1) result = result == null ? square : result.matmul(square);
          if (rest > 1) square = square.matmul(square);
        }
        return result == null ? self : result;
      });

  public static final Operator MATRIX_POWER = Operator.declare("aten::matrix_power(Tensor self, int n) -> Tensor")
      .composition(c -> LINALG_MATRIX_POWER.call(c.tensor("self"), c.integer("n")));

  // ---- exponential -----------------------------------------------------------------------------------------------

  /// `sum A^k / k!`. As PyTorch's, of no use for float16 and bfloat16: see [MatrixExponential].
  public static final Operator LINALG_MATRIX_EXP =
      Operator.declare("aten::linalg_matrix_exp(Tensor self) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            Matrices.checkSquare("linalg.matrix_exp", self);
            Matrices.checkFloating("linalg.matrix_exp", self);
            return MatrixExponential.of(self);
          })
          .gradient("self", b -> MatrixFunctions.expBack(b.tensor("self"), b.grad()), "self");

  public static final Operator MATRIX_EXP = Operator.declare("aten::matrix_exp(Tensor self) -> Tensor")
      .composition(c -> LINALG_MATRIX_EXP.call(c.tensor("self")));

  public static final Operator MATRIX_EXP_BACKWARD =
      Operator.declare("aten::matrix_exp_backward(Tensor self, Tensor grad) -> Tensor")
          .composition(c -> expBack(c.tensor("self"), c.tensor("grad")));

  // ---- chains ----------------------------------------------------------------------------------------------------

  /// The product of several matrices in the cheapest order; the first and the last may be vectors.
  public static final Operator LINALG_MULTI_DOT =
      Operator.declare("aten::linalg_multi_dot(Tensor[] tensors) -> Tensor")
          .composition(c -> multiDot(c.tensors("tensors")));

  public static final Operator CHAIN_MATMUL =
      Operator.declare("aten::chain_matmul(Tensor[] matrices) -> Tensor").composition(c -> {
        Tensor[] matrices = c.tensors("matrices");
        for (Tensor t : matrices) {
          if (t.dim() != 2)
            throw c.check().because("Tensor dimension is %d, expected 2 instead.", t.dim()).shapeFailure();
        }
        if (matrices.length == 0) throw c.check().because("Expecting at least 1 matrix").failure();
        return matrices.length == 1 ? matrices[0].clone() : multiDot(matrices);
      });

  // ---- of vectors ------------------------------------------------------------------------------------------------

  /// The powers 0 to N - 1 of each element, N as many as there are unless given.
  public static final Operator LINALG_VANDER =
      Operator.declare("aten::linalg_vander(Tensor x, *, SymInt? N=None) -> Tensor").composition(c -> {
        Tensor x = c.tensor("x");
        if (x.dtype() == DType.BOOL) throw Check.of("linalg.vander")
            .because("supports floating point, complex, and integer tensors, but got %s", x.dtype()).failure();
        if (x.dim() == 0) x = x.unsqueeze(-1);
        long n = c.integer("N", x.size(-1));
        if (n <= 1) throw Check.of("linalg.vander").because("N must be greater than 1.").failure();
        Tensor powers = x.unsqueeze(-1).expand(Matrices.sizes(x.sizes(), n - 1)).cumprod(-1);
        Tensor ones = Torch.ones(Matrices.sizes(x.sizes(), 1), powers.dtype());
        return Torch.cat(new Tensor[] {ones, powers}, -1);
      });

  /// `sum(conj(x) * y)` along a dimension.
  public static final Operator LINALG_VECDOT =
      Operator.declare("aten::linalg_vecdot(Tensor x, Tensor y, *, int dim=-1) -> Tensor").composition(c -> {
        Tensor x = c.tensor("x");
        Tensor y = c.tensor("y");
        Matrices.checkFloating("linalg.vecdot", x);
        Matrices.checkSameDType("linalg.vecdot", "x", x, "y", y);
        Tensor left = x.dtype().isComplex() ? x.conj() : x;
        if (x.dim() == 1 && y.dim() == 1) {
          if (x.size(0) != y.size(0)) throw Check.of("linalg.vecdot").because(
              "inconsistent tensor size, expected tensor [%d] and src [%d] to have the same number of elements, but got %d and %d elements respectively",
              x.size(0), y.size(0), x.size(0), y.size(0)).tensor("x", x).tensor("y", y).shapeFailure();
          return left.matmul(y);
        }
        return left.mul(y).sum(c.integer("dim"));
      });

  /// The vector product along a dimension of size 3.
  public static final Operator LINALG_CROSS =
      Operator.declare("aten::linalg_cross(Tensor self, Tensor other, *, int dim=-1) -> Tensor")
          .composition(c -> {
            Tensor a = c.tensor("self");
            Tensor b = c.tensor("other");
            if (a.dim() != b.dim()) throw Check.of("linalg.cross")
                .because("inputs must have the same number of dimensions.").tensor("input", a).tensor("other", b)
                .shapeFailure();
            int dim = c.dim("dim", a);
            if (a.dim() == 0 || a.size(dim) != 3 || b.size(dim) != 3) throw Check.of("linalg.cross")
                .because("inputs dimension %d must have length 3. Got %d and %d", c.integer("dim"),
                    a.dim() == 0 ? 1 : a.size(dim), b.dim() == 0 ? 1 : b.size(dim))
                .tensor("input", a).tensor("other", b).shapeFailure();
            if (a.dtype() != b.dtype()) throw Check.of("linalg.cross")
                .because("expected scalar type %s but found %s", a.dtype(), b.dtype()).failure();
            if (a.dtype() == DType.BOOL)
              throw Check.of("linalg.cross").because("\"cross\" not implemented for 'Bool'").failure();
            Tensor[] parts = new Tensor[3];
            for (int i = 0; i < 3; i++) {
              int j = (i + 1) % 3;
              int k = (i + 2) % 3;
              parts[i] = a.select(dim, j).mul(b.select(dim, k)).sub(a.select(dim, k).mul(b.select(dim, j)));
            }
            return Torch.stack(parts, dim);
          })
          .gradient("self", b -> crossBack(conj(b.tensor("other")), b.grad(), b.integer("dim")), "other")
          .gradient("other", b -> crossBack(b.grad(), conj(b.tensor("self")), b.integer("dim")), "self");

  /// As `linalg_cross`; without a dimension along the first of size 3.
  public static final Operator CROSS =
      Operator.declare("aten::cross(Tensor self, Tensor other, int? dim=None) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        long dim = c.integer("dim", 0);
        while (!c.has("dim") && (dim >= self.dim() || self.size((int) dim) != 3)) {
          if (++dim >= self.dim())
            throw c.check().because("no dimension of size 3 in input").tensor("input", self).shapeFailure();
        }
        return LINALG_CROSS.call(self, c.tensor("other"), dim);
      });

  private MatrixFunctions() {}

  private static Tensor conj(Tensor t) {
    return t.dtype().isComplex() ? t.conj() : t;
  }

  private static Tensor crossBack(Tensor a, Tensor b, long dim) {
    return LINALG_CROSS.tensor(a, b, dim);
  }

  /// The derivative of an analytic function stands in the corner of the function of [[A^H, G], [0, A^H]] (Mathias 1996).
  private static Tensor expBack(Tensor a, Tensor grad) {
    Tensor adjoint = a.mH();
    long n = a.size(-1);
    Tensor upper = Torch.cat(new Tensor[] {adjoint, grad}, -1);
    Tensor lower = Torch.cat(new Tensor[] {a.zerosLike(), adjoint}, -1);
    return LINALG_MATRIX_EXP.tensor(Torch.cat(new Tensor[] {upper, lower}, -2)).narrow(-2, 0, n).narrow(-1, n, n);
  }

  private static Tensor multiDot(Tensor[] given) {
    int n = given.length;
    String name = "multi_dot()";
    if (n < 2) throw Check.of(name).because("expected at least 2 tensors but got %d", n).failure();
    Tensor[] tensors = given.clone();
    Tensor first = given[0];
    Tensor last = given[n - 1];
    if (first.dim() != 1 && first.dim() != 2)
      throw Check.of(name).because("the first tensor must be 1D or 2D but got %dD", first.dim()).shapeFailure();
    if (last.dim() != 1 && last.dim() != 2)
      throw Check.of(name).because("the last tensor must be 1D or 2D but got %dD", last.dim()).shapeFailure();
    for (int i = 1; i < n - 1; i++) {
      if (given[i].dim() != 2)
        throw Check.of(name).because("tensor %d must be 2D but got %dD", i, given[i].dim()).shapeFailure();
    }
    for (int i = 1; i < n; i++) {
      if (given[i].dtype() != first.dtype()) throw Check.of(name).because(
          "all tensors must have be the same dtype but tensor 0 is %s and tensor %d %s", first.dtype(), i,
          given[i].dtype()).failure();
    }
    if (first.dim() == 1) tensors[0] = first.unsqueeze(0);
    if (last.dim() == 1) tensors[n - 1] = last.unsqueeze(-1);
    for (int i = 0; i < n - 1; i++) {
      if (tensors[i].size(-1) != tensors[i + 1].size(-2)) throw Check.of(name).because(
          "tensors %d and %d with shapes %s and %s cannot be multiplied", i, i + 1,
          Arrays.toString(given[i].sizes()), Arrays.toString(given[i + 1].sizes())).shapeFailure();
    }
    Tensor product = product(tensors, splits(tensors), 0, n - 1);
    if (last.dim() == 1) product = product.squeeze(-1);
    return first.dim() == 1 ? product.squeeze(0) : product;
  }

  /// Where the cheapest order divides the matrices i to j (Cormen et al., matrix chains).
  private static int[][] splits(Tensor[] tensors) {
    int n = tensors.length;
    double[] sizes = new double[n + 1];
    for (int i = 0; i < n; i++) sizes[i] = tensors[i].size(0);
    sizes[n] = tensors[n - 1].size(1);
    double[][] cost = new double[n][n];
    int[][] split = new int[n][n];
    for (int length = 1; length < n; length++) {
      for (int i = 0; i + length < n; i++) {
        int j = i + length;
        cost[i][j] = Double.POSITIVE_INFINITY;
        for (int k = i; k < j; k++) {
          double sum = cost[i][k] + cost[k + 1][j] + sizes[i] * sizes[k + 1] * sizes[j + 1];
          if (sum < cost[i][j]) {
            cost[i][j] = sum;
            split[i][j] = k;
          }
        }
      }
    }
    return split;
  }

  private static Tensor product(Tensor[] tensors, int[][] split, int from, int to) {
    if (from == to) return tensors[from];
    int middle = split[from][to];
    return product(tensors, split, from, middle).mm(product(tensors, split, middle + 1, to));
  }
}
