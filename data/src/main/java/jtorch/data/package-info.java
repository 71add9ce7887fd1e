/// Data sets, the order in which their items come, and the loader that makes batches of them. **As** `torch.utils.data`.
@org.jspecify.annotations.NullMarked
package jtorch.data;
