package jtorch.op;

import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Sums, means, extremes over dimensions.
public final class Reductions {
  /// The sum over dimensions, none given: over all. Integers and bools add up in int64.
  public static final Operator SUM_DIMS = Operator
      .declare(
          "aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .shape(c -> c.result(reducedSizes(c), c.dtype("dtype", sumType(c.tensor("self").dtype()))))
      .kernel("sum")
      .gradient("self", b -> expandBack(b.grad(), b.longsOrNull("dim"), b.bool("keepdim"), b.sizes("self")));

  public static final Operator SUM = Operator.declare("aten::sum(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> SUM_DIMS.call(c.tensor("self"), null, false, c.dtype("dtype")));

  /// The mean over dimensions, none given: over all.
  public static final Operator MEAN_DIMS = Operator
      .declare("aten::mean.dim(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        DType dtype = c.dtype("dtype", self.dtype());
        if (!dtype.isDifferentiable()) throw c.check()
            .because(
                "could not infer output dtype. Input dtype must be either a floating point or complex dtype. Got: %s",
                dtype)
            .tensor("self", self).hint("mean with a dtype converts first").failure();
        long n = 1;
        for (int d : Check.dims(c.operator(), c.longsOrNull("dim"), self.dim()))
          n *= self.dim() == 0 ? 1 : self.size(d);
        return SUM_DIMS.tensor(self, c.longsOrNull("dim"), c.bool("keepdim"), dtype).div(n);
      });

  public static final Operator MEAN = Operator.declare("aten::mean(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> MEAN_DIMS.call(c.tensor("self"), null, false, c.dtype("dtype")));

  /// The sum that undoes broadcasting.
  public static final Operator SUM_TO_SIZE = Operator.declare("aten::sum_to_size(Tensor self, SymInt[] size) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        long[] size = c.longs("size");
        if (size.length == 0) return SUM_DIMS.call(self, null, false, null);
        int shift = self.dim() - size.length;
        long[] dims = new long[self.dim()];
        int count = 0;
        boolean fits = shift >= 0;
        for (int d = 0; d < self.dim() && fits; d++) {
          if (d < shift || size[d - shift] == 1 && self.size(d) != 1) dims[count++] = d;
          else fits = size[d - shift] == self.size(d);
        }
        if (!fits) throw c.check().because("size {%s} is not expandable to size {%s}.", java.util.Arrays.toString(size),
            java.util.Arrays.toString(self.sizes())).shapeFailure();
        if (count == 0) return self;
        Tensor summed = SUM_DIMS.tensor(self, java.util.Arrays.copyOf(dims, count), true, null);
        return shift == 0 ? summed : summed.reshape(size);
      });

  /// The sum of what is not NaN.
  public static final Operator NANSUM = Operator
      .declare("aten::nansum(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dtype().isComplex())
          throw c.check().because("nansum on CPU does not support complex inputs").failure();
        Tensor clean = self.dtype().isFloatingPoint() ? self.maskedFill(self.isnan(), 0.0) : self;
        return SUM_DIMS.call(clean, c.longsOrNull("dim"), c.bool("keepdim"), c.dtype("dtype"));
      });

