package jtorch.cpu.kernel;

import jtorch.cpu.VectorApi;
import jtorch.memory.Memory;

/// The element-wise part of recurrent cells: gates to states, and gradients back. A row is one sequence at one step.
///
/// Rows of gates hold `gates` blocks of `n` neighbouring elements, in PyTorch's order: LSTM input, forget, cell, output;
/// GRU reset, update, new.
public interface RecurrentGates {
  /// The loops for `float32` or `float64`, on the Vector API where its module is present.
  static RecurrentGates of(boolean wide) {
    return wide ? new DoubleRecurrentGates() : VectorApi.PRESENT ? FloatRecurrentGates.APART
        : new PlainRecurrentGates();
  }

  /// Gates before activation become gates after; `c` becomes the new cell state, also written to `cells`; `h` is the new
  /// hidden state.
  void lstm(long gates, long c, long cells, long h, long n);

  /// From `dh` and `dc` (which becomes that of the cell state before): `dgates` before activation.
  void lstmBackward(long gates, long cells, long before, long dh, long dc, long dgates, long n);

  /// `gates` holds what inputs give, `hidden` what the hidden state gives; gates after activation stay in `gates`, and `h`
  /// becomes the new hidden state.
  void gru(long gates, long hidden, long h, long n);

  /// `dgates` for what inputs give, `dhidden` for what the hidden state gives; `dh` becomes its direct part for the hidden
  /// state before, `before`.
  void gruBackward(long gates, long hidden, long before, long dh, long dgates, long dhidden, long n);

  /// `h = tanh(gates)` or `max(gates, 0)`.
  void plain(boolean tanh, long gates, long h, long n);

  /// `dgates` from the result `h`.
  void plainBackward(boolean tanh, long h, long dh, long dgates, long n);
}

/// One by one in `float32`.
final class PlainRecurrentGates extends ScalarRecurrentGates {
  @Override
  double get(long x, long i) {
    return Memory.getFloat(x + i * 4);
  }

  @Override
  void put(long x, long i, double v) {
    Memory.putFloat(x + i * 4, (float) v);
  }
}

/// One by one in `float64`.
final class DoubleRecurrentGates extends ScalarRecurrentGates {
  @Override
  double get(long x, long i) {
    return Memory.getDouble(x + i * 8);
  }

  @Override
  void put(long x, long i, double v) {
    Memory.putDouble(x + i * 8, v);
  }
}

/// The formulas, on elements of either dtype.
abstract class ScalarRecurrentGates implements RecurrentGates {
  abstract double get(long x, long i);

  abstract void put(long x, long i, double v);

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Override
  public void lstm(long gates, long c, long cells, long h, long n) {
    for (long j = 0; j < n; j++) {
      double i = sigmoid(get(gates, j));
      double f = sigmoid(get(gates, n + j));
      double g = Math.tanh(get(gates, 2 * n + j));
      double o = sigmoid(get(gates, 3 * n + j));
      double cell = f * get(c, j) + i * g;
      put(gates, j, i);
      put(gates, n + j, f);
      put(gates, 2 * n + j, g);
      put(gates, 3 * n + j, o);
      put(c, j, cell);
      put(cells, j, cell);
      put(h, j, o * Math.tanh(cell));
    }
  }

  @Override
  public void lstmBackward(long gates, long cells, long before, long dh, long dc, long dgates, long n) {
    for (long j = 0; j < n; j++) {
      double i = get(gates, j);
      double f = get(gates, n + j);
      double g = get(gates, 2 * n + j);
      double o = get(gates, 3 * n + j);
      double t = Math.tanh(get(cells, j));
      double grad = get(dh, j);
      double cell = get(dc, j) + grad * o * (1 - t * t);
      put(dgates, j, cell * g * i * (1 - i));
      put(dgates, n + j, cell * get(before, j) * f * (1 - f));
      put(dgates, 2 * n + j, cell * i * (1 - g * g));
      put(dgates, 3 * n + j, grad * t * o * (1 - o));
      put(dc, j, cell * f);
    }
  }

  @Override
  public void gru(long gates, long hidden, long h, long n) {
    for (long j = 0; j < n; j++) {
      double r = sigmoid(get(gates, j) + get(hidden, j));
      double z = sigmoid(get(gates, n + j) + get(hidden, n + j));
      double m = Math.tanh(get(gates, 2 * n + j) + r * get(hidden, 2 * n + j));
      put(gates, j, r);
      put(gates, n + j, z);
      put(gates, 2 * n + j, m);
      put(h, j, m + z * (get(h, j) - m));
    }
  }

  @Override
  public void gruBackward(long gates, long hidden, long before, long dh, long dgates, long dhidden, long n) {
    for (long j = 0; j < n; j++) {
      double r = get(gates, j);
      double z = get(gates, n + j);
      double m = get(gates, 2 * n + j);
      double grad = get(dh, j);
      double dm = grad * (1 - z) * (1 - m * m);
      double dz = grad * (get(before, j) - m) * z * (1 - z);
      double dr = dm * get(hidden, 2 * n + j) * r * (1 - r);
      put(dgates, j, dr);
      put(dgates, n + j, dz);
      put(dgates, 2 * n + j, dm);
      put(dhidden, j, dr);
      put(dhidden, n + j, dz);
      put(dhidden, 2 * n + j, dm * r);
      put(dh, j, grad * z);
    }
  }

  @Override
  public void plain(boolean tanh, long gates, long h, long n) {
    for (long j = 0; j < n; j++) put(h, j, tanh ? Math.tanh(get(gates, j)) : Math.max(get(gates, j), 0));
  }

  @Override
  public void plainBackward(boolean tanh, long h, long dh, long dgates, long n) {
    for (long j = 0; j < n; j++) {
      double y = get(h, j);
      put(dgates, j, tanh ? get(dh, j) * (1 - y * y) : y <= 0 ? 0 : get(dh, j));
    }
  }
}
