package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Rows of a table by number, and numbers as rows with a single one.
public final class Embeddings {
  /// `weight[indices]`: `[*] -> [*, d]`. Rows numbered `padding_idx` get no gradient; `scale_grad_by_freq` divides a
  /// row's gradient by how often it was read.
  public static final Operator EMBEDDING = Operator.declare(
      "aten::embedding(Tensor weight, Tensor indices, SymInt padding_idx=-1, bool scale_grad_by_freq=False, bool sparse=False) -> Tensor")
      .shape(c -> {
        Tensor weight = c.tensor("weight");
        Tensor indices = c.tensor("indices");
        if (weight.dim() != 2) throw c.check().because("'weight' must be 2-D").tensor("weight", weight).shapeFailure();
        if (indices.dtype() != DType.INT64 && indices.dtype() != DType.INT32) throw c.check()
            .because(
                "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got %s instead",
                indices.dtype())
            .tensor("indices", indices).failure();
        long[] sizes = Arrays.copyOf(indices.sizes(), indices.dim() + 1);
        sizes[indices.dim()] = weight.size(1);
        c.result(sizes, weight.dtype());
      })
      .kernel("embedding")
      .gradient("weight", b -> Embeddings.BACKWARD.tensor(b.grad(), b.tensor("indices"), b.sizes("weight")[0],
          b.integer("padding_idx"), b.bool("scale_grad_by_freq"), b.bool("sparse")), "indices");

  /// The gradient of the table: rows added where they were read.
  public static final Operator DENSE_BACKWARD = Operator.declare(
      "aten::embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, SymInt padding_idx, bool scale_grad_by_freq) -> Tensor")
      .shape(c -> c.result(Torch.zeros(new long[] {c.integer("num_weights"), c.tensor("grad_output").size(-1)},
          c.tensor("grad_output").dtype(), c.tensor("grad_output").device())))
      .kernel("embedding_dense_backward")
      .gradient("grad_output", b -> {
        if (b.bool("scale_grad_by_freq")) throw new UnsupportedOperationException(
            "embedding: double backward is not supported with scale_grad_by_freq");
        Tensor rows = EMBEDDING.tensor(b.grad(), b.tensor("indices"), -1L, false, false);
        Tensor padding = b.tensor("indices").eq(b.integer("padding_idx")).unsqueeze(-1);
        return b.integer("padding_idx") < 0 ? rows : rows.maskedFill(padding, 0L);
      }, "indices");

  public static final Operator BACKWARD = Operator.declare(
      "aten::embedding_backward(Tensor grad, Tensor indices, SymInt num_weights, SymInt padding_idx, bool scale_grad_by_freq, bool sparse) -> Tensor")
      .composition(c -> (c.bool("sparse") ? Embeddings.SPARSE_BACKWARD : DENSE_BACKWARD).call(c.tensor("grad"),
          c.tensor("indices"), c.integer("num_weights"), c.integer("padding_idx"), c.bool("scale_grad_by_freq")));

  /// The gradient of the table as a sparse tensor: a row for each that was read, in order, repeated where it was.
  public static final Operator SPARSE_BACKWARD = Operator.declare(
      "aten::embedding_sparse_backward(Tensor grad, Tensor indices, SymInt num_weights, SymInt padding_idx, bool scale_grad_by_freq) -> Tensor")
      .composition(c -> {
        if (c.bool("scale_grad_by_freq")) throw c.check()
            .because("scale_grad_by_freq not supported with sparse gradients").failure();
        Tensor rows = c.tensor("indices").reshape(-1).to(DType.INT64);
        Tensor grad = c.tensor("grad").reshape(-1, c.tensor("grad").size(-1));
        if (c.integer("padding_idx") >= 0) {
          Tensor kept = rows.ne(c.integer("padding_idx")).nonzero().select(1, 0);
          rows = rows.indexSelect(0, kept);
          grad = grad.indexSelect(0, kept);
        }
        return SparseForms.coo(rows.unsqueeze(0), grad, new long[] {c.integer("num_weights"), grad.size(1)}, false);
      });

  /// Scales those rows of a table that are read and whose norm is larger down to that norm.
  public static final Operator RENORM_ = Operator.declare(
      "aten::embedding_renorm_(Tensor(a!) self, Tensor indices, float max_norm, float norm_type) -> Tensor(a!)")
      .composition(c -> {
        Tensor self = c.tensor("self");
        double most = c.number("max_norm");
        double p = c.number("norm_type");
        for (long row : Arrays.stream(c.tensor("indices").reshape(-1).toLongArray()).sorted().distinct().toArray()) {
          Tensor values = self.select(0, row);
          double norm = norm(values.toDoubleArray(), p);
          if (norm > most) values.mul_(most / (norm + 1e-7));
        }
        return self;
      })
      .notDifferentiable();

  /// A number i as a row with a one at i: `[*] -> [*, classes]`; -1 classes: as many as there are.
  public static final Operator ONE_HOT =
      Operator.declare("aten::one_hot(Tensor self, int num_classes=-1) -> Tensor").composition(c -> {
        Tensor self = c.tensor("self");
        if (self.dtype() != DType.INT64)
          throw c.check().because("one_hot is only applicable to index tensor of type LongTensor.").tensor("self", self)
              .failure();
        long classes = c.integer("num_classes");
        if (self.numel() == 0 && classes <= 0)
          throw c.check().because("Can not infer total number of classes from empty tensor.").failure();
        long[] numbers = self.toLongArray();
        long most = -1;
        for (long number : numbers) {
          if (number < 0) throw c.check().because("Class values must be non-negative.").failure();
          most = Math.max(most, number);
        }
        if (classes == -1) classes = most + 1;
        else if (classes < 1) throw c.check().because("num_classes should be positive").failure();
        else if (most >= classes) throw c.check().because("Class values must be smaller than num_classes.").failure();
        long[] sizes = Arrays.copyOf(self.sizes(), self.dim() + 1);
        sizes[self.dim()] = classes;
        return Torch.zeros(sizes, DType.INT64, self.device()).scatter_(-1, self.unsqueeze(-1), 1L);
      }).notDifferentiable();

  private Embeddings() {}

  private static double norm(double[] values, double p) {
    double sum = 0;
    for (double v : values) {
      double a = Math.abs(v);
      sum = Double.isInfinite(p) ? Math.max(sum, a) : sum + (p == 2 ? a * a : p == 1 ? a : Math.pow(a, p));
    }
    return Double.isInfinite(p) || p == 1 ? sum : p == 2 ? Math.sqrt(sum) : Math.pow(sum, 1 / p);
  }
}
