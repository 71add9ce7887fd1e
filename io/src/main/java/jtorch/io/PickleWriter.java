package jtorch.io;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.Complex;
import jtorch.DType;
import jtorch.Device;
import jtorch.Layout;
import jtorch.MemoryFormat;
import jtorch.QScheme;
import jtorch.Tensor;
import jtorch.memory.Storage;
import jtorch.python.Counter;
import jtorch.python.OrderedDict;
import jtorch.python.PythonClass;
import jtorch.python.PythonObject;
import jtorch.python.Tuple;
import jtorch.spi.ModulePath;
import org.jspecify.annotations.Nullable;

/// Writes values as `torch.save` pickles them: protocol 2, in the opcodes that `weights_only=True` accepts, storages named
/// by number. What is met again is a reference, so tensors and lists keep their identity; there is no recursion over
/// nested values.
final class PickleWriter {
  /// Bytes that belong beside the pickle.
  ///
  /// @param storage whose bytes
  /// @param offset where they begin
  /// @param bytes how many
  record Stored(Storage storage, long offset, long bytes) {}

  /// A pickle and the storages that it names by their place in the list.
  record Pickle(byte[] bytes, List<Stored> storages) {}

  /// As many as Python's pickler puts together.
  private static final int BATCH = 1000;
  private static final Map<String, String> PYTHON2 = Map.of("builtins", "__builtin__", "copyreg", "copy_reg");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  /// What is to be written next, the first one first.
  private final ArrayDeque<Runnable> next = new ArrayDeque<>();
  private final Map<Object, Integer> objects = new IdentityHashMap<>();
  /// Texts and classes, which are the same where they are equal.
  private final Map<Object, Integer> names = new HashMap<>();
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Stored> storages = new ArrayList<>();
  private final TensorPickler tensors = new TensorPickler(this);
  private int memo;

  private PickleWriter() {}

  /// @throws IllegalArgumentException if there is something that has no form in Python
  static Pickle write(@Nullable Object value) {
    var writer = new PickleWriter();
    writer.op(0x80).op(2);
    writer.value(value);
    while (!writer.next.isEmpty()) writer.next.pop().run();
    writer.op('.');
    return new Pickle(writer.out.toByteArray(), List.copyOf(writer.storages));
  }

  // ---- bytes -------------------------------------------------------------------------------------------------------

  PickleWriter op(int opcode) {
    out.write(opcode);
    return this;
  }

  private void little(long value, int bytes) {
    for (int i = 0; i < bytes; i++) out.write((int) (value >>> 8 * i));
  }

  /// Remembers what stands on top of the stack.
  private int put() {
    int index = memo++;
    if (index < 256) op('q').little(index, 1);
    else op('r').little(index, 4);
    return index;
  }

  void remember(Object object) {
    objects.put(object, put());
  }

  private boolean again(@Nullable Integer index) {
    if (index == null) return false;
    if (index < 256) op('h').little(index, 1);
    else op('j').little(index, 4);
    return true;
  }

  /// Whether an object was written before; then a reference is written.
  boolean isKnown(Object object) {
    return again(objects.get(object));
  }

