"""Cuts a small sample out of a folder of conformance or golden cases, for tests that run without the folder.

    python sample_cases.py FOLDER IDS OUT [LARGEST [MOST]]      # IDS: a file with the ids that may be taken, one a line

Of each class or function it takes MOST cases (2), of each operator one with gradients and one of another dtype, and none with
more than LARGEST bytes of tensors (300). Tensors get short names, except those of the optimizers' cases, which are
known by their names.
"""
import json, os, re, struct, sys


def keys(value):
    if isinstance(value, dict):
        if isinstance(value.get("tensor"), str): yield value["tensor"]
        else:
            for v in value.values(): yield from keys(v)
    elif isinstance(value, list):
        for v in value: yield from keys(v)


def about(case):
    if "scheduler" in case: return case["scheduler"]["new"]["class"]
    if "spec" in case: return case["spec"]["type"]
    return case.get("kind", "") + case.get("op", case.get("class", case.get("function", "")))


folder, ids, out = sys.argv[1:4]
largest = int(sys.argv[4]) if len(sys.argv) > 4 else 300
most = int(sys.argv[5]) if len(sys.argv) > 5 else 2
allowed = set(open(ids).read().split("\n"))
path = os.path.join(folder, "tensors.safetensors")
data = open(path, "rb").read() if os.path.exists(path) else struct.pack("<Q", 2) + b"{}"
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8:8 + length])
known = {k for k in header if re.fullmatch(r"[pm]\d(\.g\d)?|[Ab]", k)}
chosen, taken = [], {}
for line in open(os.path.join(folder, "cases.jsonl")):
    case = json.loads(line)
    if case["id"] not in allowed: continue
    used = set(keys(case))
    if sum(header[k]["data_offsets"][1] - header[k]["data_offsets"][0] for k in used) > largest: continue
    before = taken.setdefault(about(case), {})
    operator = case.get("op", "").startswith("aten::")
    kind, dtype = ("grads" if "grads" in case else "plain", case["id"].split("/")[-2]) if operator else (len(before), case["id"])
    if len(before) == most or kind in before or dtype in before.values(): continue
    before[kind] = dtype
    chosen.append((case, used))
order = {key: str(i) for i, key in enumerate(sorted(set().union(*(used for _, used in chosen)) - known))} | {k: k for k in known}


def renamed(value):
    if isinstance(value, dict):
        if isinstance(value.get("tensor"), str): return {"tensor": order[value["tensor"]]}
        return {k: renamed(v) for k, v in value.items()}
    return [renamed(v) for v in value] if isinstance(value, list) else value


os.makedirs(out, exist_ok=True)
with open(os.path.join(out, "cases.jsonl"), "w") as f:
    for case, _ in chosen:
        case = renamed(case)
        if "grads_wrt" in case: case["grads_wrt"] = [order[k] for k in case["grads_wrt"]]
        if "input_grads" in case: case["input_grads"] = [[order[k], g] for k, g in case["input_grads"]]
        f.write(json.dumps(case, separators=(",", ":"), ensure_ascii=False) + "\n")
tensors, body = {}, b""
for key, name in order.items():
    begin, end = header[key]["data_offsets"]
    tensors[name] = dict(header[key], data_offsets=[len(body), len(body) + end - begin])
    body += data[8 + length + begin:8 + length + end]
head = json.dumps(tensors, separators=(",", ":"), ensure_ascii=False).encode()
if tensors:
    with open(os.path.join(out, "tensors.safetensors"), "wb") as f: f.write(struct.pack("<Q", len(head)) + head + body)
print(len(chosen), "cases about", len(taken), "things,", len(body), "bytes of tensors")
