package jtorch.nn;

import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// Normalized weights with the names in the state that they had before [Parametrizations]: `torch.nn.utils.weight_norm` and
/// `torch.nn.utils.spectral_norm`.
public final class NormalizedWeights {
  private NormalizedWeights() {}

  /// [Parametrizations#weightNorm] with the older names in the state: `weight_g` and `weight_v`.
  ///
  /// @param dim the dimension each slice of which has a length; null for one length of all
  /// @throws IllegalArgumentException if it is there already
  public static <M extends Module> M weightNorm(M module, String name, @Nullable Long dim) {
    if (module.isComputed(name)) throw new IllegalArgumentException(
        "Cannot register two weight_norm hooks on the same parameter " + name);
    long slices = dim == null ? -1 : dim;
    Parameter weight = module.ownParameter(name);
    Tensor plain = weight.detach();
    boolean learnt = weight.requiresGrad();
    Parameter g = module.register(name + "_g", new Parameter(WeightNormalization.length(plain, slices), learnt));
    Parameter v = module.register(name + "_v", new Parameter(plain.clone(), learnt));
    module.compute(name, WeightNormalization.weight(g, v, slices), () -> WeightNormalization.weight(g, v, slices));
    return module;
  }

  /// Makes one parameter of it again.
  public static <M extends Module> M removeWeightNorm(M module, String name) {
    if (!(module.namedParameters().get(name + "_g") instanceof Parameter g)
        || !(module.namedParameters().get(name + "_v") instanceof Parameter v) || !module.isComputed(name))
      throw new IllegalArgumentException("weight_norm of '" + name + "' not found in " + module.name());
    module.compute();
    settle(module, name, g.requiresGrad() || v.requiresGrad(), "_g", "_v");
    return module;
  }

  private static void settle(Module module, String name, boolean requiresGrad, String... suffixes) {
    module.settle(name, requiresGrad);
    for (String suffix : suffixes) module.unregister(name + suffix);
  }

  /// [Parametrizations#spectralNorm] with the older names in the state, `weight_orig`, `weight_u` and `weight_v`, and the older
  /// order of the search.
  ///
  /// @param dim the dimension of outputs; null for 0, or 1 in transposed convolutions
  /// @throws IllegalArgumentException if it is there already, or `nPowerIterations` is not positive
  public static <M extends Module> M spectralNorm(M module, String name, long nPowerIterations, double eps,
      @Nullable Integer dim) {
    if (module.isComputed(name)) throw new IllegalArgumentException(
        "Cannot register two spectral_norm hooks on the same parameter " + name);
    if (nPowerIterations <= 0) throw new IllegalArgumentException(
        "Expected n_power_iterations to be positive, but got n_power_iterations=" + nPowerIterations);
    Parameter weight = module.ownParameter(name);
    int outputs = Parametrizations.outputs(module, dim);
    Tensor first = SpectralNormalization.matrix(weight.detach(), outputs);
    var u = new Buffer(SpectralNormalization.start(first.size(0), weight, eps));
    var v = new Buffer(SpectralNormalization.start(first.size(1), weight, eps));
    Parameter original = module.register(name + "_orig", new Parameter(weight.detach().clone(), weight.requiresGrad()));
    module.register(name + "_u", u);
    module.register(name + "_v", v);
    module.compute(name, weight.detach().clone(), () -> {
      Tensor matrix = SpectralNormalization.matrix(original, outputs);
      if (module.isTraining()) {
        try (var off = Torch.noGrad()) {
          for (long i = 0; i < nPowerIterations; i++) {
            v.copy_(F.normalize(matrix.detach().t().mv(u), 2, 0, eps));
            u.copy_(F.normalize(matrix.detach().mv(v), 2, 0, eps));
          }
        }
      }
      return original.div(u.detach().clone().dot(matrix.mv(v.detach().clone())));
    });
    return module;
  }

  public static <M extends Module> M spectralNorm(M module, String name) {
    return spectralNorm(module, name, 1, 1e-12, null);
  }

  /// Makes one parameter of it again.
  public static <M extends Module> M removeSpectralNorm(M module, String name) {
    if (!(module.namedParameters().get(name + "_orig") instanceof Parameter original) || !module.isComputed(name))
      throw new IllegalArgumentException("spectral_norm of '" + name + "' not found in " + module.name());
    settle(module, name, original.requiresGrad(), "_orig", "_u", "_v");
    return module;
  }
}
