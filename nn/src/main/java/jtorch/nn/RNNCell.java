package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// One step of Elman's recurrent network: `h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`, or relu instead of tanh.
///
/// **Shapes**: input `[N, in]` or `[in]`, state `[N, hidden]` or `[hidden]`. **Starts** with all parameters uniform in
/// `+-1 / sqrt(hidden)`. **As** `torch.nn.RNNCell`.
///
/// ```java
/// var cell = new RNNCell(10, 20, o -> o.nonlinearity("relu"));
/// Tensor h = cell.forward(x, null);
/// ```
public final class RNNCell extends RNNCellBase {
  /// The keyword arguments.
  ///
  /// @param nonlinearity `tanh` or `relu`
  public record Options(boolean bias, String nonlinearity, @Nullable DType dtype) {
    static final Options DEFAULT = new Options(true, "tanh", null);

    public Options bias(boolean v) {
      return new Options(v, nonlinearity, dtype);
    }

    public Options nonlinearity(String v) {
      return new Options(bias, v, dtype);
    }

    public Options dtype(@Nullable DType v) {
      return new Options(bias, nonlinearity, v);
    }
  }

  private final String nonlinearity;

  public RNNCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, o -> o);
  }

  public RNNCell(long inputSize, long hiddenSize, UnaryOperator<Options> options) {
    this(inputSize, hiddenSize, options.apply(Options.DEFAULT));
  }

  private RNNCell(long inputSize, long hiddenSize, Options o) {
    super(1, inputSize, hiddenSize, new Linear.Options(o.bias(), o.dtype() == null ? Torch.defaultDType() : o.dtype()));
    nonlinearity = o.nonlinearity();
  }

  /// The next state, from a state of zeros.
  @Override
  public Tensor forward(Tensor input) {
    return forward(input, null);
  }

  /// @param hx the state; null for zeros
  /// @throws IllegalArgumentException if the nonlinearity is unknown
  public Tensor forward(Tensor input, @Nullable Tensor hx) {
    Tensor h = state(input, hx);
    return like(input, switch (nonlinearity) {
      case "tanh" -> Torch.rnnTanhCell(batch(input), h, weightIh, weightHh, biasIh, biasHh);
      case "relu" -> Torch.rnnReluCell(batch(input), h, weightIh, weightHh, biasIh, biasHh);
      default -> throw new IllegalArgumentException("Unknown nonlinearity: " + nonlinearity);
    });
  }

  @Override
  protected String extraRepresentation() {
    return super.extraRepresentation() + (nonlinearity.equals("tanh") ? "" : ", nonlinearity=" + nonlinearity);
  }
}
