package jtorch.op;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Recurrent layers and cells: LSTM, GRU, and plain ones with tanh or relu.
///
/// **Shapes**: input `[T, N, I]`, or `[N, T, I]` with batch_first, or packed `[sum of batch_sizes, I]`; states
/// `[layers * directions, N, H]`; parameters of each layer and direction in PyTorch's order: w_ih, w_hh, b_ih, b_hh, w_hr.
///
/// A layer's inputs are one matrix product for all steps; its steps are one fused operator. Complex numbers and projections
/// take the formulas step by step, and so do second derivatives.
public final class Recurrent {
  private static final String LAYER =
      "(Tensor gates, Tensor hx, Tensor? cx, Tensor w_hh, Tensor? b_hh, str kind, int[] batch_sizes, bool reverse";

  /// The gradients of gates, hx, cx, w_hh and b_hh.
  static final Operator LAYER_BACKWARD = Operator
      .declare("jtorch::recurrent_layer_backward" + LAYER
          + ", Tensor grad_out, Tensor grad_h, Tensor grad_c, Tensor out, Tensor activated, Tensor hidden)"
          + " -> (Tensor, Tensor, Tensor, Tensor, Tensor)")
      .kernel("recurrent_layer_backward")
      .composition(Recurrent::differentiableBackward);

  /// One direction of one layer over packed rows: outputs, last hidden and cell states; then what its gradient reads.
  static final Operator FUSED = Operator
      .declare("jtorch::recurrent_layer" + LAYER + ") -> (Tensor, Tensor, Tensor, Tensor, Tensor)")
      .shape(c -> {
        Tensor gates = c.tensor("gates");
        Tensor hx = c.tensor("hx");
        DType dtype = gates.dtype();
        DType wide = dtype.isHalf() ? DType.FLOAT32 : dtype;
        boolean lstm = c.string("kind").equals("lstm");
        long total = gates.size(0);
        c.result(new long[] {total, hx.size(1)}, dtype);
        c.result(hx.sizes(), dtype);
        c.result(lstm ? hx.sizes() : new long[] {0}, dtype);
        c.result(gates.sizes(), wide);
        c.result(lstm ? new long[] {total, hx.size(1)}
            : c.string("kind").equals("gru") ? gates.sizes() : new long[] {0}, wide);
      })
      .kernel("recurrent_layer")
      .gradients(new String[] {"gates", "hx", "cx", "w_hh", "b_hh"}, b -> {
        Tensor[] made = LAYER_BACKWARD.tensors(b.tensor("gates"), b.tensor("hx"), b.tensorOrNull("cx"),
            b.tensor("w_hh"), b.tensorOrNull("b_hh"), b.string("kind"), b.longs("batch_sizes"), b.bool("reverse"),
            b.grad(0), b.grad(1), b.grad(2), b.result(0), b.result(3), b.result(4));
        return new @Nullable Tensor[] {made[0], made[1], b.has("cx") ? made[2] : null, made[3],
          b.has("b_hh") ? made[4] : null};
      }, "gates", "hx", "cx", "w_hh", "b_hh", Operator.RESULT)
      .notDifferentiable(3, 4);

  public static final Operator LSTM = Operator.declare(
      "aten::lstm.input(Tensor input, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional, bool batch_first) -> (Tensor, Tensor, Tensor)")
      .composition(c -> dense(c, "lstm", c.tensors("hx")));
  public static final Operator LSTM_DATA = Operator.declare(
      "aten::lstm.data(Tensor data, Tensor batch_sizes, Tensor[] hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional) -> (Tensor, Tensor, Tensor)")
      .composition(c -> packed(c, "lstm", c.tensors("hx")));
  public static final Operator GRU = layers("gru", "gru", true);
  public static final Operator GRU_DATA = layers("gru", "gru", false);
  public static final Operator RNN_TANH = layers("rnn_tanh", "tanh", true);
  public static final Operator RNN_TANH_DATA = layers("rnn_tanh", "tanh", false);
  public static final Operator RNN_RELU = layers("rnn_relu", "relu", true);
  public static final Operator RNN_RELU_DATA = layers("rnn_relu", "relu", false);

