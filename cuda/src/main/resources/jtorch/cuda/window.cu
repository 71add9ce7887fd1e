// Elements that go elsewhere by a rule: borders, windows as columns, and columns added back. Before this come the types
// Element and Number, and ADDS: whether Elements can be added.

#define MOST_DIMS 12

struct Border {
  u64 in, out;
  i64 count, dims, mode;
  // The innermost dimension first: of the argument, of the result, where the inside begins in each, and its size.
  i64 in_sizes[MOST_DIMS], out_sizes[MOST_DIMS], first[MOST_DIMS], before[MOST_DIMS], inside[MOST_DIMS];
};

// 0: continued by its edge, 1: reflected, 2: repeated.
KERNEL(extend, Border) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    i64 rest = i;
    i64 place = 0;
    i64 scale = 1;
    for (int d = 0; d < a.dims; d++) {
      const i64 size = a.inside[d];
      i64 at = rest % a.out_sizes[d] - a.before[d];
      rest /= a.out_sizes[d];
      if (a.mode == 1) {
        at = at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
      } else if (a.mode == 2) {
        at = size > 0 ? at % size : 0;
        if (at < 0) at += size;
      } else {
        at = at < 0 || size == 0 ? 0 : at >= size ? size - 1 : at;
      }
      place += (a.first[d] + at) * scale;
      scale *= a.in_sizes[d];
    }
    ((Element*) a.out)[i] = ((const Element*) a.in)[place];
  }
}

struct Windows {
  u64 in, out;
  i64 count;
  // Of the image and of the windows over it, across first.
  i64 width, height, across, down;
  i64 kernel[2], dilation[2], padding[2], stride[2];
};

// [plane, tap down, tap across, window down, window across] from images.
KERNEL(columns, Windows) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    i64 rest = i;
    const i64 x = rest % a.across;
    rest /= a.across;
    const i64 y = rest % a.down;
    rest /= a.down;
    const i64 tap_x = rest % a.kernel[0];
    rest /= a.kernel[0];
    const i64 tap_y = rest % a.kernel[1];
    const i64 column = x * a.stride[0] - a.padding[0] + tap_x * a.dilation[0];
    const i64 row = y * a.stride[1] - a.padding[1] + tap_y * a.dilation[1];
    const bool inside = column >= 0 && column < a.width && row >= 0 && row < a.height;
    Element value{};
    if (inside) value = ((const Element*) a.in)[(rest / a.kernel[1] * a.height + row) * a.width + column];
    ((Element*) a.out)[i] = value;
  }
}

#if ADDS

// Each element of an image gathers from the windows that it belongs to.
KERNEL(image, Windows) {
  for (i64 i = thread_number(); i < a.count; i += thread_count()) {
    i64 rest = i;
    const i64 column = rest % a.width + a.padding[0];
    rest /= a.width;
    const i64 row = rest % a.height + a.padding[1];
    const i64 plane = rest / a.height;
    Number sum = 0;
    for (i64 tap_y = 0; tap_y < a.kernel[1]; tap_y++) {
      const i64 y = row - tap_y * a.dilation[1];
      if (y < 0 || y % a.stride[1] != 0 || y / a.stride[1] >= a.down) continue;
      for (i64 tap_x = 0; tap_x < a.kernel[0]; tap_x++) {
        const i64 x = column - tap_x * a.dilation[0];
        if (x < 0 || x % a.stride[0] != 0 || x / a.stride[0] >= a.across) continue;
        const i64 line = (plane * a.kernel[1] + tap_y) * a.kernel[0] + tap_x;
        sum += cast<Number>(((const Element*) a.in)[(line * a.down + y / a.stride[1]) * a.across + x / a.stride[0]]);
      }
    }
    ((Element*) a.out)[i] = cast<Element>(sum);
  }
}

#endif
