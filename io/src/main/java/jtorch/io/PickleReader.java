package jtorch.io;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.python.PythonObject;
import jtorch.python.Tuple;
import org.jspecify.annotations.Nullable;

/// Python's pickle machine for protocols 0 to 5. It runs nothing: what names mean and what calls give is decided by
/// [PickleValues], and what that does not know becomes a [PythonObject].
///
/// There is no recursion, however deep values nest; sizes are compared with the bytes that are left before memory is
/// asked for.
///
/// **Source**: `pickletools.py` of CPython describes every opcode.
final class PickleReader {
  /// A longer number in decimal digits would take time that grows with their square (Python's own limit is 4300).
  private static final int MOST_DIGITS = 10_000;

  private final PickleInput in;
  private final PickleValues values;
  private final String name;
  private List<@Nullable Object> stack = new ArrayList<>();
  /// The stacks below each mark.
  private final List<List<@Nullable Object>> below = new ArrayList<>();
  private final Map<Long, @Nullable Object> memo = new HashMap<>();

  /// @param name of the record, for messages
  PickleReader(PickleInput in, PickleValues values, String name) {
    this.in = in;
    this.values = values;
    this.name = name;
  }

  /// Reads one value, up to its STOP.
  ///
  /// @throws CorruptFileException telling the place, if it is no pickle
  /// @throws UnsupportedOperationException if it names what is not allowed
  static @Nullable Object read(ByteSource source, PickleInput in, PickleValues values, String name)
      throws IOException {
    long start = in.position();
    var reader = new PickleReader(in, values, name);
    long at = start;
    int opcode = -1;
    try {
      while (true) {
        at = in.position();
        opcode = in.u8();
        if (opcode == '.') return reader.result();
        reader.execute(opcode);
      }
    } catch (PickleException | IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException
        | ArithmeticException failure) {
      String what = opcode < 0 ? "" : ", opcode 0x" + Integer.toHexString(opcode)
          + (opcode > 32 && opcode < 127 ? " '" + (char) opcode + "'" : "");
      throw new CorruptFileException(source.name(), name + ", byte " + (at - start) + what + ": "
          + failure.getMessage(), failure);
    } catch (UnsupportedOperationException refused) {
      throw new UnsupportedOperationException(source.name() + ": " + name + ", byte " + (at - start) + ": "
          + refused.getMessage(), refused);
    }
  }

  private @Nullable Object result() {
    if (!below.isEmpty() || stack.size() != 1)
      throw new PickleException(
          "it stops with " + stack.size() + " values and " + below.size() + " marks, not with one value");
    return stack.getFirst();
  }

  private void push(@Nullable Object value) {
    stack.add(value);
  }

  private @Nullable Object pop() {
    if (stack.isEmpty()) throw new PickleException("a value is taken where there is none");
    return stack.removeLast();
  }

  private @Nullable Object top() {
    if (stack.isEmpty()) throw new PickleException("a value is expected where there is none");
    return stack.getLast();
  }

  /// The values above the last mark, which goes.
  private List<@Nullable Object> popMark() {
    if (below.isEmpty()) throw new PickleException("there is no mark");
    List<@Nullable Object> items = stack;
    stack = below.removeLast();
    return items;
  }

  private Tuple popTuple(String what) {
    if (pop() instanceof Tuple tuple) return tuple;
    throw new PickleException(what + " must be a tuple");
  }

  /// About what an opcode takes of the heap, without the bytes that follow it.
  private static int cost(int opcode) {
    return switch (opcode) {
      case '(', ')', ']', '}', 'l', 'd', 't', 0x85, 0x86, 0x87, 0x8f, 0x91 -> 100;
      case 'p', 'q', 'r', 0x94 -> 80;
      case 'c', 'R', 'o', 'i', 0x81, 0x92, 0x93 -> 150;
      default -> 32;
    };
  }

  private byte[] bytes(long count) throws IOException {
    values.spend(Math.min(Math.max(count, 0), in.remaining()) * 2);
    return in.bytes(count);
  }