  /// One step of an LSTM: hidden and cell state.
  public static final Operator LSTM_CELL = Operator.declare(
      "aten::lstm_cell(Tensor input, Tensor[] hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> (Tensor, Tensor)")
      .composition(c -> {
        if (c.tensors("hx").length != 2) throw c.check().because("lstm_cell expects two hidden states").failure();
        Tensor[] made = cell(c, "lstm", c.tensors("hx")[0], c.tensors("hx")[1]);
        return new Tensor[] {made[1], made[2]};
      });
  public static final Operator GRU_CELL = cell("gru_cell", "gru");
  public static final Operator RNN_TANH_CELL = cell("rnn_tanh_cell", "tanh");
  public static final Operator RNN_RELU_CELL = cell("rnn_relu_cell", "relu");

  private Recurrent() {}

  private static Operator layers(String name, String kind, boolean dense) {
    String first = dense ? ".input(Tensor input, " : ".data(Tensor data, Tensor batch_sizes, ";
    return Operator.declare("aten::" + name + first
        + "Tensor hx, Tensor[] params, bool has_biases, int num_layers, float dropout, bool train, bool bidirectional"
        + (dense ? ", bool batch_first" : "") + ") -> (Tensor, Tensor)").composition(c -> {
          Tensor[] states = {c.tensor("hx")};
          Tensor[] made = dense ? dense(c, kind, states) : packed(c, kind, states);
          return new Tensor[] {made[0], made[1]};
        });
  }

  private static Operator cell(String name, String kind) {
    return Operator.declare("aten::" + name
        + "(Tensor input, Tensor hx, Tensor w_ih, Tensor w_hh, Tensor? b_ih=None, Tensor? b_hh=None) -> Tensor")
        .composition(c -> cell(c, kind, c.tensor("hx"), null)[1]);
  }

  // ---- layers ----------------------------------------------------------------------------------------------------

  private static Tensor[] dense(Call c, String kind, Tensor[] states) {
    Tensor input = c.tensor("input");
    if (input.dim() != 3) throw c.check().because("input must have 3 dimensions, got %d", input.dim())
        .tensor("input", input).shapeFailure();
    boolean batchFirst = c.bool("batch_first");
    if (batchFirst) input = input.transpose(0, 1);
    long steps = input.size(0);
    long batch = input.size(1);
    if (steps == 0) throw c.check().because("Expected sequence length to be larger than 0 in RNN").shapeFailure();
    long[] sizes = new long[(int) steps];
    Arrays.fill(sizes, batch);
    Tensor[] made = stack(c, kind, input.reshape(steps * batch, input.size(2)), sizes, states,
        new long[] {steps, batch, -1});
    if (batchFirst) made[0] = made[0].transpose(0, 1);
    return made;
  }

  private static Tensor[] packed(Call c, String kind, Tensor[] states) {
    Tensor data = c.tensor("data");
    long[] sizes = c.tensor("batch_sizes").toLongArray();
    if (sizes.length == 0)
      throw c.check().because("Expected sequence length to be larger than 0 in RNN").shapeFailure();
    if (data.dim() != 2 || Arrays.stream(sizes).sum() != data.size(0)) throw c.check()
        .because("packed data must be [%d, input_size], as batch_sizes say", Arrays.stream(sizes).sum())
        .tensor("data", data).shapeFailure();
    return stack(c, kind, data, sizes, states, new long[] {data.size(0), -1});
  }

  /// All layers over packed rows; the last sizes are those of the result.
  private static Tensor[] stack(Call c, String kind, Tensor rows, long[] sizes, Tensor[] states, long[] shape) {
    boolean lstm = kind.equals("lstm");
    if (lstm && states.length != 2) throw c.check().because("lstm expects two hidden states").failure();
    Tensor[] parameters = c.tensors("params");
    int layers = (int) c.integer("num_layers");
    int directions = c.bool("bidirectional") ? 2 : 1;
    boolean biases = c.bool("has_biases");
    boolean projects = lstm && states[0].size(-1) != states[1].size(-1);
    int each = (biases ? 4 : 2) + (projects ? 1 : 0);
    if (parameters.length != each * layers * directions) throw c.check()
        .because("expected %d parameters for %d layers, but got %d", each * layers * directions, layers,
            parameters.length)
        .failure();
    for (Tensor state : states) {
      if (state.dim() != 3 || state.size(0) != (long) layers * directions || state.size(1) != sizes[0]) throw c.check()
          .because("Expected hidden size [%d, %d, *], got %s", layers * directions, sizes[0],
              Arrays.toString(state.sizes()))
          .tensor("hx", state).shapeFailure();
    }
    double p = c.number("dropout");
    Tensor[] hidden = new Tensor[layers * directions];
    Tensor[] cells = new Tensor[layers * directions];
    for (int layer = 0; layer < layers; layer++) {
      Tensor[] outs = new Tensor[directions];
      for (int d = 0; d < directions; d++) {
        int i = layer * directions + d;
        @Nullable Tensor[] w = new @Nullable Tensor[5];
        System.arraycopy(parameters, i * each, w, 0, biases ? 4 : 2);
        if (projects) w[4] = parameters[i * each + each - 1];
        checkInput(c, rows, parameters[i * each]);
        Tensor[] made = direction(kind, rows, states[0].select(0, i), lstm ? states[1].select(0, i) : null, w, sizes,
            d == 1);
        outs[d] = made[0];
        hidden[i] = made[1];
        cells[i] = made[2];
      }
      rows = directions == 1 ? outs[0] : Torch.cat(outs, -1);
      if (p > 0 && c.bool("train") && layer < layers - 1)
        rows = Dropouts.DROPOUT.tensor(rows.view(shape), p, true).view(rows.sizes());
    }
    return lstm ? new Tensor[] {rows.view(shape), Torch.stack(hidden, 0), Torch.stack(cells, 0)}
        : new Tensor[] {rows.view(shape), Torch.stack(hidden, 0)};
  }

