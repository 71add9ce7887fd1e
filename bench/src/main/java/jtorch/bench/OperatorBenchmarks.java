package jtorch.bench;

import static jtorch.Torch.cat;
import static jtorch.Torch.einsum;
import static jtorch.Torch.linspace;
import static jtorch.Torch.rand;
import static jtorch.Torch.randint;
import static jtorch.Torch.randn;
import static jtorch.Torch.randperm;
import static jtorch.Torch.searchsorted;
import static jtorch.Torch.stack;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Fft;
import jtorch.Linalg;
import jtorch.Tensor;
import jtorch.Torch;

/// The group of operators that need no network: sorting, scans, reductions, indexing, arranging, arithmetic, products,
/// linear algebra, Fourier transforms, random numbers. `operators.py` holds the same work under the same names.
final class OperatorBenchmarks {
  private static final long MILLION = 1 << 20;

  private final List<Benchmark> all = new ArrayList<>();

  private OperatorBenchmarks() {}

  static List<Benchmark> all() {
    var benchmarks = new OperatorBenchmarks();
    benchmarks.sorting();
    benchmarks.scansAndReductions();
    benchmarks.indexing();
    benchmarks.arranging();
    benchmarks.arithmetic();
    benchmarks.products();
    benchmarks.linearAlgebra();
    benchmarks.fourierAndRandom();
    return benchmarks.all;
  }

  private void add(String name, String description, Supplier<Benchmark.Step> preparation) {
    all.add(Benchmark.operator(name, description, preparation));
  }

  /// A function of normal numbers.
  private void unary(String name, UnaryOperator<Tensor> function, long... sizes) {
    add(name, Arrays.toString(sizes), () -> {
      Tensor x = randn(sizes);
      return () -> function.apply(x);
    });
  }

  /// A function of normal numbers of another dtype.
  private void unary(String name, UnaryOperator<Tensor> function, DType dtype, long... sizes) {
    add(name, Arrays.toString(sizes) + " " + dtype, () -> {
      Tensor x = randn(sizes).to(dtype);
      return () -> function.apply(x);
    });
  }

  /// A function of integers from 0 to below a bound.
  private void integers(String name, UnaryOperator<Tensor> function, long bound, long... sizes) {
    add(name, Arrays.toString(sizes) + " integers below " + bound, () -> {
      Tensor x = randint(0, bound, sizes);
      return () -> function.apply(x);
    });
  }

  /// A function of two tensors of normal numbers.
  private void binary(String name, BinaryOperator<Tensor> function, DType dtype, long[] left, long... right) {
    add(name, Arrays.toString(left) + ", " + Arrays.toString(right) + (dtype == DType.FLOAT32 ? "" : " " + dtype),
        () -> {
          Tensor a = randn(left).to(dtype);
          Tensor b = randn(right).to(dtype);
          return () -> function.apply(a, b);
        });
  }

  private void binary(String name, BinaryOperator<Tensor> function, long[] left, long... right) {
    binary(name, function, DType.FLOAT32, left, right);
  }

  private static long[] of(long... sizes) {
    return sizes;
  }

  private void sorting() {
    unary("sort_rows", x -> x.sort(-1, false).values(), 1024, 1024);
    unary("sort_columns", x -> x.sort(0, false).values(), 1024, 1024);
    unary("sort_1m", x -> x.sort(-1, false).values(), MILLION);
    integers("sort_integers", x -> x.sort(-1, false).values(), 1_000_000, MILLION);
    unary("argsort", x -> x.argsort(-1, true), 256, 4096);
    unary("topk_rows", x -> x.topk(10).values(), 1024, 4096);
    unary("topk_1m", x -> x.topk(100).values(), MILLION);
    unary("kthvalue", x -> x.kthvalue(100, -1, false).values(), 1024, 1024);
    unary("median", x -> x.median(-1, false).values(), 1024, 1024);
    integers("unique", Tensor::unique, 1000, MILLION);
    integers("unique_counts", x -> x.uniqueWithCounts().inverse(), 100_000, MILLION);
    add("searchsorted", "[1 Mi] in [10000]", () -> {
      Tensor bounds = linspace(0, 1, 10_000);
      Tensor x = rand(MILLION);
      return () -> searchsorted(bounds, x, false);
    });
    integers("bincount", Tensor::bincount, 1000, MILLION);
    unary("histc", x -> x.histc(100, -3, 3), MILLION);
    add("isin", "[1 Mi] integers in [1000]", () -> {
      Tensor x = randint(0, 10_000, MILLION);
      Tensor elements = randint(0, 10_000, 1000);
      return () -> x.isin(elements);
    });
  }

