package jtorch.cpu.loop;

import jtorch.expr.SinglePrecision;
import jtorch.expr.SpecialFunctions;

/// The functions of [FloatFunctions] with PyTorch's last digit, for loops that read integers only: computed in double and
/// rounded once, or as [SinglePrecision] has them.
///
/// Such loops are few and short, and their results are expected digit for digit: PyTorch compares functions of integers
/// without tolerance.
final class RoundedFunctions {
  private RoundedFunctions() {}

  static float sqrt(float x) {
    return SinglePrecision.sqrt(x);
  }

  static float exp(float x) {
    return (float) Math.exp(x);
  }

  static float exp2(float x) {
    return (float) Math.pow(2, x);
  }

  static float expm1(float x) {
    return (float) Math.expm1(x);
  }

  static float log(float x) {
    return (float) Math.log(x);
  }

  static float log2(float x) {
    return (float) SpecialFunctions.log2(x);
  }

  static float log10(float x) {
    return (float) Math.log10(x);
  }

  static float log1p(float x) {
    return (float) Math.log1p(x);
  }

  static float pow(float a, float b) {
    return (float) SpecialFunctions.pow(a, b);
  }

  static float sin(float x) {
    return (float) Math.sin(x);
  }

  static float cos(float x) {
    return SinglePrecision.cos(x);
  }

  static float tan(float x) {
    return SinglePrecision.tan(x);
  }

  static float tanh(float x) {
    return (float) Math.tanh(x);
  }

  static float sigmoid(float x) {
    return SinglePrecision.sigmoid(x);
  }

  static float erf(float x) {
    return (float) SpecialFunctions.erf(x);
  }
}
