package jtorch.cpu;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cpu.loop.FloatPower;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// The kernels of connectionist temporal classification. Each step is rounded to the dtype in PyTorch's order, for the
/// logarithms are large and what is made of them is small.
final class SequenceLossKernels {
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private SequenceLossKernels() {}

  static void register(BiConsumer<String, Kernel> table) {
    table.accept("ctc_loss", c -> new Batch(c, c.out(1)).forward(c.out(0)));
    table.accept("ctc_loss_backward", c -> new Batch(c, c.tensor("log_alpha").contiguous()).backward(c));
  }

  /// The arguments of both directions.
  private static final class Batch {
    private final Tensor logits;
    private final long logitsAt;
    private final Tensor alpha;
    private final DType dtype;
    private final boolean single;
    private final long[] inputLengths;
    private final int[][] labels;
    private final int blank;
    private final boolean zeroInfinity;
    private final int classes;
    private final int steps;
    private final int batch;
    private final int states;

    Batch(Call c, Tensor alpha) {
      logits = c.tensor("log_probs").contiguous();
      logitsAt = logits.address();
      this.alpha = alpha;
      dtype = logits.dtype();
      single = dtype == DType.FLOAT32;
      inputLengths = c.longs("input_lengths");
      blank = (int) c.integer("blank");
      zeroInfinity = c.bool("zero_infinity");
      steps = (int) logits.size(0);
      batch = (int) logits.size(1);
      classes = (int) logits.size(2);
      states = (int) alpha.size(2);
      labels = labels(c);
    }

    /// The labels of each sequence with blanks around them.
    private int[][] labels(Call c) {
      long[] lengths = c.longs("target_lengths");
      Tensor targets = c.tensor("targets");
      long[] all = targets.reshape(-1).toLongArray();
      int[][] labels = new int[batch][];
      int next = 0;
      for (int b = 0; b < batch; b++) {
        int first = targets.dim() == 2 ? b * (int) targets.size(1) : next;
        labels[b] = new int[2 * (int) lengths[b] + 1];
        Arrays.fill(labels[b], blank);
        for (int i = 0; i < lengths[b]; i++) {
          long label = all[first + i];
          if (label < 0 || label >= classes)
            throw c.check().because("target %d is out of range: labels are 0 to %d", label, classes - 1).indexFailure();
          labels[b][2 * i + 1] = (int) label;
        }
        next += (int) lengths[b];
      }
      return labels;
    }

    private double round(double v) {
      return single ? (float) v : v;
    }

    private double exp(double v) {
      return single ? (float) FloatPower.exp(v) : Math.exp(v);
    }

    private double log(double v) {
      return single ? (float) FloatPower.log(v) : Math.log(v);
    }

    private double logit(int t, int b, int label) {
      long i = ((long) t * batch + b) * classes + label;
      return single ? Memory.getFloat(logitsAt + 4 * i) : Numbers.getDouble(dtype, logitsAt + i * dtype.size());
    }

    private long alphaAt(int b, int t) {
      return alpha.address() + ((long) b * steps + t) * states * dtype.size();
    }

    /// `log(exp(a) + exp(b) + exp(c))`
    private double add(double a, double b, double c) {
      double most = Math.max(Math.max(a, b), c);
      if (most == NEVER) return NEVER;
      double sum = round(round(share(a, most) + share(b, most)) + share(c, most));
      return sum == 1 ? most : round(log(sum) + most);
    }

    /// `exp(v - most)`, without the function where its value is known.
    private double share(double v, double most) {
      if (v == NEVER) return 0;
      return v == most && most < Double.POSITIVE_INFINITY ? 1 : exp(round(v - most));
    }

    void forward(Tensor losses) {
      Parallel.run(batch, 1, (begin, end) -> {
        for (int b = (int) begin; b < end; b++)
          Numbers.putDouble(dtype, losses.address() + (long) b * dtype.size(), -likelihood(b));
      });
      Reference.reachabilityFence(logits);
    }

