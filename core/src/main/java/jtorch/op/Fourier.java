package jtorch.op;

import java.util.Arrays;
import java.util.stream.LongStream;
import jtorch.DType;
import jtorch.Device;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Discrete Fourier transforms. **Source**: `SpectralOps.cpp` in ATen.
///
/// The three kernels are of complex numbers, of real ones to a spectrum, and back; all else is made from them. Integers
/// and bools become the default dtype; halves are refused, as PyTorch does on the CPU, but for float16 on GPUs.
public final class Fourier {
  /// The transform over dimensions: `X[k] = sum of x[j] exp(-2 pi i j k / n)`, backwards with conjugate factors.
  /// Normalization 0: none, 1: divided by the root of the signal's size, 2: by its size.
  public static final Operator C2C = Operator
      .declare("aten::_fft_c2c(Tensor self, SymInt[] dim, int normalization, bool forward) -> Tensor")
      .shape(c -> {
        Tensor self = c.tensor("self");
        checkComplex(c, self);
        Check.dims(c.operator(), c.longs("dim"), self.dim());
        c.result(self.sizes(), self.dtype());
      })
      .kernel("fft_c2c")
      .gradient("self", b -> Fourier.C2C.tensor(b.grad(), b.longs("dim"), b.integer("normalization"),
          !b.bool("forward")));

  /// The transform of real numbers. One-sided: only the first `n / 2 + 1` numbers along the last of the dimensions, for
  /// the others are their mirrored conjugates.
  public static final Operator R2C = Operator
      .declare("aten::_fft_r2c(Tensor self, int[] dim, int normalization, bool onesided) -> Tensor")
      .shape(c -> {
        Tensor self = c.tensor("self");
        if (!self.dtype().isFloatingPoint() || self.dtype().isHalf() && !takesHalves(self))
          throw c.check().because("expects a real input of float32 or float64").tensor("self", self).failure();
        int[] dims = Check.dims(c.operator(), c.longs("dim"), self.dim());
        long[] sizes = self.sizes().clone();
        int last = dims[dims.length - 1];
        if (c.bool("onesided")) sizes[last] = sizes[last] / 2 + 1;
        c.result(sizes, complex(self.dtype()));
      })
      .kernel("fft_r2c")
      .gradient("self", b -> {
        long[] dim = b.longs("dim");
        if (!b.bool("onesided"))
          return Fourier.C2C.tensor(b.grad(), dim, b.integer("normalization"), false).real();
        int last = Math.floorMod(dim[dim.length - 1], b.sizes("self").length);
        long n = b.sizes("self")[last];
        // The numbers between the first and the last stand for their conjugates too.
        return Fourier.C2R.tensor(scaledInside(b.grad(), last, n, 0.5), dim, b.integer("normalization"), n);
      });

  /// The inverse of a one-sided [#R2C]: real numbers, `last_dim_size` along the last of the dimensions.
  public static final Operator C2R = Operator
      .declare("aten::_fft_c2r(Tensor self, int[] dim, int normalization, SymInt last_dim_size) -> Tensor")
      .shape(c -> {
        Tensor self = c.tensor("self");
        checkComplex(c, self);
        int[] dims = Check.dims(c.operator(), c.longs("dim"), self.dim());
        long[] sizes = self.sizes().clone();
        int last = dims[dims.length - 1];
        long n = c.integer("last_dim_size");
        if (sizes[last] < n / 2 + 1) throw c.check().because("%d numbers of a spectrum are too few for a signal of %d",
            sizes[last], n).tensor("self", self).shapeFailure();
        sizes[last] = n;
        c.result(sizes, self.dtype().toReal());
      })
      .kernel("fft_c2r")
      .gradient("self", b -> {
        long[] dim = b.longs("dim");
        int last = Math.floorMod(dim[dim.length - 1], b.sizes("self").length);
        Tensor spectrum = Fourier.R2C.tensor(b.grad(), dim, b.integer("normalization"), true);
        Tensor grad = scaledInside(spectrum, last, b.integer("last_dim_size"), 2);
        long missing = b.sizes("self")[last] - grad.size(last);
        return missing == 0 ? grad : padded(grad, last, missing);
      });

