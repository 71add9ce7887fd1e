package jtorch.op;

import java.util.Arrays;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Distances between rows, and norms kept within bounds.
public final class Distances {
  /// Rows beyond which Euclidean distances are computed by a matrix product, unless told otherwise.
  private static final long MATRIX_ROWS = 25;

  /// `[*, n, m], [*, r, m] -> [*, n, r]`: the p-norms of the differences of rows.
  ///
  /// Mode 0 computes Euclidean distances by a matrix product where there are more than 25 rows, 1 always, 2 never.
  public static final Operator CDIST_FORWARD = Operator
      .declare("aten::_cdist_forward(Tensor x1, Tensor x2, float p, int? compute_mode) -> Tensor")
      .shape(c -> {
        Tensor x1 = c.tensor("x1");
        long[] sizes = distanceSizes(c);
        if (x1.dtype().isHalf()) throw c.check().because("\"cdist\" not implemented for '%s'", x1.dtype()).failure();
        c.result(sizes, x1.dtype());
      })
      .kernel("cdist")
      .gradients(new String[] {"x1", "x2"}, b -> {
        Tensor x1 = b.tensor("x1");
        Tensor x2 = b.tensor("x2");
        Tensor left = Distances.CDIST_BACKWARD.tensor(b.grad(), x1, x2, b.number("p"), b.result());
        Tensor right = Distances.CDIST_BACKWARD.tensor(b.grad().transpose(-1, -2), x2, x1, b.number("p"),
            b.result().transpose(-1, -2));
        return new Tensor[] {left.sumToSize(x1.sizes()), right.sumToSize(x2.sizes())};
      }, "x1", "x2", Operator.RESULT);

  /// The gradient of [#CDIST_FORWARD] for its first argument, in the broadcast batch.
  public static final Operator CDIST_BACKWARD = Operator
      .declare("aten::_cdist_backward(Tensor grad, Tensor x1, Tensor x2, float p, Tensor cdist) -> Tensor")
      .shape(c -> {
        Tensor x1 = c.tensor("x1");
        long[] sizes = c.tensor("cdist").sizes().clone();
        sizes[sizes.length - 1] = x1.size(-1);
        c.result(sizes, x1.dtype());
      })
      .kernel("cdist_backward")
      .notDifferentiable();

  public static final Operator CDIST =
      Operator.declare("aten::cdist(Tensor x1, Tensor x2, float p=2., int? compute_mode=None) -> Tensor")
          .composition(c -> {
            Tensor x1 = c.tensor("x1");
            Tensor x2 = c.tensor("x2");
            long[] sizes = distanceSizes(c);
            long mode = c.integer("compute_mode", 0);
            boolean many = x1.size(-2) > MATRIX_ROWS || x2.size(-2) > MATRIX_ROWS;
            boolean matrix = c.number("p") == 2 && (mode == 1 || mode == 0 && many);
            if (!matrix && x1.dtype().isHalf()) {
              if (x1.size(-1) == 0 || x1.numel() == 0 || x2.numel() == 0)
                return x1.matmul(x2.mT());
              throw c.check().because("\"cdist\" not implemented for '%s'", x1.dtype())
                  .hint("halves are only multiplied: p = 2 with compute_mode 1").failure();
            }
            if (!matrix) return CDIST_FORWARD.call(x1, x2, c.number("p"), c.value("compute_mode"));
            long[] batch = Arrays.copyOf(sizes, sizes.length - 2);
            return Distances.EUCLIDEAN.call(x1.expand(joined(batch, x1)), x2.expand(joined(batch, x2)));
          });

