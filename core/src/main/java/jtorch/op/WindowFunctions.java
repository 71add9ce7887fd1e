package jtorch.op;

import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Device;
import jtorch.Placement;
import jtorch.Tensor;
import jtorch.Torch;

/// Window functions of a given length, periodic or symmetric: `hann_window` and its kin. Those of `torch.signal.windows`
/// are in `jtorch.signal.Windows`.
public final class WindowFunctions {
  private static final String OPTIONS =
      "*, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor";

  /// `2k / (n - 1)` up to the middle, then down again.
  public static final Operator BARTLETT_PERIODIC = window("bartlett_window.periodic", "bool periodic, ");
  public static final Operator BARTLETT = window("bartlett_window", "");
  /// `0.42 - 0.5 cos(2 pi k / (n - 1)) + 0.08 cos(4 pi k / (n - 1))`
  public static final Operator BLACKMAN_PERIODIC = window("blackman_window.periodic", "bool periodic, ");
  public static final Operator BLACKMAN = window("blackman_window", "");
  /// `alpha - beta cos(2 pi k / (n - 1))`
  public static final Operator HAMMING_ALPHA_BETA =
      window("hamming_window.periodic_alpha_beta", "bool periodic, float alpha, float beta, ");
  public static final Operator HAMMING_ALPHA = window("hamming_window.periodic_alpha", "bool periodic, float alpha, ");
  public static final Operator HAMMING_PERIODIC = window("hamming_window.periodic", "bool periodic, ");
  public static final Operator HAMMING = window("hamming_window", "");
  /// `sin^2(pi k / (n - 1))`
  public static final Operator HANN_PERIODIC = window("hann_window.periodic", "bool periodic, ");
  public static final Operator HANN = window("hann_window", "");
  /// `I0(beta sqrt(1 - (2k / (n - 1) - 1)^2)) / I0(beta)`
  public static final Operator KAISER_BETA = window("kaiser_window.beta", "bool periodic, float beta, ");
  public static final Operator KAISER_PERIODIC = window("kaiser_window.periodic", "bool periodic, ");
  public static final Operator KAISER = window("kaiser_window", "");

  private WindowFunctions() {}

  private static Operator window(String name, String arguments) {
    String kind = name.substring(0, name.indexOf("_window"));
    return Operator.declare("aten::" + name + "(int window_length, " + arguments + OPTIONS).composition(c -> {
      double alpha = arguments.contains("alpha") ? c.number("alpha") : 0.54;
      double beta = arguments.contains("beta") ? c.number("beta") : kind.equals("kaiser") ? 12 : 0.46;
      boolean periodic = arguments.isEmpty() || c.bool("periodic");
      return made(c, periodic, switch (kind) {
        case "bartlett" -> WindowFunctions::bartlett;
        case "blackman" -> WindowFunctions::blackman;
        case "hamming" -> k -> cosine(k, alpha, beta);
        case "hann" -> k -> cosine(k, 0.5, 0.5);
        default -> k -> kaiser(k, beta);
      });
    }).notDifferentiable();
  }

  private static Tensor made(Call c, boolean periodic, UnaryOperator<Tensor> shape) {
    long length = c.integer("window_length");
    DType dtype = c.dtype("dtype", Torch.defaultDType());
    Device device = c.device("device", Placement.current());
    if (!dtype.isDifferentiable())
      throw c.check().because("expects floating point dtypes, got: %s", dtype).failure();
    if (length < 0)
      throw c.check().because("requires non-negative window_length, got window_length=%d", length).failure();
    if (length < 2) return Torch.full(new long[] {length}, 1L, dtype, device);
    long count = periodic ? length + 1 : length;
    Tensor places = Sequences.ARANGE.tensor(0L, count, 1L, dtype.toReal(), null, device, null);
    return shape.apply(places).narrow(0, 0, length).contiguous().to(dtype);
  }

  private static Tensor bartlett(Tensor k) {
    Tensor rising = k.mul(2.0 / (k.size(0) - 1));
    long half = (k.size(0) - 1 >> 1) + 1;
    Tensor falling = rising.narrow(0, half, k.size(0) - half).mul(-1L).add(2L);
    return Torch.cat(rising.narrow(0, 0, half), falling);
  }

  private static Tensor blackman(Tensor k) {
    Tensor angle = k.mul(Math.PI / (k.size(0) - 1));
    return angle.mul(4L).cos().mul(0.08).sub(angle.mul(2L).cos().mul(0.5)).add(0.42);
  }

  private static Tensor cosine(Tensor k, double alpha, double beta) {
    return k.mul(Math.PI * 2 / (k.size(0) - 1)).cos().mul(-beta).add(alpha);
  }

  private static Tensor kaiser(Tensor k, double beta) {
    double middle = (k.size(0) - 1) / 2.0;
    Tensor wide = k.dtype().isHalf() ? k.to(DType.FLOAT32) : k;
    Tensor distance = wide.sub(middle).div(middle);
    Tensor scaled = distance.mul(distance).neg().add(1L).clampMin(0).sqrt().mul(beta).i0();
    return scaled.div(Torch.full(new long[0], beta, wide.dtype()).i0()).to(k.dtype());
  }
}
