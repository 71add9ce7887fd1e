"""Writes python-signatures.txt: the parameters, in order and with defaults, of what golden files call by name.

    python python_signatures.py > ../resources/jtorch/testing/python-signatures.txt        # PyTorch 2.13
"""
import ast
import inspect
import re
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


def show_documented(path, thing):
    """A function of C++, whose parameters stand only in the first words of its documentation."""
    found = re.match(r"\s*" + path.split(".")[-1] + r"(\(.*?\))\s*->", thing.__doc__ or "", re.S)
    if not found: return
    arguments = ast.parse(f"def f{found[1]}: pass").body[0].args
    names = [a.arg for a in arguments.args]
    defaults = ["=" + text(eval(ast.unparse(d))) for d in arguments.defaults]
    print(f"{path}({', '.join(n + d for n, d in zip(names, [''] * (len(names) - len(defaults)) + defaults))})")


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
for module in ("torch.nn.functional", "torch.nn.init", "torch.nn.utils", "torch.nn.utils.parametrizations", "torch.nn.utils.rnn"):
    m = eval(module)
    for n in public(m):
        if module.endswith("rnn") and n not in m.__all__: continue   # what it imports
        if inspect.isfunction(getattr(m, n)): show(f"{module}.{n}", getattr(m, n))
        if inspect.isbuiltin(getattr(m, n)): show_documented(f"{module}.{n}", getattr(m, n))
show("torch.utils.data.random_split", torch.utils.data.random_split)
