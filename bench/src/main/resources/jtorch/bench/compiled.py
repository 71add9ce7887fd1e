"""The group "compile" of the benchmarks: the work of CompileBenchmarks under the same names.

What ends in _compiled goes through torch.compile, which needs a C++ compiler.
"""
import math
import torch
from torch import rand, randn

MILLION = 1 << 20

# Name: what makes the inputs, the expression that is timed.
COMPILED = {}


def add(name, make, function):
    COMPILED[name] = (lambda: dict(step=make(function)), "step()")
    COMPILED[name + "_compiled"] = (lambda: dict(step=make(compiled(function))), "step()")


def compiled(function):
    # It keeps 8 traces of a function, and the number of threads is part of each.
    torch._dynamo.reset()
    return torch.compile(function)


def backward(function, *leaves):
    for leaf in leaves: leaf.requires_grad = True
    with torch.no_grad(): gradient = torch.randn_like(function())

    def run():
        function().backward(gradient)
        first = leaves[0].grad
        for leaf in leaves: leaf.grad = None
        return first

    return run


def unary(*sizes, gradients):
    def make(function):
        x = randn(*sizes)
        return backward(lambda: function(x), x) if gradients else lambda: function(x)

    return make


def gelu(x):
    return 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def norm(x, residual, weight, bias):
    total = x + residual
    centred = total - total.mean(-1, keepdim=True)
    variance = centred.square().mean(-1, keepdim=True)
    normed = centred * (variance + 1e-5).rsqrt() * weight + bias
    return normed * normed.sigmoid()


def norm_step(function):
    inputs = randn(4096, 1024), randn(4096, 1024), randn(1024), randn(1024)
    return backward(lambda: function(*inputs), *inputs)


def adam(weight, grad, m, v):
    m = m * 0.9 + grad * 0.1
    v = v * 0.999 + grad * grad * 0.001
    return weight - m / 0.1 / ((v / 0.001).sqrt() + 1e-8) * 1e-3, m, v


def adam_step(function):
    inputs = randn(MILLION), randn(MILLION), randn(MILLION), rand(MILLION)
    return lambda: function(*inputs)[0]


def perceptron():
    nn = torch.nn
    net = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    return net, randn(8, 64)


def perceptron_forward(compiled):
    net, x = perceptron()
    if compiled: net.compile()
    return lambda: net(x)


add("gelu_forward", unary(MILLION, gradients=False), gelu)
add("gelu_step", unary(MILLION, gradients=True), gelu)
add("gelu_small", unary(16, gradients=True), gelu)
add("add_small", unary(16, gradients=False), lambda x: x + 1)
add("norm_step", norm_step, norm)
add("adam_step", adam_step, adam)
COMPILED["perceptron_forward"] = (lambda: dict(step=perceptron_forward(False)), "step()")
COMPILED["perceptron_forward_compiled"] = (lambda: dict(step=perceptron_forward(True)), "step()")
