package jtorch.op;

import java.util.Arrays;
import java.util.stream.LongStream;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Numeric integration by the trapezoidal rule, and derivatives by differences. **Source**: `Integration.cpp` and
/// `ReduceOps.cpp` in ATen.
public final class Integrals {
  /// The integral of samples `y` at the places `x` along a dimension.
  public static final Operator TRAPEZOID_X =
      Operator.declare("aten::trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor")
          .composition(c -> integral(c, false));
  public static final Operator TRAPEZOID_DX =
      Operator.declare("aten::trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor")
          .composition(c -> spacedIntegral(c, c.scalar("dx")));
  public static final Operator TRAPZ_X = Operator.declare("aten::trapz.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor")
      .composition(c -> integral(c, false));
  public static final Operator TRAPZ_DX =
      Operator.declare("aten::trapz.dx(Tensor y, *, float dx=1., int dim=-1) -> Tensor")
          .composition(c -> spacedIntegral(c, c.number("dx")));

  /// The integrals up to each sample but the first.
  public static final Operator CUMULATIVE_TRAPEZOID_X =
      Operator.declare("aten::cumulative_trapezoid.x(Tensor y, Tensor x, *, int dim=-1) -> Tensor")
          .composition(c -> integral(c, true));
  public static final Operator CUMULATIVE_TRAPEZOID_DX =
      Operator.declare("aten::cumulative_trapezoid.dx(Tensor y, *, Scalar dx=1, int dim=-1) -> Tensor")
          .composition(c -> {
            Tensor y = c.tensor("y");
            int dim = c.dim("dim", y);
            double dx = spacing(c, c.scalar("dx"));
            if (sampleCount(y, dim) == 0) return Torch.zeros(Views.without(y.sizes(), dim), y.dtype());
            checkNotBool(c, y, null);
            return y.narrow(dim, 0, y.size(dim) - 1).add(y.narrow(dim, 1, y.size(dim) - 1)).mul(dx / 2).cumsum(dim);
          });

  private Integrals() {}

  private static Tensor integral(Call c, boolean cumulative) {
    Tensor y = c.tensor("y");
    Tensor x = c.tensor("x");
    int dim = c.dim("dim", y);
    // No samples: 0, as NumPy has it.
    if (sampleCount(y, dim) == 0) return Torch.zeros(Views.without(y.sizes(), dim), y.dtype());
    checkNotBool(c, y, x);
    long n = y.size(dim);
    if (x.dim() == 1) {
      if (x.size(0) != n) throw c.check().because("There must be one `x` value for each sample point").tensor("y", y)
          .tensor("x", x).shapeFailure();
      long[] sizes = new long[y.dim()];
      Arrays.fill(sizes, 1);
      sizes[dim] = n;
      x = x.view(sizes);
    } else if (x.dim() < y.dim()) {
      x = x.view(LongStream.concat(LongStream.generate(() -> 1).limit(y.dim() - x.dim()), Arrays.stream(x.sizes()))
          .toArray());
    }
    Tensor dx = x.narrow(dim, 1, x.size(dim) - 1).sub(x.narrow(dim, 0, x.size(dim) - 1));
    Tensor areas = y.narrow(dim, 0, n - 1).add(y.narrow(dim, 1, n - 1)).mul(dx);
    return (cumulative ? areas.cumsum(dim) : areas.sum(dim)).div(2.0);
  }

  private static Tensor spacedIntegral(Call c, Object dx) {
    Tensor y = c.tensor("y");
    int dim = c.dim("dim", y);
    if (sampleCount(y, dim) == 0) return Torch.zeros(Views.without(y.sizes(), dim), y.dtype());
    checkNotBool(c, y, null);
    double spacing = spacing(c, dx);
    return y.sum(dim).mul(2L).sub(y.select(dim, 0)).sub(y.select(dim, -1)).mul(spacing).div(2.0);
  }