  // ---- one dimension ---------------------------------------------------------------------------------------------

  private static final String ONE = "(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor";

  /// `X[k] = sum of x[j] exp(-2 pi i j k / n)`; the input is cut or padded with zeros to n.
  public static final Operator FFT = Operator.declare("aten::fft_fft" + ONE)
      .composition(c -> c.tensor("self").dtype().isComplex() ? complex(c, true) : real(c, true, false));
  public static final Operator IFFT = Operator.declare("aten::fft_ifft" + ONE)
      .composition(c -> c.tensor("self").dtype().isComplex() ? complex(c, false) : real(c, false, false));

  /// The first `n / 2 + 1` numbers of a real signal's transform.
  public static final Operator RFFT = Operator.declare("aten::fft_rfft" + ONE).composition(c -> real(c, true, true));
  public static final Operator IRFFT = Operator.declare("aten::fft_irfft" + ONE).composition(c -> back(c, false));

  /// The transform of a signal given by its first half, the rest being mirrored conjugates: a real one.
  public static final Operator HFFT = Operator.declare("aten::fft_hfft" + ONE).composition(c -> back(c, true));
  public static final Operator IHFFT = Operator.declare("aten::fft_ihfft" + ONE).composition(c -> real(c, false, true));

  // ---- several dimensions ----------------------------------------------------------------------------------------

  private static final String TWO = "(Tensor self, SymInt[1]? s=None, int[1] dim=[-2,-1], str? norm=None) -> Tensor";
  private static final String MANY = "(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor";

  public static final Operator FFTN = Operator.declare("aten::fft_fftn" + MANY).composition(c -> complexN(c, true));
  public static final Operator FFT2 = Operator.declare("aten::fft_fft2" + TWO).composition(c -> complexN(c, true));
  public static final Operator IFFTN = Operator.declare("aten::fft_ifftn" + MANY).composition(c -> complexN(c, false));
  public static final Operator IFFT2 = Operator.declare("aten::fft_ifft2" + TWO).composition(c -> complexN(c, false));
  public static final Operator RFFTN = Operator.declare("aten::fft_rfftn" + MANY).composition(Fourier::realN);
  public static final Operator RFFT2 = Operator.declare("aten::fft_rfft2" + TWO).composition(Fourier::realN);
  public static final Operator IRFFTN = Operator.declare("aten::fft_irfftn" + MANY).composition(Fourier::backN);
  public static final Operator IRFFT2 = Operator.declare("aten::fft_irfft2" + TWO).composition(Fourier::backN);
  public static final Operator HFFTN = Operator.declare("aten::fft_hfftn" + MANY).composition(Fourier::hermitianN);
  public static final Operator HFFT2 = Operator.declare("aten::fft_hfft2" + TWO).composition(Fourier::hermitianN);
  public static final Operator IHFFTN =
      Operator.declare("aten::fft_ihfftn" + MANY).composition(Fourier::inverseHermitianN);
  public static final Operator IHFFT2 =
      Operator.declare("aten::fft_ihfft2" + TWO).composition(Fourier::inverseHermitianN);

  // ---- frequencies -----------------------------------------------------------------------------------------------

  private static final String OPTIONS =
      "(int n, float d=1., *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor";

  /// The frequencies of a transform of n samples at distance d: `0, 1, ..., -2, -1` over `n d`.
  public static final Operator FFTFREQ = Operator.declare("aten::fft_fftfreq" + OPTIONS).composition(c -> {
    long n = c.integer("n");
    Tensor count = frequencies(c, n);
    long positive = (n + 1) / 2;
    Creation.fill(count.narrow(0, positive, n - positive), 0L);
    if (n > positive) Copying.write(range(c, -(n - positive), 0), count.narrow(0, positive, n - positive));
    return count.mul(1 / (n * c.number("d")));
  }).notDifferentiable();

