package jtorch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// The size of the space that adaptive pooling gives; null leaves a dimension as it is.
record AdaptiveSize(List<@Nullable Long> sizes) {
  AdaptiveSize {
    sizes = Collections.unmodifiableList(new ArrayList<>(sizes));
  }

  static AdaptiveSize of(long... sizes) {
    var all = new ArrayList<@Nullable Long>();
    for (long size : sizes) all.add(size);
    return new AdaptiveSize(all);
  }

  /// The sizes for that input.
  long[] in(Tensor x) {
    long[] all = new long[sizes.size()];
    for (int i = 0; i < all.length; i++) {
      Long size = sizes.get(i);
      all[i] = size == null ? x.size(i - all.length) : size;
    }
    return all;
  }

  @Override
  public String toString() {
    if (sizes.size() == 1) return String.valueOf(sizes.getFirst());
    return sizes.stream().map(s -> s == null ? "None" : s.toString()).collect(Collectors.joining(", ", "(", ")"));
  }
}