  /// The mean of what is not NaN.
  public static final Operator NANMEAN = Operator
      .declare("aten::nanmean(Tensor self, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (!self.dtype().isFloatingPoint() && !self.dtype().isComplex()) throw c.check()
            .because("expected input to have floating point or complex dtype but got %s", self.dtype()).failure();
        Tensor there = self.isnan().logicalNot();
        Tensor clean = self.maskedFill(self.isnan(), 0.0);
        Tensor factor = SUM_DIMS.tensor(there.detach(), c.longsOrNull("dim"), c.bool("keepdim"), null);
        return SUM_DIMS.tensor(clean, c.longsOrNull("dim"), c.bool("keepdim"), c.dtype("dtype")).div(factor);
      });

  /// The product over a dimension. Its gradient is exact where elements are 0.
  public static final Operator PROD_DIM = Operator
      .declare("aten::prod.dim_int(Tensor self, int dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .shape(c -> c.result(
          reducedSizes(c.tensor("self").sizes(), new int[] {c.dim("dim", c.tensor("self"))}, c.bool("keepdim")),
          c.dtype("dtype", sumType(c.tensor("self").dtype()))))
      .kernel("prod")
      .gradient("self", b -> {
        Tensor self = b.tensor("self");
        if (self.dim() == 0) return b.grad();
        int dim = b.dim("dim", "self");
        Tensor g = b.bool("keepdim") ? b.grad() : b.grad().unsqueeze(dim);
        return g.mul(productOfOthers(self, dim).conj());
      }, "self");

  public static final Operator PROD = Operator.declare("aten::prod(Tensor self, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> PROD_DIM.call(c.tensor("self").reshape(-1), 0L, false, c.dtype("dtype")));

  // ---- extremes --------------------------------------------------------------------------------------------------

  /// The maximum over dimensions; its gradient is shared evenly by equal elements.
  public static final Operator AMAX = extreme("amax");

  /// The minimum over dimensions; its gradient is shared evenly by equal elements.
  public static final Operator AMIN = extreme("amin");

  /// The maximum over one dimension and where it first stands.
  public static final Operator MAX_DIM = located("max");

  /// The minimum over one dimension and where it first stands.
  public static final Operator MIN_DIM = located("min");

  public static final Operator MAX = Operator.declare("aten::max(Tensor self) -> Tensor")
      .composition(c -> AMAX.call(notEmpty(c), new long[0], false));
  public static final Operator MIN = Operator.declare("aten::min(Tensor self) -> Tensor")
      .composition(c -> AMIN.call(notEmpty(c), new long[0], false));

  public static final Operator AMINMAX =
      Operator.declare("aten::aminmax(Tensor self, *, int? dim=None, bool keepdim=False) -> (Tensor min, Tensor max)")
          .composition(c -> {
            long[] dim = c.has("dim") ? new long[] {c.integer("dim")} : new long[0];
            if (!c.has("dim") && c.tensor("self").numel() == 0) throw c.check()
                .because("cannot compute aminmax over an empty dimension as the operation has no identity.")
                .tensor("self", c.tensor("self")).shapeFailure();
            Tensor min = AMIN.tensor(c.tensor("self"), dim, c.bool("keepdim"));
            Tensor max = AMAX.tensor(c.tensor("self"), dim, c.bool("keepdim"));
            return new Tensor[] {min, max};
          });

  /// Where the maximum first stands; without a dimension in the flattened tensor.
  public static final Operator ARGMAX = place("argmax");
  public static final Operator ARGMIN = place("argmin");

  // ---- truths ----------------------------------------------------------------------------------------------------

  public static final Operator ANY_DIMS = truth("any");
  public static final Operator ALL_DIMS = truth("all");
  public static final Operator ANY_DIM =
      Operator.declare("aten::any.dim(Tensor self, int dim, bool keepdim=False) -> Tensor")
          .composition(c -> ANY_DIMS.call(c.tensor("self"), new long[] {c.integer("dim")}, c.bool("keepdim")))
          .notDifferentiable();
  public static final Operator ALL_DIM =
      Operator.declare("aten::all.dim(Tensor self, int dim, bool keepdim=False) -> Tensor")
          .composition(c -> ALL_DIMS.call(c.tensor("self"), new long[] {c.integer("dim")}, c.bool("keepdim")))
          .notDifferentiable();
  public static final Operator ANY = Operator.declare("aten::any(Tensor self) -> Tensor")
      .composition(c -> ANY_DIMS.call(c.tensor("self"), null, false)).notDifferentiable();
  public static final Operator ALL = Operator.declare("aten::all(Tensor self) -> Tensor")
      .composition(c -> ALL_DIMS.call(c.tensor("self"), null, false)).notDifferentiable();

  // ---- spread ----------------------------------------------------------------------------------------------------

  /// `sum((x - mean)^2) / max(0, n - correction)` over dimensions, and the mean.
  public static final Operator VAR_MEAN = Operator.declare(
      "aten::var_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)")
      .shape(c -> {
        Tensor self = c.tensor("self");
        if (!self.dtype().isDifferentiable()) throw c.check()
            .because("var_mean only support floating point and complex dtypes").tensor("self", self).failure();
        if (self.dtype().isFloat8()) throw c.check()
            .because("std_var_all: Unsupported dtype %s", self.dtype().scalarTypeName()).tensor("self", self).failure();
        c.result(reducedSizes(c), self.dtype().toReal());
        c.result(reducedSizes(c), self.dtype());
      })
      .kernel("var_mean")
      .gradient("self", b -> {
        Tensor self = b.tensor("self");
        long[] dim = b.longsOrNull("dim");
        boolean keep = b.bool("keepdim");
        long[] sizes = b.sizes("self");
        long n = count(sizes, dim);
        Tensor total = null;
        if (b.hasGrad(0)) {
          double divisor = n - b.number("correction", 1);
          Tensor g = expandBack(b.grad(0), dim, keep, sizes);
          total = divisor <= 0 ? g.mul(self.sub(self).add(Double.NaN))
              : g.mul(self.sub(meanKept(self, dim))).mul(2 / divisor);
        }
        if (b.hasGrad(1)) {
          Tensor g = expandBack(b.grad(1), dim, keep, sizes).div(n);
          total = total == null ? g : total.add(g);
        }
        return total;
      }, "self");

  public static final Operator VAR = Operator.declare(
      "aten::var.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor")
      .composition(
          c -> VAR_MEAN.tensors(c.tensor("self"), c.longsOrNull("dim"), c.value("correction"), c.bool("keepdim"))[0]);

  /// The root of the variance.
  public static final Operator STD = Operator.declare(
      "aten::std.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> Tensor")
      .composition(c -> std(c.tensor("self"), c.longsOrNull("dim"), c.value("correction"), c.bool("keepdim"))[0]);

  public static final Operator STD_MEAN = Operator.declare(
      "aten::std_mean.correction(Tensor self, int[1]? dim=None, *, Scalar? correction=None, bool keepdim=False) -> (Tensor, Tensor)")
      .composition(c -> std(c.tensor("self"), c.longsOrNull("dim"), c.value("correction"), c.bool("keepdim")));

  public static final Operator VAR_ALL = Operator.declare("aten::var(Tensor self, bool unbiased=True) -> Tensor")
      .composition(c -> VAR.call(c.tensor("self"), null, unbiased(c), false));
  public static final Operator VAR_DIM =
      Operator.declare("aten::var.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor")
          .composition(c -> VAR.call(c.tensor("self"), c.longsOrNull("dim"), unbiased(c), c.bool("keepdim")));
  public static final Operator VAR_MEAN_ALL =
      Operator.declare("aten::var_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)")
          .composition(c -> VAR_MEAN.call(c.tensor("self"), null, unbiased(c), false));
  public static final Operator VAR_MEAN_DIM = Operator
      .declare(
          "aten::var_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)")
      .composition(c -> VAR_MEAN.call(c.tensor("self"), c.longsOrNull("dim"), unbiased(c), c.bool("keepdim")));
  public static final Operator STD_ALL = Operator.declare("aten::std(Tensor self, bool unbiased=True) -> Tensor")
      .composition(c -> STD.call(c.tensor("self"), null, unbiased(c), false));
  public static final Operator STD_DIM =
      Operator.declare("aten::std.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> Tensor")
          .composition(c -> STD.call(c.tensor("self"), c.longsOrNull("dim"), unbiased(c), c.bool("keepdim")));
  public static final Operator STD_MEAN_ALL =
      Operator.declare("aten::std_mean(Tensor self, bool unbiased=True) -> (Tensor, Tensor)")
          .composition(c -> STD_MEAN.call(c.tensor("self"), null, unbiased(c), false));
  public static final Operator STD_MEAN_DIM = Operator
      .declare(
          "aten::std_mean.dim(Tensor self, int[1]? dim, bool unbiased=True, bool keepdim=False) -> (Tensor, Tensor)")
      .composition(c -> STD_MEAN.call(c.tensor("self"), c.longsOrNull("dim"), unbiased(c), c.bool("keepdim")));

  // ---- norms -----------------------------------------------------------------------------------------------------

  /// `log(sum(exp(self)))` over dimensions, without overflow.
  public static final Operator LOGSUMEXP =
      Operator.declare("aten::logsumexp(Tensor self, int[1] dim, bool keepdim=False) -> Tensor")
          .composition(c -> {
            Tensor self = c.tensor("self").to(Promotion.floating(c.tensor("self").dtype()));
            Tensor wide = self.dtype().isHalf() ? self.to(DType.FLOAT32) : self;
            long[] dim = c.longs("dim");
            if (wide.numel() == 0)
              return SUM_DIMS.tensor(wide.exp(), dim, c.bool("keepdim"), null).log().to(self.dtype());
            Tensor max = AMAX.tensor(wide.dtype().isComplex() ? wide.real() : wide, dim, true);
            max = max.maskedFill(max.abs().eq(Double.POSITIVE_INFINITY), 0.0);
            Tensor kept = SUM_DIMS.tensor(wide.sub(max).exp(), dim, true, null).log().add(max);
            return (c.bool("keepdim") ? kept : kept.reshape(reducedSizes(c))).to(self.dtype());
          })
          .gradient("self", b -> {
            Tensor result = expandBack(b.result(), b.longs("dim"), b.bool("keepdim"), b.sizes("self"));
            return expandBack(b.grad(), b.longs("dim"), b.bool("keepdim"), b.sizes("self"))
                .mul(b.tensor("self").sub(result).exp().conj());
          }, "self", Operator.RESULT);

  /// `(sum |x|^ord)^(1 / ord)`; 0 counts what is not 0, infinities are extremes.
  public static final Operator VECTOR_NORM = Operator.declare(
      "aten::linalg_vector_norm(Tensor self, Scalar ord=2, int[1]? dim=None, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor")
      .composition(c -> {
        Tensor self = c.tensor("self");
        if (!self.dtype().isDifferentiable()) throw c.check()
            .because("Expected a floating point or complex tensor as input. Got %s", self.dtype()).failure();
        if (c.dtype("dtype") != null) self = self.to(c.dtype("dtype", self.dtype()));
        if (self.dtype().isComplex()) self = self.abs();
        return Reductions.REAL_NORM.call(self, c.number("ord"), c.longsOrNull("dim"), c.bool("keepdim"));
      });

  static final Operator REAL_NORM =
      Operator.declare("jtorch::vector_norm(Tensor self, float ord, int[1]? dim, bool keepdim) -> Tensor")
          .shape(c -> {
            Tensor self = c.tensor("self");
            double ord = c.number("ord");
            if (count(self.sizes(), c.longsOrNull("dim")) == 0 && (ord < 0 || Double.isInfinite(ord)))
              throw c.check().because(
                  "linalg.vector_norm cannot compute the %s norm on an empty tensor because the operation does not have an identity",
                  ord).failure();
            c.result(reducedSizes(c), self.dtype());
          })
          .kernel("vector_norm")
          .gradient("self",
              b -> b.number("ord") == 0 ? null : normBackward(b.grad(), b.tensor("self"), b.result(), b.number("ord"),
                  b.longsOrNull("dim"), b.bool("keepdim")),
              "self", Operator.RESULT);

  public static final Operator NORM = Operator.declare("aten::norm.Scalar(Tensor self, Scalar p=2) -> Tensor")
      .composition(c -> VECTOR_NORM.call(c.tensor("self"), c.scalar("p"), null, false, null));
  public static final Operator NORM_DIM =
      Operator.declare("aten::norm.ScalarOpt_dim(Tensor self, Scalar? p, int[1] dim, bool keepdim=False) -> Tensor")
          .composition(c -> VECTOR_NORM.call(c.tensor("self"), c.has("p") ? c.scalar("p") : 2L, c.longs("dim"),
              c.bool("keepdim"), null));
  public static final Operator NORM_DIM_DTYPE = Operator.declare(
      "aten::norm.ScalarOpt_dim_dtype(Tensor self, Scalar? p, int[1] dim, bool keepdim, *, ScalarType dtype) -> Tensor")
      .composition(c -> VECTOR_NORM.call(c.tensor("self"), c.has("p") ? c.scalar("p") : 2L, c.longs("dim"),
          c.bool("keepdim"), c.dtype("dtype")));

  /// The norm of the difference.
  public static final Operator DIST = Operator.declare("aten::dist(Tensor self, Tensor other, Scalar p=2) -> Tensor")
      .composition(c -> VECTOR_NORM.call(c.tensor("self").sub(c.tensor("other")), c.scalar("p"), null, false, null));

  /// The norms of the slices along one dimension, which the others join as 1; of all elements for -1.
  public static final Operator NORM_EXCEPT_DIM =
      Operator.declare("aten::norm_except_dim(Tensor v, int pow=2, int dim=0) -> Tensor").composition(c -> {
        Tensor v = c.tensor("v");
        long kept = c.integer("dim");
        long[] others = LongStream.range(0, v.dim()).filter(d -> d != kept).toArray();
        return kept == -1 ? NORM.call(v, c.integer("pow")) : VECTOR_NORM.call(v, c.integer("pow"), others, true, null);
      });

  private Reductions() {}

  private static Tensor notEmpty(Call c) {
    Tensor self = c.tensor("self");
    if (self.numel() == 0) throw c.check().because(
        "Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.")
        .tensor("self", self).shapeFailure();
    return self;
  }

  /// Nothing has no extreme: which of the dimensions, or null for all, is empty.
  private static RuntimeException empty(Call c, Tensor self, int @Nullable [] dims) {
    if (dims == null) return c.check().because(
        "Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.")
        .tensor("self", self).indexFailure();
    int without = dims[0];
    for (int d : dims) {
      if (self.size(d) == 0) without = d;
    }
    return c.check().because("Expected reduction dim %d to have non-zero size.", without).tensor("self", self)
        .indexFailure();
  }

  private static Operator extreme(String name) {
    return Operator.declare("aten::" + name + "(Tensor self, int[1] dim=[], bool keepdim=False) -> Tensor")
        .shape(c -> {
          Tensor self = c.tensor("self");
          if (self.dtype().isComplex()) throw c.check().because("not implemented for '%s'", self.dtype()).failure();
          if (count(self.sizes(), c.longs("dim")) == 0)
            throw empty(c, self,
                c.longs("dim").length == 0 ? null : Check.dims(c.operator(), c.longs("dim"), self.dim()));
          c.result(reducedSizes(c), self.dtype());
        })
        .kernel(name)
        .gradient("self", b -> {
          Tensor result = expandBack(b.result(), b.longs("dim"), b.bool("keepdim"), b.sizes("self"));
          Tensor self = b.tensor("self");
          Tensor chosen = self.eq(result).logicalOr(self.isnan().logicalAnd(result.isnan())).to(b.grad().dtype());
          long[] dim = b.longs("dim");
          Tensor share = chosen.div(SUM_DIMS.tensor(chosen, dim, true, null));
          return expandBack(b.grad(), dim, b.bool("keepdim"), b.sizes("self")).mul(share);
        }, "self", Operator.RESULT);
  }

  private static Operator located(String name) {
    return Operator
        .declare("aten::" + name + ".dim(Tensor self, int dim, bool keepdim=False) -> (Tensor values, Tensor indices)")
        .shape(c -> {
          Tensor self = c.tensor("self");
          if (self.dtype().isComplex()) throw c.check().because("not implemented for '%s'", self.dtype()).failure();
          int dim = c.dim("dim", self);
          if (self.dim() > 0 && self.size(dim) == 0) throw empty(c, self, new int[] {dim});
          long[] sizes = reducedSizes(self.sizes(), new int[] {dim}, c.bool("keepdim"));
          c.result(sizes, self.dtype());
          c.result(sizes, DType.INT64);
        })
        .kernel(name + "_dim")
        .gradient("self", b -> selected(b.grad(0), b.result(1), b.sizes("self"), b.integer("dim"), b.bool("keepdim")),
            Operator.RESULT);
  }

  private static Operator place(String name) {
    return Operator.declare("aten::" + name + "(Tensor self, int? dim=None, bool keepdim=False) -> Tensor")
        .shape(c -> {
          Tensor self = c.tensor("self");
          if (self.dtype().isComplex() || self.dtype() == DType.BOOL)
            throw c.check().because("not implemented for '%s'", self.dtype()).failure();
          int[] dims = c.has("dim") ? new int[] {c.dim("dim", self)} : Check.dims(c.operator(), null, self.dim());
          if (self.numel() == 0 && count(self.sizes(), dims) == 0) throw empty(c, self, c.has("dim") ? dims : null);
          c.result(reducedSizes(self.sizes(), dims, c.bool("keepdim")), DType.INT64);
        })
        .kernel(name)
        .notDifferentiable();
  }

  private static Operator truth(String name) {
    return Operator.declare("aten::" + name + ".dims(Tensor self, int[]? dim=None, bool keepdim=False) -> Tensor")
        .shape(c -> c.result(reducedSizes(c), c.tensor("self").dtype() == DType.UINT8 ? DType.UINT8 : DType.BOOL))
        .kernel(name)
        .notDifferentiable();
  }

  private static Object unbiased(Call c) {
    return c.bool("unbiased") ? 1L : 0L;
  }

  /// Root of variance, whose slope at 0 is 0 as in PyTorch, and mean.
  private static Tensor[] std(Tensor self, long @Nullable [] dim, @Nullable Object correction, boolean keepdim) {
    Tensor[] both = VAR_MEAN.tensors(self, dim, correction, keepdim);
    return new Tensor[] {Reductions.ROOT.tensor(both[0]), both[1]};
  }

  static final Operator ROOT = Operator.declare("jtorch::std_of_variance(Tensor self) -> Tensor")
      .composition(c -> c.tensor("self").sqrt())
      .gradient("self", b -> b.grad().div(b.result().mul(2)).maskedFill(b.result().eq(0), 0.0), Operator.RESULT);

  /// Gradients of values that were selected along a dimension, put where they came from.
  static Tensor selected(Tensor grad, Tensor index, long[] sizes, long dim, boolean keepdim) {
    if (sizes.length == 0) return grad;
    Tensor g = keepdim ? grad : grad.unsqueeze(dim < 0 ? dim + sizes.length : dim);
    Tensor i = keepdim ? index : index.unsqueeze(dim < 0 ? dim + sizes.length : dim);
    return Torch.zeros(sizes, grad.dtype(), grad.device()).scatterAdd(dim, i, g);
  }

  /// At each place the product of all others along a dimension: a quotient, unless there are zeros.
  static Tensor productOfOthers(Tensor self, int dim) {
    long n = self.size(dim);
    if (n <= 1) return self.onesLike();
    if (!self.detach().eq(0).any().itemBoolean()) return PROD_DIM.tensor(self, (long) dim, true, null).div(self);
    Tensor places = Torch.arange(n);
    Tensor own = places.unsqueeze(0).eq(places.unsqueeze(1));
    Tensor rows = self.transpose(dim, -1).unsqueeze(-2);
    long[] square = rows.sizes().clone();
    square[square.length - 2] = n;
    return PROD_DIM.tensor(rows.expand(square).maskedFill(own, 1L), -1L, false, null).transpose(dim, -1);
  }

  private static Tensor meanKept(Tensor self, long @Nullable [] dim) {
    return MEAN_DIMS.tensor(self, dim, true, null);
  }

  static Tensor normBackward(Tensor grad, Tensor self, Tensor result, double p, long @Nullable [] dim,
      boolean keepdim) {
    long[] sizes = self.sizes();
    Tensor g = expandBack(grad, dim, keepdim, sizes);
    Tensor norm = expandBack(result, dim, keepdim, sizes);
    if (p == 0) return self.zerosLike();
    if (p == 1) return self.sgn().mul(g);
    if (p == 2) return self.mul(g.div(norm).maskedFill(norm.eq(0), 0.0));
    if (Double.isInfinite(p)) {
      Tensor abs = self.abs();
      Tensor chosen = abs.eq(norm).logicalOr(abs.isnan()).to(self.dtype());
      return self.sgn().mul(chosen).mul(g).div(SUM_DIMS.tensor(chosen, dim, true, null));
    }
    Tensor slope = self.sgn().mul(self.abs().pow(p - 1));
    if (p < 1) slope = slope.maskedFill(self.eq(0), 0.0);
    return slope.mul(g.div(norm.pow(p - 1)).maskedFill(norm.eq(0), 0.0));
  }

  private static long count(long[] sizes, long @Nullable [] dim) {
    return count(sizes, Check.dims(SUM_DIMS, dim, sizes.length));
  }

  private static long count(long[] sizes, int[] dims) {
    long n = 1;
    for (int d : dims) n *= sizes.length == 0 ? 1 : sizes[d];
    return n;
  }

  static DType sumType(DType dtype) {
    return dtype.isDifferentiable() ? dtype : DType.INT64;
  }

  /// The sizes after a reduction over `dim` (all where it is null or empty), kept as ones if `keepdim`.
  static long[] reducedSizes(Call c) {
    Tensor self = c.tensor("self");
    return reducedSizes(self.sizes(), Check.dims(c.operator(), c.longsOrNull("dim"), self.dim()), c.bool("keepdim"));
  }

  static long[] reducedSizes(long[] sizes, int[] dims, boolean keep) {
    boolean[] gone = new boolean[sizes.length];
    for (int d : dims) {
      if (d < gone.length) gone[d] = true;
    }
    long[] rest = new long[sizes.length];
    int n = 0;
    for (int d = 0; d < sizes.length; d++) {
      if (!gone[d]) rest[n++] = sizes[d];
      else if (keep) rest[n++] = 1;
    }
    return java.util.Arrays.copyOf(rest, n);
  }

  /// A reduced tensor, expanded back over the dimensions that went.
  static Tensor expandBack(Tensor reduced, long @Nullable [] dim, boolean keep, long[] sizes) {
    if (sizes.length == 0) return reduced;
    if (!keep) {
      long[] kept = sizes.clone();
      boolean all = dim == null || dim.length == 0;
      for (int d = 0; d < kept.length; d++) {
        boolean gone = all;
        if (dim != null) {
          for (long given : dim) gone |= (given < 0 ? given + sizes.length : given) == d;
        }
        if (gone) kept[d] = 1;
      }
      reduced = reduced.reshape(kept);
    }
    return reduced.expand(sizes);
  }

}
