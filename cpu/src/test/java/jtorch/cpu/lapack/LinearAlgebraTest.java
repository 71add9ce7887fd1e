package jtorch.cpu.lapack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.LinAlgException;
import jtorch.Linalg;
import jtorch.ShapeException;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cpu.Parallel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What PyTorch's samples do not say of linear algebra: layouts, sizes for which OpenBLAS takes threads, large batches, words
/// of errors.
class LinearAlgebraTest {
  @BeforeEach
  void seed() {
    Torch.manualSeed(0);
  }

  private static Tensor random(DType dtype, long... sizes) {
    return Torch.randn(sizes, o -> o.dtype(dtype));
  }

  private static Tensor positive(Tensor a) {
    return a.matmul(a.mH()).add(Torch.eye(a.size(-2), a.size(-2), o -> o.dtype(a.dtype())));
  }

  private static void assertClose(Tensor got, Tensor want, double within) {
    assertThat(got.sizes()).isEqualTo(want.sizes());
    assertThat(got.sub(want).abs().max().itemDouble()).isLessThan(within);
  }

  // ---- what the factors are --------------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(value = DType.class, names = {"FLOAT32", "FLOAT64", "COMPLEX64", "COMPLEX128"})
  void factorsMultiplyToTheMatrix(DType dtype) {
    double within = dtype.toReal() == DType.FLOAT32 ? 2e-3 : 1e-10;
    for (long[] sizes : new long[][] {{70, 70}, {2, 40, 33}, {3, 5, 9}}) {
      Tensor a = random(dtype, sizes);
      var svd = Linalg.svd(a, false);
      assertClose(svd.u().mul(svd.s().unsqueeze(-2)).matmul(svd.vh()), a, within);
      var qr = Linalg.qr(a);
      assertClose(qr.q().matmul(qr.r()), a, within);
      var lu = Linalg.lu(a);
      assertClose(lu.p().matmul(lu.l()).matmul(lu.u()), a, within);
      assertClose(a.matmul(Linalg.pinv(a)).matmul(a), a, within);
      Tensor spd = positive(a);
      Tensor l = Linalg.cholesky(spd);
      assertClose(l.matmul(l.mH()), spd, 10 * within);
      var eigh = Linalg.eigh(spd);
      Tensor v = eigh.eigenvectors();
      assertClose(v.mul(eigh.eigenvalues().unsqueeze(-2)).matmul(v.mH()), spd, 100 * within);
      var eig = Linalg.eig(spd);
      assertClose(spd.to(dtype.toComplex()).matmul(eig.eigenvectors()),
          eig.eigenvectors().mul(eig.eigenvalues().unsqueeze(-2)), 100 * within);
      var ldl = Linalg.ldlFactor(spd, true);
      Tensor b = random(dtype, spd.size(-1), 2);
      assertClose(spd.matmul(Linalg.ldlSolve(ldl.ld(), ldl.pivots(), b, true)), b.expand(spd.matmul(b).sizes()),
          100 * within);
    }
  }

  @Test
  void largeMatricesMayTakeThreads() {
    int before = Parallel.threads();
    Tensor a = random(DType.FLOAT64, 1050, 1050);
    Tensor b = random(DType.FLOAT64, 1050, 3);
    try {
      for (int threads : new int[] {1, 2}) {
        Torch.setNumThreads(threads);
        assertClose(a.mm(Linalg.solve(a, b)), b, 1e-8);
      }
    } finally {
      Torch.setNumThreads(before);
    }
  }

  @Test
  void largeBatchesAgreeWithSingleMatrices() {
    Tensor a = random(DType.FLOAT64, 500, 7, 7);
    Tensor inverse = Linalg.inv(a);
    Tensor values = Linalg.svdvals(a);
    for (int i : new int[] {0, 123, 499}) {
      assertClose(inverse.select(0, i), Linalg.inv(a.select(0, i)), 1e-9);
      assertClose(values.select(0, i), Linalg.svdvals(a.select(0, i)), 1e-12);
    }
  }

