package jtorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jtorch.op.Check;
import org.jspecify.annotations.Nullable;

/// What `x[...]` means: views for integers and slices first, one gather or scatter for all index tensors together.
///
/// **Source**: PyTorch's `python_variable_indexing.cpp`, which has NumPy's rules.
final class IndexExpression {
  /// The view that integers, slices and new axes make.
  private final Tensor window;
  /// Index tensors by dimension of the window; null for whole dimensions.
  private final List<@Nullable Tensor> tensors;

  private IndexExpression(Tensor window, List<@Nullable Tensor> tensors) {
    this.window = window;
    this.tensors = tensors;
  }

  static Tensor read(Tensor self, List<Index> parts) {
    IndexExpression expression = of(self, parts);
    if (expression.tensors.isEmpty())
      return expression.window == self ? jtorch.op.ViewForms.ALIAS.tensor(self) : expression.window;
    return expression.window.index(expression.indices());
  }

  static void write(Tensor self, List<Index> parts, Object value) {
    IndexExpression expression = of(self, parts);
    Tensor window = expression.window;
    Tensor values = value instanceof Tensor t ? t : Torch.full(new long[0], value, self.dtype(), self.device());
    if (expression.tensors.isEmpty()) {
      window.copy_(withoutLeadingOnes(values, window.dim()));
      return;
    }
    window.indexPut_(expression.indices(), withoutLeadingOnes(values, 0), false);
  }

  /// Values may have more dimensions than what they are written to if the first ones have size 1.
  private static Tensor withoutLeadingOnes(Tensor values, int least) {
    int ones = 0;
    while (ones < values.dim() - least && values.size(ones) == 1) ones++;
    return ones == 0 ? values : values.reshape(Arrays.copyOfRange(values.sizes(), ones, values.dim()));
  }

  private @Nullable Tensor[] indices() {
    return tensors.toArray(new @Nullable Tensor[0]);
  }

  private static IndexExpression of(Tensor self, List<Index> parts) {
    int named = 0;
    int ellipses = 0;
    for (Index part : parts) {
      switch (part) {
        case Index.At at -> named++;
        case Index.Slice slice -> named++;
        case Index.Of(Tensor t) -> named += isMask(t) ? t.dim() : 1;
        case Index.Mark mark -> ellipses += mark == Index.Mark.ELLIPSIS ? 1 : 0;
      }
    }
    if (named > self.dim()) throw Check.of("index").because("too many indices for tensor of dimension %d", self.dim())
        .tensor("self", self).indexFailure();
    if (ellipses > 1)
      throw Check.of("index").because("an index can only have a single ellipsis ('...')").indexFailure();
    Tensor window = self;
    var tensors = new ArrayList<@Nullable Tensor>();
    int dim = 0;
    for (Index part : parts) {
      switch (part) {
        case Index.At(long index) -> window = select(window, self, dim, index);
        case Index.Slice(Long start, Long end, long step) -> {
          if (start != null || end != null || step != 1) window = window.slice(dim, start, end, step);
          dim++;
        }
        case Index.Mark mark -> {
          if (mark == Index.Mark.ELLIPSIS) {
            dim += self.dim() - named;
          } else {
            window = window.unsqueeze(dim);
            dim++;
          }
        }
        case Index.Of(Tensor t) -> {
          if (t.dim() == 0 && t.dtype().isIntegral() && t.dtype() != DType.UINT8) {
            window = select(window, self, dim, t.itemLong());
          } else if (t.dim() == 0 && isMask(t)) {
            // A truth is a mask over a new dimension.
            window = window.unsqueeze(dim);
            put(tensors, dim, t.reshape(1).to(DType.BOOL));
            dim++;
          } else {
            put(tensors, dim, t);
            dim += isMask(t) ? t.dim() : 1;
          }
        }
      }
    }
    return new IndexExpression(window, tensors);
  }

  private static boolean isMask(Tensor t) {
    return t.dtype() == DType.BOOL || t.dtype() == DType.UINT8;
  }

  /// Index tensors by the dimension that they begin at; a mask takes the places of all its dimensions by itself.
  private static void put(List<@Nullable Tensor> tensors, int dim, Tensor index) {
    int at = 0;
    for (Tensor t : tensors) at += t != null && isMask(t) ? t.dim() : 1;
    for (; at < dim; at++) tensors.add(null);
    tensors.add(index);
  }

  private static Tensor select(Tensor window, Tensor self, int dim, long index) {
    long size = window.size(dim);
    if (index < -size || index >= size) throw Check.of("index")
        .because("index %d is out of bounds for dimension %d with size %d", index, dim, size).tensor("self", self)
        .indexFailure();
    return window.select(dim, index);
  }
}