  /// Those of a one-sided transform: `0, 1, ..., n / 2` over `n d`.
  public static final Operator RFFTFREQ = Operator.declare("aten::fft_rfftfreq" + OPTIONS)
      .composition(c -> frequencies(c, c.integer("n") / 2 + 1).mul(1 / (c.integer("n") * c.number("d"))))
      .notDifferentiable();

  /// Moves frequency 0 to the middle.
  public static final Operator FFTSHIFT =
      Operator.declare("aten::fft_fftshift(Tensor self, int[1]? dim=None) -> Tensor").composition(c -> shift(c, 0));
  public static final Operator IFFTSHIFT =
      Operator.declare("aten::fft_ifftshift(Tensor self, int[1]? dim=None) -> Tensor").composition(c -> shift(c, 1));

  private Fourier() {}

  // ---- arguments -------------------------------------------------------------------------------------------------

  /// float16 is transformed on GPUs.
  private static boolean takesHalves(Tensor t) {
    return t.dtype().toReal() == DType.FLOAT16 && t.device().type() == Device.Type.CUDA;
  }

  private static DType complex(DType dtype) {
    return dtype == DType.FLOAT16 ? DType.COMPLEX32 : dtype.toComplex();
  }

  private static void checkComplex(Call c, Tensor self) {
    if (!self.dtype().isComplex())
      throw c.check().because("expects a complex input").tensor("self", self).failure();
    if (self.dtype() == DType.COMPLEX32 && !takesHalves(self)) throw c.check()
        .because("MKL FFT doesn't support tensors of type: ComplexHalf").tensor("self", self)
        .hint("complex64 and complex128 are transformed on the CPU").failure();
  }

  private static DType floating(Call c, Tensor self) {
    DType dtype = self.dtype();
    if (dtype.isHalf() && !takesHalves(self)) throw c.check().because("Unsupported dtype %s", dtype)
        .hint("float32 and float64 are transformed on the CPU").failure();
    return Promotion.floating(dtype);
  }

  private static Tensor asComplex(Call c) {
    Tensor self = c.tensor("self");
    return self.to(complex(floating(c, self)));
  }

  private static Tensor asReal(Call c) {
    Tensor self = c.tensor("self");
    if (self.dtype().isComplex()) throw c.check().because("expects a real input tensor, but got %s", self.dtype())
        .tensor("self", self).failure();
    return self.to(floating(c, self));
  }

  /// ATen's number of a normalization: "backward" divides the inverse transform by the size, "forward" the other one,
  /// "ortho" both by its root.
  private static long normalization(Call c, boolean forward) {
    if (!(c.value("norm") instanceof String norm)) return forward ? 0 : 2;
    return switch (norm) {
      case "backward" -> forward ? 0L : 2L;
      case "forward" -> forward ? 2L : 0L;
      case "ortho" -> 1L;
      default -> throw c.check().because("Invalid normalization mode: \"%s\"", norm)
          .hint("\"backward\", \"forward\" or \"ortho\"").failure();
    };
  }

  private static int dim(Call c, Tensor of) {
    long dim = c.integer("dim");
    if (of.dim() == 0 || dim < -of.dim() || dim >= of.dim()) throw c.check()
        .because("Dimension out of range (expected to be in range of [%d, %d], but got %d)", -of.dim(), of.dim() - 1,
            dim)
        .tensor("self", of).indexFailure();
    return (int) (dim < 0 ? dim + of.dim() : dim);
  }

  private static void checkPoints(Call c, long n) {
    if (n < 1) throw c.check().because("Invalid number of data points (%d) specified", n).shapeFailure();
  }

