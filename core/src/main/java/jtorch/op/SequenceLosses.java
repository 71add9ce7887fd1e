package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Connectionist temporal classification: the loss of unaligned label sequences.
///
/// **Source**: Graves et al., *Connectionist Temporal Classification*, 2006; the gradient is with respect to logits whose
/// log-softmax the input is, as PyTorch's. There is no second derivative.
public final class SequenceLosses {
  private static final String LENGTHS = "int[] input_lengths, int[] target_lengths";
  private static final String TENSORS = "Tensor input_lengths, Tensor target_lengths";

  static final Operator BACKWARD = Operator.declare(
      "aten::_ctc_loss_backward(Tensor grad, Tensor log_probs, Tensor targets, int[] input_lengths, int[] target_lengths, Tensor neg_log_likelihood, Tensor log_alpha, int blank, bool zero_infinity=False) -> Tensor")
      .shape(c -> c.result(c.tensor("log_probs").sizes(), c.tensor("log_probs").dtype()))
      .kernel("ctc_loss_backward")
      .gradients(new String[] {"grad", "log_probs"}, b -> {
        throw new UnsupportedOperationException(
            "the derivative for _ctc_loss_backward is not implemented, in PyTorch neither");
      });

  public static final Operator BACKWARD_TENSOR = Operator.declare(
      "aten::_ctc_loss_backward.Tensor(Tensor grad, Tensor log_probs, Tensor targets, Tensor input_lengths, Tensor target_lengths, Tensor neg_log_likelihood, Tensor log_alpha, int blank, bool zero_infinity=False) -> Tensor")
      .composition(c -> BACKWARD.call(c.tensor("grad"), c.tensor("log_probs"), c.tensor("targets"),
          lengths(c, "input_lengths"), lengths(c, "target_lengths"), c.tensor("neg_log_likelihood"),
          c.tensor("log_alpha"), c.integer("blank"), c.bool("zero_infinity")));

  /// The loss of each sequence, and the logarithms of the forward variables: log_probs `[T, N, C]`, targets `[N, S]` or all
  /// of them one after the other.
  public static final Operator CTC = Operator
      .declare("aten::_ctc_loss(Tensor log_probs, Tensor targets, " + LENGTHS
          + ", int blank=0, bool zero_infinity=False) -> (Tensor, Tensor)")
      .shape(c -> {
        Tensor x = c.tensor("log_probs");
        check(c, x);
        long most = Arrays.stream(c.longs("target_lengths")).max().orElse(0);
        c.result(new long[] {x.size(1)}, x.dtype());
        c.result(new long[] {x.size(1), x.size(0), 2 * most + 1}, x.dtype());
      })
      .kernel("ctc_loss")
      .gradient("log_probs",
          b -> BACKWARD.tensor(b.grad(0), b.tensor("log_probs"), b.tensor("targets"), b.longs("input_lengths"),
              b.longs("target_lengths"), b.result(0), b.result(1), b.integer("blank"), b.bool("zero_infinity")),
          "log_probs", "targets", Operator.RESULT)
      .notDifferentiable(1);

  public static final Operator CTC_TENSOR = Operator
      .declare("aten::_ctc_loss.Tensor(Tensor log_probs, Tensor targets, " + TENSORS
          + ", int blank=0, bool zero_infinity=False) -> (Tensor, Tensor)")
      .composition(c -> CTC.call(c.tensor("log_probs"), c.tensor("targets"), lengths(c, "input_lengths"),
          lengths(c, "target_lengths"), c.integer("blank"), c.bool("zero_infinity")));

  /// [#CTC] reduced: 0 none, 1 mean of the losses divided by target lengths, 2 sum; log_probs may lack N.
  public static final Operator CTC_LOSS = Operator
      .declare("aten::ctc_loss.IntList(Tensor log_probs, Tensor targets, " + LENGTHS
          + ", int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor")
      .composition(c -> loss(c, c.longs("input_lengths"), c.longs("target_lengths")));