  private static long sampleCount(Tensor y, int dim) {
    return y.dim() == 0 ? 1 : y.size(dim);
  }

  private static double spacing(Call c, Object dx) {
    if (dx instanceof Boolean || dx instanceof Complex)
      throw c.check().because("Currently, we only support dx as a real number.").failure();
    return ((Number) dx).doubleValue();
  }

  private static void checkNotBool(Call c, Tensor y, @Nullable Tensor x) {
    if (y.dtype() == DType.BOOL || x != null && x.dtype() == DType.BOOL)
      throw c.check().because("received a bool input for `x` or `y`, but bool is not supported").tensor("y", y)
          .tensor("x", x).failure();
    if (y.dim() == 0) throw c.check().because("y needs at least one dimension").tensor("y", y).indexFailure();
  }

  // ---- differences -----------------------------------------------------------------------------------------------

  private static final String EDGES = "int edge_order=1) -> Tensor[]";

  /// Central differences along dimensions, one-sided ones of first or second order at the edges.
  public static final Operator GRADIENT = gradient("scalarint(Tensor self, *, Scalar? spacing=None, int? dim=None, ");
  public static final Operator GRADIENT_ARRAY = gradient("array(Tensor self, *, int[] dim, ");
  public static final Operator GRADIENT_SCALAR_ARRAY =
      gradient("scalararray(Tensor self, *, Scalar spacing, int[] dim, ");
  public static final Operator GRADIENT_SCALARS =
      gradient("scalarrayint(Tensor self, *, Scalar[] spacing, int? dim=None, ");
  public static final Operator GRADIENT_SCALARS_ARRAY =
      gradient("scalarrayarray(Tensor self, *, Scalar[] spacing, int[] dim, ");
  public static final Operator GRADIENT_TENSORS =
      gradient("tensorarrayint(Tensor self, *, Tensor[] spacing, int? dim=None, ");
  public static final Operator GRADIENT_TENSORS_ARRAY =
      gradient("tensorarray(Tensor self, *, Tensor[] spacing, int[] dim, ");

  private static Operator gradient(String form) {
    boolean spaced = form.contains("spacing");
    return Operator.declare("aten::gradient." + form + EDGES).composition(c -> {
      Tensor self = c.tensor("self");
      Object given = spaced ? c.value("spacing") : null;
      long[] dims = c.value("dim") instanceof Long dim ? new long[] {dim} : c.longsOrNull("dim");
      int edges = Math.toIntExact(c.integer("edge_order"));
      Object[] spacing = given instanceof Object[] list ? list : null;
      checkGradient(c, self, spacing == null ? -1 : spacing.length, dims, edges);
      if (dims == null) dims = LongStream.range(0, self.dim()).toArray();
      Tensor[] results = new Tensor[dims.length];
      for (int i = 0; i < dims.length; i++) {
        int dim = Check.dim(c.operator(), dims[i], self.dim());
        Object step = spacing != null ? spacing[i] : given != null ? given : 1L;
        if (step instanceof Tensor places && places.dim() != 1) throw c.check().because(
            "torch.gradient expected each element of spacing to have one dimension, but got an element with %d",
            places.dim()).shapeFailure();
        results[i] = step instanceof Tensor places ? uneven(self, places, dim, edges)
            : even(self, step instanceof Boolean b ? (Number) (b ? 1L : 0L) : (Number) step, dim, edges);
      }
      return results;
    });
  }

