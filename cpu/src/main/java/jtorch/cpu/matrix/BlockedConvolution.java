package jtorch.cpu.matrix;

import java.util.ArrayList;
import java.util.List;
import jtorch.cpu.Parallel;
import jtorch.cpu.Scratch;
import jtorch.cpu.matrix.DnnlConvolution.Operand;
import jtorch.cpu.matrix.DnnlConvolution.Pass;
import jtorch.memory.Memory;
import org.jspecify.annotations.Nullable;

/// A float32 convolution through oneDNN, split over our threads.
///
/// oneDNN's best code wants tensors in layouts of its own. An image or a few at a time are copied there, convolved, and the
/// result copied back by the same thread, so that the copies live in the second-level cache; copying whole batches, as
/// PyTorch does, goes through main memory twice more. Where images are fewer than threads, or small against the weights,
/// the channels are split too.
///
/// Every method returns false, having done nothing, where oneDNN has no good code.
final class BlockedConvolution {
  /// Bytes of images worked on at once, to fit a second-level cache in both layouts.
  private static final long CHUNK = 384 << 10;
  /// Multiply-adds worth handing to another thread: some ten microseconds.
  private static final long PIECE = 1 << 19;
  /// Weights from this number on are copied to oneDNN's layout by all threads.
  private static final long MANY_WEIGHTS = 1 << 20;

  private final Scratch scratch;
  private final ConvolutionShape s;
  private final long n;

  BlockedConvolution(Scratch scratch, ConvolutionShape shape) {
    this.scratch = scratch;
    s = shape;
    n = shape.n();
  }

  /// `y = conv(x, w) + bias`; `bias` may be 0. With an owner, weights are copied to oneDNN's layout once.
  boolean forward(long x, long w, PackedWeights.@Nullable Owner owner, long bias, long y) {
    return stream(Pass.FORWARD, x, w, owner, bias, y);
  }

  /// The gradient for x from that for y.
  boolean backwardData(long dy, long w, long dx) {
    return stream(Pass.BACKWARD_DATA, dy, w, null, 0, dx);
  }

  /// A part of the channels: its sizes and where it begins in each tensor, in elements; `first` is its first output channel.
  private record Slice(ConvolutionShape shape, long x, long w, long y, long first) {}

  private List<Slice> slices(Pass pass, long parts) {
    boolean inputs = pass == Pass.BACKWARD_DATA && s.groups() == 1;
    long channels = inputs ? s.x()[1] : s.groups() == 1 ? s.y()[1] : s.groups();
    long unit = s.groups() == 1 ? 16 : 1;
    long size = ((channels - 1) / parts / unit + 1) * unit;
    List<Slice> slices = new ArrayList<>();
    for (long first = 0; first < channels; first += size) {
      long count = Math.min(size, channels - first);
      if (inputs) {
        slices.add(new Slice(s.inputs(count), first * s.xStrides()[1], first * s.wStrides()[1], 0, 0));
      } else {
        long outputs = s.y()[1] / (s.groups() == 1 ? s.y()[1] : s.groups());
        long firstOutput = first * outputs;
        slices.add(new Slice(s.outputs(count * outputs), s.groups() == 1 ? 0 : first * s.w()[1] * s.xStrides()[1],
            firstOutput * s.wStrides()[0], firstOutput * s.yStrides()[1], firstOutput));
      }
    }
    return slices;
  }

  private long parts() {
    int threads = Parallel.threads();
    return isSmall() ? 1 : n < threads ? (threads - 1) / n + 1 : s.weights() >= MANY_WEIGHTS ? threads : 1;
  }

  private boolean isSmall() {
    return Parallel.threads() == 1 || n * s.work() < 2 * PIECE;
  }

  /// The images to work on at once: a divisor of `images`, so that one compiled code does.
  private long chunk(long images, long bytes) {
    long limit = Math.min(images, Math.max(1, bytes / ((s.xImage() + s.yImage()) * 4)));
    while (images % limit != 0) {
      limit--;
    }
    return limit;
  }