  /// Up to 16 rows one right side is solved without LAPACK.
  @Test
  void smallSystemsOfOneRightSide() {
    for (int n = 1; n <= 17; n++) {
      Tensor a = random(DType.FLOAT64, 40, n, n);
      Tensor b = random(DType.FLOAT64, 40, n, 1);
      assertClose(a.matmul(Linalg.solve(a, b)), b, 1e-8);
      assertClose(Linalg.solve(a, b.mT(), false).matmul(a), b.mT(), 1e-8);
      // One matrix for many right sides, and the other way round.
      assertClose(a.select(0, 0).matmul(Linalg.solve(a.select(0, 0), b)), b, 1e-8);
      Tensor one = b.narrow(0, 0, 1);
      assertClose(a.matmul(Linalg.solve(a, one)), one.expand(40, n, 1), 1e-8);
      var lu = Linalg.luFactor(a.mT().contiguous().mT());
      assertClose(a.matmul(Linalg.luSolve(lu.lu(), lu.pivots(), b)), b, 1e-8);
      assertClose(a.mT().matmul(Linalg.luSolve(lu.lu(), lu.pivots(), b, true, true)), b, 1e-8);
      assertClose(Linalg.luSolve(lu.lu(), lu.pivots(), b.mT(), false, false).matmul(a), b.mT(), 1e-8);
    }
  }

  // ---- layouts ---------------------------------------------------------------------------------------------------

  @TestFactory
  Stream<DynamicTest> layoutDoesNotMatter() {
    var functions = new LinkedHashMap<String, Function<Tensor, Tensor>>();
    functions.put("cholesky", a -> Linalg.cholesky(positive(a)));
    functions.put("choleskyInverse", a -> a.tril().choleskyInverse());
    functions.put("choleskySolve", a -> a.choleskySolve(a, true));
    functions.put("inv", Linalg::inv);
    functions.put("det", Linalg::det);
    functions.put("solve", a -> Linalg.solve(a, a.mT()));
    functions.put("solve from the right", a -> Linalg.solve(a, a.mT(), false));
    functions.put("solveTriangular", a -> Linalg.solveTriangular(a, a.mT(), true));
    functions.put("solveTriangular from the right", a -> Linalg.solveTriangular(a, a, false, false, true));
    functions.put("luSolve", a -> {
      var lu = Linalg.luFactor(a);
      Tensor spread = Torch.stack(new Tensor[] {lu.lu(), lu.lu()}, -1).select(-1, 1);
      return Linalg.luSolve(spread, lu.pivots(), a, false, true);
    });
    functions.put("qr", a -> Linalg.qr(a).r());
    functions.put("eigvalsh", a -> Linalg.eigvalsh(a, "U"));
    functions.put("svdvals", Linalg::svdvals);
    functions.put("ormqr", a -> a.ormqr(a.diagonal(0, -2, -1), a.mT(), false, true));
    functions.put("lstsq", a -> Linalg.lstsq(a, a.mT()).solution());
    functions.put("matrixExp", Linalg::matrixExp);
    functions.put("cross", a -> Linalg.cross(a.narrow(-1, 0, 3), a.narrow(-1, 1, 3)));
    var layouts = new LinkedHashMap<String, Function<Tensor, Tensor>>();
    layouts.put("transposed", a -> a.mT().contiguous().mT());
    layouts.put("in steps", a -> Torch.stack(new Tensor[] {a, a}, -1).select(-1, 0));
    layouts.put("a part", a -> Torch.cat(new Tensor[] {a, a}, -1).narrow(-1, a.size(-1), a.size(-1)));
    layouts.put("batch last", a -> a.movedim(0, -1).contiguous().movedim(-1, 0));
    layouts.put("expanded", a -> a.select(0, 0).expand(a.sizes()));
    return functions.entrySet().stream().flatMap(f -> layouts.entrySet().stream().flatMap(
        layout -> Stream.of(DType.FLOAT64, DType.COMPLEX64).map(dtype -> DynamicTest.dynamicTest(
            f.getKey() + ", " + layout.getKey() + ", " + dtype, () -> same(f, layout.getValue(), dtype)))));
  }

  private static void same(Map.Entry<String, Function<Tensor, Tensor>> function, Function<Tensor, Tensor> layout,
      DType dtype) {
    Tensor laid = layout.apply(random(dtype, 2, 5, 5).add(Torch.eye(5)));
    Tensor before = laid.clone();
    Tensor want = function.getValue().apply(laid.contiguous());
    double scale = Math.max(1, want.abs().max().itemDouble());
    assertClose(function.getValue().apply(laid), want, scale * (dtype == DType.COMPLEX64 ? 1e-3 : 1e-9));
    assertThat(laid.equal(before)).as("the argument is unchanged").isTrue();
  }

