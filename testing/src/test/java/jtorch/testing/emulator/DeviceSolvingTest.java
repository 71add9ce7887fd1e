package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.LinAlgException;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.Cholesky;
import jtorch.op.Eigenvalues;
import jtorch.op.LeastSquares;
import jtorch.op.LinearSolving;
import jtorch.op.LuFactors;
import jtorch.op.OrthogonalFactors;
import jtorch.op.SingularValues;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Linear algebra by cuSOLVER and cuBLAS, or what stands in for them, against the processor's.
class DeviceSolvingTest extends DeviceTest {
  private static final Device WITH_LIBRARY = Device.cuda(Cuda.deviceCount() > 1 ? 1 : 0);

  static Stream<DType> dtypes() {
    return Stream.of(DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.COMPLEX128);
  }

  /// Well conditioned, and with something to exchange.
  private static Tensor matrices(DType dtype, long... sizes) {
    long count = 1;
    for (long size : sizes) count *= size;
    Tensor i = Torch.arange(count).to(DType.FLOAT64);
    Tensor x = i.mul(i).mul(0.37).add(i).sin();
    Tensor made = dtype.isComplex() ? Torch.complex(x, x.mul(7).cos()).to(dtype) : x.to(dtype);
    return made.reshape(sizes);
  }

  private static Tensor square(DType dtype, long... sizes) {
    long n = sizes[sizes.length - 1];
    return matrices(dtype, sizes).add(Torch.eye(n).to(dtype).flip(0).mul(4));
  }

  private static Tensor positive(DType dtype, long... sizes) {
    Tensor a = matrices(dtype, sizes);
    long n = sizes[sizes.length - 1];
    return a.matmul(a.mH()).add(Torch.eye(n).to(dtype));
  }

  private static void same(Tensor there, Tensor expected) {
    same(there, expected, WITH_LIBRARY);
  }

  private static void same(Tensor there, Tensor expected, Device device) {
    assertThat(there.device()).isEqualTo(device);
    assertThat(there.dtype()).isEqualTo(expected.dtype());
    assertThat(there.sizes()).isEqualTo(expected.sizes());
    double tolerance = expected.dtype().toReal() == DType.FLOAT64 ? 1e-9 : 2e-3;
    Tensor here = there.cpu();
    assertThat(here.dtype().isDifferentiable() ? here.allclose(expected, tolerance, tolerance, true)
        : here.equal(expected)).as("%s instead of %s", here, expected).isTrue();
  }

  /// All results of a call are the same there, and nothing is left to the processor.
  private static void same(Function<Tensor[], Tensor[]> call, Tensor... arguments) {
    same(call, WITH_LIBRARY, arguments);
  }

  private static void same(Function<Tensor[], Tensor[]> call, Device device, Tensor... arguments) {
    Tensor[] expected = call.apply(arguments);
    Map<String, Long> before = Cuda.fallbacks();
    Tensor[] there = call.apply(Stream.of(arguments).map(t -> t.to(device)).toArray(Tensor[]::new));
    assertThat(Cuda.fallbacks()).isEqualTo(before);
    for (int i = 0; i < expected.length; i++) same(there[i], expected[i], device);
  }

  /// Small matrices need no library.
  private static void everywhere(Function<Tensor[], Tensor[]> call, Tensor... arguments) {
    same(call, GPU, arguments);
    if (!WITH_LIBRARY.equals(GPU)) same(call, WITH_LIBRARY, arguments);
  }

  private static void everywhere(BiFunction<Tensor, Tensor, Tensor> call, Tensor a, Tensor b) {
    everywhere(given -> new Tensor[] {call.apply(given[0], given[1])}, a, b);
  }

  private static List<long[]> shapes(long... matrix) {
    return Stream.of(new long[0], new long[] {1}, new long[] {3}, new long[] {2, 2})
        .map(batch -> {
          long[] all = java.util.Arrays.copyOf(batch, batch.length + 2);
          System.arraycopy(matrix, 0, all, batch.length, 2);
          return all;
        }).toList();
  }

