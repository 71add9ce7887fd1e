"""Writes indexing.txt: what the real PyTorch answers to x[...] and x[...] = value (torch 2.13, python indexing.py > indexing.txt).

A line is `shape | parts | result shape | result | tensor after x[parts] = -1 - arange | gradient of (x[parts] * weights).sum()`. x is
arange(numel).reshape(shape), weights count from 1. Parts are Python's notation, `T[shape](numbers)` an index tensor,
`M[shape](bits)` a mask. A result that starts with `!` is the kind of error instead.
"""
import random
import torch

random.seed(7)
torch.manual_seed(7)


def text(values):
    return " ".join(str(int(v)) for v in values)


def index_part(size, shape, out_of_range=False):
    numbers = [random.randrange(-size, size) for _ in range(torch.Size(shape).numel())]
    if out_of_range:
        numbers[0] = size
    t = torch.tensor(numbers, dtype=torch.int64).reshape(shape)
    return t, "T[%s](%s)" % (text(shape), text(numbers))


def mask_part(shape):
    t = torch.rand(shape) < 0.5
    return t, "M[%s](%s)" % (text(shape), text(t.reshape(-1)))


def slice_part(size):
    def bound():
        return None if random.random() < 0.4 else random.randint(-size - 1, size + 1)
    a, b, c = bound(), bound(), random.choice([None, None, 1, 2, 3])
    s = ":".join("" if v is None else str(v) for v in ((a, b) if c is None else (a, b, c)))
    return slice(a, b, c), s


def case(shape):
    parts, texts, d, ellipsis = [], [], 0, False
    common = random.choice([[2], [3], [2, 1], [1, 3], [2, 3], []])
    while d < len(shape) and random.random() < 0.9:
        kind = random.choice(["int", "slice", "slice", "tensor", "tensor", "mask", "none", "ellipsis", "bool"])
        if kind == "int":
            i = random.randrange(-shape[d], shape[d]) if shape[d] and random.random() < 0.95 else shape[d]
            p, s, n = i, str(i), 1
        elif kind == "slice":
            (p, s), n = slice_part(shape[d]), 1
        elif kind == "tensor":
            if shape[d] == 0:
                continue
            own = [k if random.random() < 0.7 else 1 for k in common]
            (p, s), n = index_part(shape[d], own, random.random() < 0.03), 1
        elif kind == "mask":
            n = random.randint(1, min(2, len(shape) - d))
            p, s = mask_part(shape[d:d + n])
        elif kind == "none":
            p, s, n = None, "None", 0
        elif kind == "bool":
            if random.random() < 0.7:
                continue
            p = random.random() < 0.5
            s, n = str(p), 0
        else:
            if ellipsis:
                continue
            ellipsis = True
            n = random.randint(0, len(shape) - d)
            p, s = Ellipsis, "..."
            d += n
            n = 0
            # What the ellipsis stands for is what the later parts leave: only use it as the last but full dims.
            parts.append(p)
            texts.append(s)
            rest = len(shape) - d
            for k in range(rest):
                i = random.randrange(-shape[d + k], shape[d + k]) if shape[d + k] else None
                if i is None:
                    parts.append(slice(None)); texts.append(":")
                else:
                    parts.append(i); texts.append(str(i))
            d = len(shape)
            break
        parts.append(p)
        texts.append(s)
        d += n
    return tuple(parts), ", ".join(texts)


def line(shape):
    parts, s = case(shape)
    if not parts:
        return None
    n = torch.Size(shape).numel()
    x = torch.arange(n).reshape(shape)
    head = "%s | %s" % (text(shape), s)
    try:
        y = x[parts]
    except Exception as e:
        return "%s | !%s" % (head, type(e).__name__)
    after = x.clone()
    unique = len(set(y.reshape(-1).tolist())) == y.numel()
    after[parts] = (-1 - torch.arange(y.numel())).reshape(y.shape) if unique else -1
    g = torch.arange(n, dtype=torch.float64).reshape(shape).requires_grad_()
    (g[parts] * (1 + torch.arange(y.numel(), dtype=torch.float64)).reshape(y.shape)).sum().backward()
    return "%s | %s | %s | %s | %s" % (head, text(y.shape), text(y.reshape(-1)), text(after.reshape(-1)), text(g.grad.reshape(-1)))


shapes = [[5], [2, 3], [3, 4], [2, 3, 4], [2, 1, 3, 2], [0], [2, 0, 3], [4, 3, 2]]
seen = set()
while len(seen) < 400:
    made = line(random.choice(shapes))
    if made and made not in seen:
        seen.add(made)
        print(made)