  private void scansAndReductions() {
    unary("cumsum_rows", x -> x.cumsum(1), 1024, 1024);
    unary("cumsum_columns", x -> x.cumsum(0), 1024, 1024);
    unary("cumprod", x -> x.cumprod(1), 1024, 1024);
    unary("cummax", x -> x.cummax(1).values(), 1024, 1024);
    unary("logcumsumexp", x -> x.logcumsumexp(1), 1024, 1024);
    unary("sum_rows", x -> x.sum(1), 4096, 1024);
    unary("sum_columns", x -> x.sum(0), 4096, 1024);
    unary("sum_middle", x -> x.sum(1), 64, 256, 256);
    unary("mean_outer", x -> x.mean(0, 2), 64, 256, 256);
    unary("std", Tensor::std, 4096, 1024);
    unary("var_rows", x -> x.var(of(1), 1, false), 4096, 1024);
    unary("norm", Tensor::norm, 4096, 1024);
    unary("norm_rows", x -> x.norm(2, of(1), false), 4096, 1024);
    unary("max", Tensor::max, 4096, 1024);
    unary("max_rows", x -> x.max(1).values(), 4096, 1024);
    unary("max_columns", x -> x.max(0).values(), 4096, 1024);
    unary("amax_columns", x -> x.amax(0), 4096, 1024);
    unary("argmax_rows", x -> x.argmax(1), 4096, 1024);
    unary("argmax_columns", x -> x.argmax(0), 4096, 1024);
    unary("logsumexp", x -> x.logsumexp(1, false), 4096, 1024);
    unary("prod_rows", x -> x.prod(1, false), 4096, 1024);
    integers("sum_integers", Tensor::sum, 1000, 4096, 1024);
    add("all_rows", "[4096, 1024] truths", () -> {
      Tensor x = rand(4096, 1024).gt(0);
      return () -> x.all(1, false);
    });
    unary("softmax_columns", x -> x.softmax(0), 4096, 1024);
  }

  private void indexing() {
    add("index_select", "65536 rows of [100000, 64]", () -> {
      Tensor x = randn(100_000, 64);
      Tensor index = randint(0, 100_000, 65_536);
      return () -> x.indexSelect(0, index);
    });
    add("index_rows", "x[i], 65536 rows of [100000, 64]", () -> {
      Tensor x = randn(100_000, 64);
      Tensor index = randint(0, 100_000, 65_536);
      return () -> x.index(index);
    });
    add("index_pairs", "x[i, j], 1 Mi elements of [1024, 1024]", () -> {
      Tensor x = randn(1024, 1024);
      Tensor i = randint(0, 1024, MILLION);
      Tensor j = randint(0, 1024, MILLION);
      return () -> x.index(i, j);
    });
    add("index_mask", "x[x > 0], [4 Mi]", () -> {
      Tensor x = randn(4 * MILLION);
      Tensor mask = x.gt(0);
      return () -> x.index(mask);
    });
    unary("index_slices", x -> x.at("1:-1, ::2, 3:").clone(), 64, 256, 256);
    unary("nonzero", x -> x.gt(1).nonzero(), 1024, 1024);
    add("gather", "[1024, 1024] along dimension 1", () -> {
      Tensor x = randn(1024, 1024);
      Tensor index = randint(0, 1024, 1024, 1024);
      return () -> x.gather(1, index);
    });
    add("scatter_add", "[1024, 1024] along dimension 1", () -> {
      Tensor x = randn(1024, 1024);
      Tensor index = randint(0, 1024, 1024, 1024);
      Tensor source = randn(1024, 1024);
      return () -> x.scatterAdd(1, index, source);
    });
    add("index_add", "65536 rows to [10000, 64]", () -> {
      Tensor x = randn(10_000, 64);
      Tensor index = randint(0, 10_000, 65_536);
      Tensor source = randn(65_536, 64);
      return () -> x.indexAdd(0, index, source);
    });
    add("index_put_accumulate", "65536 rows to [10000, 64]", () -> {
      Tensor x = randn(10_000, 64);
      Tensor index = randint(0, 10_000, 65_536);
      Tensor values = randn(65_536, 64);
      return () -> x.indexPut(new Tensor[] {index}, values, true);
    });
    add("index_put", "65536 rows to [100000, 64]", () -> {
      Tensor x = randn(100_000, 64);
      Tensor index = randperm(100_000).narrow(0, 0, 65_536);
      Tensor values = randn(65_536, 64);
      return () -> x.indexPut(new Tensor[] {index}, values, false);
    });
    add("masked_fill", "[4 Mi]", () -> {
      Tensor x = randn(4 * MILLION);
      Tensor mask = x.gt(0);
      return () -> x.maskedFill(mask, -1);
    });
    add("where", "[4 Mi]", () -> {
      Tensor x = randn(4 * MILLION);
      Tensor y = randn(4 * MILLION);
      Tensor mask = x.gt(0);
      return () -> x.where(mask, y);
    });
  }