  // ---- Cholesky --------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("dtypes")
  void choleskyFactorsAreFoundAndUsed(DType dtype) {
    for (long[] sizes : shapes(5, 5)) {
      Tensor a = positive(dtype, sizes);
      Tensor b = matrices(dtype, 5, 3);
      for (boolean upper : new boolean[] {false, true}) {
        everywhere(t -> Cholesky.LINALG_CHOLESKY_EX.tensors(t[0], upper, false), a);
        everywhere(t -> Cholesky.LINALG_CHOLESKY_EX.tensors(t[0].mT(), upper, false), a);
        Tensor factor = Cholesky.LINALG_CHOLESKY_EX.tensors(a, upper, false)[0];
        everywhere((f, right) -> Cholesky.CHOLESKY_SOLVE.tensor(right, f, upper), factor, b);
        everywhere((f, right) -> Cholesky.CHOLESKY_SOLVE.tensor(right, f, upper), factor.mT().contiguous().mT(), b);
        everywhere(t -> new Tensor[] {Cholesky.CHOLESKY_INVERSE.tensor(t[0], upper)}, factor);
      }
    }
  }

  @Test
  void whatIsNotPositiveIsTold() {
    Tensor a = positive(DType.FLOAT64, 3, 4, 4);
    a.select(0, 1).diagonal(0, 0, 1).fill_(-1);
    assertThatThrownBy(() -> Linalg.cholesky(a.to(WITH_LIBRARY))).isInstanceOf(LinAlgException.class).hasMessage(
        "linalg.cholesky: (Batch element 1): The factorization could not be completed because the input is not positive-definite (the leading minor of order 1 is not positive-definite).");
    assertThat(Cholesky.LINALG_CHOLESKY_EX.tensors(a.to(WITH_LIBRARY), false, false)[1].cpu().toIntArray())
        .containsExactly(0, 1, 0);
  }

  // ---- LU --------------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("dtypes")
  void luFactorsAreFoundAndUsed(DType dtype) {
    for (long[] matrix : new long[][] {{5, 5}, {4, 7}, {7, 4}, {1, 1}}) {
      for (long[] sizes : shapes(matrix)) {
        everywhere(t -> LuFactors.LINALG_LU_FACTOR_EX.tensors(t[0], true, false), matrices(dtype, sizes));
        everywhere(t -> LuFactors.LINALG_LU.tensors(t[0], true), matrices(dtype, sizes));
      }
    }
    for (long[] sizes : shapes(5, 5)) {
      Tensor a = square(dtype, sizes);
      Tensor[] factors = LuFactors.LINALG_LU_FACTOR_EX.tensors(a, true, false);
      for (boolean adjoint : new boolean[] {false, true}) {
        everywhere(t -> new Tensor[] {LinearSolving.LINALG_LU_SOLVE.tensor(t[0], t[1], t[2], true, adjoint)},
            factors[0],
            factors[1], matrices(dtype, 5, 2));
        everywhere(t -> new Tensor[] {LinearSolving.LINALG_LU_SOLVE.tensor(t[0], t[1], t[2], false, adjoint)},
            factors[0],
            factors[1], matrices(dtype, 2, 5));
      }
      everywhere(t -> new Tensor[] {Linalg.det(t[0])}, a);
    }
  }

