"""Writes sparse.txt: what PyTorch prints for the tensors of SparseTensorTest, a name and its text each."""
import sys
import warnings

import torch

warnings.filterwarnings("ignore")
i = torch.tensor([[1, 0, 1, 1], [2, 2, 0, 2]])
v = torch.tensor([3.0, 4.0, 5.0, 0.5])
twice = torch.sparse_coo_tensor(i, v, (2, 3))
a = twice.coalesce()
csr = a.to_sparse_csr()
hybrid = torch.sparse_coo_tensor(i, torch.arange(8.0).view(4, 2), (2, 3, 2))
d = torch.arange(1.0, 7).view(3, 2)
long = torch.sparse_coo_tensor(torch.stack([torch.arange(1200), torch.arange(1200)]), torch.arange(1200.0) / 7)
out = {}


def grads(name, function, *inputs):
    leaves = [x.detach().clone().requires_grad_() for x in inputs]
    y = function(*leaves)
    y = y if y.layout == torch.strided else y.to_dense()
    y.backward(torch.arange(1.0, y.numel() + 1).view_as(y))
    for k, leaf in enumerate(leaves):
        out[f"{name} gradient {k}"] = leaf.grad


out["twice"] = twice
out["coalesced"] = a
out["hybrid"] = hybrid
out["hybrid coalesced"] = hybrid.coalesce()
out["csr"] = csr
out["csc"] = csr.to_sparse_csc()
out["bsr"] = d.repeat(2, 2)[:4].to_sparse_bsr((2, 2))
out["batch"] = torch.stack([torch.eye(2), torch.eye(2).flip(0)]).to_sparse_csr()
out["none"] = torch.sparse_coo_tensor((2, 0, 3))
out["scalar"] = torch.tensor(2.0).to_sparse()
out["ints"] = twice.long()
out["doubles"] = csr.double()
out["half"] = twice.to(torch.float16)
out["complex"] = (a * (1 + 2j)).to_sparse()
out["long"] = long
out["leaf"] = a.detach().clone().requires_grad_()
out["dense"] = twice.to_dense()
out["of dense"] = torch.eye(3)[:2].to_sparse()
out["rows of dense"] = torch.eye(3)[:2].to_sparse(1)
out["sum"] = a + torch.eye(3)[:2].to_sparse()
out["difference"] = torch.ones(2, 3) - a
out["product"] = a * torch.arange(3.0)
out["common"] = a * torch.eye(3)[[0, 2]].to_sparse()
out["tanh"] = twice.tanh()
out["csr sqrt"] = csr.sqrt()
out["transposed"] = csr.t()
out["rows"] = a.index_select(0, torch.tensor([1, 1]))
out["joined"] = torch.cat([a, a], 1)
out["row"] = a[1]
out["masked"] = torch.arange(6.0).view(2, 3).sparse_mask(a)
out["column sums"] = torch.sparse.sum(a, 0)
out["row sums"] = csr.sum(1, keepdim=True)
out["softmax"] = torch.sparse.softmax(a, 1)
out["log softmax"] = torch.sparse.log_softmax(a, 0)
out["coo mm"] = twice @ d
out["csr mm"] = csr @ d
out["dense mm"] = d @ csr
out["both mm"] = a @ a.t()
out["bmm"] = torch.stack([torch.eye(3), d @ d.t()]).to_sparse().bmm(d.repeat(2, 1).view(2, 3, 2))
out["sampled"] = torch.sparse.sampled_addmm(csr, d[:2], d.t(), beta=2.0, alpha=0.5)
out["diagonals"] = torch.sparse.spdiags(torch.arange(9.0).view(3, 3), torch.tensor([0, -1, 2]), (4, 4))
grads("mm", lambda s, x: s @ x, a, d)
grads("sparse mm", torch.sparse.mm, a, d)
grads("csr sparse mm", torch.sparse.mm, csr, d)
grads("both", torch.sparse.mm, a, d.to_sparse())
grads("to dense", lambda s: s.to_dense(), twice)
grads("to dense unmasked", lambda s: s.to_dense(masked_grad=False), csr)
grads("to sparse", lambda x: x.to_sparse_csr(), d)
grads("values", lambda s: s.values(), csr)
grads("parts", lambda x: torch.sparse_coo_tensor(i, x, (2, 3)), v)
grads("mask", lambda x: x.sparse_mask(a), torch.ones(2, 3))
grads("total", lambda s: s.sum(), a)
grads("sparse total", lambda s: torch.sparse.sum(s), a)
grads("sums", lambda s: torch.sparse.sum(s, 0), a)
grads("softmax", lambda s: torch.sparse.softmax(s, 1), a)
grads("sampling", lambda s, x, y: torch.sparse.sampled_addmm(s, x, y, beta=2.0, alpha=0.5), csr, d[:2], d.t().contiguous())
with open(sys.argv[1], "w") as file:
    for name, tensor in out.items():
        file.write(f"== {name}\n{tensor!s}\n")