  private static Tensor padded(Tensor t, int dim, long zeros) {
    long[] pad = new long[2 * (t.dim() - dim)];
    pad[pad.length - 1] = zeros;
    return t.pad(pad);
  }

  private static Tensor resized(Tensor t, int dim, long n) {
    long size = t.size(dim);
    return size == n ? t : size > n ? t.narrow(dim, 0, n) : padded(t, dim, n - size);
  }

  /// All numbers of a half spectrum but the first, and for even n the last, times a factor.
  private static Tensor scaledInside(Tensor spectrum, int dim, long n, double factor) {
    long inside = (n - 1) / 2;
    if (inside == 0) return spectrum;
    long[] sizes = new long[spectrum.dim()];
    Arrays.fill(sizes, 1);
    sizes[dim] = spectrum.size(dim);
    Tensor factors = Torch.ones(sizes, spectrum.dtype().toReal());
    Creation.fill(factors.narrow(dim, 1, inside), factor);
    return spectrum.mul(factors);
  }

  // ---- one dimension ---------------------------------------------------------------------------------------------

  private static Tensor complex(Call c, boolean forward) {
    Tensor self = asComplex(c);
    int dim = dim(c, self);
    long n = c.integer("n", self.size(dim));
    checkPoints(c, n);
    return C2C.tensor(resized(self, dim, n), new long[] {dim}, normalization(c, forward), forward);
  }

  private static Tensor real(Call c, boolean forward, boolean oneSided) {
    Tensor self = asReal(c);
    int dim = dim(c, self);
    long n = c.integer("n", self.size(dim));
    checkPoints(c, n);
    Tensor spectrum =
        R2C.tensor(resized(self, dim, n), new long[] {dim}, normalization(c, forward), oneSided);
    return forward ? spectrum : spectrum.conj();
  }

  private static Tensor back(Call c, boolean forward) {
    Tensor self = asComplex(c);
    int dim = dim(c, self);
    long n = c.integer("n", 2 * (self.size(dim) - 1));
    checkPoints(c, n);
    Tensor half = resized(self, dim, n / 2 + 1);
    return C2R.tensor(forward ? half.conj() : half, new long[] {dim}, normalization(c, forward), n);
  }

  // ---- several dimensions ----------------------------------------------------------------------------------------

  /// The dimensions of a transform and how many points each has.
  private record Shape(long[] dims, long[] sizes) {
    static Shape of(Call c, Tensor self) {
      long @Nullable [] s = c.longsOrNull("s");
      long @Nullable [] given = c.longsOrNull("dim");
      if (s != null && given != null && s.length != given.length) throw c.check()
          .because("When given, dim and shape arguments must have the same length").failure();
      if (s != null && s.length > self.dim()) throw c.check().because(
          "Got shape with %d values but input tensor only has %d dimensions.", s.length, self.dim()).shapeFailure();
      long[] dims = given != null ? given.clone()
          : LongStream.range(s == null ? 0 : self.dim() - s.length, self.dim()).toArray();
      long[] sizes = new long[dims.length];
      for (int i = 0; i < dims.length; i++) {
        if (dims[i] < -self.dim() || dims[i] >= self.dim()) throw c.check()
            .because("Dimension out of range (expected to be in range of [%d, %d], but got %d)", -self.dim(),
                self.dim() - 1, dims[i])
            .tensor("self", self).indexFailure();
        dims[i] = Math.floorMod(dims[i], self.dim());
        for (int j = 0; j < i; j++) {
          if (dims[j] == dims[i]) throw c.check().because("FFT dims must be unique").failure();
        }
        sizes[i] = s == null || s[i] == -1 ? self.size((int) dims[i]) : s[i];
        checkPoints(c, sizes[i]);
      }
      return new Shape(dims, sizes);
    }

    /// The shape of a half spectrum, whose signal has [#signal] points along the last dimension.
    Shape half(long signal) {
      long[] halved = sizes.clone();
      halved[halved.length - 1] = signal / 2 + 1;
      return new Shape(dims, halved);
    }

