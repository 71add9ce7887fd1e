package jtorch.nn;

import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.functional.F;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of the layers of a transformer.
///
/// @param dimFeedforward width between the two linear layers
/// @param dropout of attention, between and after the linear layers
/// @param activation between the linear layers: ReLU unless said otherwise
/// @param layerNormEps what is added to variances
/// @param batchFirst whether batches come first: `[N, S, E]`
/// @param normFirst whether a block begins with its normalisation, instead of ending with it
/// @param bias whether linear layers and normalisations have biases
public record TransformerOptions(int dimFeedforward, double dropout, Activation activation, double layerNormEps,
    boolean batchFirst, boolean normFirst, boolean bias, DType dtype) {
  /// What stands between the linear layers: a function, or a module that each layer makes for itself.
  ///
  /// @param isKnown whether the function is ReLU or GELU, with which PyTorch leaves padding out in evaluation
  public record Activation(@Nullable UnaryOperator<Tensor> function, @Nullable Supplier<? extends Module> module,
      boolean isKnown) {
    @Nullable Module make() {
      return module == null ? null : module.get();
    }

    /// @param made what [#make] gave
    Tensor apply(@Nullable Module made, Tensor x) {
      return made != null ? made.call(x) : Objects.requireNonNull(function).apply(x);
    }

    boolean isKnown(@Nullable Module made) {
      return made == null ? isKnown : made instanceof ReLU || made instanceof GELU;
    }
  }

  static TransformerOptions defaults() {
    return new TransformerOptions(2048, 0.1, new Activation(F::relu, null, true), 1e-5, false, false, true,
        Torch.defaultDType());
  }

  public TransformerOptions dimFeedforward(int v) {
    return new TransformerOptions(v, dropout, activation, layerNormEps, batchFirst, normFirst, bias, dtype);
  }

  public TransformerOptions dropout(double v) {
    return new TransformerOptions(dimFeedforward, v, activation, layerNormEps, batchFirst, normFirst, bias, dtype);
  }

  public TransformerOptions layerNormEps(double v) {
    return new TransformerOptions(dimFeedforward, dropout, activation, v, batchFirst, normFirst, bias, dtype);
  }

  public TransformerOptions batchFirst(boolean v) {
    return new TransformerOptions(dimFeedforward, dropout, activation, layerNormEps, v, normFirst, bias, dtype);
  }

  public TransformerOptions normFirst(boolean v) {
    return new TransformerOptions(dimFeedforward, dropout, activation, layerNormEps, batchFirst, v, bias, dtype);
  }

  public TransformerOptions bias(boolean v) {
    return new TransformerOptions(dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, v, dtype);
  }

  public TransformerOptions dtype(DType v) {
    return new TransformerOptions(dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst, bias, v);
  }

  private TransformerOptions activation(Activation v) {
    return new TransformerOptions(dimFeedforward, dropout, v, layerNormEps, batchFirst, normFirst, bias, dtype);
  }

  /// `relu` or `gelu`.
  ///
  /// @throws IllegalArgumentException for another name
  public TransformerOptions activation(String name) {
    return switch (name) {
      case "relu" -> activation(new Activation(F::relu, null, true));
      case "gelu" -> activation(new Activation(F::gelu, null, true));
      default -> throw new IllegalArgumentException("activation should be relu/gelu, not " + name);
    };
  }

  /// Any function, element by element as a rule.
  public TransformerOptions activation(UnaryOperator<Tensor> function) {
    return activation(new Activation(function, null, false));
  }

  /// A module, which becomes a child of the layer.
  ///
  /// @throws IllegalArgumentException if it has parameters or buffers: copies of the layer would share them
  public TransformerOptions activation(Module module) {
    if (!module.stateDict().isEmpty()) throw new IllegalArgumentException("activation: " + module
        + " has parameters or buffers, which the layers of an encoder or decoder must not share: "
        + "activationOf(() -> new ...) makes one for each layer");
    return activation(new Activation(null, () -> module, false));
  }

  /// A module for each layer, which becomes its child: `activationOf(PReLU::new)`.
  public TransformerOptions activationOf(Supplier<? extends Module> module) {
    return activation(new Activation(null, module, false));
  }
}
