package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.jspecify.annotations.Nullable;

/// Sums, means and maxima of rows of a table, a bag of indices each.
///
/// Bag `b` holds the indices from `offsets[b]` to the next offset; with `include_last_offset` the last offset is only an
/// end. Modes: 0 sum, 1 mean, 2 max. Indices equal to `padding_idx` count nothing. There is no second derivative, as in
/// PyTorch.
public final class EmbeddingBags {
  private static final String INPUTS = "(Tensor weight, Tensor indices, Tensor offsets, ";
  private static final String DEFAULTS =
      "bool scale_grad_by_freq=False, int mode=0, bool sparse=False, Tensor? per_sample_weights=None, bool include_last_offset=False";
  private static final String RESULTS = " -> (Tensor, Tensor, Tensor, Tensor)";

  /// The gradient of the table; bags are known by offsets, maxima by the rows they came from.
  static final Operator WEIGHT_BACKWARD = Operator.declare(
      "jtorch::embedding_bag_backward(Tensor grad, Tensor indices, Tensor offsets, Tensor? per_sample_weights, Tensor maximum_indices, SymInt num_weights, bool scale_grad_by_freq, int mode, bool include_last_offset, int padding_idx) -> Tensor")
      .shape(c -> c.result(Torch.zeros(new long[] {c.integer("num_weights"), c.tensor("grad").size(1)},
          c.tensor("grad").dtype(), c.tensor("grad").device())))
      .kernel("embedding_bag_backward")
      .gradients(new String[] {"grad", "per_sample_weights"}, b -> {
        throw new UnsupportedOperationException(
            "the derivative for _embedding_bag_backward is not implemented, in PyTorch neither");
      });

  /// The gradient of each index's weight: its row times its bag's gradient.
  public static final Operator SAMPLE_WEIGHTS_BACKWARD = Operator.declare(
      "aten::_embedding_bag_per_sample_weights_backward(Tensor grad, Tensor weight, Tensor indices, Tensor offsets, Tensor offset2bag, int mode, int padding_idx=-1) -> Tensor")
      .composition(c -> {
        Tensor indices = c.tensor("indices");
        Tensor bags = c.tensor("offset2bag");
        if (bags.numel() != indices.numel()) bags = bags(indices, c.tensor("offsets"), false);
        Tensor rows = c.tensor("weight").indexSelect(0, indices);
        Tensor products = rows.mul(c.tensor("grad").indexSelect(0, bags)).sum(-1);
        long padding = c.integer("padding_idx");
        return padding < 0 ? products : products.maskedFill(indices.eq(padding), 0L);
      });

  public static final Operator BAG = bag("_embedding_bag", true);
  public static final Operator FORWARD_ONLY = bag("_embedding_bag_forward_only", false);

  /// The bags; then, for ATen's gradients, each index's bag, the bags' sizes, and where maxima came from.
  public static final Operator EMBEDDING_BAG =
      Operator.declare("aten::embedding_bag" + INPUTS + DEFAULTS + ")" + RESULTS)
          .composition(c -> run(c, -1));

  public static final Operator EMBEDDING_BAG_PADDING = Operator
      .declare("aten::embedding_bag.padding_idx" + INPUTS + DEFAULTS.replaceAll("=[A-Za-z0-9]+", "")
          + ", int? padding_idx)" + RESULTS)
      .composition(c -> {
        long padding = c.integer("padding_idx", -1);
        long rows = c.tensor("weight").dim() > 0 ? c.tensor("weight").size(0) : 0;
        if (c.has("padding_idx") && (padding < -rows || padding >= rows)) throw c.check()
            .because("padding_idx must be within the number of embeddings, -%d through %d, but got %d", rows, rows - 1,
                padding)
            .failure();
        return run(c, c.has("padding_idx") && padding < 0 ? padding + rows : padding);
      });

