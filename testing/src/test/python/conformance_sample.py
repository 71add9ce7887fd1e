"""Cuts a small sample out of a folder of conformance cases, for tests that run without it.

    python conformance_sample.py FOLDER IDS OUT      # IDS: a file with the ids that may be taken, one a line

Of each operator it takes two cases at most: one with gradients, one of another dtype; none with more than 300 bytes of tensors. Tensors get short names.
"""
import json, os, struct, sys

LARGEST = 300


def keys(value):
    if isinstance(value, dict):
        if "tensor" in value: yield value["tensor"]
        else:
            for v in value.values(): yield from keys(v)
    elif isinstance(value, list):
        for v in value: yield from keys(v)


folder, ids, out = sys.argv[1:]
allowed = set(open(ids).read().split("\n"))
data = open(os.path.join(folder, "tensors.safetensors"), "rb").read()
length = struct.unpack("<Q", data[:8])[0]
header = json.loads(data[8:8 + length])
chosen, taken = [], {}
for line in open(os.path.join(folder, "cases.jsonl")):
    case = json.loads(line)
    if case["id"] not in allowed: continue
    used = set(keys([case["args"], case["out"], case.get("grad_out"), case.get("grads")]))
    if sum(header[k]["data_offsets"][1] - header[k]["data_offsets"][0] for k in used) > LARGEST: continue
    dtype, before = case["id"].split("/")[-2], taken.setdefault(case["op"], {})
    kind = "grads" if "grads" in case else "plain"
    if kind in before or dtype in before.values(): continue
    before[kind] = dtype
    chosen.append((line, used))
order = {key: str(i) for i, key in enumerate(sorted(set().union(*(used for _, used in chosen))))}


def renamed(value):
    if isinstance(value, dict): return {k: order[v] if k == "tensor" else renamed(v) for k, v in value.items()}
    return [renamed(v) for v in value] if isinstance(value, list) else value


os.makedirs(out, exist_ok=True)
with open(os.path.join(out, "cases.jsonl"), "w") as f:
    for line, _ in chosen:
        case = renamed(json.loads(line))
        if "grads_wrt" in case: case["grads_wrt"] = [order[k] for k in case["grads_wrt"]]
        f.write(json.dumps(case, separators=(",", ":"), ensure_ascii=False) + "\n")
tensors, body = {}, b""
for key, name in order.items():
    begin, end = header[key]["data_offsets"]
    tensors[name] = dict(header[key], data_offsets=[len(body), len(body) + end - begin])
    body += data[8 + length + begin:8 + length + end]
head = json.dumps(tensors, separators=(",", ":"), ensure_ascii=False).encode()
with open(os.path.join(out, "tensors.safetensors"), "wb") as f: f.write(struct.pack("<Q", len(head)) + head + body)
print(len(chosen), "cases of", len(taken), "operators,", len(body), "bytes of tensors")
