package jtorch.data;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// A batch of a kind of its own that can be copied to memory which is locked for copies to a GPU: PyTorch's
/// `pin_memory` method of custom batches.
public interface Pinnable {
  /// The same with its tensors in pinned memory.
  Object pinMemory();

  /// A batch with its tensors in pinned memory; what holds none is itself.
  @SuppressWarnings("unchecked") // a batch is replaced by one of its own kind
  static <B> B pinned(B batch) {
    return (B) inPinnedMemory(batch);
  }

  private static Object inPinnedMemory(Object value) {
    return switch (value) {
      case Tensor t -> t.pinMemory();
      case Tensor[] all -> {
        var copies = new Tensor[all.length];
        for (int i = 0; i < all.length; i++) copies[i] = all[i].pinMemory();
        yield copies;
      }
      case List<?> list -> {
        var copies = new ArrayList<@Nullable Object>(list.size());
        for (Object each : list) copies.add(each == null ? null : inPinnedMemory(each));
        yield copies;
      }
      case Map<?, ?> map -> {
        var copies = new LinkedHashMap<@Nullable Object, @Nullable Object>();
        map.forEach((key, each) -> copies.put(key, each == null ? null : inPinnedMemory(each)));
        yield copies;
      }
      case Pinnable own -> own.pinMemory();
      default -> value;
    };
  }
}
