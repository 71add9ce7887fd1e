"""The group "operators" of the benchmarks: the work of OperatorBenchmarks and NetworkBenchmarks under the same names.

Inputs are drawn in the same order, so they are the same numbers.
"""
import torch
import torch.nn.functional as F
from torch import rand, randint, randn, randperm

MILLION = 1 << 20
HALF, BFLOAT16, DOUBLE, COMPLEX = torch.float16, torch.bfloat16, torch.float64, torch.complex64

# Name: what makes the inputs, the expression that is timed.
OPERATORS = {}


def add(name, expression, **inputs):
    """Inputs are functions, called in their order."""
    OPERATORS[name] = (lambda: dict({key: make() for key, make in inputs.items()}, F=F, torch=torch), expression)


def step(name, prepare):
    OPERATORS[name] = (lambda: dict(step=prepare()), "step()")


def unary(name, expression, *sizes, dtype=torch.float32):
    add(name, expression, x=lambda: randn(*sizes).to(dtype))


def integers(name, expression, bound, *sizes):
    add(name, expression, x=lambda: randint(0, bound, sizes))


def binary(name, expression, left, right, dtype=torch.float32):
    add(name, expression, a=lambda: randn(left).to(dtype), b=lambda: randn(right).to(dtype))


def gradients(function, *leaves):
    for leaf in leaves: leaf.requires_grad = True
    with torch.no_grad(): gradient = torch.randn_like(function())

    def run():
        function().backward(gradient)
        first = leaves[0].grad
        for leaf in leaves: leaf.grad = None
        return first

    return run


# ---- sorting
unary("sort_rows", "x.sort(-1)", 1024, 1024)
unary("sort_columns", "x.sort(0)", 1024, 1024)
unary("sort_1m", "x.sort(-1)", MILLION)
integers("sort_integers", "x.sort(-1)", 1_000_000, MILLION)
unary("argsort", "x.argsort(-1, True)", 256, 4096)
unary("topk_rows", "x.topk(10)", 1024, 4096)
unary("topk_1m", "x.topk(100)", MILLION)
unary("kthvalue", "x.kthvalue(100, -1)", 1024, 1024)
unary("median", "x.median(-1)", 1024, 1024)
integers("unique", "x.unique()", 1000, MILLION)
integers("unique_counts", "x.unique(return_inverse=True, return_counts=True)[1]", 100_000, MILLION)
add("searchsorted", "torch.searchsorted(bounds, x)", bounds=lambda: torch.linspace(0, 1, 10_000), x=lambda: rand(MILLION))
integers("bincount", "x.bincount()", 1000, MILLION)
unary("histc", "x.histc(100, -3, 3)", MILLION)
add("isin", "torch.isin(x, elements)", x=lambda: randint(0, 10_000, (MILLION,)), elements=lambda: randint(0, 10_000, (1000,)))

# ---- scans and reductions
unary("cumsum_rows", "x.cumsum(1)", 1024, 1024)
unary("cumsum_columns", "x.cumsum(0)", 1024, 1024)
unary("cumprod", "x.cumprod(1)", 1024, 1024)
unary("cummax", "x.cummax(1)", 1024, 1024)
unary("logcumsumexp", "x.logcumsumexp(1)", 1024, 1024)
unary("sum_rows", "x.sum(1)", 4096, 1024)
unary("sum_columns", "x.sum(0)", 4096, 1024)
unary("sum_middle", "x.sum(1)", 64, 256, 256)
unary("mean_outer", "x.mean((0, 2))", 64, 256, 256)
unary("std", "x.std()", 4096, 1024)
unary("var_rows", "x.var(1)", 4096, 1024)
unary("norm", "x.norm()", 4096, 1024)
unary("norm_rows", "x.norm(2, 1)", 4096, 1024)
unary("max", "x.max()", 4096, 1024)
unary("max_rows", "x.max(1)", 4096, 1024)
unary("max_columns", "x.max(0)", 4096, 1024)
unary("amax_columns", "x.amax(0)", 4096, 1024)
unary("argmax_rows", "x.argmax(1)", 4096, 1024)
unary("argmax_columns", "x.argmax(0)", 4096, 1024)
unary("logsumexp", "x.logsumexp(1)", 4096, 1024)
unary("prod_rows", "x.prod(1)", 4096, 1024)
integers("sum_integers", "x.sum()", 1000, 4096, 1024)
add("all_rows", "x.all(1)", x=lambda: rand(4096, 1024) > 0)
unary("softmax_columns", "x.softmax(0)", 4096, 1024)

