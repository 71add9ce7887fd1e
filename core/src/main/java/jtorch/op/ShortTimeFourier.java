package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Short-time Fourier transforms: spectra of overlapping windows of a signal. **Source**: `SpectralOps.cpp` in ATen.
public final class ShortTimeFourier {
  /// The spectra of windows `hop_length` apart: `[batch, samples] -> [batch, frequencies, frames]`. With `center` the
  /// signal is padded so that frame t is centred at sample `t * hop_length`.
  public static final Operator STFT_CENTER = Operator.declare(
      "aten::stft.center(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, str pad_mode=\"reflect\", bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor")
      .composition(c -> stft(c, c.bool("center"), c.string("pad_mode")));
  public static final Operator STFT = Operator.declare(
      "aten::stft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool normalized=False, bool? onesided=None, bool? return_complex=None, bool? align_to_window=None) -> Tensor")
      .composition(c -> stft(c, false, "constant"));

  /// The signal whose spectra are closest to the given ones: windows are transformed back, added where they overlap and
  /// divided by the sum of squared windows.
  public static final Operator ISTFT = Operator.declare(
      "aten::istft(Tensor self, int n_fft, int? hop_length=None, int? win_length=None, Tensor? window=None, bool center=True, bool normalized=False, bool? onesided=None, int? length=None, bool return_complex=False) -> Tensor")
      .composition(ShortTimeFourier::istft);

  private ShortTimeFourier() {}

  private static Tensor stft(Call c, boolean center, String padMode) {
    Tensor self = c.tensor("self");
    Tensor window = c.tensorOrNull("window");
    if (center && c.has("align_to_window"))
      throw c.check().because("stft align_to_window should only be set when center = false").failure();
    long points = c.integer("n_fft");
    long hop = c.integer("hop_length", points >> 2);
    long width = c.integer("win_length", points);
    boolean complexInput = self.dtype().isComplex() || window != null && window.dtype().isComplex();
    if (!complexInput && !c.has("return_complex")) throw c.check().because(
        "stft requires the return_complex parameter be given for real inputs, and will further require that return_complex=True in a future PyTorch release.")
        .failure();
    boolean returnComplex = c.has("return_complex") ? c.bool("return_complex") : complexInput;
    if (!self.dtype().isDifferentiable())
      throw c.check().because("expected a tensor of floating point or complex values").tensor("self", self).failure();
    if (self.dim() < 1 || self.dim() > 2)
      throw c.check().because("expected a 1D or 2D tensor").tensor("self", self).shapeFailure();
    Tensor signal = self.dim() == 1 ? self.unsqueeze(0) : self;
    if (center) {
      long side = points / 2;
      signal = signal.unsqueeze(0).pad(new long[] {side, side}, padMode, null).squeeze(0);
    }
    long length = signal.size(1);
    if (points <= 0 || points > length) throw c.check()
        .because("expected 0 < n_fft <= %d, but got n_fft=%d", length, points).tensor("self", self).shapeFailure();
    if (hop <= 0) throw c.check().because("expected hop_length > 0, but got hop_length=%d", hop).failure();
    checkWindow(c, window, width, points);
    boolean aligned = !center && c.has("align_to_window") && c.bool("align_to_window");
    if (aligned) {
      // Frames start where windows start.
      long left = (points - width) / 2;
      signal = signal.pad(left, points - width - left);
    }
    Tensor frames = signal.unfold(1, points, hop);
    Tensor wide = padded(window, width, points, self.dtype().toReal());
    if (wide != null) frames = frames.mul(wide);
    boolean complex = frames.dtype().isComplex();
    boolean oneSided = c.has("onesided") ? c.bool("onesided") : !complex;
    long norm = c.bool("normalized") ? 1 : 0;
    long[] last = {2};
    if (complex && oneSided)
      throw c.check().because("Cannot have onesided output if window or input is complex").failure();
    Tensor spectra = complex ? Fourier.C2C.tensor(frames, last, norm, true)
        : Fourier.R2C.tensor(frames, last, norm, oneSided);
    spectra = spectra.transpose(1, 2);
    if (self.dim() == 1) spectra = spectra.squeeze(0);
    return returnComplex ? spectra : spectra.viewAsReal();
  }