  public static final Operator DENSE_BACKWARD = Operator.declare(
      "aten::_embedding_bag_dense_backward(Tensor grad, Tensor indices, Tensor offset2bag, Tensor bag_size, Tensor maximum_indices, SymInt num_weights, bool scale_grad_by_freq, int mode, Tensor? per_sample_weights, int padding_idx=-1) -> Tensor")
      .composition(c -> {
        // Bags of indices that stand in order begin where the bag's number grows.
        Tensor bags = c.tensor("offset2bag");
        Tensor offsets = Torch.searchsorted(bags, Torch.arange(c.tensor("grad").size(0)).to(bags.dtype()), false);
        return WEIGHT_BACKWARD.call(c.tensor("grad"), c.tensor("indices"), offsets, c.value("per_sample_weights"),
            c.tensor("maximum_indices"), c.integer("num_weights"), c.bool("scale_grad_by_freq"), c.integer("mode"),
            false, c.integer("padding_idx"));
      });

  public static final Operator BACKWARD = Operator.declare(
      "aten::_embedding_bag_backward(Tensor grad, Tensor indices, Tensor offsets, Tensor offset2bag, Tensor bag_size, Tensor maximum_indices, SymInt num_weights, bool scale_grad_by_freq, int mode, bool sparse, Tensor? per_sample_weights, int padding_idx=-1) -> Tensor")
      .composition(c -> WEIGHT_BACKWARD.call(c.tensor("grad"), c.tensor("indices"), c.tensor("offsets"),
          c.value("per_sample_weights"), c.tensor("maximum_indices"), c.integer("num_weights"),
          c.bool("scale_grad_by_freq"), c.integer("mode"),
          c.tensor("offsets").size(0) == c.tensor("grad").size(0) + 1, c.integer("padding_idx")));

  private EmbeddingBags() {}

  private static Object run(Call c, long padding) {
    Tensor weight = c.tensor("weight");
    boolean needs = weight.requiresGrad();
    return (needs || c.has("per_sample_weights") ? BAG : FORWARD_ONLY).call(weight, c.tensor("indices"),
        c.tensor("offsets"), c.bool("scale_grad_by_freq"), c.integer("mode"), c.bool("sparse"),
        c.value("per_sample_weights"), c.bool("include_last_offset"), padding);
  }

  private static Operator bag(String name, boolean gradient) {
    Operator operator = Operator.declare("aten::" + name + INPUTS + DEFAULTS + ", int padding_idx=-1)" + RESULTS)
        .shape(c -> {
          Tensor weight = c.tensor("weight");
          check(c, weight);
          Tensor indices = c.tensor("indices");
          DType index = indices.dtype() == DType.INT32 && c.tensor("offsets").dtype() == DType.INT32 ? DType.INT32
              : DType.INT64;
          long bags = Math.max(0, c.tensor("offsets").size(0) - (c.bool("include_last_offset") ? 1 : 0));
          long mode = c.integer("mode");
          c.result(new long[] {bags, weight.size(1)}, weight.dtype());
          c.result(new long[] {isFast(c, weight) ? 0 : indices.size(0)}, index);
          c.result(new long[] {bags}, index);
          c.result(mode == 2 ? new long[] {bags, weight.size(1)} : new long[] {bags}, index);
        })
        .kernel("embedding_bag");
    if (!gradient) return operator.notDifferentiable();
    return operator
        .gradient("weight",
            b -> WEIGHT_BACKWARD.tensor(b.grad(0), b.tensor("indices"), b.tensor("offsets"),
                b.tensorOrNull("per_sample_weights"), b.result(3), b.sizes("weight")[0], b.bool("scale_grad_by_freq"),
                b.integer("mode"), b.bool("include_last_offset"), b.integer("padding_idx")),
            "indices", "offsets", "per_sample_weights", Operator.RESULT)
        .gradient("per_sample_weights", b -> {
          Tensor bags = bags(b.tensor("indices"), b.tensor("offsets"), b.bool("include_last_offset"));
          return SAMPLE_WEIGHTS_BACKWARD.tensor(b.grad(0), b.tensor("weight"), b.tensor("indices"),
              b.tensor("offsets"), bags, b.integer("mode"), b.integer("padding_idx"));
        }, "weight", "indices", "offsets")
        .notDifferentiable(1, 2, 3);
  }

