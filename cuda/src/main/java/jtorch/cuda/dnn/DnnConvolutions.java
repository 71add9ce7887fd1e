package jtorch.cuda.dnn;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongUnaryOperator;
import jtorch.DType;
import jtorch.cuda.driver.CudaException;
import jtorch.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/// Convolutions of one device by cuDNN, in two or three dimensions: `y = x * w`, or with a bias for each channel, and
/// its gradients.
///
/// How a problem is best computed is asked once: the library's heuristics name engines, the best first, of which those
/// that suit ([Notes#suits]) are tried in that order; or they are timed. What was found is kept, and also that nothing
/// was. Calls wait for each other, which takes microseconds, for a handle has one stream at a time.
///
/// **Source**: cuDNN's graph API; the choice of engines is that of PyTorch's `aten/src/ATen/native/cudnn/Conv_v8.cpp`.
public final class DnnConvolutions {
  private static final int MOST_PLANS = 1024;
  private static final int MOST_ALIGNMENT = 16;
  private static final System.Logger LOGGER = System.getLogger("jtorch.cuda.dnn");

  private static final long X = 1;
  private static final long W = 2;
  private static final long Y = 3;
  private static final long BIAS = 4;
  private static final long UNBIASED = 5;

  /// Where a tensor lies.
  ///
  /// @param alignment what its address is a multiple of: [#alignment]
  public record Layout(List<Long> sizes, List<Long> strides, int alignment) {
    public static Layout of(long[] sizes, long[] strides, long address) {
      return new Layout(list(sizes), list(strides), DnnConvolutions.alignment(address));
    }
  }

  /// All that a plan depends on. Sizes begin with batch and channels; there are as many strides, paddings and dilations
  /// as further dimensions.
  ///
  /// @param bias what the address of the bias is a multiple of, which is added to each channel of the result; 0 if
  /// there is none
  /// @param tensorFloat whether float32 may be cut to TF32
  /// @param deterministic whether every run must give the same bits
  /// @param timed of how many engines the fastest is wanted; 0 to believe the heuristics
  public record Problem(Way way, DType dtype, Layout x, Layout w, Layout y, List<Long> stride, List<Long> padding,
      List<Long> dilation, int bias, boolean tensorFloat, boolean deterministic, int timed) {}

  /// Where the data is; the bias is 0 if there is none.
  public record Pointers(long x, long w, long y, long bias) {}

  /// Tells how long work takes on the device.
  @FunctionalInterface
  public interface Clock {
    /// Milliseconds.
    float time(Runnable work);
  }

  private final Cudnn library;
  private final long handle;
  /// A plan that is absent says that the library has none.
  private final Map<Problem, @Nullable Plan> plans = new LinkedHashMap<>(64, 0.75f, true);

  /// For the device that is current in this thread.
  ///
  /// @throws CudaException if the library cannot work with it
  public DnnConvolutions(Cudnn library) {
    this.library = library;
    try {
      handle = library.create();
    } catch (CudnnException refused) {
      throw new CudaException("cuDNN cannot be used: " + refused.getMessage(), refused);
    }
  }

  public static List<Long> list(long[] values) {
    return Arrays.stream(values).boxed().toList();
  }

  /// The largest power of two up to 16 that divides an address.
  public static int alignment(long address) {
    return (int) Long.lowestOneBit(address | MOST_ALIGNMENT);
  }

  /// The library's version, as PyTorch writes it.
  public int version() {
    return library.version();
  }

  /// Whether cuDNN has such numbers.
  public static boolean knows(DType dtype) {
    return DataType.of(dtype) != null;
  }

  /// Gives a convolution to a stream.
  ///
  /// @param operator for messages
  /// @param workspace gives memory of so many bytes, for work in this stream
  /// @return false if the library cannot do it, or not with the memory there is: nothing has happened then
  /// @throws CudaException if a way that has worked fails
  public synchronized boolean run(String operator, Problem problem, Pointers at, LongUnaryOperator workspace,
      long stream, Clock clock) {
    try {
      library.setStream(handle, stream);
      var work = new Work(at, problem.bias > 0, workspace);
      if (!plans.containsKey(problem)) {
        Plan found = find(operator, problem, work, clock);
        // Too little memory now says nothing of later.
        if (found == null && work.lackedMemory) return false;
        plans.put(problem, found);
        if (plans.size() > MOST_PLANS) drop();
        // Finding it has run it.
        return found != null;
      }
      Plan plan = plans.get(problem);
      return plan != null && work.run(plan);
    } catch (CudnnException failed) {
      throw new CudaException("cuDNN error in " + operator + ": " + failed.getMessage(), failed);
    }
  }

  /// Forgets the plan that was not used for the longest time.
  private void drop() {
    var oldest = plans.entrySet().iterator();
    Plan plan = oldest.next().getValue();
    oldest.remove();
    if (plan != null) plan.close();
  }

  /// One call's data.
  private final class Work {
    private final long[] ids;
    private final long[] pointers;
    private final LongUnaryOperator workspace;
    private boolean lackedMemory;

