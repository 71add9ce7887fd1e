package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import jtorch.DType;
import jtorch.Layout;
import jtorch.ShapeException;
import jtorch.Sparse;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Sparse tensors beside what PyTorch prints for the same calls (`sparse.py`), letter for letter.
final class SparseTensorTest {
  private static final Map<String, String> PRINTED = new HashMap<>();

  private final Tensor i = Torch.tensor(new long[][] {{1, 0, 1, 1}, {2, 2, 0, 2}});
  private final Tensor v = Torch.tensor(new float[] {3, 4, 5, 0.5f});
  private final Tensor twice = Torch.sparseCooTensor(i, v, 2, 3);
  private final Tensor a = twice.coalesce();
  private final Tensor csr = a.toSparseCsr();
  private final Tensor d = Torch.arange(1.0, 7).view(3, 2);

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = SparseTensorTest.class.getResourceAsStream("sparse.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      for (String part : text.split("(^|\n)== ")) {
        int line = part.indexOf('\n');
        if (line > 0) PRINTED.put(part.substring(0, line), part.substring(line + 1).stripTrailing());
      }
    }
  }

  private static void same(String name, Tensor got) {
    assertThat(got.toString()).as(name).isEqualTo(PRINTED.get(name));
  }

  /// Gradients of a function with 1, 2, 3, ... for the result's.
  private static void gradients(String name, Function<Tensor[], Tensor> function, Tensor... inputs) {
    Tensor[] leaves = new Tensor[inputs.length];
    for (int k = 0; k < leaves.length; k++) leaves[k] = inputs[k].detach().clone().requiresGrad(true);
    Tensor y = function.apply(leaves).toDense();
    y.backward(Torch.arange(1.0, y.numel() + 1).view(y.sizes()));
    for (int k = 0; k < leaves.length; k++)
      same(name + " gradient " + k, Objects.requireNonNull(leaves[k].grad()));
  }

  @Test
  void formsPrintAsPyTorchPrintsThem() {
    same("twice", twice);
    same("coalesced", a);
    Tensor hybrid = Torch.sparseCooTensor(i, Torch.arange(8.0).view(4, 2), 2, 3, 2);
    same("hybrid", hybrid);
    same("hybrid coalesced", hybrid.coalesce());
    same("csr", csr);
    same("csc", csr.toSparseCsc());
    same("bsr", d.repeat(2, 2).narrow(0, 0, 4).toSparseBsr(2, 2));
    same("batch", Torch.stack(new Tensor[] {Torch.eye(2), Torch.eye(2).flip(0)}, 0).toSparseCsr());
    same("none", Torch.sparseCooTensor(2, 0, 3));
    same("scalar", Torch.scalarTensor(2.0).toSparse());
    same("ints", twice.to(DType.INT64));
    same("doubles", csr.to(DType.FLOAT64));
    same("half", twice.to(DType.FLOAT16));
    same("complex", a.mul(jtorch.Complex.of(1, 2)));
    Tensor line = Torch.arange(1200);
    same("long", Torch.sparseCooTensor(Torch.stack(new Tensor[] {line, line}, 0), Torch.arange(1200.0).div(7)));
    same("leaf", a.detach().clone().requiresGrad(true));
  }

  @Test
  void conversionsAndElements() {
    same("dense", twice.toDense());
    Tensor eye = Torch.eye(3).narrow(0, 0, 2);
    same("of dense", eye.toSparse());
    same("rows of dense", eye.toSparse(1));
    same("sum", a.add(eye.toSparse()));
    same("difference", Torch.ones(2, 3).sub(a));
    same("product", a.mul(Torch.arange(3.0)));
    same("common", a.mul(Torch.eye(3).indexSelect(0, Torch.tensor(new long[] {0, 2})).toSparse()));
    same("tanh", twice.tanh());
    same("csr sqrt", csr.sqrt());
    same("transposed", csr.t());
    same("rows", a.indexSelect(0, Torch.tensor(new long[] {1, 1})));
    same("joined", Torch.cat(new Tensor[] {a, a}, 1));
    same("row", a.select(0, 1));
    same("masked", Torch.arange(6.0).view(2, 3).sparseMask(a));
  }

  @Test
  void sumsAndProducts() {
    same("column sums", Sparse.sum(a, 0));
    same("row sums", csr.sum(1, true));
    same("softmax", Sparse.softmax(a, 1));
    same("log softmax", Sparse.logSoftmax(a, 0));
    same("coo mm", twice.matmul(d));
    same("csr mm", csr.matmul(d));
    same("dense mm", d.matmul(csr));
    same("both mm", a.matmul(a.t()));
    same("bmm", Torch.stack(new Tensor[] {Torch.eye(3), d.matmul(d.t())}, 0).toSparse()
        .bmm(d.repeat(2, 1).view(2, 3, 2)));
    same("sampled", Sparse.sampledAddmm(csr, d.narrow(0, 0, 2), d.t(), 2, 0.5));
    same("diagonals",
        Sparse.spdiags(Torch.arange(9.0).view(3, 3), Torch.tensor(new long[] {0, -1, 2}), 4, 4));
  }

  @Test
  void gradientsHaveTheLayoutsOfPyTorchs() {
    gradients("mm", x -> x[0].matmul(x[1]), a, d);
    gradients("sparse mm", x -> Sparse.mm(x[0], x[1]), a, d);
    gradients("csr sparse mm", x -> Sparse.mm(x[0], x[1]), csr, d);
    gradients("to dense", x -> x[0].toDense(), twice);
    gradients("to dense unmasked", x -> x[0].toDense(null, false), csr);
    gradients("to sparse", x -> x[0].toSparseCsr(), d);
    gradients("values", x -> x[0].values(), csr);
    gradients("parts", x -> Torch.sparseCooTensor(i, x[0], 2, 3), v);
    gradients("mask", x -> x[0].sparseMask(a), Torch.ones(2, 3));
    gradients("total", x -> x[0].sum(), a);
    gradients("sparse total", x -> Sparse.sum(x[0]), a);
    gradients("sums", x -> Sparse.sum(x[0], 0), a);
    gradients("softmax", x -> Sparse.softmax(x[0], 1), a);
    gradients("sampling", x -> Sparse.sampledAddmm(x[0], x[1], x[2], 2, 0.5), csr, d.narrow(0, 0, 2),
        d.t().contiguous());
  }

  @Test
  void secondGradientsPassThroughValues() {
    Tensor x = a.detach().clone().requiresGrad(true);
    Tensor first = Torch.grad(x.mul(x).mul(x).toDense().sum(), x, true);
    Tensor second = Torch.grad(first.toDense().sum(), x, false);
    assertThat(second.toDense().toDoubleArray()).isEqualTo(a.toDense().mul(6).toDoubleArray());
  }

  @Test
  void operatorsWithoutSparseFormRefuseByName() {
    assertThatThrownBy(a::exp).isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("exp: not there for layouts sparse_coo").hasMessageContaining("toDense()");
    assertThatThrownBy(() -> a.view(6)).hasMessageContaining("view: not there for layouts sparse_coo");
    assertThatThrownBy(a::address).isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> v.indices())
        .hasMessageContaining("indices expected sparse coordinate tensor layout but got Strided");
    assertThatThrownBy(twice::values).hasMessageContaining("please call .coalesce() first");
  }

  @Test
  void partsThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Torch.sparseCooTensor(i, v, 2, 2)).isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("size is inconsistent with indices: for dim 1, size is 2 but found index 2");
    assertThatThrownBy(() -> Torch.sparseCooTensor(i.sub(1), v, 2, 2)).hasMessageContaining("found negative index -1");
    assertThatThrownBy(() -> Torch.sparseCooTensor(i, Torch.ones(2), 2, 3)).isInstanceOf(ShapeException.class)
        .hasMessageContaining("indices and values must have same nnz, but got nnz from indices: 4, nnz from values: 2");
    Tensor columns = Torch.tensor(new long[] {0, 1});
    Tensor ones = Torch.ones(2);
    assertThatThrownBy(() -> Torch.sparseCsrTensor(Torch.tensor(new long[] {0, 1, 3}), columns, ones, 2, 2))
        .hasMessageContaining("`crow_indices[..., -1] == nnz` is not satisfied.");
    assertThatThrownBy(() -> Torch.sparseCsrTensor(Torch.tensor(new long[] {0, 2, 2}), columns.flip(0), ones, 2, 2))
        .hasMessageContaining("are sorted and distinct");
    assertThatThrownBy(() -> Torch.sparseCsrTensor(Torch.tensor(new long[] {0, 1, 2}), columns, ones, 2, 1))
        .isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("`0 <= col_indices < ncols`");
  }

  @Test
  void tensorsChangeInPlace() {
    Tensor x = a.clone();
    x.mul_(2).add_(a);
    assertThat(x.toDense().toDoubleArray()).isEqualTo(a.toDense().mul(3).toDoubleArray());
    assertThat(Torch.ones(2, 3).add_(a, -1).toDoubleArray()).containsExactly(1, 1, -3, -4, 1, -2.5);
    assertThat(x.zero_()._nnz()).isZero();
    assertThat(x.sparseResize_(new long[] {4, 5, 6}, 2, 1).sizes()).containsExactly(4, 5, 6);
    assertThat(a.toDense().toDoubleArray()).containsExactly(0, 0, 4, 5, 0, 3.5);
  }

  @Test
  void partsLiveAsLongAsTheTensor() {
    Tensor kept;
    Tensor dense = Torch.randn(200, 200);
    try (var scope = Torch.scope()) {
      kept = scope.keep(dense.toSparse().mul(2).toSparseCsr());
    }
    assertThat(kept.toDense().toDoubleArray()).isEqualTo(dense.mul(2).toDoubleArray());
  }

  @Test
  void productsOfLargeMatricesAreThoseOfDenseOnes() {
    Tensor mask = Torch.rand(300, 200).lt(0.1);
    for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.INT64}) {
      Tensor dense = Torch.randn(300, 200).mul(8).mul(mask.to(DType.FLOAT32)).to(dtype);
      for (long columns : new long[] {1, 7, 83}) {
        Tensor right = Torch.randn(200, columns).mul(8).to(dtype);
        Tensor wanted = dense.matmul(right);
        for (Layout layout : new Layout[] {Layout.SPARSE_COO, Layout.SPARSE_CSR, Layout.SPARSE_CSC}) {
          Tensor got = dense.toSparse(layout).matmul(right);
          assertThat(got.sub(wanted).abs().max().itemDouble()).as("%s %s %d", dtype, layout, columns)
              .isLessThanOrEqualTo(dtype == DType.INT64 ? 0 : dtype == DType.FLOAT64 ? 1e-11 : 2e-3);
        }
      }
    }
  }
}
