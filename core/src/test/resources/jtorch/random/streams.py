"""Records random numbers of PyTorch for StreamsTest: `python streams.py > streams.txt` (written with PyTorch 2.13.0, CPU, Linux x86-64 with AVX2).
The form of the lines is described in StreamScript.java. Long results are given by their SHA-256; those hold only what needs no C library."""
import hashlib
import struct
import torch

torch.set_num_threads(1)
FLOATS = [torch.float32, torch.float64, torch.float16, torch.bfloat16]
INTEGERS = [torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8]


def raw(t):
    t = t.contiguous().reshape(-1)
    return t.view(torch.uint8).numpy().tobytes() if t.numel() else b""


def name(t): return str(t.dtype)[6:]


def numbers(xs): return ",".join(map(str, xs)) or "-"


def value(v):
    if isinstance(v, torch.Tensor): return f"{name(v)}:{numbers(v.shape)}:{raw(v).hex()}"
    if isinstance(v, bool): return str(v).lower()
    return "none" if v is None else repr(v)


def case(title): print("case", title)


def seed(s, g=0):
    torch.manual_seed(s)
    print("seed", g, s)


def drawn(op, out, strides=None, digest=False, g=0, **arguments):
    result = "sha256:" + hashlib.sha256(raw(out)).hexdigest() if digest else raw(out).hex()
    print("draw", g, op, name(out), numbers(out.shape), numbers(strides) if strides else "-", f"{name(out)}:{result}",
          *(f"{k}={value(v)}" for k, v in arguments.items()))


def then(g=0):
    bits = [struct.pack(">d", f(1, dtype=torch.float64).item()).hex() for f in (torch.rand, torch.randn)]
    print("then", g, *bits)


def fill(op, dtype, sizes, make, digest=False, s=0, **arguments):
    """In-place calls on fresh tensors, one for each size, each after the seed."""
    case(f"{op}({', '.join(f'{k}={v}' for k, v in arguments.items())}) {str(dtype)[6:]} of {sizes}")
    for n in sizes:
        seed(s)
        drawn(op, make(torch.empty(n, dtype=dtype)), digest=digest or n >= 100 and dtype != torch.float64, **arguments)
        then()


def in_place(op, dtype, sizes, digest=False, s=0, **arguments):
    fill(op, dtype, sizes, lambda t: getattr(t, op)(*arguments.values()), digest, s, **arguments)


def strided(op, shape, strides, dtype=torch.float32, **arguments):
    case(f"{op} {list(shape)} with strides {list(strides)}")
    seed(3)
    extent = 1 + sum((n - 1) * k for n, k in zip(shape, strides))
    t = torch.zeros(extent, dtype=dtype).as_strided(shape, strides)
    drawn(op, getattr(t, op)(*arguments.values()), strides=strides, **arguments)
    then()


def function(op, call, dtype=None, s=5, **arguments):
    case(f"{op} {[list(v.shape) if isinstance(v, torch.Tensor) else v for v in arguments.values()]} {str(dtype or '')[6:]}")
    seed(s)
    drawn(op, call(*arguments.values()), **arguments)
    then()


print("# Written by streams.py with PyTorch", torch.__version__)
SIZES = [1, 2, 15, 16, 17, 100]
for dtype in FLOATS:
    in_place("uniform_", dtype, SIZES, **{"from": -0.3, "to": 0.7})
    in_place("normal_", dtype, SIZES, mean=-1.5, std=0.3)
    in_place("bernoulli_", dtype, [17], p=0.3)
    in_place("exponential_", dtype, [17], lambd=1.5)
    in_place("geometric_", dtype, [17], p=0.2)
    in_place("cauchy_", dtype, [17], median=0.5, sigma=2.0)
    in_place("log_normal_", dtype, [17], mean=0.5, std=0.6)
    in_place("random_", dtype, [17])
    in_place("random_", dtype, [17], **{"from": -100, "to": 700})
    in_place("random_", dtype, [17], **{"from": 40, "to": None})
    fill("rand", dtype, [1000], lambda t: torch.rand(t.shape, dtype=t.dtype), digest=True, s=7)