  /// Euclidean distances by a matrix product: `|x - y|^2 = |x|^2 - 2 x y + |y|^2`.
  public static final Operator EUCLIDEAN = Operator.declare("aten::_euclidean_dist(Tensor x1, Tensor x2) -> Tensor")
      .composition(c -> {
        Tensor x1 = c.tensor("x1");
        Tensor x2 = c.tensor("x2");
        Tensor norm1 = x1.mul(x1).sum(-1, true);
        Tensor norm2 = x2.mul(x2).sum(-1, true);
        Tensor left = Torch.cat(new Tensor[] {x1.mul(-2L), norm1, norm1.onesLike()}, -1);
        Tensor right = Torch.cat(new Tensor[] {x2, norm2.onesLike(), norm2}, -1);
        return left.matmul(right.mT()).clampMin(0).sqrt();
      })
      .gradients(new String[] {"x1", "x2"}, b -> {
        Tensor x1 = b.tensor("x1");
        Tensor x2 = b.tensor("x2");
        Tensor result = b.result();
        Tensor ratio = b.grad().div(result).maskedFill(result.eq(0L), 0L);
        return new Tensor[] {x1.mul(ratio.sum(-1, true)).sub(ratio.matmul(x2)),
          x2.mul(ratio.sum(-2).unsqueeze(-1)).sub(ratio.mT().matmul(x1))};
      }, "x1", "x2", Operator.RESULT);

