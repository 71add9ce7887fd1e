package jtorch;

import jtorch.random.Generator;
import org.jspecify.annotations.Nullable;

/// The keyword arguments of functions that make tensors: `zeros(shape, o -> o.dtype(INT64))`.
///
/// @param dtype null for the function's own default
/// @param device where the tensor lives
/// @param requiresGrad whether it is a leaf that asks for a gradient
/// @param generator where random numbers come from; null for the default one
public record TensorOptions(@Nullable DType dtype, Device device, boolean requiresGrad, @Nullable Generator generator) {
  public static final TensorOptions DEFAULT = new TensorOptions(null, Device.CPU, false, null);

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

  DType dtypeOr(DType otherwise) {
    return dtype == null ? otherwise : dtype;
  }

  Tensor finish(Tensor made) {
    return requiresGrad ? made.requiresGrad(true) : made;
  }
}
