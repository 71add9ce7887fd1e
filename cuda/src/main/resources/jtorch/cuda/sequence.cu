// Numbers at equal distances. Before this come the types Element and Number.

struct Arguments {
  u64 out;
  i64 count;
  Number start, end, step;
};

// From both ends to the middle, so that both are met exactly; without an end from the start alone.
KERNEL(sequence, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count())
    ((Element*) a.out)[i] = cast<Element>(a.start + (Number) i * a.step);
}

KERNEL(spacing, Arguments) {
  for (i64 i = thread_number(); i < a.count; i += thread_count())
    ((Element*) a.out)[i] = cast<Element>(a.count == 1 || i < a.count / 2 ? a.start + a.step * (Number) i
        : a.end - a.step * (Number) (a.count - i - 1));
}