  private static void checkInput(Call c, Tensor rows, Tensor weight) {
    if (rows.size(1) != weight.size(1)) throw c.check()
        .because("input.size(-1) must be equal to input_size. Expected %d, got %d", weight.size(1), rows.size(1))
        .shapeFailure();
    if (rows.dtype() != weight.dtype()) throw c.check()
        .because("mat1 and mat2 must have the same dtype, but got %s and %s", rows.dtype(), weight.dtype()).failure();
  }

  /// One direction of one layer, from its input's rows; parameters w_ih, w_hh, b_ih, b_hh, w_hr.
  private static Tensor[] direction(String kind, Tensor rows, Tensor hx, @Nullable Tensor cx, @Nullable Tensor[] w,
      long[] sizes, boolean reverse) {
    Tensor weight = Objects.requireNonNull(w[0]);
    Tensor hidden = Objects.requireNonNull(w[1]);
    Tensor bias = w[2];
    // Only a GRU's new gate must keep its hidden bias apart.
    Tensor apart = kind.equals("gru") ? w[3] : null;
    if (apart == null && bias != null && w[3] != null) bias = bias.add(w[3]);
    Tensor gates = MatrixProducts.LINEAR.tensor(rows, weight, bias);
    if (w[4] != null || rows.dtype().isComplex())
      return steps(kind, gates, hx, cx, hidden, apart, w[4], sizes, reverse);
    return FUSED.tensors(gates, hx, cx, hidden, apart, kind, sizes, reverse);
  }

  private static Tensor[] cell(Call c, String kind, Tensor hx, @Nullable Tensor cx) {
    Tensor input = c.tensor("input");
    Tensor weight = c.tensor("w_ih");
    Tensor hidden = c.tensor("w_hh");
    if (input.dim() != 2) throw c.check().because("input must have 2 dimensions, got %d", input.dim()).shapeFailure();
    if (input.size(1) != weight.size(1)) throw c.check()
        .because("input has inconsistent input_size: got %d expected %d", input.size(1), weight.size(1)).shapeFailure();
    for (Tensor state : cx == null ? new Tensor[] {hx} : new Tensor[] {hx, cx}) {
      if (state.dim() != 2 || state.size(0) != input.size(0)) throw c.check()
          .because("Input batch size %d doesn't match hidden batch size %d", input.size(0), state.size(0))
          .shapeFailure();
      if (state.size(1) != hidden.size(1)) throw c.check()
          .because("hidden has inconsistent hidden_size: got %d, expected %d", state.size(1), hidden.size(1))
          .shapeFailure();
    }
    @Nullable Tensor[] w = {weight, hidden, c.tensorOrNull("b_ih"), c.tensorOrNull("b_hh"), null};
    if (w[2] == null && w[3] != null && !kind.equals("gru")) {
      w[2] = w[3];
      w[3] = null;
    }
    return direction(kind, input, hx, cx, w, new long[] {input.size(0)}, false);
  }

  // ---- by formulas -----------------------------------------------------------------------------------------------

