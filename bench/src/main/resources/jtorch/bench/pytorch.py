"""The benchmarks of jtorch.bench in PyTorch: the same work under the same names, on the same numbers.

Run by JTorch, which writes one command a line and reads one JSON object a line:
    describe                   versions
    prepare NAME N THREADS     inputs from seed 0, N runs; {"check": mean absolute value of the last result}
    run N                      the work N times; {"nanos": nanoseconds altogether}
    release                    lets go of what was prepared
With the argument first_call it only computes the first loss of a small network and prints it.
"""
import gc
import json
import platform
import sys
import time
import timeit
import torch
import torch.nn as nn
import torch.nn.functional as F
from compiled import COMPILED
from operators import OPERATORS


def normal(**shapes):
    return {name: torch.randn(*shape) for name, shape in shapes.items()}


def chain():
    a = torch.randn(4, 4, requires_grad=True)

    def step():
        loss = (a * 2 + 1).relu().sum()
        loss.backward()
        a.grad = None
        return loss

    return dict(step=step)


def convolution(batch, channels, size, kernels, kernel, stride, padding):
    return lambda: dict(normal(x=(batch, channels, size, size), weight=(kernels, channels, kernel, kernel), bias=(kernels,)),
                        F=F, stride=stride, padding=padding), "F.conv2d(x, weight, bias, stride, padding)"


def layer_norm():
    return dict(normal(x=(4096, 1024)), F=F, weight=torch.ones(1024), bias=torch.zeros(1024))


def labels(batch):
    return torch.arange(batch) % 10


def training(model, optimizer, x, y, criterion):
    def step():
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        return loss

    return dict(step=step)


def perceptron():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))


def mlp():
    model = perceptron()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    return training(model, optimizer, torch.randn(64, 784), labels(64), F.cross_entropy)


class MnistNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.dropout1 = nn.Dropout(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = self.dropout1(F.max_pool2d(x, 2))
        x = F.relu(self.fc1(torch.flatten(x, 1)))
        return F.log_softmax(self.fc2(self.dropout2(x)), dim=1)


def mnist_cnn():
    model = MnistNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    return training(model, optimizer, torch.randn(64, 1, 28, 28), labels(64), F.nll_loss)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = nn.Identity() if stride == 1 else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn1(self.conv1(x)).relu_()
        return self.bn2(self.conv2(y)).add_(self.downsample(x)).relu_()


class ResNet18(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Block(64, 64, 1), Block(64, 64, 1))
        self.layer2 = nn.Sequential(Block(64, 128, 2), Block(128, 128, 1))
        self.layer3 = nn.Sequential(Block(128, 256, 2), Block(256, 256, 1))
        self.layer4 = nn.Sequential(Block(256, 512, 2), Block(512, 512, 1))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(512, classes)

    def forward(self, x):
        x = self.maxpool(self.bn1(self.conv1(x)).relu_())
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


def resnet18():
    model = ResNet18(10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    return training(model, optimizer, torch.randn(8, 3, 224, 224), labels(8), F.cross_entropy)


# Name: what makes the inputs, the expression that is timed. The expression's result dies at once, and the loop around it
# is compiled with it, so no call is counted that a program would not make.
BENCHMARKS = {
    "add16": (lambda: normal(a=(16,), b=(16,)), "a + b"),
    "chain4x4": (chain, "step()"),
    "linear": (lambda: dict(normal(x=(128, 784), weight=(512, 784), bias=(512,)), F=F), "F.linear(x, weight, bias)"),
    "conv3x3_56": convolution(32, 64, 56, 64, 3, 1, 1),
    "conv3x3_28": convolution(32, 128, 28, 128, 3, 1, 1),
    "conv3x3_14": convolution(32, 256, 14, 256, 3, 1, 1),
    "conv7x7": convolution(32, 3, 224, 64, 7, 2, 3),
    "conv1x1": convolution(32, 64, 56, 256, 1, 1, 0),
    "conv_mnist": convolution(128, 1, 28, 32, 3, 1, 0),
    "softmax": (lambda: dict(normal(x=(4096, 1024)), F=F), "F.softmax(x, -1)"),
    "layer_norm": (layer_norm, "F.layer_norm(x, (1024,), weight, bias)"),
    "mlp": (mlp, "step()"),
    "mnist_cnn": (mnist_cnn, "step()"),
    "resnet18": (resnet18, "step()"),
}
for n in (64, 256, 512, 1024, 2048):
    BENCHMARKS[f"matmul{n}"] = (lambda n=n: normal(a=(n, n), b=(n, n)), "a @ b")
for millions in (4, 16):
    count = millions << 20
    BENCHMARKS[f"add_{millions}m"] = (lambda n=count: normal(a=(n,), b=(n,)), "a + b")
    for name, expression in (("relu", "x.relu()"), ("gelu", "F.gelu(x)"), ("exp", "x.exp()"), ("tanh", "x.tanh()"),
                             ("silu", "F.silu(x)"), ("sum", "x.sum()")):
        BENCHMARKS[f"{name}_{millions}m"] = (lambda n=count: dict(normal(x=(n,)), F=F), expression)
BENCHMARKS.update(OPERATORS)
BENCHMARKS.update(COMPILED)


class Prepared:
    def __init__(self, name, first, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        make, expression = BENCHMARKS[name]
        names = make()
        for _ in range(first): result = eval(expression, names)
        if isinstance(result, tuple): result = result[0]
        if result.is_complex(): result = result.abs()
        self.check = result.detach().double().abs().mean().item()
        self.timer = timeit.Timer(expression, timer=time.perf_counter_ns, globals=names)

    def run(self, repetitions):
        return self.timer.timeit(repetitions)


def serve():
    prepared = None
    for line in sys.stdin:
        command, *arguments = line.split()
        if command == "describe":
            answer = dict(torch=torch.__version__, python=platform.python_version(), threads=torch.get_num_threads())
        elif command == "prepare":
            prepared = Prepared(arguments[0], int(arguments[1]), int(arguments[2]))
            answer = dict(check=prepared.check)
        elif command == "run":
            answer = dict(nanos=prepared.run(int(arguments[0])))
        elif command == "release":
            prepared = None
            gc.collect()
            answer = dict()
        print(json.dumps(answer), flush=True)


def first_call():
    torch.manual_seed(0)
    print(F.cross_entropy(perceptron()(torch.randn(64, 784)), labels(64)).item(), flush=True)


if __name__ == "__main__":
    try:
        first_call() if sys.argv[1:] == ["first_call"] else serve()
    except KeyboardInterrupt:
        sys.exit(130)
