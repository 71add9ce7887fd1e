package jtorch.cpu.dnnl;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static jtorch.cpu.dnnl.MemoryDescription.array;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Compiled code for one operation on tensors of fixed sizes and layouts. Several threads may execute one at once. It is
/// destroyed when it is no longer reachable, so one that has left a cache may still be running.
///
/// The code runs in the calling thread. Its working memory, the scratchpad, comes from the caller.
public final class Primitive {
  /// What an argument is, by oneDNN's numbers.
  public enum Argument {
    SOURCE(1),
    DESTINATION(17),
    WEIGHTS(33),
    BIAS(41),
    SCRATCHPAD(80),
    SOURCE_GRADIENT(129),
    DESTINATION_GRADIENT(145),
    WEIGHTS_GRADIENT(161),
    BIAS_GRADIENT(169);

    private final int code;

    Argument(int code) {
      this.code = code;
    }
  }

  /// Strides, dilations (1 for none) and paddings of a convolution, one number for each spatial dimension.
  public record Window(long[] stride, long[] dilation, long[] before, long[] after) {}

  private static final Cleaner CLEANER = Cleaner.create(Thread.ofPlatform().daemon().name("jtorch-dnnl-", 0).factory());

  private final Argument[] arguments;
  private final Natives natives = new Natives();
  private final String implementation;
  private final long scratchpadBytes;
  private final ConcurrentLinkedQueue<Frame> idle = new ConcurrentLinkedQueue<>();

  /// Takes over a primitive description. The arguments are those of `execute`, in its order.
  private Primitive(long description, Argument... arguments) {
    this.arguments = arguments;
    CLEANER.register(this, natives);
    try {
      natives.add("dnnl_primitive_destroy",
          natives.primitive = DnnlLibrary.create("dnnl_primitive_create", description));
      for (Argument argument : arguments) {
        natives.describe(description, argument);
      }
      scratchpadBytes = natives.describe(description, Argument.SCRATCHPAD).bytes();
      implementation = implementation(description);
    } finally {
      DnnlLibrary.call("dnnl_primitive_desc_destroy", description);
    }
  }

  /// Forward convolution. Execute with source, weights, destination, and the bias if there is one.
  public static Primitive convolution(MemoryDescription source, MemoryDescription weights, MemoryDescription bias,
      MemoryDescription destination, Window window) {
    long description = forward(source, weights, bias, destination, window);
    return bias == MemoryDescription.NONE
        ? new Primitive(description, Argument.SOURCE, Argument.WEIGHTS, Argument.DESTINATION)
        : new Primitive(description, Argument.SOURCE, Argument.WEIGHTS, Argument.DESTINATION, Argument.BIAS);
  }

  /// The gradient of a convolution for its source. Execute with source gradient, weights, destination gradient.
  public static Primitive convolutionBackwardData(MemoryDescription source, MemoryDescription weights,
      MemoryDescription destination, Window window) {
    long forward = forward(source, weights, MemoryDescription.NONE, destination, window);
    try (Arena arena = Arena.ofConfined(); Attributes attributes = new Attributes()) {
      return new Primitive(
          DnnlLibrary.create("dnnl_convolution_backward_data_primitive_desc_create", DnnlLibrary.engine(),
              DnnlLibrary.CONVOLUTION_DIRECT, source.handle(), weights.handle(), destination.handle(),
              array(arena, window.stride), gaps(arena, window), array(arena, window.before), array(arena, window.after),
              forward, attributes.handle),
          Argument.SOURCE_GRADIENT, Argument.WEIGHTS, Argument.DESTINATION_GRADIENT);
    } finally {
      DnnlLibrary.call("dnnl_primitive_desc_destroy", forward);
    }
  }

