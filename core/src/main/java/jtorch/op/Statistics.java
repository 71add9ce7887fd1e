package jtorch.op;

import java.util.List;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Covariance, correlation and quantiles. Histograms are in [Histograms].
public final class Statistics {
  /// The covariances of variables (rows), estimated from observations (columns), which may be weighted.
  public static final Operator COV = Operator
      .declare("aten::cov(Tensor self, *, int correction=1, Tensor? fweights=None, Tensor? aweights=None) -> Tensor")
      .composition(Statistics::covariance);

  /// The correlations of variables (rows): covariances divided by both standard deviations, within [-1, 1].
  public static final Operator CORRCOEF = Operator.declare("aten::corrcoef(Tensor self) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        checkVariables(c, self);
        Tensor cov = COV.tensor(self, 1L, null, null);
        if (cov.dim() == 0) return cov.div(cov);
        // In double precision, so that perfect correlation is 1.
        Tensor wide = cov.dtype().isHalf() ? cov : cov.to(Promotion.promote(cov.dtype(), DType.FLOAT64));
        Tensor variance = wide.diag();
        Tensor deviation = (variance.dtype().isComplex() ? variance.real() : variance).sqrt();
        Tensor scaled = wide.div(deviation.unsqueeze(1)).div(deviation.unsqueeze(0));
        Tensor bounded = scaled.dtype().isComplex()
            ? Torch.complex(scaled.real().clamp(-1, 1), scaled.imag().clamp(-1, 1)) : scaled.clamp(-1, 1);
        return bounded.to(cov.dtype());
      });

  /// Powers of a vector's elements: `[n] -> [n, N]`, falling from N - 1 to 0, or rising.
  public static final Operator VANDER =
      Operator.declare("aten::vander(Tensor x, int? N=None, bool increasing=False) -> Tensor").composition(c -> {
        Tensor x = c.tensor("x");
        if (x.dim() != 1)
          throw c.check().because("x must be a one-dimensional tensor.").tensor("x", x).shapeFailure();
        long n = c.integer("N", x.size(0));
        if (n < 0) throw c.check().because("N must be non-negative.").failure();
        DType dtype = Promotion.promote(x.dtype(), DType.INT64);
        if (n == 0) return Torch.zeros(new long[] {x.size(0), 0}, dtype);
        Tensor ones = Torch.ones(new long[] {x.size(0), 1}, dtype);
        Tensor powers = n == 1 ? ones
            : Torch.cat(new Tensor[] {ones, x.to(dtype).unsqueeze(1).expand(x.size(0), n - 1).cumprod(1)}, 1);
        return c.bool("increasing") ? powers : powers.flip(1);
      });

  private static final String QUANTILE_OPTIONS =
      " q, int? dim=None, bool keepdim=False, *, str interpolation=\"linear\") -> Tensor";

  /// The q-th quantiles along a dimension, or of all elements: of `n` sorted ones the one at place `q (n - 1)`, between
  /// two places interpolated ("linear", "lower", "higher", "midpoint" or "nearest"). NaN where there is one.
  public static final Operator QUANTILE = quantile("quantile", "Tensor", false);
  public static final Operator QUANTILE_SCALAR = quantile("quantile.scalar", "float", false);

  /// Quantiles of what is not NaN.
  public static final Operator NANQUANTILE = quantile("nanquantile", "Tensor", true);
  public static final Operator NANQUANTILE_SCALAR = quantile("nanquantile.scalar", "float", true);

  private Statistics() {}

  private static void checkVariables(Call c, Tensor self) {
    if (self.dim() > 2) throw c.check()
        .because("expected input to have two or fewer dimensions but got an input with %d dimensions", self.dim())
        .tensor("self", self).shapeFailure();
  }

  private static Tensor covariance(Call c) {
    Tensor self = c.tensor("self");
    checkVariables(c, self);
    if (self.dtype() == DType.BOOL) throw c.check().because("bool dtype is not supported for input").failure();
    Tensor in = self.dim() < 2 ? self.reshape(1, -1) : self;
    long observations = in.size(1);
    long correction = c.integer("correction");
    Tensor frequencies = weights(c, "fweights", observations);
    Tensor importances = weights(c, "aweights", observations);
    Tensor w = frequencies == null ? importances : importances == null ? frequencies : frequencies.mul(importances);
    Tensor total = w == null ? Torch.scalarTensor(observations) : w.sum();
    if (w != null && total.itemDouble() == 0)
      throw c.check().because("weights sum to zero, can't be normalized").failure();
    Tensor mean = (w == null ? in : in.mul(w)).sum(1).div(total);
    Tensor norm = w != null && importances != null && correction != 0
        ? total.sub(w.mul(importances).sum().div(total).mul(correction)) : total.sub(correction);
    // Too few degrees of freedom give infinite covariances.
    if (norm.itemDouble() <= 0) norm = norm.zerosLike();
    Tensor centered = in.sub(mean.unsqueeze(1));
    return MatrixProducts.inOrder(centered, (w == null ? centered : centered.mul(w)).t().conj()).div(norm).squeeze();
  }

  private static @Nullable Tensor weights(Call c, String name, long observations) {
    Tensor w = c.tensorOrNull(name);
    if (w == null) return null;
    boolean frequencies = name.equals("fweights");
    if (w.dim() > 1) throw c.check()
        .because("expected %s to have one or fewer dimensions but got %s with %d dimensions", name, name, w.dim())
        .shapeFailure();
    if (frequencies && !w.dtype().isIntegral()) throw c.check()
        .because("expected fweights to have integral dtype but got fweights with %s dtype", w.dtype()).failure();
    if (!frequencies && !w.dtype().isFloatingPoint()) throw c.check()
        .because("expected aweights to have floating point dtype but got aweights with %s dtype", w.dtype()).failure();
    if (w.numel() != observations) throw c.check().because(
        "expected %s to have the same numel as there are observations in the input but got %d != %d", name, w.numel(),
        observations).shapeFailure();
    if (w.numel() > 0 && w.detach().min().itemDouble() < 0)
      throw c.check().because("%s cannot be negative", name).failure();
    return w;
  }

  private static Operator quantile(String name, String type, boolean ignoreNan) {
    return Operator.declare("aten::" + name + "(Tensor self, " + type + QUANTILE_OPTIONS).composition(c -> {
      Tensor self = c.tensor("self");
      if (self.dtype() != DType.FLOAT32 && self.dtype() != DType.FLOAT64)
        throw c.check().because("input tensor must be either float or double dtype").tensor("self", self).failure();
      Tensor q = c.value("q") instanceof Tensor t ? t
          : Torch.full(new long[0], c.number("q"), self.dtype(), self.device());
      if (q.dim() > 1) throw c.check().because("q must be a scalar or 1D tensor").tensor("q", q).shapeFailure();
      if (q.dtype() != self.dtype())
        throw c.check().because("q tensor must be same dtype as the input tensor").tensor("q", q).failure();
      String interpolation = c.string("interpolation");
      if (!List.of("linear", "lower", "higher", "midpoint", "nearest").contains(interpolation)) throw c.check().because(
          "interpolation must be one of linear, lower, higher, midpoint or nearest, but got %s", interpolation)
          .failure();
      if (self.numel() == 0)
        throw c.check().because("input tensor must be non-empty").tensor("self", self).failure();
      Tensor inside = q.detach();
      if (!inside.ge(0L).logicalAnd(inside.le(1L)).all().itemBoolean())
        throw c.check()
            .because(q.dim() == 0 ? "q must be in the range [0, 1] but got " + q.itemDouble()
                : "q values must be in the range [0, 1]")
            .tensor("q", q).failure();
      return quantile(c, self, q, interpolation, ignoreNan);
    });
  }

  private static Tensor quantile(Call c, Tensor self, Tensor q, String interpolation, boolean ignoreNan) {
    long[] sizes;
    Tensor rows;
    if (!c.has("dim")) {
      sizes = c.bool("keepdim") ? LongStream.generate(() -> 1).limit(self.dim()).toArray() : new long[0];
      rows = self.reshape(1, -1);
    } else {
      int dim = c.dim("dim", self);
      sizes = Reductions.reducedSizes(self.sizes(), new int[] {dim}, c.bool("keepdim"));
      Tensor last = self.dim() == 0 ? self.reshape(1) : self.movedim(dim, -1);
      rows = last.reshape(-1, last.size(-1));
    }
    Tensor sorted = rows.sort(-1, false).values();
    Tensor wanted = q.dim() == 0 ? q.unsqueeze(0) : q;
    Tensor nan = sorted.detach().isnan();
    Tensor ranks;
    if (ignoreNan) {
      ranks = wanted.mul(nan.logicalNot().sum(1, true).sub(1L));
      ranks = ranks.maskedFill(ranks.detach().lt(0L), 0L);
    } else {
      long last = sorted.size(1) - 1;
      // The rank of a NaN, which is sorted last.
      Tensor any = nan.any(1, true);
      ranks = wanted.mul(last).unsqueeze(0).expand(sorted.size(0), wanted.size(0)).maskedFill(any, last);
    }
    if (interpolation.equals("lower")) ranks = ranks.floor();
    else if (interpolation.equals("higher")) ranks = ranks.ceil();
    else if (interpolation.equals("nearest")) ranks = ranks.round();
    Tensor below = ranks.detach().to(DType.INT64);
    Tensor values = sorted.gather(1, below);
    if (interpolation.equals("linear") || interpolation.equals("midpoint")) {
      Tensor weights = interpolation.equals("midpoint") ? ranks.detach().fullLike(0.5) : ranks.sub(below);
      Tensor above = sorted.gather(1, ranks.detach().ceil().to(DType.INT64));
      values = values.lerp(above, weights);
    }
    if (q.dim() == 0) return values.reshape(sizes);
    long[] shape = LongStream.concat(LongStream.of(q.size(0)), LongStream.of(sizes)).toArray();
    return values.t().reshape(shape);
  }
}