  private static void checkWindow(Call c, @Nullable Tensor window, long width, long points) {
    if (width <= 0 || width > points)
      throw c.check().because("expected 0 < win_length <= n_fft, but got win_length=%d", width).failure();
    if (window != null && (window.dim() != 1 || window.size(0) != width)) throw c.check()
        .because("expected a 1D window tensor of size equal to win_length=%d", width).tensor("window", window)
        .shapeFailure();
  }

  /// A window in the middle of a frame; null where nothing is to be multiplied.
  private static @Nullable Tensor padded(@Nullable Tensor window, long width, long points, DType dtype) {
    if (width == points) return window;
    long left = (points - width) / 2;
    Tensor narrow = window == null ? Torch.ones(new long[] {width}, dtype) : window;
    return narrow.pad(left, points - width - left);
  }

  private static Tensor istft(Call c) {
    Tensor self = c.tensor("self");
    Tensor window = c.tensorOrNull("window");
    long points = c.integer("n_fft");
    long hop = c.integer("hop_length", points >> 2);
    long width = c.integer("win_length", points);
    if (!self.dtype().isComplex()) throw c.check().because(
        "istft requires a complex-valued input tensor matching the output from stft with return_complex=True.")
        .tensor("self", self).failure();
    if (self.numel() == 0) throw c.check().because("input tensor cannot be empty.").tensor("self", self).shapeFailure();
    if (self.dim() != 2 && self.dim() != 3) throw c.check()
        .because("expected a tensor with 2 or 3 dimensions, but got %d", self.dim()).tensor("self", self)
        .shapeFailure();
    long frequencies = self.size(-2);
    long frames = self.size(-1);
    boolean oneSided = c.has("onesided") ? c.bool("onesided") : frequencies != points;
    long wanted = oneSided ? points / 2 + 1 : points;
    if (frequencies != wanted) throw c.check().because(
        "expected the frequency dimension (3rd to the last) of the input tensor to match %s when onesided=%s, but got %d",
        oneSided ? "n_fft / 2 + 1" : "n_fft", oneSided ? "True" : "False", frequencies).tensor("self", self)
        .shapeFailure();
    if (hop <= 0 || hop > width) throw c.check().because("expected 0 < hop_length <= win_length").failure();
    checkWindow(c, window, width, points);
    boolean complex = c.bool("return_complex");
    if (complex && oneSided)
      throw c.check().because("Cannot have onesided output if window or input is complex").failure();
    if (!complex && window != null && window.dtype().isComplex())
      throw c.check().because("Complex windows are incompatible with return_complex=False").failure();
    Tensor spectra = (self.dim() == 2 ? self.unsqueeze(0) : self).transpose(1, 2);
    long norm = c.bool("normalized") ? 1 : 2;
    long[] last = {2};
    Tensor pieces = complex ? Fourier.C2C.tensor(spectra, last, norm, false)
        : Fourier.C2R.tensor(oneSided ? spectra : spectra.narrow(2, 0, points / 2 + 1), last, norm, points);
    Tensor wide = padded(window, width, points, self.dtype().toReal());
    if (wide == null) wide = Torch.ones(new long[] {points}, self.dtype().toReal());
    long total = points + hop * (frames - 1);
    Tensor signal = Pieces.UNFOLD_BACKWARD.tensor(pieces.mul(wide), new long[] {pieces.size(0), total}, 1L, points,
        hop);
    Tensor squares = wide.mul(wide).expand(1, frames, points);
    Tensor envelope = Pieces.UNFOLD_BACKWARD.tensor(squares, new long[] {1, total}, 1L, points, hop);
    long start = c.bool("center") ? points / 2 : 0;
    long end = c.has("length") ? start + c.integer("length") : c.bool("center") ? total - points / 2 : total;
    long there = Math.max(0, Math.min(end, total) - start);
    envelope = envelope.narrow(1, start, there);
    if (envelope.detach().abs().min().itemDouble() < 1e-11) throw c.check()
        .because("window overlap add min: %s", envelope.detach().abs().min().itemDouble())
        .hint("some samples lie in no window").failure();
    Tensor result = signal.narrow(1, start, there).div(envelope);
    if (self.dim() == 2) result = result.squeeze(0);
    // A signal shorter than the length asked for ends in zeros.
    return end > total ? result.pad(0, end - total) : result;
  }
}
