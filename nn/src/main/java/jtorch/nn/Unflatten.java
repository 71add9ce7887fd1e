package jtorch.nn;

import java.util.Arrays;
import jtorch.Tensor;

/// One dimension becomes several: `[N, 50] -> [N, 2, 5, 5]`; one of the sizes may be -1.
///
/// **As** `torch.nn.Unflatten`.
///
/// ```java
/// var unflatten = new Unflatten(1, 2, 5, -1);
/// ```
public final class Unflatten extends Module {
  private final long dim;
  private final long[] unflattenedSize;

  public Unflatten(long dim, long... unflattenedSize) {
    this.dim = dim;
    this.unflattenedSize = unflattenedSize.clone();
  }

  @Override
  public Tensor forward(Tensor x) {
    return x.unflatten(dim, unflattenedSize);
  }

  @Override
  protected String extraRepresentation() {
    return "dim=" + dim + ", unflattened_size="
        + Arrays.toString(unflattenedSize).replace('[', '(').replace("]", unflattenedSize.length == 1 ? ",)" : ")");
  }
}
