// What kernels of attention are told.

// [batch, head, row, element], elements side by side.
struct Place {
  u64 at;
  i64 batch, head, row;

  DEVICE const T* of(i64 b, i64 h) const { return (const T*) at + b * batch + h * head; }
};

struct Arguments {
  i64 batches, heads, key_heads, length, keys, width, value_width, causal;
  f64 scale;
  Place q, k, v, mask, out;
  u64 sums;
  Place grad, dq, dk, dv;
  u64 centres;
  // On tensor cores: where gradients of queries are summed up, and the length in full blocks.
  u64 summed;
  i64 padded;
};
