package jtorch.op;

import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.expr.Expr;
import jtorch.expr.ScalarFunction;
import jtorch.spi.Backends;
import jtorch.spi.Iteration;

/// Filled tensors: `fill_`, `zeros_like`, `full_like`, `new_zeros` and their kin.
public final class Creation {
  private static final ScalarFunction VALUE = new ScalarFunction("fill", 0, 1, Expr.P);

  public static final Operator FILL = Operator.declare("aten::fill.Scalar(Tensor self, Scalar value) -> Tensor")
      .composition(c -> {
        Tensor made = Torch.emptyLike(c.tensor("self"));
        fill(made, c.scalar("value"));
        return made;
      })
      .gradient("self", b -> b.grad().zerosLike())
      .inPlace();

  public static final Operator ZERO = Operator.declare("aten::zero(Tensor self) -> Tensor")
      .composition(c -> c.tensor("self").zerosLike())
      .gradient("self", b -> b.grad().zerosLike())
      .inPlace();

  public static final Operator ZEROS_LIKE = like("zeros_like", 0L);
  public static final Operator ONES_LIKE = like("ones_like", 1L);

  private Creation() {}

  private static Operator like(String name, Object value) {
    return Operator.declare("aten::" + name
        + "(Tensor self, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, bool? pin_memory=None, MemoryFormat? memory_format=None) -> Tensor")
        .composition(c -> {
          Tensor made = Torch.emptyLike(c.tensor("self"), c.dtype("dtype", c.tensor("self").dtype()));
          fill(made, value);
          return made;
        })
        .notDifferentiable();
  }

  /// Writes a value into every element, without a trace on the graph.
  public static void fill(Tensor made, Object value) {
    if (made.numel() == 0) return;
    DType dtype = made.dtype();
    DType compute = dtype == DType.BOOL ? DType.FLOAT64 : dtype.computeType();
    long[] words = Elementwise.parameterWords(new Object[] {value}, compute);
    long[] addresses = {made.address()};
    Iteration iteration;
    if (made.isContiguous()) {
      iteration = Iteration.flat(made.numel(), addresses, new long[] {dtype.size()});
    } else {
      long[] strides = made.strides().clone();
      for (int d = 0; d < strides.length; d++) strides[d] *= dtype.size();
      iteration = Iteration.of(made.sizes(), new long[][] {strides}, addresses);
    }
    Backends.of(made.device()).elementwise(VALUE, compute, new DType[0], dtype).run(iteration, words);
    java.lang.ref.Reference.reachabilityFence(made);
  }
}
