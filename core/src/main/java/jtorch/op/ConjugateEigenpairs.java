package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;
import org.jspecify.annotations.Nullable;

/// A few extreme eigenpairs of a large Hermitian matrix by locally optimal block preconditioned conjugate gradients
/// (LOBPCG). **Source**: A. V. Knyazev, "Toward the optimal preconditioned eigensolver", SIAM J. Sci. Comput. 23 (2001);
/// defaults, errors and limits are those of PyTorch's `torch/_lobpcg.py`.
public final class ConjugateEigenpairs {
  /// `A x = e B x`: eigenvalues `[*, k]` and eigenvectors `[*, m, k]`, the largest first, or the smallest first.
  ///
  /// `X` holds the first guesses in its columns; `iK` is the preconditioner, a matrix near to the inverse of `A`.
  /// Gradients are those of a symmetric real `A` with `B` the identity and distinct eigenvalues.
  public static final Operator LOBPCG = Operator
      .declare("jtorch::lobpcg(Tensor A, int k, Tensor? B, Tensor X, Tensor? iK, int niter, float tol, "
          + "bool largest) -> (Tensor, Tensor)")
      .composition(ConjugateEigenpairs::solve)
      .gradient("A", ConjugateEigenpairs::back, "A", Operator.RESULT);

  private ConjugateEigenpairs() {}

  private static Object solve(Call c) {
    Tensor a = c.tensor("A");
    Tensor b = c.tensorOrNull("B");
    Tensor x = c.tensor("X");
    long m = a.size(-1);
    long n = x.size(-1);
    long k = c.integer("k");
    check(c, a, b, x, k);
    long[] batch = Arrays.copyOf(a.sizes(), a.dim() - 2);
    long count = Arrays.stream(batch).reduce(1, (s, t) -> s * t);
    Tensor[] values = new Tensor[(int) count];
    Tensor[] vectors = new Tensor[(int) count];
    Tensor matrices = a.dim() == 2 ? a : a.reshape(count, m, m);
    Tensor masses = b == null || b.dim() == 2 ? b : b.reshape(count, m, m);
    Tensor guesses = x.reshape(count, m, n);
    for (int i = 0; i < count; i++) {
      var search = new Search(a.dim() == 2 ? matrices : matrices.select(0, i),
          masses == null || masses.dim() == 2 ? masses : masses.select(0, i), c.tensorOrNull("iK"), c.bool("largest"));
      search.run(guesses.select(0, i), c.integer("niter"), c.number("tol"), k);
      values[i] = search.values.narrow(0, 0, k);
      vectors[i] = search.vectors.narrow(1, 0, k);
    }
    long[] valueSizes = Arrays.copyOf(batch, batch.length + 1);
    valueSizes[batch.length] = k;
    long[] vectorSizes = Arrays.copyOf(batch, batch.length + 2);
    vectorSizes[batch.length] = m;
    vectorSizes[batch.length + 1] = k;
    if (count == 0)
      return new Tensor[] {Torch.empty(valueSizes, x.dtype().toReal()), Torch.empty(vectorSizes, x.dtype())};
    return new Tensor[] {Torch.stack(values, 0).reshape(valueSizes), Torch.stack(vectors, 0).reshape(vectorSizes)};
  }

  private static void check(Call c, Tensor a, @Nullable Tensor b, Tensor x, long k) {
    long m = a.size(-1);
    long n = x.size(-1);
    if (a.dim() < 2 || a.size(-2) != m)
      throw c.check().because("A must be square, got shape %s", Arrays.toString(a.sizes())).shapeFailure();
    if (b != null && !Arrays.equals(a.sizes(), b.sizes()))
      throw c.check().because("A and B must have same shape, got %s vs %s",
          Arrays.toString(a.sizes()), Arrays.toString(b.sizes())).shapeFailure();
    if (m < 3 * n) throw c.check().because(
        "LOBPCG algorithm is not applicable when the number of A rows (=%d) is smaller than 3 x the number of requested eigenpairs (=%d)",
        m, n).failure();
    long[] wanted = a.sizes().clone();
    wanted[wanted.length - 1] = n;
    if (!Arrays.equals(x.sizes(), wanted)) throw c.check().because("X shape mismatch: got %s, expected %s",
        Arrays.toString(x.sizes()), Arrays.toString(wanted)).shapeFailure();
    if (k < 1 || k > n)
      throw c.check().because("k must be between 1 and the number of columns of X (=%d), got %d", n, k)
          .failure();
  }

  /// The search in one matrix.
  private static final class Search {
    private final Tensor a;
    private final @Nullable Tensor b;
    private final @Nullable Tensor preconditioner;
    private final boolean largest;
    Tensor values;
    Tensor vectors;

    Search(Tensor a, @Nullable Tensor b, @Nullable Tensor preconditioner, boolean largest) {
      this.a = a;
      this.b = b;
      this.preconditioner = preconditioner;
      this.largest = largest;
      values = a;
      vectors = a;
    }