    long signal(Call c, Tensor self) {
      long @Nullable [] s = c.longsOrNull("s");
      int last = dims.length - 1;
      long n = s == null || s[last] == -1 ? 2 * (self.size((int) dims[last]) - 1) : s[last];
      checkPoints(c, n);
      return n;
    }

    Tensor resize(Tensor t) {
      for (int i = 0; i < dims.length; i++) t = resized(t, (int) dims[i], sizes[i]);
      return t;
    }

    long[] last() {
      return new long[] {dims[dims.length - 1]};
    }

    long[] others() {
      return Arrays.copyOf(dims, dims.length - 1);
    }

    Shape checkNotEmpty(Call c) {
      if (dims.length == 0) throw c.check().because("must transform at least one axis").failure();
      return this;
    }
  }

  private static Tensor complexN(Call c, boolean forward) {
    Tensor self = asComplex(c);
    Shape shape = Shape.of(c, self);
    return C2C.tensor(shape.resize(self), shape.dims(), normalization(c, forward), forward);
  }

  private static Tensor realN(Call c) {
    Tensor self = asReal(c);
    Shape shape = Shape.of(c, self).checkNotEmpty(c);
    return R2C.tensor(shape.resize(self), shape.dims(), normalization(c, true), true);
  }

  private static Tensor backN(Call c) {
    Tensor self = asComplex(c);
    Shape shape = Shape.of(c, self).checkNotEmpty(c);
    long n = shape.signal(c, self);
    return C2R.tensor(shape.half(n).resize(self), shape.dims(), normalization(c, false), n);
  }

  private static Tensor hermitianN(Call c) {
    Tensor self = asComplex(c);
    Shape shape = Shape.of(c, self).checkNotEmpty(c);
    long n = shape.signal(c, self);
    long norm = normalization(c, true);
    Tensor half = shape.half(n).resize(self);
    Tensor turned = shape.dims().length == 1 ? half : C2C.tensor(half, shape.others(), norm, true);
    return C2R.tensor(turned.conj(), shape.last(), norm, n);
  }

  private static Tensor inverseHermitianN(Call c) {
    Tensor self = asReal(c);
    Shape shape = Shape.of(c, self).checkNotEmpty(c);
    long norm = normalization(c, false);
    Tensor half = R2C.tensor(shape.resize(self), shape.last(), norm, true).conj();
    return shape.dims().length == 1 ? half : C2C.tensor(half, shape.others(), norm, false);
  }

  // ---- frequencies -----------------------------------------------------------------------------------------------

  private static Tensor range(Call c, long from, long to) {
    return Sequences.ARANGE.tensor(from, to, 1L, c.dtype("dtype", Torch.defaultDType()), null,
        c.device("device", Placement.current()), null);
  }

  private static Tensor frequencies(Call c, long count) {
    DType dtype = c.dtype("dtype", Torch.defaultDType());
    if (!dtype.isDifferentiable())
      throw c.check().because("requires a floating point or complex dtype, got %s", dtype).failure();
    if (dtype.isComplex()) return Sequences.ARANGE.tensor(0L, count, 1L, dtype.toReal(), null, null, null).to(dtype);
    return range(c, 0, count);
  }

  private static Tensor shift(Call c, int up) {
    Tensor self = c.tensor("self");
    int[] dims = Check.dims(c.operator(), c.longsOrNull("dim"), self.dim());
    if (c.longsOrNull("dim") instanceof long[] given && given.length == 0) dims = new int[0];
    long[] shifts = Arrays.stream(dims).mapToLong(d -> self.dim() == 0 ? 0 : (self.size(d) + up) / 2).toArray();
    return dims.length == 0 ? self.clone(null) : self.roll(shifts, Arrays.stream(dims).asLongStream().toArray());
  }
}
