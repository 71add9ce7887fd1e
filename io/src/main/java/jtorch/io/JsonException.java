package jtorch.io;

/// A text that is not JSON as [Json] reads it; the message says where and why.
public final class JsonException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }
}
