package jtorch.spi;

/// Names for parts of a program in the tools of a device's maker.
public interface Ranges {
  /// Begins a part inside of the thread's last one; returns how many there are around it.
  int push(String name);

  /// Ends the thread's last part; returns how many there are around it.
  int pop();

  /// Names a moment.
  void mark(String name);
}
