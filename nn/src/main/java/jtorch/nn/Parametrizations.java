package jtorch.nn;

import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Ready-made parametrizations, the functions of `torch.nn.utils.parametrizations`. See [Parametrize] for how they work.
public final class Parametrizations {
  private Parametrizations() {}

  /// The keyword arguments of [#spectralNorm].
  ///
  /// @param nPowerIterations how many steps the search for the singular value goes at each call in training
  /// @param dim the dimension of outputs; null for 0, or 1 in transposed convolutions
  public record SpectralNormOptions(long nPowerIterations, double eps, @Nullable Integer dim) {
    static final SpectralNormOptions DEFAULT = new SpectralNormOptions(1, 1e-12, null);

    public SpectralNormOptions nPowerIterations(long v) {
      return new SpectralNormOptions(v, eps, dim);
    }

    public SpectralNormOptions eps(double v) {
      return new SpectralNormOptions(nPowerIterations, v, dim);
    }

    public SpectralNormOptions dim(@Nullable Integer v) {
      return new SpectralNormOptions(nPowerIterations, eps, v);
    }
  }

  /// Divides a weight by its largest singular value: `W / sigma(W)`, a vector by its length.
  ///
  /// Draws the two vectors of the search. **As** `torch.nn.utils.parametrizations.spectral_norm`. **Source**: Miyato et al., 2018,
  /// arXiv:1802.05957.
  ///
  /// ```java
  /// var layer = Parametrizations.spectralNorm(new Linear(20, 40));
  /// ```
  public static <M extends Module> M spectralNorm(M module) {
    return spectralNorm(module, "weight", o -> o);
  }

  public static <M extends Module> M spectralNorm(M module, String name, UnaryOperator<SpectralNormOptions> options) {
    SpectralNormOptions o = options.apply(SpectralNormOptions.DEFAULT);
    int dim = outputs(module, o.dim());
    var norm = new SpectralNormalization(module.ownParameter(name), o.nPowerIterations(), dim, o.eps());
    return Parametrize.registerParametrization(module, name, norm, false);
  }

  /// The dimension of outputs of a weight.
  static int outputs(Module module, @Nullable Integer given) {
    if (given != null) return given;
    return module instanceof Convolution c && c.isTransposed() ? 1 : 0;
  }

  /// Writes a weight as length times direction, `g v / |v|`, and learns both.
  ///
  /// @param dim the dimension each slice of which has a length; null for one length of all
  ///
  /// **As** `torch.nn.utils.parametrizations.weight_norm`. **Source**: Salimans and Kingma, 2016, arXiv:1602.07868.
  public static <M extends Module> M weightNorm(M module, String name, @Nullable Long dim) {
    return Parametrize.registerParametrization(module, name, new WeightNormalization(dim == null ? -1 : dim), true);
  }

  public static <M extends Module> M weightNorm(M module) {
    return weightNorm(module, "weight", 0L);
  }

  /// The keyword arguments of [#orthogonal].
  ///
  /// @param orthogonalMap `matrix_exp`, `cayley` or `householder`; null for the first with square and complex matrices, else the last
  /// @param useTrivialization whether it starts at the weight as it is, made orthogonal
  public record OrthogonalOptions(@Nullable String orthogonalMap, boolean useTrivialization) {
    static final OrthogonalOptions DEFAULT = new OrthogonalOptions(null, true);

    public OrthogonalOptions orthogonalMap(@Nullable String v) {
      return new OrthogonalOptions(v, useTrivialization);
    }

    public OrthogonalOptions useTrivialization(boolean v) {
      return new OrthogonalOptions(orthogonalMap, v);
    }
  }

  /// Keeps the rows or the columns of a matrix, whichever are fewer, orthonormal.
  ///
  /// Draws if the matrix is not square. **As** `torch.nn.utils.parametrizations.orthogonal`.
  ///
  /// @throws IllegalArgumentException if the weight is a vector, or the map unknown
  public static <M extends Module> M orthogonal(M module, String name, UnaryOperator<OrthogonalOptions> options) {
    OrthogonalOptions o = options.apply(OrthogonalOptions.DEFAULT);
    Parameter weight = module.ownParameter(name);
    if (weight.dim() < 2) throw new IllegalArgumentException(
        "Expected a matrix or batch of matrices. Got a tensor of " + weight.dim() + " dimensions.");
    boolean square = weight.size(-2) == weight.size(-1);
    String given = o.orthogonalMap();
    String map = given != null ? given : square || weight.dtype().isComplex() ? "matrix_exp" : "householder";
    var known = switch (map) {
      case "matrix_exp" -> Orthogonalization.Map.MATRIX_EXP;
      case "cayley" -> Orthogonalization.Map.CAYLEY;
      case "householder" -> Orthogonalization.Map.HOUSEHOLDER;
      default -> throw new IllegalArgumentException(
          "orthogonal_map has to be one of \"matrix_exp\", \"cayley\", \"householder\". Got: " + map);
    };
    var orthogonal = new Orthogonalization(weight, known, o.useTrivialization());
    return Parametrize.registerParametrization(module, name, orthogonal, true);
  }

  public static <M extends Module> M orthogonal(M module) {
    return orthogonal(module, "weight", o -> o);
  }
}
