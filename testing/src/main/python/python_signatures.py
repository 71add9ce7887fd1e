"""Writes python-signatures.txt: the parameters, in order and with defaults, of what golden files call by name.

    python python_signatures.py > ../resources/jtorch/testing/python-signatures.txt        # PyTorch 2.13
"""
import inspect
import torch
import torch.distributions, torch.nn.utils.parametrizations, torch.utils.data


def text(default):
    if isinstance(default, (bool, int, float, str, type(None), tuple, list)): return repr(default)
    return "None"   # an object of its own (a function, a class): passing nothing means the same


def show(path, thing, drop_first=False):
    try: parameters = list(inspect.signature(thing).parameters.values())[1 if drop_first else 0:]
    except (TypeError, ValueError): return
    parts = []
    for p in parameters:
        star = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        parts.append(star + p.name + ("" if p.default is p.empty else "=" + text(p.default)))
    print(f"{path}({', '.join(parts)})")


def public(module): return sorted(n for n in dir(module) if not n.startswith("_"))


for n in public(torch.nn):
    c = getattr(torch.nn, n)
    if inspect.isclass(c) and issubclass(c, torch.nn.Module) and c is not torch.nn.Module:
        show("torch.nn." + n, c)
        show(f"torch.nn.{n}.forward", c.forward, True)
for module in ("torch.optim", "torch.optim.lr_scheduler", "torch.optim.swa_utils", "torch.distributions", "torch.utils.data"):
    m = eval(module)
    for n in public(m):
        if inspect.isclass(getattr(m, n)): show(f"{module}.{n}", getattr(m, n))
for module in ("torch.nn.functional", "torch.nn.init", "torch.nn.utils", "torch.nn.utils.parametrizations"):
    m = eval(module)
    for n in public(m):
        if inspect.isfunction(getattr(m, n)): show(f"{module}.{n}", getattr(m, n))
show("torch.utils.data.random_split", torch.utils.data.random_split)
