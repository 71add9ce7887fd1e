package jtorch;

/// A gradient mode that lasts until it is closed, on the thread that set it.
public final class GradMode implements AutoCloseable {
  private final ThreadContext context = ThreadContext.current();
  private final boolean gradBefore = context.gradEnabled;
  private final boolean inferenceBefore = context.inferenceMode;

  GradMode(boolean grad, boolean inference) {
    context.gradEnabled = grad;
    context.inferenceMode = inference;
  }

  /// Goes back to the mode before.
  @Override
  public void close() {
    context.gradEnabled = gradBefore;
    context.inferenceMode = inferenceBefore;
  }
}