  /// What the fused operator computes, step by step from other operators: outputs, last hidden and cell states.
  private static Tensor[] steps(String kind, Tensor gates, Tensor hx, @Nullable Tensor cx, Tensor weight,
      @Nullable Tensor bias, @Nullable Tensor projection, long[] sizes, boolean reverse) {
    int count = sizes.length;
    long[] first = new long[count];
    for (int t = 1; t < count; t++) first[t] = first[t - 1] + sizes[t - 1];
    Tensor[] outs = new Tensor[count];
    Tensor h = hx;
    Tensor cell = cx == null ? hx : cx;
    for (int s = 0; s < count; s++) {
      int t = reverse ? count - 1 - s : s;
      long n = sizes[t];
      Tensor g = gates.narrow(0, first[t], n);
      Tensor[] next = step(kind, g, h.narrow(0, 0, n), cell.narrow(0, 0, n), weight, bias, projection);
      outs[t] = next[0];
      h = whole(next[0], h, n);
      if (cx != null) cell = whole(next[1], cell, n);
    }
    return new Tensor[] {Torch.cat(outs, 0), h, cell};
  }

  /// The first rows replaced.
  private static Tensor whole(Tensor rows, Tensor before, long n) {
    return n == before.size(0) ? rows
        : Torch.cat(new Tensor[] {rows, before.narrow(0, n, before.size(0) - n)}, 0);
  }

  private static Tensor[] step(String kind, Tensor g, Tensor h, Tensor cell, Tensor weight, @Nullable Tensor bias,
      @Nullable Tensor projection) {
    Tensor q = MatrixProducts.LINEAR.tensor(h, weight, bias);
    long n = cell.size(1);
    return switch (kind) {
      case "lstm" -> {
        Tensor a = g.add(q);
        Tensor in = a.narrow(1, 0, n).sigmoid();
        Tensor forget = a.narrow(1, n, n).sigmoid();
        Tensor c = forget.mul(cell).add(in.mul(a.narrow(1, 2 * n, n).tanh()));
        Tensor made = a.narrow(1, 3 * n, n).sigmoid().mul(c.tanh());
        yield new Tensor[] {projection == null ? made : made.matmul(projection.t()), c};
      }
      case "gru" -> {
        Tensor r = g.narrow(1, 0, n).add(q.narrow(1, 0, n)).sigmoid();
        Tensor z = g.narrow(1, n, n).add(q.narrow(1, n, n)).sigmoid();
        Tensor m = g.narrow(1, 2 * n, n).add(r.mul(q.narrow(1, 2 * n, n))).tanh();
        yield new Tensor[] {m.add(z.mul(h.sub(m))), cell};
      }
      case "tanh" -> new Tensor[] {g.add(q).tanh(), cell};
      default -> new Tensor[] {g.add(q).relu(), cell};
    };
  }

  /// The gradient of the formulas, which has gradients itself.
  private static Object differentiableBackward(Call c) {
    @Nullable Tensor cx = c.tensorOrNull("cx");
    @Nullable Tensor bias = c.tensorOrNull("b_hh");
    @Nullable Tensor[] given = {c.tensor("gates"), c.tensor("hx"), cx, c.tensor("w_hh"), bias};
    // New variables where the originals need no gradient themselves.
    @Nullable Tensor[] inputs = Stream.of(given)
        .map(t -> t == null || t.requiresGrad() ? t : t.detach().requiresGrad(true)).toArray(Tensor[]::new);
    Tensor gates = Objects.requireNonNull(inputs[0]);
    Tensor hx = Objects.requireNonNull(inputs[1]);
    Tensor[] made = steps(c.string("kind"), gates, hx, inputs[2], Objects.requireNonNull(inputs[3]),
        inputs[4], null, c.longs("batch_sizes"), c.bool("reverse"));
    Tensor[] outputs = cx == null ? Arrays.copyOf(made, 2) : made;
    Tensor[] grads = {c.tensor("grad_out"), c.tensor("grad_h"), c.tensor("grad_c")};
    Tensor[] wanted = Stream.of(inputs).filter(t -> t != null).toArray(Tensor[]::new);
    @Nullable Tensor[] found =
        Torch.grad(outputs, wanted, Arrays.copyOf(grads, outputs.length), true, true);
    Tensor[] results = new Tensor[5];
    int next = 0;
    for (int i = 0; i < 5; i++) {
      Tensor input = inputs[i];
      if (input == null) {
        results[i] = Torch.zeros(new long[] {0}, gates.dtype());
        continue;
      }
      Tensor grad = found[next++];
      results[i] = grad == null ? Torch.zeros(input.sizes(), input.dtype()) : grad;
    }
    return results;
  }
}
