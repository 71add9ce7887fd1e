package jtorch.spi;

import java.util.Arrays;
import jtorch.Device;
import org.jspecify.annotations.Nullable;

/// Who watches; where nobody does, all of this is one test of a static field.
public final class Watchers {
  private static final Watcher[] NONE = {};
  private static Watcher[] all = NONE;

  private Watchers() {}

  public static boolean areThere() {
    return all.length != 0;
  }

  /// From now on the watcher is told of what begins.
  public static synchronized void add(Watcher watcher) {
    Watcher[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = watcher;
    all = more;
  }

  public static synchronized void remove(Watcher watcher) {
    all = Arrays.stream(all).filter(w -> w != watcher).toArray(Watcher[]::new);
  }

  /// Tells all of them, and gives what is to be closed at the end.
  public static Watched begin(String name, Device device, @Nullable Object[] arguments) {
    Watcher[] who = all;
    var begun = new @Nullable Object[who.length];
    for (int i = 0; i < who.length; i++) begun[i] = who[i].begin(name, device, arguments);
    return new Watched(who, begun);
  }

  /// Something that has begun; its end is told in the opposite order.
  public static final class Watched implements AutoCloseable {
    private final Watcher[] who;
    private final @Nullable Object[] begun;

    private Watched(Watcher[] who, @Nullable Object[] begun) {
      this.who = who;
      this.begun = begun;
    }

    @Override
    public void close() {
      for (int i = who.length - 1; i >= 0; i--) {
        Object what = begun[i];
        if (what != null) who[i].end(what);
      }
    }
  }
}