  public static final Operator CTC_LOSS_TENSOR = Operator
      .declare("aten::ctc_loss.Tensor(Tensor log_probs, Tensor targets, " + TENSORS
          + ", int blank=0, int reduction=1, bool zero_infinity=False) -> Tensor")
      .composition(c -> loss(c, lengths(c, "input_lengths"), lengths(c, "target_lengths")));

  private SequenceLosses() {}

  private static long[] lengths(Call c, String name) {
    Tensor t = c.tensor(name);
    if (!t.dtype().isIntegral()) throw c.check().because("%s must be integral", name).tensor(name, t).failure();
    return t.reshape(-1).toLongArray();
  }

  private static Tensor loss(Call c, long[] inputLengths, long[] targetLengths) {
    Tensor x = c.tensor("log_probs");
    boolean batched = x.dim() == 3;
    Tensor targets = c.tensor("targets");
    Tensor losses = CTC.tensors(batched ? x : x.unsqueeze(1), targets, inputLengths, targetLengths, c.integer("blank"),
        c.bool("zero_infinity"))[0];
    if (c.bool("zero_infinity"))
      losses = Torch.where(losses.eq(Double.POSITIVE_INFINITY), 0.0, losses).to(losses.dtype());
    return switch ((int) c.integer("reduction")) {
      case 0 -> batched ? losses : losses.squeeze(0);
      case 2 -> losses.sum();
      default -> {
        double[] by = new double[targetLengths.length];
        for (int i = 0; i < by.length; i++) by[i] = Math.max(1, targetLengths[i]);
        yield losses.div(Torch.tensor(by).to(losses.dtype())).mean();
      }
    };
  }

  private static void check(Call c, Tensor x) {
    if (x.dim() != 3) throw c.check()
        .because("Expected 3-dimensional tensor, but got %d-dimensional tensor for argument #1 'log_probs'", x.dim())
        .tensor("log_probs", x).shapeFailure();
    if (x.dtype() != DType.FLOAT32 && x.dtype() != DType.FLOAT64)
      throw c.check().because("not implemented for '%s'", x.dtype()).tensor("log_probs", x).failure();
    Tensor targets = c.tensor("targets");
    if (targets.dtype() != DType.INT64 && targets.dtype() != DType.INT32) throw c.check()
        .because("Expected tensor for argument #2 'targets' to have scalar type Long or Int; but got %s instead",
            targets.dtype())
        .tensor("targets", targets).failure();
    long blank = c.integer("blank");
    if (blank < 0 || blank >= x.size(2)) throw c.check().because("blank must be in label range").failure();
    long[] inputLengths = c.longs("input_lengths");
    long[] targetLengths = c.longs("target_lengths");
    if (inputLengths.length != x.size(1))
      throw c.check().because("input_lengths must be of size batch_size").tensor("log_probs", x).failure();
    if (targetLengths.length != x.size(1))
      throw c.check().because("target_lengths must be of size batch_size").tensor("log_probs", x).failure();
    long sum = 0;
    for (long length : targetLengths) {
      if (length < 0) throw c.check()
          .because("Expected target_lengths to have value at least 0, but got value %d", length).failure();
      sum += length;
    }
    for (long length : inputLengths) {
      if (length < 0)
        throw c.check().because("Expected input_lengths to have value at least 0, but got value %d", length).failure();
      if (length > x.size(0)) throw c.check()
          .because("Expected input_lengths to have value at most %d, but got value %d", x.size(0), length).failure();
    }
    long most = Arrays.stream(targetLengths).max().orElse(0);
    if (targets.dim() == 1 ? targets.size(0) != sum
        : targets.dim() != 2 || targets.size(0) != x.size(1) || targets.size(1) < most)
      throw c.check().because(
          "Expected targets of size %d, one after the other, or [%d, at least %d], for argument #2 'targets'", sum,
          x.size(1), most).tensor("targets", targets).shapeFailure();
  }
}
