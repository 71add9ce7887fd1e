package jtorch.cuda.dnn;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Descriptors of cuDNN that are destroyed together, the last made first.
///
/// A descriptor is made, its attributes are set, and it is finalized, which is when the library checks it; whatever it
/// does not accept throws [CudnnException].
final class Descriptors implements AutoCloseable {
  private static final int CROSS_CORRELATION = 1;
  private static final int ADDITION = 0;

  private final Cudnn library;
  private final Deque<Long> made = new ArrayDeque<>();
  private final Map<Operation.Operand, Long> tensors = new HashMap<>();

  Descriptors(Cudnn library) {
    this.library = library;
  }

  @Override
  public void close() {
    while (!made.isEmpty()) library.destroyDescriptor(made.pop());
  }

  // ---- descriptors of any kind -----------------------------------------------------------------------------------

  long make(Kind kind) {
    long descriptor = library.createDescriptor(kind);
    made.push(descriptor);
    return descriptor;
  }

  /// Takes a descriptor over from others, with which it would be destroyed too early.
  void adopt(long descriptor, Descriptors from) {
    from.made.removeFirstOccurrence(descriptor);
    made.push(descriptor);
  }

  private long finalized(long descriptor, Kind kind) {
    library.finalizeDescriptor(descriptor, kind);
    return descriptor;
  }

  void set(long descriptor, Attribute attribute, long... values) {
    try (Arena arena = Arena.ofConfined()) {
      int bytes = attribute.type.bytes;
      MemorySegment elements = arena.allocate((long) bytes * values.length, 8);
      for (int i = 0; i < values.length; i++) {
        switch (bytes) {
          case 1 -> elements.setAtIndex(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
          case 4 -> elements.setAtIndex(JAVA_INT, i, (int) values[i]);
          default -> elements.setAtIndex(JAVA_LONG, i, values[i]);
        }
      }
      library.setAttribute(descriptor, attribute, attribute.type, values.length, elements.address());
    }
  }

  private void set(long descriptor, Attribute attribute, List<Long> values) {
    set(descriptor, attribute, values.stream().mapToLong(Long::longValue).toArray());
  }

  /// A factor, in the type that sums are made in.
  private void factor(long descriptor, Attribute attribute, DataType sums, double value) {
    boolean wide = sums == DataType.DOUBLE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment element = arena.allocate(8, 8);
      if (wide) element.set(ValueLayout.JAVA_DOUBLE, 0, value);
      else element.set(ValueLayout.JAVA_FLOAT, 0, (float) value);
      library.setAttribute(descriptor, attribute, wide ? Attribute.Type.DOUBLE : Attribute.Type.FLOAT, 1,
          element.address());
    }
  }

  // ---- graphs ----------------------------------------------------------------------------------------------------

  private long tensor(Operation.Operand t) {
    Long known = tensors.get(t);
    if (known != null) return known;
    long d = make(Kind.TENSOR);
    set(d, Attribute.TENSOR_DATA_TYPE, t.type().code);
    set(d, Attribute.TENSOR_DIMENSIONS, t.sizes());
    set(d, Attribute.TENSOR_STRIDES, t.strides());
    set(d, Attribute.TENSOR_ID, t.id());
    set(d, Attribute.TENSOR_ALIGNMENT, t.alignment());
    if (t.isVirtual()) set(d, Attribute.TENSOR_IS_VIRTUAL, 1);
    tensors.put(t, finalized(d, Kind.TENSOR));
    return d;
  }

  long operation(Operation operation) {
    return switch (operation) {
      case Operation.Convolution c -> {
        long geometry = make(Kind.CONVOLUTION);
        set(geometry, Attribute.CONVOLUTION_PRECISION, c.sums().code);
        set(geometry, Attribute.CONVOLUTION_KIND, CROSS_CORRELATION);
        set(geometry, Attribute.CONVOLUTION_SPATIAL_DIMENSIONS, c.stride().size());
        set(geometry, Attribute.CONVOLUTION_PRE_PADDINGS, c.padding());
        set(geometry, Attribute.CONVOLUTION_POST_PADDINGS, c.padding());
        set(geometry, Attribute.CONVOLUTION_STRIDES, c.stride());
        set(geometry, Attribute.CONVOLUTION_DILATIONS, c.dilation());
        finalized(geometry, Kind.CONVOLUTION);
        Way way = c.way();
        long d = make(way.kind);
        set(d, way.x, tensor(c.x()));
        set(d, way.w, tensor(c.w()));
        set(d, way.y, tensor(c.y()));
        set(d, way.convolution, geometry);
        factor(d, way.alpha, c.sums(), 1);
        factor(d, way.beta, c.sums(), 0);
        yield finalized(d, way.kind);
      }
      case Operation.Sum s -> {
        long operator = make(Kind.POINTWISE);
        set(operator, Attribute.POINTWISE_OPERATOR, ADDITION);
        set(operator, Attribute.POINTWISE_PRECISION, s.sums().code);
        finalized(operator, Kind.POINTWISE);
        long d = make(Kind.POINTWISE_OPERATION);
        set(d, Attribute.POINTWISE_DESCRIPTOR, operator);
        set(d, Attribute.POINTWISE_X, tensor(s.x()));
        set(d, Attribute.POINTWISE_B, tensor(s.b()));
        set(d, Attribute.POINTWISE_Y, tensor(s.y()));
        yield finalized(d, Kind.POINTWISE_OPERATION);
      }
    };
  }

