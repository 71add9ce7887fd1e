package jtorch.testing;

import java.lang.ref.Reference;
import jtorch.DType;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.memory.Float8;
import jtorch.memory.Halves;
import jtorch.memory.Memory;

/// The elements of a tensor in order of index, read straight from memory: what is under test takes no part in it.
///
/// @param real values, or the real parts; integers stand in `integers`
/// @param imaginary parts of complex numbers; empty otherwise
/// @param integers values of bool and integer tensors; empty otherwise
record Contents(DType dtype, long[] sizes, double[] real, double[] imaginary, long[] integers) {
  static Contents of(Tensor given) {
    Tensor tensor = given.device().isHost() ? given : given.detach().to(Device.CPU);
    DType dtype = tensor.dtype();
    int count = Math.toIntExact(tensor.numel());
    boolean exact = !dtype.isDifferentiable();
    var real = new double[exact ? 0 : count];
    var imaginary = new double[dtype.isComplex() ? count : 0];
    var integers = new long[exact ? count : 0];
    long base = count == 0 ? 0 : tensor.address();
    long[] sizes = tensor.sizes();
    long[] strides = tensor.strides();
    var index = new long[sizes.length];
    for (int i = 0; i < count; i++) {
      long offset = 0;
      for (int d = 0; d < index.length; d++) offset += index[d] * strides[d];
      long address = base + offset * dtype.size();
      switch (dtype) {
        case BOOL -> integers[i] = Memory.getByte(address) != 0 ? 1 : 0;
        case UINT8 -> integers[i] = Memory.getByte(address) & 0xff;
        case INT8 -> integers[i] = Memory.getByte(address);
        case UINT16 -> integers[i] = Memory.getShort(address) & 0xffff;
        case UINT32 -> integers[i] = Memory.getInt(address) & 0xffffffffL;
        case UINT64 -> integers[i] = Memory.getLong(address);
        case FLOAT8_E5M2 -> real[i] = Float8.E5M2.toFloat(Memory.getByte(address));
        case FLOAT8_E4M3FN -> real[i] = Float8.E4M3FN.toFloat(Memory.getByte(address));
        case FLOAT8_E5M2FNUZ -> real[i] = Float8.E5M2FNUZ.toFloat(Memory.getByte(address));
        case FLOAT8_E4M3FNUZ -> real[i] = Float8.E4M3FNUZ.toFloat(Memory.getByte(address));
        case FLOAT8_E8M0FNU -> real[i] = Float8.E8M0FNU.toFloat(Memory.getByte(address));
        case COMPLEX32 -> {
          real[i] = Float.float16ToFloat(Memory.getShort(address));
          imaginary[i] = Float.float16ToFloat(Memory.getShort(address + 2));
        }
        case INT16 -> integers[i] = Memory.getShort(address);
        case INT32 -> integers[i] = Memory.getInt(address);
        case INT64 -> integers[i] = Memory.getLong(address);
        case FLOAT16 -> real[i] = Float.float16ToFloat(Memory.getShort(address));
        case BFLOAT16 -> real[i] = Halves.bfloat16ToFloat(Memory.getShort(address));
        case FLOAT32 -> real[i] = Memory.getFloat(address);
        case FLOAT64 -> real[i] = Memory.getDouble(address);
        case COMPLEX64 -> {
          real[i] = Memory.getFloat(address);
          imaginary[i] = Memory.getFloat(address + 4);
        }
        case COMPLEX128 -> {
          real[i] = Memory.getDouble(address);
          imaginary[i] = Memory.getDouble(address + 8);
        }
      }
      for (int d = index.length - 1; d >= 0; d--) {
        if (++index[d] < sizes[d]) break;
        index[d] = 0;
      }
    }
    Reference.reachabilityFence(tensor);
    return new Contents(dtype, sizes, real, imaginary, integers);
  }

  int count() {
    return dtype.isDifferentiable() ? real.length : integers.length;
  }

  /// An element as people write it.
  String text(int i) {
    if (dtype == DType.BOOL) return integers[i] != 0 ? "true" : "false";
    if (!dtype.isDifferentiable()) return Long.toString(integers[i]);
    String number = number(real[i]);
    return dtype.isComplex() ? number + (imaginary[i] < 0 ? "" : "+") + number(imaginary[i]) + "j" : number;
  }

  private String number(double value) {
    return dtype.toReal() == DType.FLOAT64 ? Double.toString(value) : Float.toString((float) value);
  }

  /// The index of the i-th element: `[1, 0, 2]`.
  String index(int i) {
    var text = new StringBuilder("]");
    long rest = i;
    for (int d = sizes.length - 1; d >= 0; d--) {
      text.insert(0, (d == 0 ? "" : ", ") + rest % sizes[d]);
      rest /= sizes[d];
    }
    return text.insert(0, '[').toString();
  }
}