# ---- indexing
ROWS = dict(x=lambda: randn(100_000, 64), index=lambda: randint(0, 100_000, (65_536,)))
SUMS = dict(x=lambda: randn(10_000, 64), index=lambda: randint(0, 10_000, (65_536,)), values=lambda: randn(65_536, 64))
PLACES = dict(x=lambda: randn(1024, 1024), index=lambda: randint(0, 1024, (1024, 1024)))


def masked(expression, *names):
    def make():
        inputs = {name: randn(4 * MILLION) for name in names}
        return dict(inputs, mask=inputs["x"] > 0)

    return make, expression


add("index_select", "x.index_select(0, index)", **ROWS)
add("index_rows", "x[index]", **ROWS)
add("index_pairs", "x[i, j]", x=lambda: randn(1024, 1024), i=lambda: randint(0, 1024, (MILLION,)),
    j=lambda: randint(0, 1024, (MILLION,)))
OPERATORS["index_mask"] = masked("x[mask]", "x")
unary("index_slices", "x[1:-1, ::2, 3:].clone()", 64, 256, 256)
unary("nonzero", "(x > 1).nonzero()", 1024, 1024)
add("gather", "x.gather(1, index)", **PLACES)
add("scatter_add", "x.scatter_add(1, index, source)", **PLACES, source=lambda: randn(1024, 1024))
add("index_add", "x.index_add(0, index, values)", **SUMS)
add("index_put_accumulate", "x.index_put((index,), values, True)", **SUMS)
add("index_put", "x.index_put((index,), values)", x=lambda: randn(100_000, 64), index=lambda: randperm(100_000)[:65_536],
    values=lambda: randn(65_536, 64))
OPERATORS["masked_fill"] = masked("x.masked_fill(mask, -1)", "x")
OPERATORS["where"] = masked("x.where(mask, y)", "x", "y")

# ---- arranging
binary("cat_rows", "torch.cat((a, b), 0)", (2048, 1024), (2048, 1024))
binary("cat_columns", "torch.cat((a, b), 1)", (2048, 1024), (2048, 1024))
binary("stack", "torch.stack((a, b), -1)", (2048, 1024), (2048, 1024))
unary("transpose_copy", "x.t().contiguous()", 2048, 2048)
unary("permute_copy", "x.permute(0, 2, 3, 1).contiguous()", 32, 64, 56, 56)
unary("heads_copy", "x.transpose(1, 2).contiguous()", 16, 512, 8, 64)
unary("flip", "x.flip(0, 1)", 2048, 2048)
unary("roll", "x.roll((100, 100), (0, 1))", 2048, 2048)
unary("repeat", "x.repeat(4, 4)", 512, 512)
unary("repeat_interleave", "x.repeat_interleave(4, 0)", 4096, 256)
unary("tril", "x.tril()", 2048, 2048)
unary("pad_constant", "F.pad(x, (2, 2, 2, 2))", 32, 64, 56, 56)
unary("pad_reflect", "F.pad(x, (2, 2, 2, 2), 'reflect')", 32, 64, 56, 56)
unary("pixel_shuffle", "F.pixel_shuffle(x, 2)", 32, 64, 56, 56)

# ---- arithmetic
binary("add_row", "a + b", (2048, 2048), (2048,))
binary("add_column", "a + b", (2048, 2048), (2048, 1))
binary("add_outer", "a + b", (2048, 1), (1, 2048))
binary("add_transposed", "a + b.t()", (2048, 2048), (2048, 2048))
binary("add_double", "a + b", (2 * MILLION,), (2 * MILLION,), DOUBLE)
binary("add_half", "a + b", (4 * MILLION,), (4 * MILLION,), HALF)
binary("mul_bfloat16", "a * b", (4 * MILLION,), (4 * MILLION,), BFLOAT16)
unary("exp_half", "x.exp()", 4 * MILLION, dtype=HALF)
unary("gelu_bfloat16", "F.gelu(x)", 4 * MILLION, dtype=BFLOAT16)
unary("softmax_bfloat16", "x.softmax(-1)", 4096, 1024, dtype=BFLOAT16)
unary("sum_half", "x.sum(1)", 4096, 1024, dtype=HALF)
unary("to_bfloat16", "x.bfloat16()", 4 * MILLION)
unary("from_half", "x.float()", 4 * MILLION, dtype=HALF)
unary("to_integer", "x.long()", 4 * MILLION)
binary("mul_complex", "a * b", (2 * MILLION,), (2 * MILLION,), COMPLEX)
unary("abs_complex", "x.abs()", 2 * MILLION, dtype=COMPLEX)
unary("exp_complex", "x.exp()", MILLION, dtype=COMPLEX)
integers("add_integers", "x + x", 1000, 2 * MILLION)
integers("remainder_integers", "x % 7", 1000, 2 * MILLION)
binary("greater", "a > b", (4 * MILLION,), (4 * MILLION,))
add("mask_and", "a.logical_and(b)", a=lambda: randn(4 * MILLION) > 0, b=lambda: randn(4 * MILLION) > 0)
unary("clamp", "x.clamp(-1, 1)", 4 * MILLION)
unary("erf", "x.erf()", 4 * MILLION)
unary("log1p", "x.abs().log1p()", 4 * MILLION)
unary("pow", "x.abs().pow(1.5)", 4 * MILLION)
unary("sin", "x.sin()", 4 * MILLION)
binary("atan2", "a.atan2(b)", (MILLION,), (MILLION,))
binary("lerp", "a.lerp(b, 0.3)", (4 * MILLION,), (4 * MILLION,))