  long graph(long handle, List<Operation> operations) {
    long[] nodes = operations.stream().mapToLong(this::operation).toArray();
    long d = make(Kind.OPERATION_GRAPH);
    set(d, Attribute.GRAPH_HANDLE, handle);
    set(d, Attribute.GRAPH_OPERATIONS, nodes);
    return finalized(d, Kind.OPERATION_GRAPH);
  }

  // ---- engines ---------------------------------------------------------------------------------------------------

  /// The ways to compute a graph that the library proposes, the best first.
  List<Long> configurations(long graph, HeuristicMode mode) {
    long heuristics = make(Kind.ENGINE_HEURISTICS);
    set(heuristics, Attribute.HEURISTICS_GRAPH, graph);
    set(heuristics, Attribute.HEURISTICS_MODE, mode.code);
    finalized(heuristics, Kind.ENGINE_HEURISTICS);
    int count = Math.toIntExact(library.getAttribute(heuristics, Attribute.HEURISTICS_RESULTS, 0, 0));
    if (count == 0) return List.of();
    // The library fills descriptors that are there.
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(JAVA_LONG, count);
      for (int i = 0; i < count; i++) room.setAtIndex(JAVA_LONG, i, make(Kind.ENGINE_CONFIGURATION));
      long filled = library.getAttribute(heuristics, Attribute.HEURISTICS_RESULTS, count, room.address());
      var found = new ArrayList<Long>();
      for (int i = 0; i < Math.min(count, filled); i++) found.add(room.getAtIndex(JAVA_LONG, i));
      return found;
    }
  }

  /// What a way's engine does: [Notes].
  Notes notes(long configuration) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(JAVA_LONG);
      room.set(JAVA_LONG, 0, make(Kind.ENGINE));
      library.getAttribute(configuration, Attribute.CONFIGURATION_ENGINE, 1, room.address());
      long engine = room.get(JAVA_LONG, 0);
      return new Notes(bits(engine, Attribute.ENGINE_NUMERICAL_NOTES), bits(engine, Attribute.ENGINE_BEHAVIOR_NOTES));
    }
  }

  /// The numbers that an attribute lists, each as a bit.
  private long bits(long descriptor, Attribute attribute) {
    int most = Integer.SIZE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(JAVA_INT, most);
      long count = Math.min(most, library.getAttribute(descriptor, attribute, most, room.address()));
      long bits = 0;
      for (int i = 0; i < count; i++) bits |= 1L << room.getAtIndex(JAVA_INT, i);
      return bits;
    }
  }

  // ---- execution -------------------------------------------------------------------------------------------------

  long plan(long handle, long configuration) {
    long d = make(Kind.EXECUTION_PLAN);
    set(d, Attribute.PLAN_HANDLE, handle);
    set(d, Attribute.PLAN_CONFIGURATION, configuration);
    return finalized(d, Kind.EXECUTION_PLAN);
  }

  long workspace(long plan) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(JAVA_LONG);
      library.getAttribute(plan, Attribute.PLAN_WORKSPACE_SIZE, 1, room.address());
      return room.get(JAVA_LONG, 0);
    }
  }

  long variantPack(long[] ids, long[] pointers, long workspace) {
    long d = make(Kind.VARIANT_PACK);
    set(d, Attribute.PACK_IDS, ids);
    set(d, Attribute.PACK_POINTERS, pointers);
    set(d, Attribute.PACK_WORKSPACE, workspace);
    return finalized(d, Kind.VARIANT_PACK);
  }
}
