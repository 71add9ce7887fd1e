// Interpolation of [outer, depth, height, width, inner] by tables of taps along each axis; gradients have transposed tables.
// Before this come the types Element, Number (of values) and Weight, and BYTES: whether values are uint8 and weights integers.

struct Axis {
  i64 in, out;
  // Of the table: where its first taps, its places and its weights begin, in words of 4 bytes.
  i64 starts, places, weights;
  // The bits behind the point of integer weights.
  i64 precision;
};

struct Arguments {
  u64 in, out, tables;
  i64 count, inner;
  Axis axes[3];
};

#define STARTS(axis) ((const i32*) a.tables + (axis).starts)
#define PLACES(axis) ((const i32*) a.tables + (axis).places)
#define WEIGHTS(axis) ((const Weight*) ((const i32*) a.tables + (axis).weights))

KERNEL(resample, Arguments) {
  const Axis& depth = a.axes[0];
  const Axis& height = a.axes[1];
  const Axis& width = a.axes[2];
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    i64 rest = i / a.inner;
    const i64 x = rest % width.out;
    rest /= width.out;
    const i64 y = rest % height.out;
    rest /= height.out;
    const i64 z = rest % depth.out;
    const Element* in =
        (const Element*) a.in + rest / depth.out * depth.in * height.in * width.in * a.inner + i % a.inner;
#if BYTES
    i32 sum = 1 << (height.precision - 1);
    for (i32 t = STARTS(height)[y]; t < STARTS(height)[y + 1]; t++) {
      const Element* row = in + PLACES(height)[t] * width.in * a.inner;
      i32 part = 1 << (width.precision - 1);
      for (i32 s = STARTS(width)[x]; s < STARTS(width)[x + 1]; s++)
        part += WEIGHTS(width)[s] * (i32) row[PLACES(width)[s] * a.inner];
      part >>= width.precision;
      sum += WEIGHTS(height)[t] * (part < 0 ? 0 : part > 255 ? 255 : part);
    }
    sum >>= height.precision;
    ((Element*) a.out)[i] = (Element) (sum < 0 ? 0 : sum > 255 ? 255 : sum);
#else
    Number sum = 0;
    for (i32 r = STARTS(depth)[z]; r < STARTS(depth)[z + 1]; r++) {
      const Element* plane = in + PLACES(depth)[r] * height.in * width.in * a.inner;
      Number of_plane = 0;
      for (i32 t = STARTS(height)[y]; t < STARTS(height)[y + 1]; t++) {
        const Element* row = plane + PLACES(height)[t] * width.in * a.inner;
        Number of_row = 0;
        for (i32 s = STARTS(width)[x]; s < STARTS(width)[x + 1]; s++)
          of_row += WEIGHTS(width)[s] * cast<Number>(row[PLACES(width)[s] * a.inner]);
        of_plane += WEIGHTS(height)[t] * of_row;
      }
      sum += WEIGHTS(depth)[r] * of_plane;
    }
    ((Element*) a.out)[i] = cast<Element>(sum);
#endif
  }
}