# ---- products
binary("bmm", "a.bmm(b)", (64, 128, 128), (64, 128, 128))
binary("bmm_transposed", "a.bmm(b.transpose(1, 2))", (64, 128, 128), (64, 128, 128))
binary("einsum_matmul", "torch.einsum('ij,jk->ik', a, b)", (512, 512), (512, 512))
binary("einsum_batched", "torch.einsum('bij,bjk->bik', a, b)", (32, 128, 128), (32, 128, 128))
binary("einsum_attention", "torch.einsum('bqhd,bkhd->bhqk', a, b)", (4, 256, 8, 64), (4, 256, 8, 64))
binary("einsum_inner", "torch.einsum('ij,ij->', a, b)", (1024, 1024), (1024, 1024))
binary("einsum_outer", "torch.einsum('bi,bj->bij', a, b)", (64, 256), (64, 256))
add("einsum_bilinear", "torch.einsum('bn,anm,bm->ba', a, b, c)", a=lambda: randn(64, 128), b=lambda: randn(64, 128, 128),
    c=lambda: randn(64, 128))
unary("einsum_diagonal", "torch.einsum('bii->bi', x).clone()", 64, 256, 256)
binary("mv", "a.mv(b)", (2048, 2048), (2048,))
binary("matmul_half", "a @ b", (512, 512), (512, 512), HALF)
binary("matmul_bfloat16", "a @ b", (512, 512), (512, 512), BFLOAT16)
binary("matmul_double", "a @ b", (512, 512), (512, 512), DOUBLE)
binary("matmul_complex", "a @ b", (512, 512), (512, 512), COMPLEX)
binary("matmul_broadcast", "a @ b", (32, 128, 256), (256, 256))
binary("cdist", "torch.cdist(a, b)", (1024, 64), (1024, 64))
binary("outer", "a.outer(b)", (2048,), (2048,))


# ---- linear algebra
def definite():
    x = randn(512, 512)
    return x @ x.mT + torch.eye(512) * 512


def small():
    return randn(1000, 8, 8) + torch.eye(8) * 8


unary("svd", "torch.linalg.svd(x, False)[1]", 512, 512)
unary("eigh", "torch.linalg.eigh(x + x.mT)", 512, 512)
binary("solve", "torch.linalg.solve(a, b)", (512, 512), (512, 512))
add("cholesky", "torch.linalg.cholesky(a)", a=definite)
unary("qr", "torch.linalg.qr(x)[1]", 512, 512)
unary("inv", "torch.linalg.inv(x)", 512, 512)
add("solve_small", "torch.linalg.solve(a, b)", a=small, b=lambda: randn(1000, 8, 1))
add("inv_small", "torch.linalg.inv(a)", a=small)
add("lu_small", "torch.linalg.lu_factor(a)", a=small)
unary("det_small", "torch.linalg.det(x)", 1000, 8, 8)

# ---- Fourier transforms and random numbers
unary("fft_1m", "torch.fft.fft(x)", MILLION, dtype=COMPLEX)
unary("fft_1000x1000", "torch.fft.fft2(x)", 1000, 1000, dtype=COMPLEX)
unary("fft_rows", "torch.fft.fft(x)", 1024, 1024, dtype=COMPLEX)
unary("rfft", "torch.fft.rfft(x)", MILLION)
unary("irfft", "torch.fft.irfft(x)", 1024, 513, dtype=COMPLEX)
add("stft", "x.stft(512, window=window, return_complex=True).abs()", x=lambda: randn(16, 65_536),
    window=lambda: torch.hann_window(512))