    void run(Tensor guess, long most, double tolerance, long k) {
      long n = guess.size(1);
      project(orthonormal(guess), n);
      double normA = scale(a, vectors);
      double normB = b == null ? 1 : scale(b, vectors);
      Tensor direction = vectors.narrow(1, 0, 0);
      for (long step = 0; most < 0 || step < most; step++) {
        Tensor residual = a.matmul(vectors).sub(weighted(vectors).mul(values));
        Tensor size = norms(vectors).mul(values.abs().mul(normB).add(normA));
        Tensor error = norms(residual).div(size);
        if (error.narrow(0, 0, k).max().itemDouble() < tolerance) return;
        Tensor steepest = preconditioner == null ? residual : preconditioner.matmul(residual);
        Tensor before = vectors;
        // New directions are kept apart from the block: what lies in it says nothing new, and makes the basis ill.
        Tensor basis =
            Torch.cat(new Tensor[] {before, apart(Torch.cat(new Tensor[] {steepest, direction}, 1), before)}, 1);
        if (basis.size(1) == n) return;
        Tensor mix = project(basis, n);
        direction = basis.narrow(1, n, basis.size(1) - n).matmul(mix.narrow(0, n, basis.size(1) - n));
      }
    }

    private Tensor weighted(Tensor x) {
      return b == null ? x : b.matmul(x);
    }

    /// A lower bound of the norm of a matrix, from what it does to the first guesses.
    private static double scale(Tensor matrix, Tensor x) {
      return matrix.matmul(x).norm().itemDouble() / x.norm().itemDouble();
    }

    private static Tensor norms(Tensor columns) {
      return Reductions.VECTOR_NORM.tensor(columns, 2L, new long[] {0}, false, null);
    }

    /// The part of columns that is orthogonal to an orthonormal block, orthonormal itself; twice, as rounding needs.
    private Tensor apart(Tensor columns, Tensor block) {
      Tensor rest = columns.div(norms(columns).clampMin(Double.MIN_NORMAL));
      Tensor heavy = weighted(block).mT().conj();
      rest = orthonormal(rest.sub(block.matmul(heavy.matmul(rest))));
      return rest.size(1) == 0 ? rest : orthonormal(rest.sub(block.matmul(heavy.matmul(rest))));
    }

    /// An orthonormal basis, in the product of B, of what the columns span.
    private Tensor orthonormal(Tensor columns) {
      Tensor gram = columns.mT().conj().matmul(weighted(columns));
      Linalg.Eig found = Linalg.eigh(gram.add(gram.mT().conj()).mul(0.5));
      double tiny = found.eigenvalues().max().itemDouble() * (columns.dtype().toReal() == DType.FLOAT64 ? 1e-14 : 1e-6);
      long first = found.eigenvalues().le(tiny).sum().itemLong();
      long rank = columns.size(1) - first;
      Tensor roots = found.eigenvalues().narrow(0, first, rank).rsqrt();
      return columns.matmul(found.eigenvectors().narrow(1, first, rank).mul(roots));
    }

    /// The best n vectors of the span of an orthonormal basis; gives them in terms of the basis.
    private Tensor project(Tensor basis, long n) {
      Tensor small = basis.mT().conj().matmul(a.matmul(basis));
      Linalg.Eig found = Linalg.eigh(small.add(small.mT().conj()).mul(0.5));
      long[] reversed = {-1};
      Tensor all = largest ? found.eigenvalues().flip(0) : found.eigenvalues();
      Tensor mix = largest ? found.eigenvectors().flip(reversed) : found.eigenvectors();
      mix = mix.narrow(1, 0, n);
      values = all.narrow(0, 0, n);
      vectors = basis.matmul(mix);
      return mix;
    }
  }

  /// With the other eigenpairs (l_k, v_k) of A: `sum_j (D_j' u_j + sum_k v_k (v_k . U_j') / (d_j - l_k)) u_j^T`.
  private static @Nullable Tensor back(Backward b) {
    if (b.has("B"))
      throw new UnsupportedOperationException("lobpcg.backward does not support backward with B != I yet.");
    Tensor a = b.tensor("A");
    if (a.dtype().isComplex())
      throw new UnsupportedOperationException(
          "lobpcg.backward does not support complex input yet. Note that lobpcg.forward does though.");
    Tensor values = b.result(0);
    Tensor vectors = b.result(1);
    Tensor grad = null;
    if (b.hasGrad(0)) grad = vectors.mul(b.grad(0).unsqueeze(-2));
    if (b.hasGrad(1)) {
      Linalg.Eig all = Linalg.eigh(a);
      Tensor basis = all.eigenvectors();
      Tensor same = basis.mT().matmul(vectors).abs().gt(0.5);
      Tensor gap = values.unsqueeze(-2).sub(all.eigenvalues().unsqueeze(-1)).maskedFill(same, Double.POSITIVE_INFINITY);
      Tensor turned = basis.matmul(basis.mT().matmul(b.grad(1)).div(gap));
      grad = grad == null ? turned : grad.add(turned);
    }
    return grad == null ? null : grad.matmul(vectors.mT());
  }
}