    private double likelihood(int b) {
      int length = (int) inputLengths[b];
      int[] label = labels[b];
      int size = dtype.size();
      for (long i = 0; i < (long) steps * states; i++)
        Numbers.putDouble(dtype, alphaAt(b, 0) + i * size, NEVER);
      if (length == 0) return label.length == 1 ? 0 : NEVER;
      double[] before = new double[label.length];
      double[] now = new double[label.length];
      Arrays.fill(before, NEVER);
      before[0] = logit(0, b, blank);
      if (label.length > 1) before[1] = logit(0, b, label[1]);
      write(before, alphaAt(b, 0));
      for (int t = 1; t < length; t++) {
        for (int s = 0; s < label.length; s++) {
          double one = s > 0 ? before[s - 1] : NEVER;
          double two = s > 1 && label[s - 2] != label[s] ? before[s - 2] : NEVER;
          now[s] = round(add(before[s], one, two) + logit(t, b, label[s]));
        }
        write(now, alphaAt(b, t));
        double[] swap = before;
        before = now;
        now = swap;
      }
      int last = label.length - 1;
      return last == 0 ? before[0] : add(before[last], before[last - 1], NEVER);
    }

    private void write(double[] values, long address) {
      for (int s = 0; s < values.length; s++) Numbers.putDouble(dtype, address + (long) s * dtype.size(), values[s]);
    }

    void backward(Call c) {
      Tensor grads = c.tensor("grad").to(dtype).contiguous();
      Tensor losses = c.tensor("neg_log_likelihood").contiguous();
      Tensor out = c.out();
      out.zero_();
      int size = dtype.size();
      Parallel.run(batch, 1, (begin, end) -> {
        for (int b = (int) begin; b < end; b++) {
          double loss = Numbers.getDouble(dtype, losses.address() + (long) b * size);
          if (zeroInfinity && loss == Double.POSITIVE_INFINITY) continue;
          gradient(b, loss, Numbers.getDouble(dtype, grads.address() + (long) b * size), out.address());
        }
      });
      Reference.reachabilityFence(logits);
      Reference.reachabilityFence(alpha);
      Reference.reachabilityFence(grads);
      Reference.reachabilityFence(losses);
    }

    private void gradient(int b, double loss, double grad, long out) {
      int length = (int) inputLengths[b];
      int[] label = labels[b];
      int last = label.length - 1;
      int size = dtype.size();
      double[] after = new double[label.length];
      double[] now = new double[label.length];
      double[] sums = new double[classes];
      for (int t = length - 1; t >= 0; t--) {
        Arrays.fill(sums, NEVER);
        for (int s = last; s >= 0; s--) {
          double beta;
          if (t == length - 1) {
            beta = s >= last - 1 ? logit(t, b, label[s]) : NEVER;
          } else {
            double one = s < last ? after[s + 1] : NEVER;
            double two = s < last - 1 && label[s + 2] != label[s] ? after[s + 2] : NEVER;
            beta = round(add(after[s], one, two) + logit(t, b, label[s]));
          }
          now[s] = beta;
          if (t == length - 1 && s < last - 1) continue;
          double both = round(Numbers.getDouble(dtype, alphaAt(b, t) + (long) s * size) + beta);
          double sum = sums[label[s]];
          sums[label[s]] = sum == NEVER ? both : add(sum, both, NEVER);
        }
        for (int k = 0; k < classes; k++) {
          double logit = logit(t, b, k);
          double share = sums[k] == NEVER && loss < Double.POSITIVE_INFINITY && logit > NEVER ? 0
              : exp(round(round(sums[k] + loss) - logit));
          double d = round(round(exp(logit) - share) * grad);
          Numbers.putDouble(dtype, out + (((long) t * batch + b) * classes + k) * size, d);
        }
        double[] swap = after;
        after = now;
        now = swap;
      }
    }
  }
}