# What rounds up to the end of the range, and what is too large for an integer.
for dtype, ulp in ((torch.float32, 2.0 ** -23), (torch.float64, 2.0 ** -52), (torch.bfloat16, 2.0 ** -7)):
    in_place("uniform_", dtype, [17], **{"from": 1.0, "to": 1 + ulp})
in_place("uniform_", torch.float32, [17], **{"from": 1000.0, "to": 1000.001})
for dtype in INTEGERS: in_place("geometric_", dtype, [5], p=1e-11)
for dtype in (torch.complex64, torch.complex128):
    fill("rand", dtype, [1, 7, 9], lambda t: torch.rand(t.shape, dtype=t.dtype))
    fill("randn", dtype, [1, 7, 9], lambda t: torch.randn(t.shape, dtype=t.dtype))
for dtype in INTEGERS + [torch.bool]:
    in_place("random_", dtype, [17])
    in_place("bernoulli_", dtype, [17], p=0.6)
    in_place("random_", dtype, [17], **{"from": 0, "to": 2})
    in_place("random_", dtype, [17], **{"from": 1, "to": None})
for dtype in INTEGERS: in_place("geometric_", dtype, [17], p=0.1)
for low, high in ((-5, 6), (0, (1 << 28) - 1), (0, 1 << 28), (-(1 << 62), 1 << 62), (-(1 << 63), (1 << 63) - 1)):
    in_place("random_", torch.int64, [17], **{"from": low, "to": high})
in_place("random_", torch.int64, [17], **{"from": -(1 << 63), "to": None})
for dtype, low, high in ((torch.float32, -(1 << 26) - 1, (1 << 40) + 1), (torch.float64, -(1 << 55) - 1, (1 << 60) + 1), (torch.float16, -3001, 60001), (torch.bfloat16, -1001, 100001)):
    in_place("random_", dtype, [17], **{"from": low, "to": high})
for dtype in (torch.float32, torch.float64, torch.bfloat16): in_place("random_", dtype, [17], **{"from": -(1 << 63), "to": None})

# Long streams; 1e5 normals also cover the vector code's every branch.
for n in (1000, 4096, 100_003):
    fill("randn", torch.float32, [n], lambda t: torch.randn(t.shape), digest=True, s=11)
    fill("randn", torch.bfloat16, [n], lambda t: torch.randn(t.shape, dtype=torch.bfloat16), digest=True, s=11)
    fill("rand", torch.float32, [n], lambda t: torch.rand(t.shape), digest=True, s=11)
in_place("bernoulli_", torch.float32, [100_003], digest=True, p=0.5)
in_place("random_", torch.int64, [100_003], digest=True, **{"from": 0, "to": 1000})
in_place("random_", torch.int64, [100_003], digest=True, **{"from": -7, "to": 1 << 40})
for n in (0, 1, 2, 10, 100): fill("randperm", torch.int64, [n], lambda t: torch.randperm(len(t)))
fill("randperm", torch.int64, [60_000], lambda t: torch.randperm(len(t)), digest=True)
for dtype, n in ((torch.int32, 50), (torch.uint8, 256), (torch.float32, 30), (torch.float16, 2049), (torch.bfloat16, 257)):
    fill("randperm", dtype, [n], lambda t: torch.randperm(len(t), dtype=t.dtype), digest=True)

# Not contiguous: the order of memory.
for shape, strides in (((4, 5), (1, 4)), ((2, 3, 4, 5), (60, 1, 15, 3)), ((3, 7), (20, 2)), ((20,), (3,)), ((5, 1, 6), (1, 99, 5)), ((2, 2, 9), (9, 30, 1))):
    strided("uniform_", shape, strides, **{"from": 0.0, "to": 1.0})
    strided("normal_", shape, strides, mean=0.0, std=1.0)
