package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.autograd.Backward;

/// Running sums, products and extremes along a dimension, and differences, which undo sums.
public final class Scans {
  /// Element i is the sum of those up to i; integers and bools add up in int64.
  public static final Operator CUMSUM = running("cumsum")
      .gradient("self", b -> reversed(b.grad(), b.integer("dim")));

  /// Element i is the product of those up to i.
  public static final Operator CUMPROD = running("cumprod")
      .gradient("self", Scans::productGradient, "self", Operator.RESULT);

  /// The largest up to i, with its index; of equal ones the last.
  public static final Operator CUMMAX = extreme("cummax");
  public static final Operator CUMMIN = extreme("cummin");

  /// `log(cumsum(exp(self)))`, without overflow.
  public static final Operator LOGCUMSUMEXP =
      Operator.declare("aten::logcumsumexp(Tensor self, int dim) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            c.dim("dim", self);
            if (!self.dtype().isDifferentiable())
              throw c.check().because("not implemented for '%s'", self.dtype()).tensor("self", self).failure();
            c.result(self.sizes(), self.dtype());
          })
          .kernel("logcumsumexp")
          .gradient("self", Scans::logGradient, "self", Operator.RESULT);

  public static final Operator RAW_LOGCUMSUMEXP =
      Operator.declare("aten::_logcumsumexp(Tensor self, int dim) -> Tensor")
          .composition(c -> LOGCUMSUMEXP.call(c.arguments()));

  /// Differences of neighbours, n times; of bools whether they differ.
  public static final Operator DIFF = Operator.declare(
      "aten::diff(Tensor self, int n=1, int dim=-1, Tensor? prepend=None, Tensor? append=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dim() == 0)
          throw c.check().because("diff expects input to be at least one-dimensional").shapeFailure();
        int dim = c.dim("dim", self);
        long n = c.integer("n");
        if (n < 0) throw c.check().because("order must be non-negative but got %d", n).failure();
        Tensor before = c.tensorOrNull("prepend");
        Tensor after = c.tensorOrNull("append");
        if (before != null || after != null) {
          Tensor[] parts =
              java.util.stream.Stream.of(before, self, after).filter(t -> t != null).toArray(Tensor[]::new);
          for (Tensor part : parts) {
            if (part.dim() != self.dim()) throw c.check()
                .because("diff expects prepend or append to be the same dimension as input").tensor("self", self)
                .shapeFailure();
          }
          self = Joining.CAT.tensor(parts, (long) dim);
        }
        if (n >= self.size(dim)) return self.narrow(dim, 0, 0).clone();
        for (long i = 0; i < n; i++) {
          long length = self.size(dim) - 1;
          Tensor upper = self.narrow(dim, 1, length);
          Tensor lower = self.narrow(dim, 0, length);
          self = self.dtype() == DType.BOOL ? upper.logicalXor(lower) : upper.sub(lower);
        }
        return n == 0 ? self.clone() : self;
      });

  private Scans() {}

  private static Operator running(String name) {
    return Operator.declare("aten::" + name + "(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")
        .shape(c -> {
          Tensor self = c.tensor("self");
          c.dim("dim", self);
          c.result(self.sizes(), c.dtype("dtype", Reductions.sumType(self.dtype())));
        })
        .kernel(name)
        .inPlace();
  }

  private static Operator extreme(String name) {
    return Operator.declare("aten::" + name + "(Tensor self, int dim) -> (Tensor values, Tensor indices)")
        .shape(c -> {
          Tensor self = c.tensor("self");
          c.dim("dim", self);
          if (self.dtype().isComplex())
            throw c.check().because("not implemented for '%s'", self.dtype()).tensor("self", self).failure();
          c.result(self.sizes(), self.dtype());
          c.result(self.sizes(), DType.INT64);
        })
        .kernel(name)
        .gradient("self", b -> Torch.zeros(b.sizes("self"), b.grad().dtype(), b.grad().device())
            .scatterAdd(b.integer("dim"), b.result(1), b.grad()), Operator.RESULT);
  }

  /// The running sum from the end.
  private static Tensor reversed(Tensor t, long dim) {
    return t.numel() <= 1 ? t : CUMSUM.tensor(t.flip(dim), dim, null).flip(dim);
  }

  /// Without zeros `sum over i >= k of grad[i] result[i] / self[k]`; with zeros the products without element k.
  private static Tensor productGradient(Backward b) {
    Tensor grad = b.grad();
    long dim = b.integer("dim");
    Tensor input = b.tensor("self").to(grad.dtype()).conj();
    if (input.numel() <= 1) return grad;
    if (!input.eq(0L).any().itemBoolean()) return reversed(b.result().conj().mul(grad), dim).div(input);
    int d = (int) (dim < 0 ? dim + input.dim() : dim);
    int size = Math.toIntExact(input.size(d));
    Tensor[] parts = new Tensor[size];
    Tensor before = null;
    for (int k = 0; k < size; k++) {
      Tensor rest = grad.narrow(d, k, size - k);
      Tensor products = Torch.ones(rest.narrow(d, 0, 1).sizes(), rest.dtype());
      if (k + 1 < size) products = Joining.CAT.tensor(
          new Tensor[] {products, CUMPROD.tensor(input.narrow(d, k + 1, size - k - 1), dim, null)}, (long) d);
      Tensor own = rest.mul(products).sum(d, true);
      parts[k] = before == null ? own : own.mul(before);
      before = before == null ? input.narrow(d, k, 1) : before.mul(input.narrow(d, k, 1));
    }
    return Joining.CAT.tensor(parts, (long) d);
  }

  /// In logarithms; positive and negative gradients apart. **Source**: `logcumsumexp_backward` in ATen.
  private static Tensor logGradient(Backward b) {
    Tensor grad = b.grad();
    Tensor self = b.tensor("self");
    Tensor result = b.result();
    long dim = b.integer("dim");
    if (self.numel() == 0) return grad;
    if (grad.dtype().isComplex()) return share(grad.conj().log(), result, self, dim).conj();
    Tensor log = grad.abs().log();
    double least = self.dtype() == DType.FLOAT64 ? -Double.MAX_VALUE : self.dtype() == DType.FLOAT16 ? -65504
        : self.dtype() == DType.BFLOAT16 ? -0x1.fep127 : -Float.MAX_VALUE;
    Tensor up = share(Torch.where(grad.gt(0L), log, least), result, self, dim);
    Tensor down = share(Torch.where(grad.lt(0L), log, least), result, self, dim);
    return up.sub(down);
  }

  private static Tensor share(Tensor log, Tensor result, Tensor self, long dim) {
    return LOGCUMSUMEXP.tensor(log.sub(result).flip(dim), dim).flip(dim).add(self).exp();
  }
}