  /// The gradients of a convolution for its weights and bias. Execute with source, weights gradient, destination gradient,
  /// and the bias gradient if there is one.
  public static Primitive convolutionBackwardWeights(MemoryDescription source, MemoryDescription weights,
      MemoryDescription bias, MemoryDescription destination, Window window) {
    long forward = forward(source, weights, bias, destination, window);
    try (Arena arena = Arena.ofConfined(); Attributes attributes = new Attributes()) {
      long description = DnnlLibrary.create("dnnl_convolution_backward_weights_primitive_desc_create",
          DnnlLibrary.engine(), DnnlLibrary.CONVOLUTION_DIRECT, source.handle(), weights.handle(), bias.handle(),
          destination.handle(), array(arena, window.stride), gaps(arena, window), array(arena, window.before),
          array(arena, window.after), forward, attributes.handle);
      return bias == MemoryDescription.NONE
          ? new Primitive(description, Argument.SOURCE, Argument.WEIGHTS_GRADIENT, Argument.DESTINATION_GRADIENT)
          : new Primitive(description, Argument.SOURCE, Argument.WEIGHTS_GRADIENT, Argument.DESTINATION_GRADIENT,
              Argument.BIAS_GRADIENT);
    } finally {
      DnnlLibrary.call("dnnl_primitive_desc_destroy", forward);
    }
  }

  /// A copy from one layout (or type) to another. Execute with source, destination.
  public static Primitive reorder(MemoryDescription from, MemoryDescription to) {
    try (Attributes attributes = new Attributes()) {
      return new Primitive(DnnlLibrary.create("dnnl_reorder_primitive_desc_create", from.handle(), DnnlLibrary.engine(),
          to.handle(), DnnlLibrary.engine(), attributes.handle), Argument.SOURCE, Argument.DESTINATION);
    }
  }

  /// A matrix product. Execute with source, weights, destination.
  public static Primitive matmul(MemoryDescription source, MemoryDescription weights, MemoryDescription destination) {
    try (Attributes attributes = new Attributes()) {
      return new Primitive(
          DnnlLibrary.create("dnnl_matmul_primitive_desc_create", DnnlLibrary.engine(), source.handle(),
              weights.handle(), 0L, destination.handle(), attributes.handle),
          Argument.SOURCE, Argument.WEIGHTS,
          Argument.DESTINATION);
    }
  }

  /// The layout of an argument of `execute`, which lives as long as this primitive.
  public MemoryDescription description(int index) {
    return natives.descriptions.get(index);
  }

  /// oneDNN's name for the code, as `jit:avx512_core`; `ref` in it means a slow one.
  public String implementation() {
    return implementation;
  }

  /// Bytes that `execute` wants as its scratchpad.
  public long scratchpadBytes() {
    return scratchpadBytes;
  }

  /// Runs the code on the data at these addresses.
  public void execute(long scratchpad, long... addresses) {
    Frame frame = idle.poll();
    if (frame == null) {
      frame = new Frame(natives, arguments, scratchpadBytes > 0);
    }
    frame.run(natives.primitive, scratchpad, addresses);
    idle.add(frame);
    Reference.reachabilityFence(this);
  }

  private static long forward(MemoryDescription source, MemoryDescription weights, MemoryDescription bias,
      MemoryDescription destination, Window window) {
    DnnlLibrary.oneThread();
    try (Arena arena = Arena.ofConfined(); Attributes attributes = new Attributes()) {
      return DnnlLibrary.create("dnnl_convolution_forward_primitive_desc_create", DnnlLibrary.engine(),
          DnnlLibrary.FORWARD_TRAINING, DnnlLibrary.CONVOLUTION_DIRECT, source.handle(), weights.handle(),
          bias.handle(),
          destination.handle(), array(arena, window.stride), gaps(arena, window), array(arena, window.before),
          array(arena, window.after), attributes.handle);
    }
  }

  /// oneDNN counts the elements left out between two taken.
  private static long gaps(Arena arena, Window window) {
    long[] gaps = window.dilation.clone();
    for (int i = 0; i < gaps.length; i++) {
      gaps[i]--;
    }
    return array(arena, gaps);
  }