  /// The passes whose images are independent: from x to y or from the gradient for y to that for x.
  private boolean stream(Pass pass, long from, long w, PackedWeights.@Nullable Owner owner, long bias, long to) {
    boolean forward = pass == Pass.FORWARD;
    List<Slice> slices = slices(pass, parts());
    long chunk = chunk(n, Math.min(CHUNK, (s.xImage() + s.yImage()) * 4 * (n / Parallel.threads())));
    List<DnnlConvolution> codes = codes(pass, slices, chunk, bias != 0);
    if (codes.isEmpty()) {
      return false;
    }
    int parts = slices.size();
    PackedWeights.@Nullable Copy[] copies = new PackedWeights.Copy[parts];
    long[] bytes = new long[parts];
    try {
      for (int i = 0; i < parts; i++) {
        DnnlConvolution code = codes.get(i);
        copies[i] = owner == null || code.w.buffer() == 0
            ? null
            : PackedWeights.acquire(scratch, code, w + slices.get(i).w * 4, owner);
        bytes[i] = copies[i] == null ? code.w.buffer() : 0;
      }
      try (Room packed = Room.of(scratch, bytes)) {
        long[] weights = new long[parts];
        split(parts, 1, (begin, end) -> {
          for (int i = (int) begin; i < end; i++) {
            PackedWeights.Copy copy = copies[i];
            weights[i] = copy != null ? copy.address : codes.get(i).w.read(w + slices.get(i).w * 4, packed.get(i));
          }
        });
        long chunks = n / chunk;
        split(parts * chunks, Math.max(1, PIECE * parts / (chunk * s.work())), (begin, end) -> {
          for (long i = begin; i < end;) {
            int slice = (int) (i / chunks);
            long last = Math.min(end, (slice + 1) * chunks);
            Slice part = slices.get(slice);
            images(forward, codes.get(slice), chunk, i % chunks * chunk, (last - slice * chunks) * chunk,
                from + (forward ? part.x : part.y) * 4, weights[slice], bias + part.first * 4,
                to + (forward ? part.y : part.x) * 4);
            i = last;
          }
        });
      }
    } finally {
      for (PackedWeights.Copy copy : copies) {
        if (copy != null) {
          copy.close();
        }
      }
    }
    return true;
  }

  private void images(boolean forward, DnnlConvolution code, long chunk, long first, long end, long from, long weights,
      long bias, long to) {
    Operand in = forward ? code.x : code.y;
    Operand out = forward ? code.y : code.x;
    long inStride = (forward ? s.xStrides() : s.yStrides())[0] * 4;
    long outStride = (forward ? s.yStrides() : s.xStrides())[0] * 4;
    try (Room room = Room.of(scratch, in.buffer(), out.buffer(), code.primitive.scratchpadBytes())) {
      for (long i = first; i < end; i += chunk) {
        long source = in.read(from + i * inStride, room.get(0));
        long result = to + i * outStride;
        long target = out.write(result, room.get(1));
        if (!forward) {
          code.primitive.execute(room.get(2), target, weights, source);
        } else if (code.bias) {
          code.primitive.execute(room.get(2), source, weights, target, bias);
        } else {
          code.primitive.execute(room.get(2), source, weights, target);
        }
        out.finish(result, room.get(1));
      }
    }
  }

  /// The gradients from that for y: for x and for the bias (each may be 0) and for w.
  ///
  /// Each range of images sums its own gradient for w; the ranges are fixed, so that the result does not depend on
  /// which thread was faster. Where the gradient for x is made too, both read the same copy of that for y.
  boolean backward(long x, long w, long dy, long dx, long dw, long db) {
    long parts = parts();
    if (parts > 1 && dx != 0) {
      return !codes(Pass.BACKWARD_WEIGHTS, slices(Pass.BACKWARD_WEIGHTS, parts), 1, db != 0).isEmpty()
          && backwardData(dy, w, dx) && backward(x, w, dy, 0, dw, db);
    }
    List<Slice> slices = slices(Pass.BACKWARD_WEIGHTS, parts);
    long ranges = parts > 1 || isSmall() ? 1 : Math.min(n, Parallel.threads() * (s.weights() < 1 << 17 ? 2L : 1));
    long chunk = n % ranges == 0 ? chunk(n / ranges, Math.max(CHUNK, s.weights() * 4)) : 1;
    List<DnnlConvolution> codes = codes(Pass.BACKWARD_WEIGHTS, slices, chunk, db != 0);
    List<DnnlConvolution> data = dx == 0 ? codes : codes(Pass.BACKWARD_DATA, slices, chunk, false);
    if (codes.isEmpty() || data.isEmpty()) {
      return false;
    }
    int tasks = (int) (slices.size() * ranges);
    long[] bytes = new long[2 * tasks + 1];
    for (int i = 0; i < tasks; i++) {
      bytes[2 * i] = codes.get((int) (i / ranges)).w.bytes();
      bytes[2 * i + 1] = slices.get((int) (i / ranges)).shape.y()[1] * 4;
    }
    bytes[2 * tasks] = dx == 0 ? 0 : data.getFirst().w.buffer();
    try (Room sums = Room.of(scratch, bytes)) {
      long weights = dx == 0 ? 0 : data.getFirst().w.read(w, sums.get(2 * tasks));
      split(tasks, 1, (begin, end) -> {
        for (int i = (int) begin; i < end; i++) {
          Slice part = slices.get((int) (i / ranges));
          long range = i % ranges;
          gradients(codes.get((int) (i / ranges)), data.getFirst(), chunk, range * n / ranges, (range + 1) * n / ranges,
              x + part.x * 4, weights, dy + part.y * 4, dx, sums.get(2 * i), sums.get(2 * i + 1));
        }
      });
      for (int i = 0; i < slices.size(); i++) {
        finish(codes.get(i), slices.get(i), sums, (int) (i * ranges), (int) ranges, dw, db);
      }
    }
    return true;
  }

