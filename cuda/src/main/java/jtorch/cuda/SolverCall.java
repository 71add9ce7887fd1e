package jtorch.cuda;

import static jtorch.op.MatrixLayout.addresses;
import static jtorch.op.MatrixLayout.columns;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.cuda.solver.DenseLibrary;
import jtorch.memory.Memory;
import jtorch.memory.ScratchMemory;
import jtorch.op.Call;
import jtorch.op.HostFallback;
import jtorch.spi.Kernel;
import org.jspecify.annotations.Nullable;

/// One call of linear algebra: the libraries that do it, its stream, what they work in and answer.
///
/// Matrices are what the libraries call so: columns lie side by side, at a distance called leading.
final class SolverCall {
  /// One of a kind: cuBLAS and cuSOLVER are used together.
  record Libraries(DenseLibrary blas, DenseLibrary solver) {}

  final Call call;
  final DType dtype;
  private final CudaDevice gpu;
  private final @Nullable Libraries libraries;
  private final String name;
  /// What must stay reachable until all is in the stream.
  private final List<Tensor> kept = new ArrayList<>();

  private SolverCall(Call call, DType dtype, CudaDevice gpu, @Nullable Libraries libraries) {
    this.call = call;
    this.dtype = dtype;
    this.gpu = gpu;
    this.libraries = libraries;
    name = call.operator().schema().bareName();
  }

  /// A kernel for matrices, which leaves them to the processor where the libraries are not there.
  static Kernel kernel(CudaBackend backend, Consumer<SolverCall> work) {
    return kernel(backend, null, work);
  }

  /// @param small the argument whose matrices, if they are small, are worked on without libraries too
  static Kernel kernel(CudaBackend backend, @Nullable String small, Consumer<SolverCall> work) {
    return c -> {
      Tensor matrices = Stream.of(c.arguments()).filter(Tensor.class::isInstance).map(Tensor.class::cast)
          .filter(t -> t.dtype().isDifferentiable()).findFirst().orElseThrow();
      CudaDevice gpu = backend.device(matrices.device());
      Libraries libraries = gpu.libraries();
      if (libraries == null && (small == null || !SmallMatrices.take(c.tensor(small)))) {
        HostFallback.run(c);
        return;
      }
      var solving = new SolverCall(c, matrices.dtype(), gpu, libraries);
      work.accept(solving);
      Reference.reachabilityFence(solving.kept);
    };
  }

  /// Whether matrices are small and there are no libraries: they are worked on by [SmallMatrices].
  boolean isSmall() {
    return libraries == null;
  }

  String name() {
    return name;
  }

  CudaDevice gpu() {
    return gpu;
  }

  // ---- tensors ---------------------------------------------------------------------------------------------------

  static int size(Tensor t, int dim) {
    return Math.toIntExact(t.size(dim));
  }

  static long product(long[] sizes) {
    long product = 1;
    for (long size : sizes) product *= size;
    return product;
  }

  /// The tensor itself if its columns are contiguous, else a copy of which that is true.
  Tensor columnMajor(Tensor t) {
    return columns(t) >= 0 ? t : keep(t.mT().contiguous().mT());
  }

  /// A copy whose matrices are dense and column-major.
  Tensor copy(Tensor t) {
    Tensor copy = empty(t.mT().sizes(), t.dtype()).mT();
    copy.copy_(t);
    return copy;
  }

  Tensor empty(long[] sizes, DType dtype) {
    return keep(Torch.empty(sizes, dtype, gpu.allocator().device()));
  }

  Tensor keep(Tensor t) {
    kept.add(t);
    return t;
  }

  /// A number for each matrix, 0 at first.
  Tensor info(long count) {
    Tensor info = empty(new long[] {count}, DType.INT32);
    info.zero_();
    return info;
  }

  /// The address of an array of addresses on the device, as functions for batches want it.
  long array(long[] addresses) {
    return keep(Torch.tensor(addresses).to(gpu.allocator().device())).pointer();
  }

  long array(Tensor t, long[] batch) {
    return array(addresses(t, batch));
  }

  // ---- functions -------------------------------------------------------------------------------------------------

  int type() {
    return DenseLibrary.type(dtype);
  }

  int realType() {
    return DenseLibrary.type(dtype.toReal());
  }

  private Libraries libraries() {
    if (libraries == null) throw new IllegalStateException(name + " has no library");
    return libraries;
  }

  void blas(String function, Object... arguments) {
    libraries().blas.call(name, gpu.stream(), dtype, function, arguments);
  }

  void solver(String function, Object... arguments) {
    libraries().solver.call(name, gpu.stream(), dtype, function, arguments);
  }

  boolean has(String function) {
    return libraries().solver.has(function);
  }

  long parameters() {
    return libraries().solver.parameters();
  }

  long rotations() {
    return libraries().solver.rotations();
  }

  /// A batched function of cuBLAS that answers at once which argument it dislikes.
  void answering(String function, LongFunction<Object[]> arguments) {
    long answer = ScratchMemory.allocate(64);
    try {
      Memory.putInt(answer, 0);
      blas(function, arguments.apply(answer));
      int code = Memory.getInt(answer);
      if (code != 0) throw new IllegalStateException(function + " dislikes its argument " + -code);
    } finally {
      ScratchMemory.free(answer);
    }
  }

  /// What a function with 64-bit sizes is called with, between its options and its work areas.
  @FunctionalInterface
  interface Matrix {
    Object[] of(int i);
  }

  /// Calls a function with 64-bit sizes for each matrix.
  ///
  /// @param query the arguments of `..._bufferSize`, without the answers
  /// @param run those of the function, up to the work areas
  /// @param info one answer a matrix
  /// @param more what comes after the answer
  void each(String function, int count, Object[] query, Matrix run, Tensor info, Object... more) {
    long answers = ScratchMemory.allocate(64);
    long deviceBytes;
    long hostBytes;
    try {
      Memory.putLong(answers, 0);
      Memory.putLong(answers + 8, 0);
      solver(function + "_bufferSize", joined(parameters(), query, answers, answers + 8, more));
      deviceBytes = Memory.getLong(answers);
      hostBytes = Memory.getLong(answers + 8);
    } finally {
      ScratchMemory.free(answers);
    }
    Tensor work = empty(new long[] {Math.max(1, deviceBytes)}, DType.UINT8);
    long host = ScratchMemory.allocate(hostBytes);
    try {
      for (int i = 0; i < count; i++)
        solver(function, joined(parameters(), run.of(i), work.pointer(), deviceBytes, host,
            hostBytes, info.pointer() + 4L * i, more));
    } finally {
      ScratchMemory.free(host);
    }
  }

  /// The arguments in a row; those that are arrays with their elements.
  static Object[] joined(Object... parts) {
    var all = new ArrayList<Object>();
    for (Object part : parts) {
      if (part instanceof Object[] several) all.addAll(Arrays.asList(several));
      else all.add(part);
    }
    return all.toArray();
  }

  /// The work area of a function with 32-bit sizes: its address, and how many elements it has.
  Object[] work(String function, Object[] query, Object... more) {
    long answer = ScratchMemory.allocate(64);
    try {
      Memory.putInt(answer, 0);
      solver(function + "_bufferSize", joined(query, answer, more));
      int elements = Memory.getInt(answer);
      return new Object[] {empty(new long[] {Math.max(1, elements)}, dtype).pointer(), elements};
    } finally {
      ScratchMemory.free(answer);
    }
  }
}
