package jtorch.nn;

import java.util.function.UnaryOperator;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// One step of a gated recurrent unit: `h' = (1 - z) n + z h`, with the gates of [GRU].
///
/// **Shapes**: input `[N, in]` or `[in]`, state `[N, hidden]` or `[hidden]`. **Starts** with all parameters uniform in
/// `+-1 / sqrt(hidden)`. **As** `torch.nn.GRUCell`. **Source**: Cho et al., 2014, arXiv:1406.1078.
///
/// ```java
/// var cell = new GRUCell(10, 20);
/// Tensor h = cell.forward(x, null);
/// ```
public final class GRUCell extends RNNCellBase {
  public GRUCell(long inputSize, long hiddenSize) {
    this(inputSize, hiddenSize, o -> o);
  }

  public GRUCell(long inputSize, long hiddenSize, UnaryOperator<Linear.Options> options) {
    super(3, inputSize, hiddenSize, options.apply(defaults()));
  }

  /// The next state, from a state of zeros.
  @Override
  public Tensor forward(Tensor input) {
    return forward(input, null);
  }

  /// @param hx the state; null for zeros
  public Tensor forward(Tensor input, @Nullable Tensor hx) {
    return like(input, Torch.gruCell(batch(input), state(input, hx), weightIh, weightHh, biasIh, biasHh));
  }
}