  private void execute(int opcode) throws IOException {
    values.spend(cost(opcode));
    switch (opcode) {
      case 0x80 -> {
        int protocol = in.u8();
        if (protocol > 5) throw new PickleException("protocol " + protocol + " is unknown; 0 to 5 are there");
      }
      case 0x95 -> in.i64();
      case '(' -> {
        below.add(stack);
        stack = new ArrayList<>(4);
      }
      case '0' -> {
        if (stack.isEmpty() && !below.isEmpty()) popMark();
        else pop();
      }
      case '1' -> popMark();
      case '2' -> push(top());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.u8());
      case 'M' -> push((long) in.u16());
      case 'J' -> push((long) in.i32());
      case 0x8a -> push(integer(bytes(in.u8())));
      case 0x8b -> push(integer(bytes(in.i32())));
      case 'I' -> push(decimal(ascii(in.line()), true));
      case 'L' -> push(decimal(ascii(in.line()).replaceFirst("L$", ""), false));
      case 'F' -> push(real(ascii(in.line())));
      case 'G' -> push(in.bigEndianDouble());
      case 'X' -> push(utf8(bytes(in.u32())));
      case 0x8c -> push(utf8(bytes(in.u8())));
      case 0x8d -> push(utf8(bytes(in.i64())));
      case 'V' -> push(PickleText.rawUnicodeEscapes(in.line()));
      case 'S' -> push(PickleText.python2(PickleText.quoted(in.line())));
      case 'T' -> push(PickleText.python2(bytes(in.i32())));
      case 'U' -> push(PickleText.python2(bytes(in.u8())));
      case 'B' -> push(bytes(in.u32()));
      case 'C' -> push(bytes(in.u8()));
      case 0x8e -> push(bytes(in.i64()));
      case 0x96 -> push(ByteBuffer.wrap(bytes(in.i64())));
      case 0x98 -> top();
      case ')' -> push(Tuple.of());
      case 0x85 -> push(Tuple.of(pop()));
      case 0x86 -> {
        Object second = pop();
        push(Tuple.of(pop(), second));
      }
      case 0x87 -> {
        Object third = pop();
        Object second = pop();
        push(Tuple.of(pop(), second, third));
      }
      case 't' -> push(new Tuple(popMark()));
      case ']' -> push(new ArrayList<@Nullable Object>(0));
      case 'l' -> push(new ArrayList<>(popMark()));
      case '}' -> push(new LinkedHashMap<@Nullable Object, @Nullable Object>(0));
      case 'd' -> {
        var map = new LinkedHashMap<@Nullable Object, @Nullable Object>();
        List<@Nullable Object> items = popMark();
        setItems(map, items);
        push(map);
      }
      case 0x8f -> push(new LinkedHashSet<@Nullable Object>(0));
      case 0x91 -> push(values.frozenSet(popMark()));
      case 'a' -> {
        Object item = pop();
        append(top(), item);
      }
      case 'e' -> {
        List<@Nullable Object> items = popMark();
        Object list = top();
        for (Object item : items) append(list, item);
      }
      case 0x90 -> {
        List<@Nullable Object> items = popMark();
        addItems(top(), items);
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        setItem(top(), key, value);
      }
      case 'u' -> {
        List<@Nullable Object> items = popMark();
        setItems(top(), items);
      }
      case 'p' -> put(number(ascii(in.line())));
      case 'q' -> put(in.u8());
      case 'r' -> put(in.u32());
      case 0x94 -> put(memo.size());
      case 'g' -> get(number(ascii(in.line())));
      case 'h' -> get(in.u8());
      case 'j' -> get(in.u32());
      case 'c' -> {
        String module = utf8(in.line());
        push(values.global(module, utf8(in.line())));
      }
      case 0x93 -> {
        Object global = pop();
        if (!(pop() instanceof String module) || !(global instanceof String text))
          throw new PickleException("the name of a class must be text");
        push(values.global(module, text));
      }
      case 'R' -> {
        Tuple arguments = popTuple("arguments");
        push(values.call(pop(), arguments));
      }
      case 0x81 -> {
        Tuple arguments = popTuple("arguments");
        push(values.make(pop(), arguments, Map.of()));
      }
      case 0x92 -> {
        Object keywords = pop();
        Tuple arguments = popTuple("arguments");
        push(values.make(pop(), arguments, PickleValues.attributes(keywords)));
      }
      case 'o' -> {
        List<@Nullable Object> items = popMark();
        if (items.isEmpty()) throw new PickleException("a class is expected above the mark");
        push(values.make(items.getFirst(), new Tuple(items.subList(1, items.size())), Map.of()));
      }
      case 'i' -> {
        String module = utf8(in.line());
        Object type = values.global(module, utf8(in.line()));
        push(values.make(type, new Tuple(popMark()), Map.of()));
      }
      case 'b' -> {
        Object state = pop();
        values.build(top(), state);
      }
      case 'P' -> push(values.persistent(ascii(in.line())));
      case 'Q' -> push(values.persistent(pop()));
      case 0x82, 0x83, 0x84 -> throw new PickleException("extension codes name classes that only the writer knows");
      case 0x97 -> throw new PickleException("its buffers were kept outside the pickle");
      default -> throw new PickleException("there is no such opcode");
    }
  }

  // ---- memo --------------------------------------------------------------------------------------------------------

  private void put(long index) {
    if (index < 0) throw new PickleException("memo number " + index);
    memo.put(index, top());
  }

  private void get(long index) {
    Object known = memo.get(index);
    if (known == null && !memo.containsKey(index)) throw new PickleException("memo number " + index + " was never set");
    push(known);
  }

  // ---- containers --------------------------------------------------------------------------------------------------

  @SuppressWarnings("unchecked")
  private static void append(@Nullable Object list, @Nullable Object item) {
    if (list instanceof ArrayList<?> known) ((ArrayList<@Nullable Object>) known).add(item);
    else if (list instanceof PythonObject object) object.append(item);
    else throw new PickleException("can only append to lists, got " + PickleValues.describe(list));
  }

  @SuppressWarnings("unchecked")
  private static void addItems(@Nullable Object set, List<@Nullable Object> items) {
    if (set instanceof PythonObject object) items.forEach(object::append);
    else if (set instanceof LinkedHashSet<?> known) {
      for (Object item : items) ((Set<@Nullable Object>) known).add(PickleValues.key(item));
    } else throw new PickleException("can only add to sets, got " + PickleValues.describe(set));
  }

  private static void setItems(@Nullable Object map, List<@Nullable Object> items) {
    if (items.size() % 2 != 0) throw new PickleException("a key without a value");
    for (int i = 0; i < items.size(); i += 2) setItem(map, items.get(i), items.get(i + 1));
  }

  @SuppressWarnings("unchecked")
  private static void setItem(@Nullable Object map, @Nullable Object key, @Nullable Object value) {
    if (map instanceof LinkedHashMap<?, ?> known)
      ((Map<@Nullable Object, @Nullable Object>) known).put(PickleValues.key(key), value);
    else if (map instanceof PythonObject object) object.put(PickleValues.key(key), value);
    else throw new PickleException("can only set items of dicts, got " + PickleValues.describe(map));
  }

  // ---- numbers and text --------------------------------------------------------------------------------------------

  /// A little-endian two's complement number: a `Long` if it fits.
  private static Object integer(byte[] little) {
    if (little.length == 0) return 0L;
    byte[] big = new byte[little.length];
    for (int i = 0; i < big.length; i++) big[i] = little[little.length - 1 - i];
    return narrow(new BigInteger(big));
  }

  private static Object narrow(BigInteger value) {
    return value.bitLength() < 64 ? (Object) value.longValue() : value;
  }

  private static Object decimal(String text, boolean truths) {
    if (truths && text.equals("01")) return true;
    if (truths && text.equals("00")) return false;
    if (text.length() > MOST_DIGITS || !text.strip().matches("[+-]?\\d+"))
      throw new PickleException("no integer: " + shortened(text));
    return narrow(new BigInteger(text.strip()));
  }

  private static long number(String text) {
    if (!text.matches("\\d{1,10}")) throw new PickleException("no memo number: " + shortened(text));
    return Long.parseLong(text);
  }

  private static double real(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      case "nan", "-nan" -> Double.NaN;
      default -> {
        if (text.length() > 1000 || !text.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?"))
          throw new PickleException("no number: " + shortened(text));
        yield Double.parseDouble(text);
      }
    };
  }

  private static String shortened(String text) {
    return "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static String utf8(byte[] bytes) {
    try {
      return PickleText.utf8(bytes);
    } catch (CharacterCodingException failure) {
      throw new PickleException("text that is not UTF-8", failure);
    }
  }
}