add("randn", "torch.randn(4 << 20)")
add("rand", "torch.rand(4 << 20)")
add("randint", "torch.randint(0, 1000, (4 << 20,))")
add("randperm", "torch.randperm(100_000)")
unary("dropout", "F.dropout(x, 0.5, True)", 4 * MILLION)
add("bernoulli", "p.bernoulli()", p=lambda: rand(MILLION))
add("multinomial", "p.multinomial(1000, True)", p=lambda: rand(64, 1000))


# ---- convolutions
def convolution(name, function, x, weight, bias, *rest):
    add(name, f"F.{function}(x, weight, bias, *rest)", x=lambda: randn(x), weight=lambda: randn(weight),
        bias=lambda: randn(bias), rest=lambda: rest)


def conv_depthwise_backward():
    x, weight = randn(16, 128, 28, 28), randn(128, 1, 3, 3)
    return gradients(lambda: F.conv2d(x, weight, None, 1, 1, 1, 128), x, weight)


convolution("conv1d", "conv1d", (16, 64, 4096), (128, 64, 3), (128,), 1, 1)
convolution("conv3d", "conv3d", (2, 16, 16, 56, 56), (32, 16, 3, 3, 3), (32,), 1, 1)
convolution("conv_transpose2d", "conv_transpose2d", (16, 64, 28, 28), (64, 32, 4, 4), (32,), 2, 1)
convolution("conv_depthwise", "conv2d", (16, 128, 56, 56), (128, 1, 3, 3), (128,), 1, 1, 1, 128)
convolution("conv_grouped", "conv2d", (16, 128, 28, 28), (128, 16, 3, 3), (128,), 1, 1, 1, 8)
convolution("conv_dilated", "conv2d", (16, 64, 28, 28), (64, 64, 3, 3), (64,), 1, 2, 2)
step("conv_depthwise_backward", conv_depthwise_backward)


# ---- pooling and sampling
def of_one(function, *sizes):
    def prepare():
        x = randn(*sizes)
        return gradients(lambda: function(x), x)

    return prepare


unary("max_pool2d", "F.max_pool2d(x, 3, 2, 1)", 16, 64, 112, 112)
unary("avg_pool2d", "F.avg_pool2d(x, 3, 2, 1)", 16, 64, 112, 112)
unary("max_pool1d", "F.max_pool1d(x, 2)", 16, 64, 4096)
unary("avg_pool3d", "F.avg_pool3d(x, 2)", 4, 16, 32, 56, 56)
unary("adaptive_avg_pool2d", "F.adaptive_avg_pool2d(x, 7)", 16, 256, 56, 56)
unary("adaptive_max_pool2d", "F.adaptive_max_pool2d(x, 7)", 16, 256, 56, 56)
step("max_pool2d_backward", of_one(lambda x: F.max_pool2d(x, 3, 2, 1), 16, 64, 56, 56))
unary("interpolate_nearest", "F.interpolate(x, scale_factor=2)", 16, 64, 56, 56)
unary("interpolate_bilinear", "F.interpolate(x, scale_factor=2, mode='bilinear')", 16, 64, 56, 56)
unary("interpolate_bicubic", "F.interpolate(x, scale_factor=2, mode='bicubic')", 4, 64, 56, 56)
unary("interpolate_antialias", "F.interpolate(x, (224, 224), mode='bilinear', antialias=True)", 4, 3, 512, 512)
unary("interpolate_trilinear", "F.interpolate(x, scale_factor=2, mode='trilinear')", 2, 16, 16, 28, 28)
step("interpolate_bilinear_backward", of_one(lambda x: F.interpolate(x, scale_factor=2, mode="bilinear"), 8, 64, 28, 28))
add("grid_sample", "F.grid_sample(x, grid, align_corners=False)", x=lambda: randn(8, 32, 64, 64),
    grid=lambda: rand(8, 64, 64, 2) * 2 - 1)
unary("unfold", "F.unfold(x, 3, padding=1)", 16, 32, 56, 56)


# ---- normalisation
def affine(function, *sizes):
    def prepare():
        x, weight, bias = randn(*sizes), torch.ones(64), torch.zeros(64)
        return gradients(lambda: function(x, weight, bias), x, weight, bias)

    return prepare