  private void arranging() {
    binary("cat_rows", (a, b) -> cat(new Tensor[] {a, b}, 0), of(2048, 1024), 2048, 1024);
    binary("cat_columns", (a, b) -> cat(new Tensor[] {a, b}, 1), of(2048, 1024), 2048, 1024);
    binary("stack", (a, b) -> stack(new Tensor[] {a, b}, -1), of(2048, 1024), 2048, 1024);
    unary("transpose_copy", x -> x.t().contiguous(), 2048, 2048);
    unary("permute_copy", x -> x.permute(0, 2, 3, 1).contiguous(), 32, 64, 56, 56);
    unary("heads_copy", x -> x.transpose(1, 2).contiguous(), 16, 512, 8, 64);
    unary("flip", x -> x.flip(0, 1), 2048, 2048);
    unary("roll", x -> x.roll(of(100, 100), of(0, 1)), 2048, 2048);
    unary("repeat", x -> x.repeat(4, 4), 512, 512);
    unary("repeat_interleave", x -> x.repeatInterleave(4, 0), 4096, 256);
    unary("tril", Tensor::tril, 2048, 2048);
    unary("pad_constant", x -> x.pad(2, 2, 2, 2), 32, 64, 56, 56);
    unary("pad_reflect", x -> x.pad(of(2, 2, 2, 2), "reflect", null), 32, 64, 56, 56);
    unary("pixel_shuffle", x -> x.pixelShuffle(2), 32, 64, 56, 56);
  }

  private void arithmetic() {
    binary("add_row", Tensor::add, of(2048, 2048), 2048);
    binary("add_column", Tensor::add, of(2048, 2048), 2048, 1);
    binary("add_outer", Tensor::add, of(2048, 1), 1, 2048);
    binary("add_transposed", (a, b) -> a.add(b.t()), of(2048, 2048), 2048, 2048);
    binary("add_double", Tensor::add, DType.FLOAT64, of(2 * MILLION), 2 * MILLION);
    binary("add_half", Tensor::add, DType.FLOAT16, of(4 * MILLION), 4 * MILLION);
    binary("mul_bfloat16", Tensor::mul, DType.BFLOAT16, of(4 * MILLION), 4 * MILLION);
    unary("exp_half", Tensor::exp, DType.FLOAT16, 4 * MILLION);
    unary("gelu_bfloat16", jtorch.nn.functional.F::gelu, DType.BFLOAT16, 4 * MILLION);
    unary("softmax_bfloat16", x -> x.softmax(-1), DType.BFLOAT16, 4096, 1024);
    unary("sum_half", x -> x.sum(1), DType.FLOAT16, 4096, 1024);
    unary("to_bfloat16", x -> x.to(DType.BFLOAT16), 4 * MILLION);
    unary("from_half", x -> x.to(DType.FLOAT32), DType.FLOAT16, 4 * MILLION);
    unary("to_integer", Tensor::toLong, 4 * MILLION);
    binary("mul_complex", Tensor::mul, DType.COMPLEX64, of(2 * MILLION), 2 * MILLION);
    unary("abs_complex", Tensor::abs, DType.COMPLEX64, 2 * MILLION);
    unary("exp_complex", Tensor::exp, DType.COMPLEX64, MILLION);
    integers("add_integers", x -> x.add(x), 1000, 2 * MILLION);
    integers("remainder_integers", x -> x.remainder(7), 1000, 2 * MILLION);
    binary("greater", Tensor::gt, of(4 * MILLION), 4 * MILLION);
    add("mask_and", "[4 Mi] truths", () -> {
      Tensor a = randn(4 * MILLION).gt(0);
      Tensor b = randn(4 * MILLION).gt(0);
      return () -> a.logicalAnd(b);
    });
    unary("clamp", x -> x.clamp(-1, 1), 4 * MILLION);
    unary("erf", Tensor::erf, 4 * MILLION);
    unary("log1p", x -> x.abs().log1p(), 4 * MILLION);
    unary("pow", x -> x.abs().pow(1.5), 4 * MILLION);
    unary("sin", Tensor::sin, 4 * MILLION);
    binary("atan2", Tensor::atan2, of(MILLION), MILLION);
    binary("lerp", (a, b) -> a.lerp(b, 0.3), of(4 * MILLION), 4 * MILLION);
  }