  private static void checkGradient(Call c, Tensor self, int spacings, long @Nullable [] dims, int edges) {
    if (self.dtype() == DType.UINT8) throw c.check().because("torch.gradient does not support uint8 input.").failure();
    if (spacings >= 0 && dims == null && spacings != self.dim()) throw c.check().because(
        "torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to 'self.dim() = %d', since dim argument was not given, but got a list of length %d",
        self.dim(), spacings).failure();
    if (spacings >= 0 && dims != null && spacings != dims.length) throw c.check().because(
        "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the same length, but got a spacing argument of length %d and a dim argument of length %d",
        spacings, dims.length).failure();
    if (edges != 1 && edges != 2)
      throw c.check().because("torch.gradient only supports edge_order=1 and edge_order=2.").failure();
    for (int d : Check.dims(c.operator(), dims, self.dim())) {
      if (self.size(d) < edges + 1)
        throw c.check().because("torch.gradient expected each dimension size to be at least edge_order+1")
            .tensor("self", self).shapeFailure();
    }
  }

  /// A part of a dimension; bounds below 0 count from the end.
  private static Tensor part(Tensor t, int dim, long from, long to) {
    long n = t.size(dim);
    long start = from < 0 ? from + n : from;
    return t.narrow(dim, start, Math.max(0, (to <= 0 ? to + n : to) - start));
  }

  private static Tensor even(Tensor self, Number step, int dim, int edges) {
    Tensor center = part(self, dim, 2, 0).sub(part(self, dim, 0, -2)).div(step).div(2L);
    Tensor first;
    Tensor last;
    if (edges == 1) {
      first = part(self, dim, 1, 2).sub(part(self, dim, 0, 1)).div(step);
      last = part(self, dim, -1, 0).sub(part(self, dim, -2, -1)).div(step);
    } else {
      first = part(self, dim, 0, 1).mul(-1.5).add(part(self, dim, 1, 2).mul(2L)).sub(part(self, dim, 2, 3).mul(0.5))
          .div(step);
      last = part(self, dim, -3, -2).mul(0.5).sub(part(self, dim, -2, -1).mul(2L)).add(part(self, dim, -1, 0).mul(1.5))
          .div(step);
    }
    return Joining.CAT.tensor(new Tensor[] {first, center, last}, (long) dim);
  }

  private static Tensor uneven(Tensor self, Tensor places, int dim, int edges) {
    long[] shape = new long[self.dim()];
    Arrays.fill(shape, 1);
    shape[dim] = -1;
    Tensor steps = Scans.DIFF.tensor(places, 1L, 0L, null, null);
    Tensor before = part(steps, 0, 0, -1);
    Tensor after = part(steps, 0, 1, 0);
    Tensor both = before.add(after);
    Tensor a = after.neg().div(before.mul(both)).reshape(shape);
    Tensor b = after.sub(before).div(before.mul(after)).reshape(shape);
    Tensor c = before.div(after.mul(both)).reshape(shape);
    Tensor center = a.mul(part(self, dim, 0, -2)).add(b.mul(part(self, dim, 1, -1))).add(c.mul(part(self, dim, 2, 0)));
    Tensor d0 = steps.select(0, 0);
    Tensor d1 = steps.select(0, -1);
    Tensor first;
    Tensor last;
    if (edges == 1) {
      first = part(self, dim, 1, 2).sub(part(self, dim, 0, 1)).div(d0);
      last = part(self, dim, -1, 0).sub(part(self, dim, -2, -1)).div(d1);
    } else {
      Tensor next = steps.select(0, 1);
      Tensor sum = d0.add(next);
      first = d0.mul(2L).add(next).neg().div(d0.mul(sum)).mul(part(self, dim, 0, 1))
          .add(sum.div(d0.mul(next)).mul(part(self, dim, 1, 2)))
          .add(d0.neg().div(next.mul(sum)).mul(part(self, dim, 2, 3)));
      Tensor previous = steps.select(0, -2);
      Tensor end = d1.add(previous);
      last = d1.div(previous.mul(end)).mul(part(self, dim, -3, -2))
          .sub(end.div(d1.mul(previous)).mul(part(self, dim, -2, -1)))
          .add(d1.mul(2L).add(previous).div(d1.mul(end)).mul(part(self, dim, -1, 0)));
    }
    return Joining.CAT.tensor(new Tensor[] {first, center, last}, (long) dim);
  }
}
