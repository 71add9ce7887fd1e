package jtorch.cpu.matrix;

import jtorch.cpu.Scratch;

/// Several scratch buffers in one, given back together.
record Room(Scratch scratch, long[] addresses) implements AutoCloseable {
  private static final long ALIGNMENT = 64;

  /// Buffers of these sizes in bytes; one of no bytes has no meaningful address.
  static Room of(Scratch scratch, long... bytes) {
    long total = 0;
    long[] addresses = new long[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      addresses[i] = total;
      total += (bytes[i] + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    long base = scratch.allocate(Math.max(total, ALIGNMENT));
    for (int i = 0; i < bytes.length; i++) {
      addresses[i] += base;
    }
    return new Room(scratch, addresses);
  }

  long get(int index) {
    return addresses[index];
  }

  @Override
  public void close() {
    scratch.free(addresses[0]);
  }
}
