package jtorch.cuda;

import static jtorch.cuda.KernelSet.type;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.BiConsumer;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.driver.Driver.Grid;
import jtorch.memory.Memory;
import jtorch.op.Call;
import jtorch.spi.Kernel;

/// Connectionist temporal classification. Labels are checked on the processor, which waits for them.
final class SequenceLossKernels {
  static final KernelSet KERNELS = new KernelSet("ctc");
  private static final int MOST_THREADS = 256;

  private final CudaBackend backend;

  private SequenceLossKernels(CudaBackend backend) {
    this.backend = backend;
  }

  static void register(CudaBackend backend, BiConsumer<String, Kernel> table) {
    var kernels = new SequenceLossKernels(backend);
    table.accept("ctc_loss", c -> kernels.run(c, c.out(1), c.out(0), false));
    table.accept("ctc_loss_backward", c -> kernels.run(c, c.tensor("log_alpha").contiguous(),
        c.tensor("neg_log_likelihood").contiguous(), true));
  }

  static String definitions(DType dtype) {
    return type("Number", Sources.type(dtype));
  }

  private void run(Call c, Tensor alpha, Tensor losses, boolean backward) {
    Tensor logits = c.tensor("log_probs").contiguous();
    DType dtype = logits.dtype();
    Device where = logits.device();
    int batch = Math.toIntExact(logits.size(1));
    int states = Math.toIntExact(alpha.size(2));
    Tensor grads = backward ? c.tensor("grad").to(dtype).contiguous() : losses;
    Tensor out = backward ? c.out().zero_() : losses;
    if (batch == 0) return;
    Tensor labels = labels(c, batch, states, logits.size(2)).to(where);
    Tensor lengths = lengths(c, batch).to(where);
    Tensor beta = Torch.empty(new long[] {backward ? 2L * batch * states : 0}, dtype, where);
    CudaDevice device = backend.device(where);
    long widest = Math.max(states, backward ? logits.size(2) : 0);
    int threads = (int) Math.clamp(Long.highestOneBit(Math.max(1, widest - 1)) * 2, 32, MOST_THREADS);
    Arguments arguments = Arguments.begin().number(logits.pointer()).number(labels.pointer())
        .number(lengths.pointer()).number(losses.pointer()).number(alpha.pointer()).number(grads.pointer())
        .number(beta.pointer()).number(out.pointer()).number(logits.size(0)).number(batch).number(logits.size(2))
        .number(states).number(c.bool("zero_infinity") ? 1 : 0);
    device.launch("ctc_loss", KERNELS.function(device, definitions(dtype), backward ? "ctc_backward" : "ctc_forward"),
        Grid.of(batch, threads), arguments);
  }

  /// The labels of each sequence with blanks around them.
  private static Tensor labels(Call c, int batch, int states, long classes) {
    long[] lengths = c.longs("target_lengths");
    Tensor targets = c.tensor("targets");
    long[] all = targets.reshape(-1).toLongArray();
    int[] labels = new int[batch * states];
    Arrays.fill(labels, (int) c.integer("blank"));
    int next = 0;
    for (int b = 0; b < batch; b++) {
      int first = targets.dim() == 2 ? b * (int) targets.size(1) : next;
      for (int i = 0; i < lengths[b]; i++) {
        long label = all[first + i];
        if (label < 0 || label >= classes)
          throw c.check().because("target %d is out of range: labels are 0 to %d", label, classes - 1).indexFailure();
        labels[b * states + 2 * i + 1] = (int) label;
      }
      next += (int) lengths[b];
    }
    Tensor here = Torch.empty(new long[] {labels.length}, DType.INT32, Device.CPU);
    MemorySegment.copy(labels, 0, Memory.ALL, ValueLayout.JAVA_INT, here.address(), labels.length);
    Reference.reachabilityFence(here);
    return here;
  }

  /// How many steps each sequence has, and then how many states.
  private static Tensor lengths(Call c, int batch) {
    long[] lengths = Arrays.copyOf(c.longs("input_lengths"), 2 * batch);
    for (int b = 0; b < batch; b++) lengths[batch + b] = 2 * c.longs("target_lengths")[b] + 1;
    return Torch.tensor(lengths);
  }
}
