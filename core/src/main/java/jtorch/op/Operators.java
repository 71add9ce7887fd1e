package jtorch.op;

import java.util.Collection;
import java.util.Collections;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The registry of all operators by their qualified ATen name.
///
/// Topics are loaded when the registry is first asked; a program that only calls methods of tensors loads the topics
/// that it uses.
public final class Operators {
  private static final ConcurrentHashMap<String, Operator> BY_NAME = new ConcurrentHashMap<>();

  private Operators() {}

  static void register(Operator operator) {
    Operator before = BY_NAME.putIfAbsent(operator.schema().qualifiedName(), operator);
    if (before != null) throw new IllegalStateException(operator.schema().qualifiedName() + " is declared twice");
  }

  /// Loads all topics, so that each operator knows its forms.
  static void load() {
    Topics.load();
  }

  /// The operator of that name, `aten::add.Tensor`, or null.
  public static @Nullable Operator find(String qualifiedName) {
    Topics.load();
    return BY_NAME.get(qualifiedName);
  }

  /// All operators, by name.
  public static Collection<Operator> all() {
    Topics.load();
    return Collections.unmodifiableCollection(new TreeMap<>(BY_NAME).values());
  }

  /// Loaded once, when first used.
  private static final class Topics {
    static {
      try {
        for (Class<?> topic : TopicList.ALL) Class.forName(topic.getName(), true, topic.getClassLoader());
      } catch (ClassNotFoundException impossible) {
        throw new IllegalStateException(impossible);
      }
    }

    static void load() {}
  }
}
