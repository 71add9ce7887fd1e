package jtorch.op;

import java.util.Arrays;
import jtorch.Tensor;
import jtorch.Torch;

/// Sequences of different lengths as rows without padding, step by step: what recurrent layers read.
public final class PackedSequences {
  /// `[T, N, *]` (or `[N, T, *]`) with lengths in decreasing order: the rows that are no padding, `[sum of lengths, *]`, and
  /// how many sequences have each step.
  public static final Operator PACK =
      Operator
          .declare("aten::_pack_padded_sequence(Tensor input, Tensor lengths, bool batch_first) -> (Tensor, Tensor)")
          .composition(c -> {
            Tensor input = c.bool("batch_first") ? c.tensor("input").transpose(0, 1) : c.tensor("input");
            Tensor given = c.tensor("lengths");
            if (input.numel() == 0) throw c.check().because("Cannot pack empty tensors.").shapeFailure();
            if (given.dim() != 1 || given.size(0) != input.size(1)) throw c.check()
                .because("Expected `len(lengths)` to be equal to batch_size, but got %d (batch_size=%d)", given.numel(),
                    input.size(1))
                .shapeFailure();
            long[] lengths = given.toLongArray();
            for (int i = 0; i < lengths.length; i++) {
              if (lengths[i] <= 0) throw c.check().because(
                  "Length of all samples has to be greater than 0, but found an element in 'lengths' that is <= 0")
                  .failure();
              if (i > 0 && lengths[i] > lengths[i - 1]) throw c.check().because(
                  "`lengths` array must be sorted in decreasing order when `enforce_sorted` is True. You can pass `enforce_sorted=False` to pack_padded_sequence and/or pack_sequence to sidestep this requirement if you do not need ONNX exportability.")
                  .failure();
            }
            if (lengths[0] > input.size(0)) throw c.check()
                .because("Expected lengths of at most %d, but got %d", input.size(0), lengths[0]).failure();
            long[] sizes = sizes(lengths);
            Tensor[] steps = new Tensor[sizes.length];
            for (int t = 0; t < steps.length; t++) steps[t] = input.select(0, t).narrow(0, 0, sizes[t]);
            return new Tensor[] {Torch.cat(steps, 0), Torch.tensor(sizes)};
          });

  /// Packed rows with padding again, at least `total_length` steps, and the lengths.
  public static final Operator PAD = Operator.declare(
      "aten::_pad_packed_sequence(Tensor data, Tensor batch_sizes, bool batch_first, Scalar padding_value, int total_length) -> (Tensor, Tensor)")
      .composition(c -> {
        Tensor data = c.tensor("data");
        long[] sizes = c.tensor("batch_sizes").toLongArray();
        long steps = sizes.length;
        long wanted = c.integer("total_length");
        if (wanted > 0) {
          if (wanted < steps) throw c.check().because(
              "Expected total_length to be at least the length of the longest sequence in input, but got total_length=%d and max sequence length being %d",
              wanted, steps).failure();
          steps = wanted;
        }
        long batch = sizes[0];
        long[] rest = Arrays.copyOfRange(data.sizes(), 1, data.dim());
        Tensor[] rows = new Tensor[(int) steps];
        long first = 0;
        for (int t = 0; t < steps; t++) {
          long n = t < sizes.length ? sizes[t] : 0;
          Tensor part = data.narrow(0, first, n);
          first += n;
          rows[t] = n == batch ? part : Torch.cat(new Tensor[] {part, filled(batch - n, rest, c, data)}, 0);
        }
        Tensor padded = Torch.stack(rows, 0);
        long[] lengths = new long[(int) batch];
        for (long n : sizes) {
          for (int i = 0; i < n; i++) lengths[i]++;
        }
        return new Tensor[] {c.bool("batch_first") ? padded.transpose(0, 1) : padded, Torch.tensor(lengths)};
      });

  public static final Operator PACK_BACKWARD = Operator.declare(
      "aten::_pack_padded_sequence_backward(Tensor grad, SymInt[] input_size, Tensor batch_sizes, bool batch_first) -> Tensor")
      .composition(c -> {
        long[] sizes = c.longs("input_size").clone();
        if (c.bool("batch_first")) {
          long steps = sizes[1];
          sizes[1] = sizes[0];
          sizes[0] = steps;
        }
        Tensor grad = c.tensor("grad");
        Tensor out = Torch.zeros(sizes, grad.dtype(), grad.device());
        long first = 0;
        long[] rows = c.tensor("batch_sizes").toLongArray();
        for (int t = 0; t < rows.length; t++) {
          out.select(0, t).narrow(0, 0, rows[t]).copy_(grad.narrow(0, first, rows[t]));
          first += rows[t];
        }
        return c.bool("batch_first") ? out.transpose(0, 1) : out;
      });

  private PackedSequences() {}

  /// How many sequences have each step.
  private static long[] sizes(long[] lengths) {
    long[] sizes = new long[(int) lengths[0]];
    for (long length : lengths) {
      for (int t = 0; t < length; t++) sizes[t]++;
    }
    return sizes;
  }

  private static Tensor filled(long rows, long[] rest, Call c, Tensor like) {
    long[] sizes = new long[rest.length + 1];
    sizes[0] = rows;
    System.arraycopy(rest, 0, sizes, 1, rest.length);
    Tensor made = Torch.zeros(sizes, like.dtype(), like.device());
    Object value = c.scalar("padding_value");
    return made.fill_(value instanceof Number n ? n : (value.equals(Boolean.TRUE) ? 1L : 0L));
  }
}