  PickleWriter global(String module, String name) {
    var type = new PythonClass(PYTHON2.getOrDefault(module, module), name);
    if (again(names.get(type))) return this;
    if ((module + name).indexOf('\n') >= 0) throw new IllegalArgumentException("save: the name of " + type);
    op('c');
    out.writeBytes((type.module() + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    names.put(type, put());
    return this;
  }

  PickleWriter text(String text) {
    if (again(names.get(text))) return this;
    byte[] bytes = PickleText.bytes(text);
    op('X').little(bytes.length, 4);
    out.writeBytes(bytes);
    names.put(text, put());
    return this;
  }

  PickleWriter integer(long value) {
    if (value >= 0 && value < 256) op('K').little(value, 1);
    else if (value >= 0 && value < 65536) op('M').little(value, 2);
    else if (value == (int) value) op('J').little(value, 4);
    else integer(BigInteger.valueOf(value));
    return this;
  }

  private void integer(BigInteger value) {
    if (value.bitLength() < 32) {
      integer(value.longValue());
      return;
    }
    byte[] big = value.toByteArray();
    if (big.length < 256) op(0x8a).little(big.length, 1);
    else op(0x8b).little(big.length, 4);
    for (int i = big.length - 1; i >= 0; i--) out.write(big[i]);
  }

  PickleWriter real(double value) {
    op('G').little(Long.reverseBytes(Double.doubleToRawLongBits(value)), 8);
    return this;
  }

  PickleWriter truth(boolean value) {
    return op(value ? 0x88 : 0x89);
  }

  /// Ends a tuple of values that follow `begin`.
  PickleWriter integers(long... values) {
    if (values.length > 3) op('(');
    for (long v : values) integer(v);
    return op(values.length > 3 ? 't' : values.length == 0 ? ')' : 0x84 + values.length);
  }

  PickleWriter emptyOrderedDict() {
    return global("collections", "OrderedDict").op(')').op('R');
  }

  /// Bytes as protocol 2 has them: text with a character for each. (Python writes none at all as `bytes()`, which
  /// `weights_only=True` refuses.)
  private void bytes(byte[] bytes) {
    global("_codecs", "encode");
    byte[] text = PickleText.bytes(new String(bytes, StandardCharsets.ISO_8859_1));
    op('X').little(text.length, 4);
    out.writeBytes(text);
    text("latin1").op(0x86).op('R');
  }

  // ---- values ------------------------------------------------------------------------------------------------------

  /// Writes a value, or what begins it; the rest waits in `next`.
  void value(@Nullable Object value) {
    switch (value) {
      case null -> op('N');
      case Boolean b -> truth(b);
      case Long v -> integer(v);
      case Integer v -> integer(v);
      case Short v -> integer(v);
      case Byte v -> integer(v);
      case BigInteger v -> integer(v);
      case Double v -> real(v);
      case Float v -> real(v);
      case String s -> text(s);
      case Complex c -> global("builtins", "complex").real(c.real()).real(c.imaginary()).op(0x86).op('R');
      case DType d -> global("torch", d.toString());
      case QScheme s -> global("torch", s.toString().replace("torch.", ""));
      case MemoryFormat f -> global("torch", f.toString().replace("torch.", ""));
      case Layout l -> global("torch.serialization", "_get_layout").text("torch." + l).op(0x85).op('R');
      case Device d -> device(d);
      case PythonClass c -> global(c.module(), c.name());
      default -> {
        if (!isKnown(value)) object(value);
      }
    }
  }

  private void device(Device device) {
    global("torch", "device").text(device.type() == Device.Type.CPU ? "cpu" : "cuda");
    if (device.type() == Device.Type.CPU) op(0x85).op('R');
    else integer(device.index()).op(0x86).op('R');
  }

  private void object(Object value) {
    switch (value) {
      case Tensor t -> tensors.tensor(t);
      case TypedStorage s -> tensors.storage(s);
      case long[] sizes -> {
        global("torch", "Size").integers(sizes).op(0x85).op('R');
        remember(value);
      }
      case byte[] b -> {
        bytes(b);
        remember(value);
      }
      case ByteBuffer b -> {
        byte[] content = new byte[b.remaining()];
        b.duplicate().get(content);
        global("builtins", "bytearray");
        bytes(content);
        op(0x85).op('R');
        remember(value);
      }
      case Tuple t -> tuple(t);
      case OrderedDict<?, ?> dict -> {
        emptyOrderedDict();
        remember(value);
        if (!dict.attributes().isEmpty()) then(() -> value(dict.attributes()), () -> op('b'));
        next.push(() -> entries(dict.entrySet().iterator()));
      }
      case Counter<?> counter -> {
        global("collections", "Counter");
        op('}');
        then(() -> entries(counter.entrySet().iterator()), () -> op(0x85).op('R').remember(value));
      }
      case Map<?, ?> map -> {
        op('}');
        remember(value);
        next.push(() -> entries(map.entrySet().iterator()));
      }
      case Set<?> set -> {
        global("builtins", "set");
        op(']');
        set.forEach(PickleWriter::key);
        then(() -> items(set.iterator()), () -> op(0x85).op('R').remember(value));
      }
      case List<?> list -> list(value, list);
      case int[] a -> list(value, java.util.Arrays.stream(a).boxed().toList());
      case double[] a -> list(value, java.util.Arrays.stream(a).boxed().toList());
      case float[] a -> {
        var list = new ArrayList<Float>();
        for (float v : a) list.add(v);
        list(value, list);
      }
      case Object[] a -> list(value, java.util.Arrays.asList(a));
      case PythonObject o -> unknown(o);
      case ModulePath m -> throw new IllegalArgumentException(
          "save: a whole module is a program in Python's files, which JTorch does not write; save its stateDict()");
      default -> throw new IllegalArgumentException("save: a " + value.getClass().getName()
          + " has no form in Python: there are tensors, numbers, text, lists, maps, sets, tuples and bytes");
    }
  }

  private void then(Runnable first, Runnable second) {
    next.push(second);
    next.push(first);
  }

  private void list(Object identity, List<?> list) {
    op(']');
    remember(identity);
    next.push(() -> items(list.iterator()));
  }

  private void items(Iterator<?> items) {
    batches(items, 'a', 'e', item -> next.push(() -> value(item)));
  }

  private void entries(Iterator<? extends Map.Entry<?, ?>> entries) {
    batches(entries, 's', 'u', entry -> {
      Object key = key(entry.getKey());
      Object value = entry.getValue();
      then(() -> value(key), () -> value(value));
    });
  }

  /// Up to [#BATCH] items with their opcode, then the rest.
  private <E> void batches(Iterator<E> items, int one, int many, java.util.function.Consumer<E> write) {
    var batch = new ArrayList<E>();
    while (items.hasNext() && batch.size() < BATCH) batch.add(items.next());
    if (batch.isEmpty()) return;
    if (items.hasNext()) next.push(() -> batches(items, one, many, write));
    boolean several = batch.size() > 1;
    if (several) op('(');
    next.push(() -> op(several ? many : one));
    for (E item : batch.reversed()) write.accept(item);
  }

  private static @Nullable Object key(@Nullable Object key) {
    if (!Tuple.isKey(key)) throw new IllegalArgumentException(
        "save: a " + PickleValues.describe(key) + " cannot be a key or an item of a set in Python");
    return key;
  }

  private void tuple(Tuple tuple) {
    if (tuple.size() == 0) {
      op(')');
      return;
    }
    if (!open.add(tuple)) throw new IllegalArgumentException("save: a tuple that contains itself");
    boolean marked = tuple.size() > 3;
    if (marked) op('(');
    next.push(() -> {
      open.remove(tuple);
      op(marked ? 't' : 0x84 + tuple.size()).remember(tuple);
    });
    for (Object item : tuple.items().reversed()) next.push(() -> value(item));
  }

  /// An object of a class that only Python knows, as it was read.
  private void unknown(PythonObject o) {
    if (!open.add(o)) throw new IllegalArgumentException("save: an object that is made of itself: " + o);
    if (o.state() != null) then(() -> value(o.state()), () -> op('b'));
    next.push(() -> entries(o.entries().entrySet().iterator()));
    next.push(() -> items(o.items().iterator()));
    next.push(() -> {
      open.remove(o);
      op(o.isCalled() || !o.keywords().isEmpty() ? 'R' : 0x81).remember(o);
    });
    if (o.keywords().isEmpty()) then(() -> value(o.maker()), () -> value(o.arguments()));
    else {
      global("copyreg", "__newobj_ex__");
      Tuple all = Tuple.of(o.maker(), o.arguments(), o.keywords());
      next.push(() -> value(all));
    }
  }

  // ---- storages ----------------------------------------------------------------------------------------------------

  /// Names bytes beside the pickle; their key is their place.
  int stored(Storage storage, long offset, long bytes) {
    storages.add(new Stored(storage, offset, bytes));
    return storages.size() - 1;
  }
}