AFFINE = dict(x=lambda: randn(32, 64, 56, 56), weight=lambda: torch.ones(64), bias=lambda: torch.zeros(64))
add("batch_norm", "F.batch_norm(x, mean, variance, weight, bias, True)", **AFFINE, mean=lambda: torch.zeros(64),
    variance=lambda: torch.ones(64))
step("batch_norm_backward", affine(lambda x, w, b: F.batch_norm(x, None, None, w, b, True), 16, 64, 56, 56))
add("group_norm", "F.group_norm(x, 8, weight, bias)", **AFFINE)
step("group_norm_backward", affine(lambda x, w, b: F.group_norm(x, 8, w, b), 16, 64, 56, 56))
unary("instance_norm", "F.instance_norm(x)", 16, 64, 56, 56)
add("rms_norm", "F.rms_norm(x, (1024,), weight)", x=lambda: randn(4096, 1024), weight=lambda: torch.ones(1024))
add("prelu", "F.prelu(x, weight)", x=lambda: randn(32, 64, 56, 56), weight=lambda: rand(64))
unary("glu", "F.glu(x)", 4096, 1024)
unary("normalize", "F.normalize(x)", 4096, 1024)


# ---- losses and embeddings
def cross_entropy_backward():
    x, target = randn(256, 50_000), randint(0, 50_000, (256,))
    return gradients(lambda: F.cross_entropy(x, target), x)


def mse_loss_backward():
    x, target = randn(4096, 1024), randn(4096, 1024)
    return gradients(lambda: F.mse_loss(x, target), x)


def ctc_loss_backward():
    x, target = randn(100, 32, 64), randint(1, 64, (32, 30))
    return gradients(lambda: F.ctc_loss(F.log_softmax(x, -1), target, [100] * 32, [30] * 32), x)


def embedding_backward():
    weight, index = randn(20_000, 256), randint(0, 20_000, (64, 128))
    return gradients(lambda: F.embedding(index, weight), weight)


add("cross_entropy", "F.cross_entropy(x, target)", x=lambda: randn(256, 50_000), target=lambda: randint(0, 50_000, (256,)))
step("cross_entropy_backward", cross_entropy_backward)
step("mse_loss_backward", mse_loss_backward)
add("bce_with_logits", "F.binary_cross_entropy_with_logits(x, target)", x=lambda: randn(4096, 1024),
    target=lambda: rand(4096, 1024))
step("ctc_loss_backward", ctc_loss_backward)
add("embedding", "F.embedding(index, weight)", weight=lambda: randn(50_000, 256), index=lambda: randint(0, 50_000, (64, 512)))
step("embedding_backward", embedding_backward)
add("embedding_bag", "F.embedding_bag(index, weight)", weight=lambda: randn(50_000, 64),
    index=lambda: randint(0, 50_000, (4096, 16)))


# ---- recurrent layers
def recurrent(layer, gates, states, backward):
    def prepare():
        x = randn(64, 32, 256)
        state = [torch.zeros(1, 32, 256) for _ in range(states)]
        weights = [randn(*shape) * 0.05 for shape in ((gates * 256, 256), (gates * 256, 256), (gates * 256,), (gates * 256,))]
        hx = state if states > 1 else state[0]
        run = lambda: layer(x, hx, weights, True, 1, 0.0, backward, False, False)[0]
        return gradients(run, x, *weights) if backward else run

    return prepare


step("lstm", recurrent(torch.lstm, 4, 2, False))
step("lstm_backward", recurrent(torch.lstm, 4, 2, True))
step("gru", recurrent(torch.gru, 3, 1, False))
step("gru_backward", recurrent(torch.gru, 3, 1, True))


# ---- attention
def attention_backward(*sizes):
    def prepare():
        q, k, v = randn(*sizes), randn(*sizes), randn(*sizes)
        return gradients(lambda: F.scaled_dot_product_attention(q, k, v), q, k, v)

    return prepare


def attention(name, rest, *sizes):
    make = lambda: randn(*sizes)
    add(name, f"F.scaled_dot_product_attention(q, k, v{rest})", q=make, k=make, v=make)


attention("attention_512", "", 4, 8, 512, 64)
attention("attention_4096", "", 1, 16, 4096, 64)
step("attention_512_backward", attention_backward(4, 8, 512, 64))
step("attention_4096_backward", attention_backward(1, 16, 4096, 64))
attention("attention_causal", ", is_causal=True", 4, 8, 512, 64)