    Work(Pointers at, boolean bias, LongUnaryOperator workspace) {
      ids = bias ? new long[] {X, W, Y, BIAS} : new long[] {X, W, Y};
      pointers = bias ? new long[] {at.x, at.w, at.y, at.bias} : new long[] {at.x, at.w, at.y};
      this.workspace = workspace;
    }

    /// False if there is too little memory.
    boolean run(Plan plan) {
      long room = 0;
      if (plan.workspace() > 0) {
        try {
          room = workspace.applyAsLong(plan.workspace());
        } catch (OutOfMemoryException tooMuch) {
          LOGGER.log(Level.DEBUG, "no memory for {0} bytes of workspace", plan.workspace());
          lackedMemory = true;
          return false;
        }
      }
      plan.run(library, handle, ids, pointers, room);
      return true;
    }
  }

  // ---- plans -----------------------------------------------------------------------------------------------------

  private static List<Operation> operations(Problem p, DataType type) {
    DataType sums = type.sums();
    var x = operand(X, type, p.x);
    var w = operand(W, type, p.w);
    var y = operand(Y, type, p.y);
    if (p.bias == 0)
      return List.of(new Operation.Convolution(p.way, sums, x, w, y, p.stride, p.padding, p.dilation));
    var unbiased = new Operation.Operand(UNBIASED, sums, y.sizes(), y.strides(), MOST_ALIGNMENT, true);
    var one = new Long[y.sizes().size()];
    Arrays.fill(one, 1L);
    Long[] strides = one.clone();
    one[1] = y.sizes().get(1);
    strides[0] = one[1];
    var bias = new Operation.Operand(BIAS, type, List.of(one), List.of(strides), p.bias, false);
    return List.of(new Operation.Convolution(p.way, sums, x, w, unbiased, p.stride, p.padding, p.dilation),
        new Operation.Sum(sums, unbiased, bias, y));
  }

  private static Operation.Operand operand(long id, DataType type, Layout layout) {
    return new Operation.Operand(id, type, layout.sizes, layout.strides, layout.alignment, false);
  }

  /// The first or the fastest engine that works, which has done the work then; null where none does.
  private @Nullable Plan find(String operator, Problem p, Work work, Clock clock) {
    DataType type = Objects.requireNonNull(DataType.of(p.dtype), "numbers that cuDNN does not know");
    Plan best = null;
    try (var descriptors = new Descriptors(library)) {
      long graph = descriptors.graph(handle, operations(p, type));
      float shortest = Float.POSITIVE_INFINITY;
      int tried = 0;
      var seen = new ArrayList<Notes>();
      for (HeuristicMode mode : modes(p)) {
        for (long configuration : proposals(descriptors, graph, mode, operator)) {
          Notes notes = descriptors.notes(configuration);
          seen.add(notes);
          // A graph of several operations is worth no compilation that takes seconds, unless time is taken anyway.
          if (!notes.suits(type, p.tensorFloat, p.deterministic) || p.bias > 0 && notes.isCompiled() && p.timed == 0)
            continue;
          Plan plan = plan(descriptors, configuration, work, operator);
          if (plan == null) continue;
          if (p.timed == 0) return plan;
          // It has run once, which warmed it up.
          float time = clock.time(() -> work.run(plan));
          if (time < shortest) {
            shortest = time;
            if (best != null) best.close();
            best = plan;
          } else {
            plan.close();
          }
          if (++tried == p.timed) return best;
        }
        // Engines without a promise of speed are for where there are no others.
        if (best != null) return best;
      }
      LOGGER.log(Level.DEBUG, "{0}: none of cuDNN''s engines suits or works: {1} of {2}", operator, seen, p);
      return null;
    } catch (CudnnException refused) {
      if (best != null) best.close();
      LOGGER.log(Level.DEBUG, "{0}: cuDNN does not accept {1}: {2}", operator, p, refused.getMessage());
      return null;
    }
  }

  private static HeuristicMode[] modes(Problem p) {
    String wanted = System.getProperty("jtorch.cuda.dnn.heuristics");
    HeuristicMode first = wanted != null ? HeuristicMode.named(wanted)
        : p.timed > 0 ? HeuristicMode.B : HeuristicMode.A;
    return new HeuristicMode[] {first, HeuristicMode.FALLBACK};
  }

  private static List<Long> proposals(Descriptors descriptors, long graph, HeuristicMode mode, String operator) {
    try {
      return descriptors.configurations(graph, mode);
    } catch (CudnnException none) {
      LOGGER.log(Level.DEBUG, "{0}: no engines by heuristics {1}: {2}", operator, mode, none.getMessage());
      return List.of();
    }
  }

  /// A plan that has run; null where the engine refuses.
  private @Nullable Plan plan(Descriptors from, long configuration, Work work, String operator) {
    var own = new Descriptors(library);
    try {
      own.adopt(configuration, from);
      long descriptor = own.plan(handle, configuration);
      var plan = new Plan(own, descriptor, own.workspace(descriptor));
      if (work.run(plan)) return plan;
    } catch (CudnnException refused) {
      LOGGER.log(Level.DEBUG, "{0}: an engine refuses: {1}", operator, refused.getMessage());
    } catch (RuntimeException | Error failure) {
      own.close();
      throw failure;
    }
    own.close();
    return null;
  }
}