  /// The bag of each index.
  private static Tensor bags(Tensor indices, Tensor offsets, boolean withLast) {
    long[] starts = offsets.toLongArray();
    long[] bags = new long[(int) indices.numel()];
    int count = starts.length - (withLast ? 1 : 0);
    for (int b = 0; b < count; b++) {
      long end = b + 1 < starts.length ? starts[b + 1] : bags.length;
      for (long i = starts[b]; i < end; i++) bags[(int) i] = b;
    }
    return Torch.tensor(bags);
  }

  /// Where PyTorch sums without telling each index's bag.
  private static boolean isFast(Call c, Tensor weight) {
    @Nullable Tensor samples = c.tensorOrNull("per_sample_weights");
    return c.integer("mode") == 0 && weight.dtype() != DType.FLOAT64 && weight.stride(1) == 1
        && c.integer("padding_idx") < 0 && (samples == null || samples.stride(0) == 1);
  }

  private static void check(Call c, Tensor weight) {
    Tensor indices = c.tensor("indices");
    Tensor offsets = c.tensor("offsets");
    for (String name : new String[] {"indices", "offsets"}) {
      Tensor t = c.tensor(name);
      if (t.dtype() != DType.INT64 && t.dtype() != DType.INT32) throw c.check().because(
          "Expected tensor for argument '%s' to have one of the following scalar types: Long, Int; but got %s instead",
          name, t.dtype()).tensor(name, t).failure();
    }
    if (!weight.dtype().isFloatingPoint()) throw c.check().because(
        "Expected tensor for argument #1 'weight' to have one of the following scalar types: Half, BFloat16, Float, Double; but got %s instead",
        weight.dtype()).tensor("weight", weight).failure();
    if (weight.dim() != 2 || indices.dim() != 1) throw c.check()
        .because("weight has to be a 2D Tensor and input a 1D one").tensor("weight", weight).tensor("indices", indices)
        .shapeFailure();
    if (offsets.dim() != 1) throw c.check()
        .because("offsets has to be a 1D Tensor, but got Tensor of dimension %d", offsets.dim()).shapeFailure();
    long mode = c.integer("mode");
    if (mode < 0 || mode > 2) throw c.check().because("`mode` must be sum, mean, or max.").failure();
    if (c.bool("include_last_offset") && offsets.size(0) < 1)
      throw c.check().because("include_last_offset: numBags should be at least 1").failure();
    if (offsets.size(0) > 0) {
      long[] starts = offsets.toLongArray();
      long last = starts[starts.length - 1];
      if (starts[0] != 0) throw c.check().because(
          "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, got %d",
          starts[0]).failure();
      if (last > indices.size(0)) throw c.check()
          .because("offsets[-1] can not be greater than input's length %d but got offsets[-1] of %d", indices.size(0),
              last)
          .failure();
      for (int i = 1; i < starts.length; i++) {
        if (starts[i] < starts[i - 1]) throw c.check().because("offsets must not decrease").failure();
      }
    }
    @Nullable Tensor samples = c.tensorOrNull("per_sample_weights");
    if (samples == null) return;
    if (mode != 0)
      throw c.check().because("embedding_bag: per_sample_weights only supported with mode='sum'").failure();
    if (samples.dtype() != weight.dtype()) throw c.check()
        .because("Expected weight and per_sample_weights to have the same type, but got %s and %s", weight.dtype(),
            samples.dtype())
        .failure();
    if (!Arrays.equals(samples.sizes(), indices.sizes())) throw c.check()
        .because("Expected per_sample_weights to have the same shape as indices").tensor("indices", indices)
        .tensor("per_sample_weights", samples).shapeFailure();
  }
}
