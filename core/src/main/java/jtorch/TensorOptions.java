package jtorch;

import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of functions that make tensors: `zeros(shape, o -> o.dtype(INT64))`.
///
/// @param dtype null for the function's own default
/// @param device where the tensor lives; null for where the thread makes tensors, on the default device or beside the
///     arguments of the operator that runs
/// @param requiresGrad whether it is a leaf that asks for a gradient
/// @param generator where random numbers come from; null for the default one
/// @param pinMemory whether its memory is locked for copies to a GPU ([Tensor#pinMemory])
public record TensorOptions(@Nullable DType dtype, @Nullable Device device, boolean requiresGrad,
    @Nullable Generator generator, boolean pinMemory) {
  public static final TensorOptions DEFAULT = new TensorOptions(null, null, false, null, false);

  /// Where the tensor lives.
  @Override
  public Device device() {
    return device == null ? Placement.current() : device;
  }

  public TensorOptions dtype(DType v) {
    return new TensorOptions(v, device, requiresGrad, generator, pinMemory);
  }

  public TensorOptions device(Device v) {
    return new TensorOptions(dtype, v, requiresGrad, generator, pinMemory);
  }

  public TensorOptions requiresGrad(boolean v) {
    return new TensorOptions(dtype, device, v, generator, pinMemory);
  }

  public TensorOptions generator(Generator v) {
    return new TensorOptions(dtype, device, requiresGrad, v, pinMemory);
  }

  public TensorOptions pinMemory(boolean v) {
    return new TensorOptions(dtype, device, requiresGrad, generator, v);
  }

  Device deviceOr(Device otherwise) {
    return device == null ? otherwise : device;
  }

  DType dtypeOr(DType otherwise) {
    return dtype == null ? otherwise : dtype;
  }

  Tensor finish(Tensor made) {
    Tensor placed = pinMemory ? made.pinMemory() : made;
    return requiresGrad ? placed.requiresGrad(true) : placed;
  }
}