  private void products() {
    binary("bmm", Tensor::bmm, of(64, 128, 128), 64, 128, 128);
    binary("bmm_transposed", (a, b) -> a.bmm(b.transpose(1, 2)), of(64, 128, 128), 64, 128, 128);
    binary("einsum_matmul", (a, b) -> einsum("ij,jk->ik", a, b), of(512, 512), 512, 512);
    binary("einsum_batched", (a, b) -> einsum("bij,bjk->bik", a, b), of(32, 128, 128), 32, 128, 128);
    binary("einsum_attention", (a, b) -> einsum("bqhd,bkhd->bhqk", a, b), of(4, 256, 8, 64), 4, 256, 8, 64);
    binary("einsum_inner", (a, b) -> einsum("ij,ij->", a, b), of(1024, 1024), 1024, 1024);
    binary("einsum_outer", (a, b) -> einsum("bi,bj->bij", a, b), of(64, 256), 64, 256);
    add("einsum_bilinear", "bn,anm,bm->ba", () -> {
      Tensor a = randn(64, 128);
      Tensor b = randn(64, 128, 128);
      Tensor c = randn(64, 128);
      return () -> einsum("bn,anm,bm->ba", a, b, c);
    });
    unary("einsum_diagonal", x -> einsum("bii->bi", x).clone(), 64, 256, 256);
    binary("mv", Tensor::mv, of(2048, 2048), 2048);
    binary("matmul_half", Tensor::matmul, DType.FLOAT16, of(512, 512), 512, 512);
    binary("matmul_bfloat16", Tensor::matmul, DType.BFLOAT16, of(512, 512), 512, 512);
    binary("matmul_double", Tensor::matmul, DType.FLOAT64, of(512, 512), 512, 512);
    binary("matmul_complex", Tensor::matmul, DType.COMPLEX64, of(512, 512), 512, 512);
    binary("matmul_broadcast", Tensor::matmul, of(32, 128, 256), 256, 256);
    binary("cdist", Torch::cdist, of(1024, 64), 1024, 64);
    binary("outer", Tensor::outer, of(2048), 2048);
  }

  private void linearAlgebra() {
    unary("svd", x -> Linalg.svd(x, false).s(), 512, 512);
    unary("eigh", x -> Linalg.eigh(x.add(x.mT())).eigenvalues(), 512, 512);
    binary("solve", Linalg::solve, of(512, 512), 512, 512);
    add("cholesky", "[512, 512]", () -> {
      Tensor x = randn(512, 512);
      Tensor a = x.matmul(x.mT()).add(Torch.eye(512).mul(512));
      return () -> Linalg.cholesky(a);
    });
    unary("qr", x -> Linalg.qr(x).r(), 512, 512);
    unary("inv", Linalg::inv, 512, 512);
    add("solve_small", "[1000, 8, 8], [1000, 8, 1]", () -> {
      Tensor a = randn(1000, 8, 8).add(Torch.eye(8).mul(8));
      Tensor b = randn(1000, 8, 1);
      return () -> Linalg.solve(a, b);
    });
    add("inv_small", "[1000, 8, 8]", () -> {
      Tensor a = randn(1000, 8, 8).add(Torch.eye(8).mul(8));
      return () -> Linalg.inv(a);
    });
    add("lu_small", "[1000, 8, 8]", () -> {
      Tensor a = randn(1000, 8, 8).add(Torch.eye(8).mul(8));
      return () -> Linalg.luFactor(a).lu();
    });
    unary("det_small", Linalg::det, 1000, 8, 8);
  }

  private void fourierAndRandom() {
    unary("fft_1m", Fft::fft, DType.COMPLEX64, MILLION);
    unary("fft_1000x1000", Fft::fft2, DType.COMPLEX64, 1000, 1000);
    unary("fft_rows", Fft::fft, DType.COMPLEX64, 1024, 1024);
    unary("rfft", Fft::rfft, MILLION);
    unary("irfft", x -> Fft.irfft(x), DType.COMPLEX64, 1024, 513);
    add("stft", "[16, 65536], windows of 512", () -> {
      Tensor x = randn(16, 65_536);
      Tensor window = Torch.hannWindow(512);
      return () -> x.stft(512, window).abs();
    });
    add("randn", "[4 Mi]", () -> () -> randn(4 * MILLION));
    add("rand", "[4 Mi]", () -> () -> rand(4 * MILLION));
    add("randint", "[4 Mi]", () -> () -> randint(0, 1000, 4 * MILLION));
    add("randperm", "[100000]", () -> () -> randperm(100_000));
    unary("dropout", x -> jtorch.nn.functional.F.dropout(x, 0.5, true), 4 * MILLION);
    add("bernoulli", "[1 Mi]", () -> {
      Tensor p = rand(MILLION);
      return () -> p.bernoulli();
    });
    add("multinomial", "1000 of each of 64 rows of 1000", () -> {
      Tensor p = rand(64, 1000);
      return () -> p.multinomial(1000, true);
    });
  }
}
