package jtorch.op;

/// What is done with the element that is there (the first) and the one that comes. NaN wins over all numbers.
public enum Combining {
  REPLACE,
  ADD,
  MULTIPLY,
  MAXIMUM,
  MINIMUM
}
