package jtorch.testing;

import org.jspecify.annotations.Nullable;

/// What became of one case.
///
/// @param name what the case is about: an operator, a class, a function
/// @param id the case's own name
/// @param result passed, failed, or skipped because `name` is not there
/// @param message why it failed, or what was missing; null for those that passed
public record Outcome(String name, String id, Result result, @Nullable String message) {
  /// The three ways in which a case ends.
  public enum Result {
    PASSED,
    FAILED,
    SKIPPED
  }
}
