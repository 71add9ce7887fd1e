// Bags of a table's rows: their sums, means or greatest elements, and the table's gradient. Before this come the types
// Element and Number, in which sums are made.
//
// An index outside of the table is reported through a.problem and touches nothing.

struct Arguments {
  u64 table, indices, offsets, weights, out, most, bags_of, sizes, problem;
  // Bags, numbers among the offsets, indices, columns and rows of the table.
  i64 bags, given, total, width, rows;
  // 0 sums, 1 means, 2 greatest elements; an index that counts as none, or -1.
  i64 mode, padding;
};

DEVICE i64 start_of(const Arguments& a, i64 bag) { return bag < a.given ? ((const i64*) a.offsets)[bag] : a.total; }

// The bag in which an index stands: the last one that begins at it or before.
DEVICE i64 bag_of(const Arguments& a, i64 i) {
  i64 low = 0;
  i64 high = a.given;
  while (low < high) {
    const i64 middle = (low + high) / 2;
    if (((const i64*) a.offsets)[middle] <= i) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

DEVICE i64 size_of(const Arguments& a, i64 begin, i64 end) {
  if (a.padding < 0) return end - begin;
  i64 size = 0;
  for (i64 i = begin; i < end; i++) size += ((const i64*) a.indices)[i] != a.padding;
  return size;
}

DEVICE bool is_row(const Arguments& a, i64 row) {
  if (row >= 0 && row < a.rows) return true;
  *(volatile u32*) a.problem = 1;
  return false;
}

// A thread for each element of the result.
KERNEL(bags, Arguments) {
  const i64 count = a.bags * a.width;
  for (i64 at = thread_number(); at < count; at += thread_count()) {
    const i64 bag = at / a.width;
    const i64 column = at % a.width;
    const i64 end = start_of(a, bag + 1);
    Number sum = 0;
    i64 from = 0;
    i64 size = 0;
    for (i64 i = start_of(a, bag); i < end; i++) {
      const i64 row = ((const i64*) a.indices)[i];
      if (row == a.padding || !is_row(a, row)) continue;
      Number x = cast<Number>(((const Element*) a.table)[row * a.width + column]);
      if (a.weights) x *= cast<Number>(((const Element*) a.weights)[i]);
      if (a.mode != 2) sum += x;
      else if (size == 0 || x > sum) {
        sum = x;
        from = row;
      }
      size++;
    }
    if (a.mode == 1 && size > 1) sum /= (Number) size;
    ((Element*) a.out)[at] = cast<Element>(sum);
    if (a.mode == 2) ((i64*) a.most)[at] = from;
  }
}

KERNEL(sizes, Arguments) {
  for (i64 bag = thread_number(); bag < a.bags; bag += thread_count())
    ((i64*) a.sizes)[bag] = a.mode == 0 ? 0 : size_of(a, start_of(a, bag), start_of(a, bag + 1));
}

KERNEL(bags_of, Arguments) {
  for (i64 i = thread_number(); i < a.total; i += thread_count()) ((i64*) a.bags_of)[i] = bag_of(a, i);
}

// Here `out` are the bags' gradients, and `table` is the table's. Elements are floats or doubles.
KERNEL(spread, Arguments) {
  const i64 count = a.total * a.width;
  for (i64 at = thread_number(); at < count; at += thread_count()) {
    const i64 i = at / a.width;
    const i64 column = at % a.width;
    const i64 row = ((const i64*) a.indices)[i];
    if (row == a.padding || !is_row(a, row)) continue;
    const i64 bag = bag_of(a, i);
    if (bag < 0 || bag >= a.bags) continue;
    Number grad = ((const Number*) a.out)[bag * a.width + column];
    if (a.weights) grad *= ((const Number*) a.weights)[i];
    if (a.mode == 1) grad /= (Number) size_of(a, start_of(a, bag), start_of(a, bag + 1));
    atomicAdd((Number*) a.table + row * a.width + column, grad);
  }
}

KERNEL(spread_most, Arguments) {
  const i64 count = a.bags * a.width;
  for (i64 at = thread_number(); at < count; at += thread_count()) {
    const i64 bag = at / a.width;
    if (size_of(a, start_of(a, bag), start_of(a, bag + 1)) == 0) continue;
    const i64 row = ((const i64*) a.most)[at];
    if (is_row(a, row)) atomicAdd((Number*) a.table + row * a.width + at % a.width, ((const Number*) a.out)[at]);
  }
}