  /// PyTorch has this on GPUs alone.
  @Test
  void factorsWithoutExchangesExist() {
    Tensor a = positive(DType.FLOAT64, 2, 4, 4);
    for (Tensor given : new Tensor[] {a, a.select(0, 0)}) {
      Tensor[] all = LuFactors.LINALG_LU_FACTOR_EX.tensors(given.to(WITH_LIBRARY), false, false);
      Tensor[] parts = LuFactors.LU_UNPACK.tensors(all[0], all[1], true, true);
      same(parts[0], Torch.eye(4).to(DType.FLOAT64).expand(given.sizes()));
      same(parts[1].matmul(parts[2]), given);
    }
    assertThatThrownBy(() -> LuFactors.LINALG_LU_FACTOR_EX.tensors(a, false, false))
        .hasMessageContaining("LU without pivoting is not implemented on the CPU");
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void equationsAreSolved(DType dtype) {
    for (long[] sizes : shapes(5, 5)) {
      Tensor a = square(dtype, sizes);
      everywhere((x, b) -> Linalg.solve(x, b), a, matrices(dtype, 5, 2));
      everywhere((x, b) -> Linalg.solve(x.mT(), b), a, matrices(dtype, 2, 1, 5, 1));
      everywhere((x, b) -> LinearSolving.LINALG_SOLVE.tensor(x, b, false), a, matrices(dtype, 2, 5));
      everywhere(t -> new Tensor[] {Linalg.inv(t[0])}, a);
    }
  }

  @Test
  void singularMatricesAreTold() {
    Tensor a = Torch.ones(3, 3).to(WITH_LIBRARY);
    assertThatThrownBy(() -> Linalg.inv(a)).isInstanceOf(LinAlgException.class).hasMessage(
        "linalg.inv: The diagonal element 2 is zero, the inversion could not be completed because the input matrix is singular.");
    assertThatThrownBy(() -> Linalg.solve(a.expand(2, 3, 3), Torch.ones(3, 1).to(WITH_LIBRARY)))
        .isInstanceOf(LinAlgException.class)
        .hasMessage("torch.linalg.solve: (Batch element 0): The solver failed because the input matrix is singular.");
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void trianglesAreSolved(DType dtype) {
    for (long[] sizes : shapes(4, 4)) {
      for (int way = 0; way < 16; way++) {
        boolean upper = (way & 1) != 0;
        boolean left = (way & 2) != 0;
        boolean unit = (way & 4) != 0;
        boolean turned = (way & 8) != 0;
        Tensor a = square(dtype, sizes).add(Torch.eye(4).to(dtype).mul(5));
        Tensor b = left ? matrices(dtype, 4, 3) : matrices(dtype, 3, 4);
        BiFunction<Tensor, Tensor, Tensor> solve =
            (x, y) -> LinearSolving.LINALG_SOLVE_TRIANGULAR.tensor(turned ? x.mT() : x, y, upper, left, unit);
        everywhere(solve, a, b);
        everywhere(solve, a, b.mT().contiguous().mT());
      }
    }
  }

  // ---- QR --------------------------------------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("dtypes")
  void orthogonalFactorsAreFound(DType dtype) {
    for (long[] matrix : new long[][] {{5, 5}, {4, 6}, {6, 4}}) {
      for (long[] sizes : shapes(matrix)) {
        Tensor a = matrices(dtype, sizes);
        same(t -> OrthogonalFactors.GEQRF.tensors(t[0]), a);
        for (String mode : new String[] {"reduced", "complete", "r"})
          same(t -> OrthogonalFactors.LINALG_QR.tensors(t[0], mode), a);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void reflectorsAreMultiplied(DType dtype) {
    for (long[] sizes : shapes(6, 4)) {
      Tensor[] factors = OrthogonalFactors.GEQRF.tensors(matrices(dtype, sizes));
      for (boolean left : new boolean[] {false, true}) {
        long[] other = sizes.clone();
        other[other.length - (left ? 1 : 2)] = 3;
        other[other.length - (left ? 2 : 1)] = 6;
        for (boolean transpose : new boolean[] {false, true})
          same(t -> new Tensor[] {OrthogonalFactors.ORMQR.tensor(t[0], t[1], t[2], left, transpose)}, factors[0],
              factors[1], matrices(dtype, other));
      }
      Tensor none = factors[1].narrow(-1, 0, 0);
      same(t -> new Tensor[] {OrthogonalFactors.LINALG_HOUSEHOLDER_PRODUCT.tensor(t[0], t[1])}, factors[0], none);
    }
  }

  // ---- eigenvalues and singular values ---------------------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("dtypes")
  void eigenvaluesOfHermitianMatricesAreFound(DType dtype) {
    for (long[] sizes : shapes(5, 5)) {
      Tensor a = positive(dtype, sizes);
      for (String triangle : new String[] {"L", "U"}) {
        Tensor read = triangle.equals("L") ? a.tril(0) : a.triu(0);
        same(t -> new Tensor[] {Eigenvalues.LINALG_EIGVALSH.tensor(t[0], triangle)}, read);
        same(t -> {
          Tensor[] all = Eigenvalues.LINALG_EIGH.tensors(t[0], triangle);
          return new Tensor[] {all[0], all[1].mul(all[0].unsqueeze(-2)).matmul(all[1].mH()),
            all[1].mH().matmul(all[1])};
        }, read);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void eigenvaluesOfAnyMatricesAreFound(DType dtype) {
    for (long[] sizes : shapes(5, 5)) {
      Tensor a = matrices(dtype, sizes);
      // In no order: sums of powers tell them.
      same(t -> {
        Tensor values = Linalg.eigvals(t[0]);
        return new Tensor[] {values.sum(-1), values.square().sum(-1), values.pow(3).sum(-1)};
      }, a);
      same(t -> {
        Tensor[] all = Eigenvalues.LINALG_EIG.tensors(t[0]);
        Tensor there = t[0].to(all[0].dtype());
        return new Tensor[] {there.matmul(all[1]).sub(all[1].mul(all[0].unsqueeze(-2))).abs().sum(-1).sum(-1),
          all[1].abs().square().sum(-2)};
      }, a);
    }
  }

  @ParameterizedTest
  @MethodSource("dtypes")
  void singularValuesAreFound(DType dtype) {
    for (long[] matrix : new long[][] {{5, 5}, {4, 6}, {6, 4}, {35, 3}, {3, 35}}) {
      for (long[] sizes : shapes(matrix)) {
        Tensor a = matrices(dtype, sizes);
        same(t -> new Tensor[] {Linalg.svdvals(t[0])}, a);
        for (boolean full : new boolean[] {false, true}) same(t -> decomposed(t[0], full, null), a);
      }
    }
  }

  /// What does not depend on the choice of vectors.
  private static Tensor[] decomposed(Tensor a, boolean full, String driver) {
    Tensor[] all = SingularValues.LINALG_SVD.tensors(a, full, driver);
    long k = all[1].size(-1);
    Tensor again = all[0].narrow(-1, 0, k).mul(all[1].unsqueeze(-2)).matmul(all[2].narrow(-2, 0, k));
    return new Tensor[] {all[1], again, all[0].mH().matmul(all[0]), all[2].matmul(all[2].mH())};
  }

  @ParameterizedTest
  @ValueSource(strings = {"gesvd", "gesvdj", "gesvda"})
  void driversAreChosen(String driver) {
    for (long[] matrix : new long[][] {{4, 6}, {6, 4}}) {
      for (long[] sizes : shapes(matrix)) {
        for (DType dtype : new DType[] {DType.FLOAT64, DType.COMPLEX64}) {
          Tensor a = matrices(dtype, sizes);
          Tensor[] expected = decomposed(a, true, null);
          Tensor[] there = decomposed(a.to(WITH_LIBRARY), true, driver);
          for (int i = 0; i < there.length; i++) same(there[i], expected[i]);
        }
      }
    }
    assertThatThrownBy(() -> SingularValues.LINALG_SVD.tensors(Torch.ones(2, 2), true, driver))
        .hasMessageContaining("only supported on CUDA inputs with cuSOLVER backend");
    assertThatThrownBy(() -> SingularValues.LINALG_SVD.tensors(Torch.ones(2, 2).to(WITH_LIBRARY), true, "qr"))
        .hasMessageContaining("unknown svd driver qr in svd_cusolver computation.");
  }

  /// The stand-in's rotations come to no end for a matrix that begins with this number.
  @ParameterizedTest
  @CsvSource({"4,6,1", "6,4,1", "4,4,3", "40,3,2"})
  void whereRotationsComeToNoEndOthersDo(int m, int n, int count) {
    Tensor a = matrices(DType.FLOAT64, count, m, n);
    a.select(0, 0).select(0, 0).select(0, 0).fill_(12345);
    for (boolean full : new boolean[] {false, true}) same(t -> decomposed(t[0], full, null), a);
    if (!"stand-in".equals(System.getProperty("jtorch.cuda.driver"))) return;
    assertThatThrownBy(() -> decomposed(a.to(WITH_LIBRARY), true, "gesvdj")).isInstanceOf(LinAlgException.class)
        .hasMessageContaining("linalg.svd: (Batch element 0): The algorithm failed to converge");
  }

  // ---- least squares, and what is made of all this ---------------------------------------------------------------

  @ParameterizedTest
  @MethodSource("dtypes")
  void leastSquaresAreThoseOfGels(DType dtype) {
    for (long[] matrix : new long[][] {{6, 4}, {4, 6}, {5, 5}}) {
      for (long[] sizes : shapes(matrix)) {
        Tensor a = matrices(dtype, sizes).add(Torch.eye(matrix[0], matrix[1]).to(dtype));
        long[] right = sizes.clone();
        right[right.length - 1] = 2;
        same(t -> LeastSquares.LINALG_LSTSQ.tensors(t[0], t[1], null, "gels"), a, matrices(dtype, right));
        Tensor[] usual = LeastSquares.LINALG_LSTSQ.tensors(a.to(WITH_LIBRARY), matrices(dtype, right).to(WITH_LIBRARY),
            null, null);
        assertThat(usual[2].numel()).isZero();
      }
    }
  }

  @Test
  void gradientsRunThere() {
    Tensor a = square(DType.FLOAT64, 2, 4, 4);
    Tensor tall = matrices(DType.FLOAT64, 2, 5, 3);
    for (Function<Tensor, Tensor> loss : List.<Function<Tensor, Tensor>>of(
        x -> Linalg.inv(x).square().sum(), x -> Linalg.det(x).sum(),
        x -> Linalg.solve(x, x.narrow(-1, 0, 2).detach()).square().sum(),
        x -> Linalg.cholesky(x.matmul(x.mT())).sum(),
        x -> Eigenvalues.LINALG_EIGVALSH.tensor(x.add(x.mT()), "L").square().sum()))
      same(t -> new Tensor[] {gradient(loss, t[0])}, a);
    for (Function<Tensor, Tensor> loss : List.<Function<Tensor, Tensor>>of(x -> Linalg.svdvals(x).sum(),
        x -> Linalg.pinv(x).square().sum(), x -> OrthogonalFactors.LINALG_QR.tensors(x, "reduced")[1].square().sum()))
      same(t -> new Tensor[] {gradient(loss, t[0])}, tall);
  }

  private static Tensor gradient(Function<Tensor, Tensor> loss, Tensor given) {
    Tensor x = given.detach().clone().requiresGrad_();
    loss.apply(x).backward();
    return java.util.Objects.requireNonNull(x.grad());
  }

  @Test
  void theProcessorDoesItWhereThereIsNoLibrary() {
    assumeTrue("stand-in".equals(System.getProperty("jtorch.cuda.driver")), "a GPU has its libraries");
    Tensor a = square(DType.FLOAT64, 2, 40, 40);
    Tensor inverse = Linalg.inv(a.to(GPU));
    assertThat(inverse.device()).isEqualTo(GPU);
    assertThat(inverse.cpu().allclose(Linalg.inv(a), 1e-9, 1e-9, false)).isTrue();
    assertThat(Cuda.fallbacks()).containsKey("jtorch::solve");
  }

  @Test
  void emptyMatricesAreNoTrouble() {
    Tensor none = Torch.empty(0, 3, 3).to(DType.FLOAT64);
    Tensor thin = Torch.empty(2, 4, 0).to(DType.FLOAT64);
    same(t -> LuFactors.LINALG_LU_FACTOR_EX.tensors(t[0], true, false), none);
    same(t -> Cholesky.LINALG_CHOLESKY_EX.tensors(t[0], false, false), none);
    same(t -> Eigenvalues.LINALG_EIGH.tensors(t[0], "L"), none);
    same(t -> SingularValues.LINALG_SVD.tensors(t[0], true, null), thin);
    same(t -> OrthogonalFactors.LINALG_QR.tensors(t[0], "complete"), thin);
  }
}
