package jtorch.cpu.loop;

/// Conversions between the types of numbers, as PyTorch's casts on x86.
///
/// A float that no integer can hold becomes the smallest one of the width that the processor converts to: 64 bits for
/// int64, 32 for the narrower ones, of which then the low bits remain.
final class Casts {
  private Casts() {}

  static int toInt(boolean x) {
    return x ? 1 : 0;
  }

  static int toInt(long x) {
    return (int) x;
  }

  static int toInt(float x) {
    return toInt((double) x);
  }

  static int toInt(double x) {
    return x > -2147483649.0 && x < 2147483648.0 ? (int) x : Integer.MIN_VALUE;
  }

  static long toLong(boolean x) {
    return x ? 1 : 0;
  }

  static long toLong(int x) {
    return x;
  }

  static long toLong(float x) {
    return x < 0x1p63f ? (long) x : Long.MIN_VALUE;
  }

  static long toLong(double x) {
    return x < 0x1p63 ? (long) x : Long.MIN_VALUE;
  }

  static float toFloat(boolean x) {
    return x ? 1 : 0;
  }

  static float toFloat(int x) {
    return x;
  }

  static float toFloat(long x) {
    return x;
  }

  static float toFloat(double x) {
    return (float) x;
  }

  static double toDouble(boolean x) {
    return x ? 1 : 0;
  }

  static double toDouble(int x) {
    return x;
  }

  static double toDouble(long x) {
    return x;
  }

  static double toDouble(float x) {
    return x;
  }

  static boolean toBoolean(int x) {
    return x != 0;
  }

  static boolean toBoolean(long x) {
    return x != 0;
  }

  static boolean toBoolean(float x) {
    return x != 0;
  }

  static boolean toBoolean(double x) {
    return x != 0;
  }
}
