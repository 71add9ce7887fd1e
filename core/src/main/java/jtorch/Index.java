package jtorch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part of an index expression, as Python's `x[0, 1:3, ..., None, mask]` has several of.
///
/// [Tensor#get] takes them as they are, and what stands for them in Java: integers, index and mask tensors, `boolean`,
/// arrays of these, null for a new axis. [Tensor#at] reads Python's notation.
public sealed interface Index {
  /// One index of a dimension, which goes; negative ones count from the end.
  record At(long index) implements Index {
    @Override
    public String toString() {
      return Long.toString(index);
    }
  }

  /// `start:end:step`; null bounds are open, negative ones count from the end, those outside are clipped.
  record Slice(@Nullable Long start, @Nullable Long end, long step) implements Index {
    /// @throws IllegalArgumentException if the step is not positive
    public Slice {
      if (step <= 0) throw new IllegalArgumentException(
          "slice: step must be greater than zero, got " + step + " | flip(dim) reverses a dimension");
    }

    @Override
    public String toString() {
      return (start == null ? "" : start.toString()) + ":" + (end == null ? "" : end.toString())
          + (step == 1 ? "" : ":" + step);
    }
  }

  /// An index tensor (int64, int32) or a mask (bool, uint8) for as many dimensions as it has.
  record Of(Tensor tensor) implements Index {}

  /// Marks without content.
  enum Mark implements Index {
    /// As many whole dimensions as are left.
    ELLIPSIS,
    /// A new dimension of size 1.
    NEW_AXIS
  }

  /// A whole dimension.
  Slice ALL = new Slice(null, null, 1);

  /// What a Java value stands for.
  ///
  /// @throws IndexOutOfBoundsException if it stands for no index
  static Index of(@Nullable Object value) {
    return switch (value) {
      case null -> Mark.NEW_AXIS;
      case Index index -> index;
      case Tensor t -> new Of(t);
      case Long i -> new At(i);
      case Integer i -> new At(i);
      case Short i -> new At(i);
      case Byte i -> new At(i);
      case Boolean b -> new Of(Torch.scalarTensor(b));
      case long[] a -> new Of(Torch.tensor(a));
      case int[] a -> new Of(Torch.tensor(a));
      case boolean[] a -> new Of(Torch.tensor(a));
      default -> throw new IndexOutOfBoundsException(
          "only integers, slice(...), ELLIPSIS, NEW_AXIS, index tensors, masks and arrays of integers or booleans are valid indices (got "
              + value.getClass().getSimpleName() + ")");
    };
  }

  /// Reads Python's notation: `"..., 1:3, ::2, -1, None"`.
  ///
  /// @throws IllegalArgumentException telling where it cannot be read
  static List<Index> parse(String text) {
    var parts = new ArrayList<Index>();
    int begin = 0;
    while (begin <= text.length()) {
      int comma = text.indexOf(',', begin);
      int end = comma < 0 ? text.length() : comma;
      String part = text.substring(begin, end).strip();
      // A comma at the end is Python's way to write a tuple of one.
      if (!part.isEmpty() || comma >= 0 || parts.isEmpty()) parts.add(part(text, part, begin));
      begin = end + 1;
    }
    return parts;
  }

  private static Index part(String text, String part, int column) {
    switch (part) {
      case "..." -> {
        return Mark.ELLIPSIS;
      }
      case "None", "newaxis" -> {
        return Mark.NEW_AXIS;
      }
      case "True", "False" -> {
        return new Of(Torch.scalarTensor(part.equals("True")));
      }
      default -> {}
    }
    String[] numbers = part.split(":", -1);
    if (numbers.length > 3 || part.isEmpty()) throw unreadable(text, part, column);
    var bounds = new @Nullable Long[3];
    for (int i = 0; i < numbers.length; i++) {
      String number = numbers[i].strip();
      if (number.isEmpty() && numbers.length > 1) continue;
      try {
        bounds[i] = Long.valueOf(number);
      } catch (NumberFormatException e) {
        IllegalArgumentException failure = unreadable(text, part, column);
        failure.initCause(e);
        throw failure;
      }
    }
    Long first = bounds[0];
    if (numbers.length == 1 && first != null) return new At(first);
    return new Slice(first, bounds[1], bounds[2] == null ? 1 : bounds[2]);
  }

  private static IllegalArgumentException unreadable(String text, String part, int column) {
    return new IllegalArgumentException(
        "at: expected an integer, start:end:step, '...' or None at column " + (column + 1)
            + " of '" + text + "', found '" + part + "'");
  }
}