  /// `[n, m] -> [n (n - 1) / 2]`: the distances of all pairs of rows, (0, 1), (0, 2), ...
  public static final Operator PDIST_FORWARD =
      Operator.declare("aten::_pdist_forward(Tensor self, float p=2.) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            checkPairs(c, self);
            long n = self.size(0);
            c.result(new long[] {Math.max(0, n * (n - 1) / 2)}, self.dtype());
          })
          .kernel("pdist")
          .gradient("self",
              b -> Distances.PDIST_BACKWARD.tensor(b.grad(), b.tensor("self"), b.number("p"), b.result()), "self",
              Operator.RESULT);

  public static final Operator PDIST_BACKWARD =
      Operator.declare("aten::_pdist_backward(Tensor grad, Tensor self, float p, Tensor pdist) -> Tensor")
          .shape(c -> c.result(c.tensor("self").sizes(), c.tensor("self").dtype()))
          .kernel("pdist_backward")
          .notDifferentiable();

  public static final Operator PDIST = Operator.declare("aten::pdist(Tensor self, float p=2.) -> Tensor")
      .composition(c -> {
        checkPairs(c, c.tensor("self"));
        return PDIST_FORWARD.call(c.tensor("self").contiguous(), c.number("p"));
      });

  /// Slices along a dimension whose p-norm is above `maxnorm` are scaled down to it.
  public static final Operator RENORM =
      Operator.declare("aten::renorm(Tensor self, Scalar p, int dim, Scalar maxnorm) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self");
            double p = c.number("p");
            double most = c.number("maxnorm");
            if (!self.dtype().isDifferentiable())
              throw c.check().because("not implemented for '%s'", self.dtype()).tensor("self", self).failure();
            if (c.scalar("p") instanceof jtorch.Complex)
              throw c.check().because("renorm: p must be real-valued").failure();
            if (p <= 0) throw c.check().because("renorm: non-positive-norm not supported").failure();
            if (most < 0)
              throw c.check().because("renorm: expected maxnorm to be >= 0 but got %s", c.scalar("maxnorm")).failure();
            if (self.dim() < 2) throw c.check()
                .because("renorm: input needs at least 2 dimensions, got %d dimensions", self.dim())
                .tensor("self", self).shapeFailure();
            Tensor norm = sliceNorm(self, p, c.dim("dim", self));
            Tensor factor = Torch.where(norm.gt(most), norm.add(1e-7).reciprocal().mul(most), 1.0);
            return self.mul(factor).to(self.dtype());
          })
          .gradient("self", b -> {
            Tensor self = b.tensor("self");
            double p = b.number("p");
            double most = b.number("maxnorm");
            int dim = b.dim("dim", "self");
            long[] over = others(self, dim);
            Tensor norm = sliceNorm(self, p, dim);
            Tensor product = self.conj().mul(b.grad());
            if (product.dtype().isComplex()) product = product.real();
            Tensor along = product.to(norm.dtype()).sum(over, true);
            Tensor slope = Reductions.normBackward(along, self.to(wide(self.dtype())), norm, p, over, true);
            Tensor inverse = norm.add(1e-7).reciprocal();
            Tensor scaled = b.grad().sub(inverse.mul(slope)).mul(inverse.mul(most));
            return Torch.where(norm.gt(most), scaled.to(b.grad().dtype()), b.grad());
          }, "self")
          .inPlace();

  private Distances() {}

  /// Rows for each batch of another tensor, contiguous.
  public static Tensor batched(Tensor x, Tensor like) {
    long[] sizes = like.sizes().clone();
    sizes[sizes.length - 2] = x.size(-2);
    sizes[sizes.length - 1] = x.size(-1);
    return x.expand(sizes).contiguous();
  }

  private static DType wide(DType dtype) {
    return dtype.isHalf() ? DType.FLOAT32 : dtype;
  }

  private static long[] others(Tensor self, int dim) {
    return LongStream.range(0, self.dim()).filter(d -> d != dim).toArray();
  }

  private static Tensor sliceNorm(Tensor self, double p, int dim) {
    return Reductions.VECTOR_NORM.tensor(self.to(wide(self.dtype())), p, others(self, dim), true, null);
  }

  private static long[] joined(long[] batch, Tensor rows) {
    long[] sizes = Arrays.copyOf(batch, batch.length + 2);
    sizes[batch.length] = rows.size(-2);
    sizes[batch.length + 1] = rows.size(-1);
    return sizes;
  }

  private static void checkPairs(Call c, Tensor self) {
    if (self.dim() != 2) throw c.check().because("pdist only supports 2D tensors, got: %dD", self.dim())
        .tensor("self", self).shapeFailure();
    if (self.dtype() != DType.FLOAT32 && self.dtype() != DType.FLOAT64)
      throw c.check().because("pdist only supports floating-point dtypes").tensor("self", self).failure();
    if (c.number("p") < 0) throw c.check().because("pdist only supports non-negative p values").failure();
  }

  private static long[] distanceSizes(Call c) {
    Tensor x1 = c.tensor("x1");
    Tensor x2 = c.tensor("x2");
    for (String name : new String[] {"x1", "x2"}) {
      Tensor x = c.tensor(name);
      if (!x.dtype().isFloatingPoint()) throw c.check()
          .because("cdist only supports floating-point dtypes, %s got: %s", name.toUpperCase(java.util.Locale.ROOT),
              x.dtype())
          .failure();
      if (x.dim() < 2) throw c.check()
          .because("cdist only supports at least 2D tensors, %s got: %dD", name.toUpperCase(java.util.Locale.ROOT),
              x.dim())
          .tensor(name, x).shapeFailure();
    }
    if (x1.dtype() != x2.dtype()) throw c.check()
        .because("X1 and X2 must have the same dtype, got %s and %s", x1.dtype(), x2.dtype()).failure();
    if (x1.size(-1) != x2.size(-1)) throw c.check()
        .because("X1 and X2 must have the same number of columns. X1: %d X2: %d", x1.size(-1), x2.size(-1))
        .tensor("x1", x1).tensor("x2", x2).shapeFailure();
    if (c.number("p") < 0) throw c.check().because("cdist only supports non-negative p values").failure();
    long mode = c.integer("compute_mode", 0);
    if (mode < 0 || mode > 2) throw c.check().because("possible modes: 0, 1, 2, but was: %d", mode).failure();
    long[] batch =
        Elementwise.broadcastShapes(Arrays.copyOf(x1.sizes(), x1.dim() - 2), Arrays.copyOf(x2.sizes(), x2.dim() - 2));
    if (batch == null) throw c.check().because("the batch dimensions cannot be broadcast").tensor("x1", x1)
        .tensor("x2", x2).shapeFailure();
    long[] sizes = Arrays.copyOf(batch, batch.length + 2);
    sizes[batch.length] = x1.size(-2);
    sizes[batch.length + 1] = x2.size(-2);
    return sizes;
  }
}