  // ---- errors ----------------------------------------------------------------------------------------------------

  @Test
  void errorsSpeakAsPyTorch() {
    Tensor wide = Torch.zeros(2, 3);
    Tensor zeros = Torch.zeros(2, 2);
    Tensor negative = Torch.eye(2).neg();
    assertThatThrownBy(() -> Linalg.inv(zeros)).isInstanceOf(LinAlgException.class).hasMessage(
        "linalg.inv: The diagonal element 1 is zero, the inversion could not be completed because the input matrix is singular.");
    assertThatThrownBy(() -> Linalg.inv(wide)).isInstanceOf(ShapeException.class)
        .hasMessageContaining("linalg.inv: A must be batches of square matrices, but they are 2 by 3 matrices");
    assertThatThrownBy(() -> Linalg.cholesky(negative.expand(3, 2, 2))).isInstanceOf(LinAlgException.class).hasMessage(
        "linalg.cholesky: (Batch element 0): The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).");
    assertThatThrownBy(() -> Linalg.solve(zeros, Torch.ones(2))).isInstanceOf(LinAlgException.class)
        .hasMessage("torch.linalg.solve: The solver failed because the input matrix is singular.");
    assertThatThrownBy(() -> Linalg.svd(Torch.ones(3)))
        .hasMessageContaining("linalg.svd: The input tensor A must have at least 2 dimensions.");
    assertThatThrownBy(() -> Linalg.svd(zeros.add(Double.NaN))).isInstanceOf(LinAlgException.class)
        .hasMessageContaining("non-finite values");
    assertThatThrownBy(() -> Linalg.qr(zeros, "foo")).hasMessageContaining(
        "qr received unrecognized mode 'foo' but expected one of 'reduced' (default), 'r', or 'complete'");
    assertThatThrownBy(() -> Linalg.norm(zeros, "foo", null, false))
        .hasMessageContaining("linalg.matrix_norm: Order foo not supported.");
    assertThatThrownBy(() -> Linalg.lstsq(Torch.ones(2, 2), Torch.ones(3, 1)))
        .hasMessageContaining("torch.linalg.lstsq: input.size(-2) should match other.size(-2)");
    assertThatThrownBy(() -> Linalg.cross(Torch.ones(2), Torch.ones(2), 0))
        .hasMessageContaining("linalg.cross: inputs dimension 0 must have length 3. Got 2 and 2");
    assertThatThrownBy(() -> Linalg.det(zeros.to(DType.INT64)))
        .hasMessageContaining("linalg.det: Expected a floating point or complex tensor as input.");
    assertThatThrownBy(() -> Linalg.luFactor(zeros)).hasMessageContaining("U[1,1] is zero");
    assertThat(Linalg.eigvalsh(zeros.add(Double.NaN)).isnan().all().itemBoolean()).isTrue();
  }

  @Test
  void infosTakeThePlaceOfErrors() {
    Tensor both = Torch.stack(new Tensor[] {Torch.eye(2), Torch.zeros(2, 2)}, 0);
    assertThat(Linalg.invEx(both, false).info().toLongArray()).containsExactly(0, 1);
    assertThat(Linalg.solveEx(both, Torch.ones(2, 1), true, false).info().toLongArray()).containsExactly(0, 1);
    assertThat(Linalg.choleskyEx(both.neg(), false, false).info().toLongArray()).containsExactly(1, 1);
    assertThatThrownBy(() -> Linalg.invEx(both, true)).hasMessageContaining("(Batch element 1)");
  }

  @Test
  void phasesOfComplexVectorsHaveNoGradient() {
    Tensor a = random(DType.COMPLEX128, 3, 3).requiresGrad(true);
    assertThatThrownBy(() -> Linalg.svd(a, false).u().imag().sum().backward())
        .hasMessageContaining("specified up to multiplication by e^{i phi}");
  }

  /// The singular values are the same whatever basis the random subspace got.
  @Test
  void lowRankIsFound() {
    Tensor a = random(DType.FLOAT64, 40, 3).matmul(random(DType.FLOAT64, 3, 25));
    var svd = Torch.svdLowrank(a, 5, 2, null);
    assertClose(svd.u().mul(svd.s().unsqueeze(-2)).matmul(svd.v().mT()), a, 1e-9);
  }
}
