// Which row each row of a product came from, by the exchanges of an LU factorization.

struct Exchanges {
  u64 pivots, rows, problem;
  i64 count, size, exchanges;
};

KERNEL(exchange_rows, Exchanges) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    i32* rows = (i32*) a.rows + i * a.size;
    for (i64 r = 0; r < a.size; r++) rows[r] = (i32) r;
    for (i64 k = 0; k < a.exchanges; k++) {
      const i64 other = (i64) ((const i32*) a.pivots)[i * a.exchanges + k] - 1;
      if (other < 0 || other >= a.size) {
        *(i32*) a.problem = 1;
        continue;
      }
      const i32 kept = rows[k];
      rows[k] = rows[other];
      rows[other] = kept;
    }
  }
}