strided("bernoulli_", (4, 5), (1, 4), p=0.5)
strided("random_", (4, 5), (1, 4), dtype=torch.int64)
strided("normal_", (40, 2), (1, 40), dtype=torch.float64, mean=0.0, std=1.0)
strided("normal_", (3, 4), (1, 3), dtype=torch.complex64, mean=0.0, std=1.0)

# With tensors of parameters.
torch.manual_seed(99)
for dtype in FLOATS:
    p = torch.linspace(0, 1, 30).to(dtype)
    function("bernoulli", lambda p: torch.bernoulli(p), dtype, p=p)
    function("bernoulli_.Tensor", lambda p: torch.empty(30).bernoulli_(p), dtype, p=p)
    function("poisson", lambda rate: torch.poisson(rate), dtype, rate=torch.tensor([0.0, 0.1, 1, 3, 9.5, 10, 20, 100, 1000] * 2, dtype=dtype))
    weights = torch.tensor([0.1, 3, 0, 2, 0.5, 7], dtype=dtype)
    for k, replacement in ((1, True), (1, False), (20, True), (4, False)):
        function("multinomial", lambda w, k, r: torch.multinomial(w, k, r), dtype, weights=weights, num_samples=k, replacement=replacement)
        function("multinomial", lambda w, k, r: torch.multinomial(w, k, r), dtype, weights=torch.stack([weights, weights.flip(0) + 1]), num_samples=k, replacement=replacement)
for dtype in (torch.float32, torch.float64):
    function("binomial", lambda n, p: torch.binomial(n, p), dtype, count=torch.tensor([0, 1, 5, 20, 20, 100, 100, 1e6, 7.0, 40], dtype=dtype), prob=torch.tensor([0.5, 0.3, 0.9, 0.4, 0.6, 0.2, 0.8, 0.37, 0, 1], dtype=dtype))
    function("_standard_gamma", lambda a: torch._standard_gamma(a), dtype, alpha=torch.tensor([0, 1e-3, 0.1, 0.5, 0.999, 1, 1.5, 3, 10, 100, 1e4] * 2, dtype=dtype))
    function("_sample_dirichlet", lambda a: torch._sample_dirichlet(a), dtype, alpha=torch.tensor([[0.1, 1, 3], [2, 2, 2], [1e-4, 1e-4, 1e-4]], dtype=dtype))
    function("rrelu", lambda x, lower, upper: torch.nn.functional.rrelu(x, lower, upper, training=True), dtype, input=torch.linspace(-2, 2, 25, dtype=dtype), lower=0.1, upper=0.35)
    function("dropout", lambda x, p: torch.nn.functional.dropout(x, p), dtype, input=torch.linspace(-2, 2, 25, dtype=dtype), p=0.4)

# Generators: the kept normal number across dtypes and blocks, states, seeds.
case("a kept normal number goes to the next single draw of any dtype")
seed(21)
for n, dtype in ((1, torch.float32), (16, torch.float32), (1, torch.float64), (3, torch.bfloat16), (20, torch.float64), (2, torch.float16)): drawn("randn", torch.randn(n, dtype=dtype))
drawn("log_normal_", torch.empty(3).log_normal_(0.0, 1.0), mean=0.0, std=1.0)
then()
case("state bytes")
seed(-12345)
for n in (0, 5, 618, 1, 3, 620):
    drawn("rand", torch.rand(n))
    if n == 3: drawn("randn", torch.randn(3))
    state = bytearray(raw(torch.get_rng_state()))
    kept = bytes(state[5024:5032])[::-1].hex()
    state[5024:5032] = bytes(8)
    print("state", 0, kept, hashlib.sha256(state).hexdigest())
then()
for s in (0, 5, -1, -(1 << 63), 1 << 32, (1 << 63) - 1):
    case(f"initial seed after {s}")
    seed(s)
    print("initial", 0, torch.initial_seed())
    drawn("rand", torch.rand(5))