  private void gradients(DnnlConvolution code, DnnlConvolution data, long chunk, long first, long end, long x,
      long weights,
      long dy, long dx, long dw, long db) {
    boolean shared = dx != 0 && code.y.reorder().isPresent()
        && code.primitive.description(2).isSameAs(data.primitive.description(2));
    long outputs = code.outputs;
    try (
        Room room = Room.of(scratch, code.x.buffer(), code.y.buffer(), code.primitive.scratchpadBytes(), code.w.bytes(),
            outputs * 4, dx == 0 ? 0 : data.x.buffer(), dx == 0 || shared ? 0 : data.y.buffer(),
            dx == 0 ? 0 : data.primitive.scratchpadBytes())) {
      for (long i = first; i < end; i += chunk) {
        long gradient = dy + i * s.yStrides()[0] * 4;
        long copied = code.y.read(gradient, room.get(1));
        if (dx != 0) {
          long result = dx + i * s.xStrides()[0] * 4;
          long source = shared ? copied : data.y.read(gradient, room.get(6));
          data.primitive.execute(room.get(7), data.x.write(result, room.get(5)), weights, source);
          data.x.finish(result, room.get(5));
        }
        long image = code.x.read(x + i * s.xStrides()[0] * 4, room.get(0));
        long target = i == first ? dw : room.get(3);
        long bias = i == first ? db : room.get(4);
        if (code.bias) {
          code.primitive.execute(room.get(2), image, target, copied, bias);
        } else {
          code.primitive.execute(room.get(2), image, target, copied);
        }
        if (i > first) {
          Floats.add(dw, target, code.w.bytes() / 4);
          if (code.bias) {
            Floats.add(db, bias, outputs);
          }
        }
      }
    }
  }

  /// Adds up the ranges of a slice and copies them to their place.
  private void finish(DnnlConvolution code, Slice slice, Room sums, int first, int ranges, long dw, long db) {
    long count = code.w.bytes() / 4;
    split(count, PIECE, (begin, end) -> {
      for (int i = first + 1; i < first + ranges; i++) {
        Floats.add(sums.get(2 * first) + begin * 4, sums.get(2 * i) + begin * 4, end - begin);
      }
    });
    if (dw != 0) {
      long target = dw + slice.w * 4;
      if (code.w.reorder().isPresent()) {
        code.w.finish(target, sums.get(2 * first));
      } else {
        Memory.copy(sums.get(2 * first), target, code.w.bytes());
      }
    }
    if (db != 0) {
      for (int i = first + 1; i < first + ranges; i++) {
        Floats.add(sums.get(2 * first + 1), sums.get(2 * i + 1), code.outputs);
      }
      Memory.copy(sums.get(2 * first + 1), db + slice.first * 4, code.outputs * 4);
    }
  }

  /// Over the threads, where the whole convolution is worth it.
  private void split(long count, long grain, Parallel.RangeBody body) {
    if (isSmall()) {
      body.run(0, count);
    } else {
      Parallel.run(count, grain, body);
    }
  }

  /// The code for each slice; none if one is missing.
  private static List<DnnlConvolution> codes(Pass pass, List<Slice> slices, long images, boolean bias) {
    List<DnnlConvolution> codes = new ArrayList<>();
    for (Slice slice : slices) {
      DnnlConvolution.of(pass, slice.shape.images(images), bias).ifPresent(codes::add);
    }
    return codes.size() == slices.size() ? codes : List.of();
  }
}
