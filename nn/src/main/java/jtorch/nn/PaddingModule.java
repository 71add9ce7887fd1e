package jtorch.nn;

import java.util.Arrays;
import jtorch.ShapeException;

/// What the padding modules share: how much is put before and after each of the last dimensions.
abstract class PaddingModule extends Module {
  final long[] padding;

  /// @param padding one number for all sides, or two a dimension, those of the last dimension first
  PaddingModule(int dims, long[] padding) {
    if (padding.length != 1 && padding.length != 2 * dims) throw new ShapeException(getClass().getSimpleName()
        + ": expected one number or " + 2 * dims + ", got " + Arrays.toString(padding));
    this.padding = padding.length == 1 ? new long[2 * dims] : padding.clone();
    if (padding.length == 1) Arrays.fill(this.padding, padding[0]);
  }

  final String tuple() {
    return PoolOptions.tuple(padding);
  }

  @Override
  protected String extraRepresentation() {
    return tuple();
  }
}