  private static String implementation(long description) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(JAVA_LONG);
      DnnlLibrary.call("dnnl_primitive_desc_query", description, DnnlLibrary.QUERY_IMPLEMENTATION, 0, result.address());
      return MemorySegment.ofAddress(result.get(JAVA_LONG, 0)).reinterpret(Long.MAX_VALUE).getString(0);
    }
  }

  private static final class Attributes implements AutoCloseable {
    final long handle;

    Attributes() {
      DnnlLibrary.oneThread();
      handle = DnnlLibrary.create("dnnl_primitive_attr_create");
      DnnlLibrary.call("dnnl_primitive_attr_set_scratchpad_mode", handle, DnnlLibrary.SCRATCHPAD_USER);
    }

    @Override
    public void close() {
      DnnlLibrary.call("dnnl_primitive_attr_destroy", handle);
    }
  }

  /// All that is to be destroyed after the primitive. Refers to nothing that keeps the primitive reachable.
  private static final class Natives implements Runnable {
    private record Resource(String destructor, long handle) {}

    private final List<Resource> resources = new ArrayList<>();
    private final List<MemoryDescription> descriptions = new ArrayList<>();
    private long primitive;

    synchronized void add(String destructor, long handle) {
      resources.add(new Resource(destructor, handle));
    }

    MemoryDescription describe(long primitiveDescription, Argument argument) {
      long borrowed = DnnlLibrary.ask("dnnl_primitive_desc_query_md", primitiveDescription, DnnlLibrary.QUERY_ARGUMENT,
          argument.code);
      var description = new MemoryDescription(DnnlLibrary.create("dnnl_memory_desc_clone", borrowed));
      add("dnnl_memory_desc_destroy", description.handle());
      descriptions.add(description);
      return description;
    }

    @Override
    public synchronized void run() {
      for (Resource resource : resources.reversed()) {
        DnnlLibrary.call(resource.destructor, resource.handle);
      }
    }
  }

  /// What one execution needs and the next can use again: a stream and the array of arguments with their memory objects.
  private static final class Frame {
    /// `struct { int what; dnnl_memory_t memory; }`
    private static final int ARGUMENT_BYTES = 16;

    private final long stream;
    private final MemorySegment array;
    private final long[] memories;

    Frame(Natives natives, Argument[] arguments, boolean scratchpad) {
      int count = arguments.length + (scratchpad ? 1 : 0);
      stream = DnnlLibrary.create("dnnl_stream_create", DnnlLibrary.engine(), DnnlLibrary.STREAM_DEFAULT);
      natives.add("dnnl_stream_destroy", stream);
      array = Arena.ofAuto().allocate((long) count * ARGUMENT_BYTES, ARGUMENT_BYTES);
      memories = new long[count];
      for (int i = 0; i < count; i++) {
        memories[i] =
            DnnlLibrary.create("dnnl_memory_create", natives.descriptions.get(i).handle(), DnnlLibrary.engine(), 0L);
        natives.add("dnnl_memory_destroy", memories[i]);
        Argument argument = i < arguments.length ? arguments[i] : Argument.SCRATCHPAD;
        array.set(JAVA_INT, (long) i * ARGUMENT_BYTES, argument.code);
        array.set(JAVA_LONG, (long) i * ARGUMENT_BYTES + 8, memories[i]);
      }
    }

    void run(long primitive, long scratchpad, long[] addresses) {
      for (int i = 0; i < addresses.length; i++) {
        DnnlLibrary.memorySetData(memories[i], addresses[i]);
      }
      if (memories.length > addresses.length) {
        DnnlLibrary.memorySetData(memories[addresses.length], scratchpad);
      }
      DnnlLibrary.oneThread();
      DnnlLibrary.execute(primitive, stream, memories.length, array.address());
      Reference.reachabilityFence(array);
    }
  }
}
