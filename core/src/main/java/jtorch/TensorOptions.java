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
public record TensorOptions(@Nullable DType dtype, @Nullable Device device, boolean requiresGrad,
    @Nullable Generator generator) {
  public static final TensorOptions DEFAULT = new TensorOptions(null, null, false, null);

  /// Where the tensor lives.
  @Override
  public Device device() {
    return device == null ? Placement.current() : device;
  }

  public TensorOptions dtype(DType v) {
    return new TensorOptions(v, device, requiresGrad, generator);
  }

  public TensorOptions device(Device v) {
    return new TensorOptions(dtype, v, requiresGrad, generator);
  }

  public TensorOptions requiresGrad(boolean v) {
    return new TensorOptions(dtype, device, v, generator);
  }

  public TensorOptions generator(Generator v) {
    return new TensorOptions(dtype, device, requiresGrad, v);
  }

  Device deviceOr(Device otherwise) {
    return device == null ? otherwise : device;
  }

  DType dtypeOr(DType otherwise) {
    return dtype == null ? otherwise : dtype;
  }

  Tensor finish(Tensor made) {
    return requiresGrad ? made.requiresGrad(true) : made;
  }
}
