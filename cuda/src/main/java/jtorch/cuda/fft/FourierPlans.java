package jtorch.cuda.fft;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import jtorch.DType;
import jtorch.FourierPlanCache;
import jtorch.cuda.driver.CudaException;
import jtorch.cuda.driver.NativeLibrary;
import org.jspecify.annotations.Nullable;

/// Fourier transforms of one device by cuFFT, and the plans that were made for them: those not used for longest go first.
///
/// Plans allocate nothing themselves: what they work in comes from the caller. Calls wait for each other, which takes
/// microseconds, for the stream and the work area belong to the plan.
///
/// **Source**: `cufft.h` and `cufftXt.h` of CUDA 12.6; the functions are the same in 13.
public final class FourierPlans implements FourierPlanCache {
  /// As many as PyTorch keeps.
  private static final int MOST_PLANS = 4096;
  private static final int FORWARD = -1;
  private static final int INVERSE = 1;

  // ---- cudaDataType ----------------------------------------------------------------------------------------------
  static final int R_16F = 2;
  static final int C_16F = 6;
  static final int R_32F = 0;
  static final int C_32F = 4;
  static final int R_64F = 1;
  static final int C_64F = 5;

  static final Map<String, String> FORMS = Map.of("cufftCreate", "p", "cufftDestroy", "i", "cufftSetAutoAllocation",
      "ii", "cufftSetStream", "ip", "cufftSetWorkArea", "ip", "cufftXtMakePlanMany", "iippllipllilpi", "cufftXtExec",
      "ippi");

  private static final List<String> STATUS = List.of("CUFFT_SUCCESS", "CUFFT_INVALID_PLAN", "CUFFT_ALLOC_FAILED",
      "CUFFT_INVALID_TYPE", "CUFFT_INVALID_VALUE", "CUFFT_INTERNAL_ERROR", "CUFFT_EXEC_FAILED", "CUFFT_SETUP_FAILED",
      "CUFFT_INVALID_SIZE", "CUFFT_UNALIGNED_DATA", "CUFFT_INCOMPLETE_PARAMETER_LIST", "CUFFT_INVALID_DEVICE",
      "CUFFT_PARSE_ERROR", "CUFFT_NO_WORKSPACE", "CUFFT_NOT_IMPLEMENTED", "CUFFT_LICENSE_ERROR", "CUFFT_NOT_SUPPORTED");

  /// All that a plan depends on.
  ///
  /// @param sizes of a signal; of a real one where one side is real
  /// @param batch how many signals
  public record Transform(DType from, DType to, List<Long> sizes, Layout in, Layout out, long batch) {}

  private record Plan(int handle, long workspace) {}

  private final @Nullable NativeLibrary library;
  private final MemorySegment room = Arena.ofAuto().allocate(128, 16);
  private final LinkedHashMap<Transform, Plan> plans = new LinkedHashMap<>(64, 0.75f, true);
  private long maxSize = MOST_PLANS;

  /// @param cufft null where it is not there
  public FourierPlans(@Nullable SymbolLookup cufft) {
    library = cufft == null ? null : new NativeLibrary("cuFFT", cufft, FORMS);
  }

  /// Whether there is a library that can be asked.
  public boolean canRun() {
    return library != null;
  }

  // ---- the cache -------------------------------------------------------------------------------------------------

  @Override
  public synchronized long size() {
    return plans.size();
  }

  @Override
  public synchronized long maxSize() {
    return maxSize;
  }

  @Override
  public synchronized void setMaxSize(long size) {
    if (size < 0) throw new IllegalArgumentException("cufft_plan_cache: max_size must be non-negative, but is " + size);
    maxSize = size;
    shrink(size);
  }

  @Override
  public synchronized void clear() {
    shrink(0);
  }

  private void shrink(long size) {
    var oldest = plans.entrySet().iterator();
    while (plans.size() > size) {
      int handle = oldest.next().getValue().handle;
      oldest.remove();
      call("a plan that is dropped", "cufftDestroy", handle);
    }
  }

  // ---- transforms ------------------------------------------------------------------------------------------------

  /// Gives a transform, without any factor, to a stream. What is read may be changed where the result is real.
  ///
  /// @param operator for messages
  /// @param workspace gives memory of so many bytes, for work in this stream
  /// @throws CudaException if it fails
  public synchronized void run(String operator, Transform transform, boolean forward, long from, long to,
      LongUnaryOperator workspace, long stream) {
    Plan plan = plans.get(transform);
    boolean kept = plan != null || maxSize > 0;
    if (plan == null) {
      shrink(Math.max(0, maxSize - 1));
      plan = plan(operator, transform);
      if (kept) plans.put(transform, plan);
    }
    try {
      call(operator, "cufftSetStream", plan.handle, stream);
      if (plan.workspace > 0)
        call(operator, "cufftSetWorkArea", plan.handle, workspace.applyAsLong(plan.workspace));
      call(operator, "cufftXtExec", plan.handle, from, to, forward ? FORWARD : INVERSE);
    } finally {
      if (!kept) call(operator, "cufftDestroy", plan.handle);
    }
  }

  private Plan plan(String operator, Transform t) {
    call(operator, "cufftCreate", room.address());
    int handle = room.get(JAVA_INT, 0);
    boolean made = false;
    try {
      call(operator, "cufftSetAutoAllocation", handle, 0);
      long sizes = numbers(16, t.sizes);
      long from = numbers(40, t.in.embed());
      long to = numbers(64, t.out.embed());
      DType computed = t.from.isComplex() ? t.from : t.to;
      room.set(JAVA_LONG, 0, 0);
      call(operator, "cufftXtMakePlanMany", handle, t.sizes.size(), sizes, from, t.in.stride(), t.in.distance(),
          type(t.from), to, t.out.stride(), t.out.distance(), type(t.to), t.batch, room.address(), type(computed));
      made = true;
      return new Plan(handle, room.get(JAVA_LONG, 0));
    } finally {
      if (!made) call(operator, "cufftDestroy", handle);
    }
  }

  /// Up to three numbers, in memory.
  private long numbers(long at, List<Long> values) {
    for (int i = 0; i < values.size(); i++) room.set(JAVA_LONG, at + 8L * i, values.get(i));
    return room.address() + at;
  }

  private static int type(DType dtype) {
    return switch (dtype) {
      case FLOAT16 -> R_16F;
      case COMPLEX32 -> C_16F;
      case FLOAT32 -> R_32F;
      case COMPLEX64 -> C_32F;
      case FLOAT64 -> R_64F;
      case COMPLEX128 -> C_64F;
      default -> throw new IllegalArgumentException("cuFFT does not know " + dtype);
    };
  }

  private void call(String operator, String function, Object... arguments) {
    int status = java.util.Objects.requireNonNull(library).call(function, arguments);
    if (status == 0) return;
    String text = status < STATUS.size() ? STATUS.get(status) : "status " + status;
    throw new CudaException("cuFFT error in " + operator + ": " + text + " from " + function);
  }
}
