package jtorch.cli.train;

import java.util.Locale;

/// Numbers as people read them.
final class Texts {
  private Texts() {}

  /// ` 98.3 %`; 100 only where all is right.
  static String percent(double share, int digits) {
    double shown = share * 100;
    double step = Math.pow(10, -digits);
    if (share < 1 && shown > 100 - step) shown = 100 - step;
    return String.format(Locale.ROOT, "%" + (digits + 4) + "." + digits + "f %%", shown);
  }

  /// `0:07`, `12:30`, `1:02:03`
  static String duration(double seconds) {
    long s = Math.max(0, (long) Math.ceil(seconds));
    return s < 3600 ? "%d:%02d".formatted(s / 60, s % 60) : "%d:%02d:%02d".formatted(s / 3600, s / 60 % 60, s % 60);
  }

  /// `11,204`
  static String grouped(double number) {
    return String.format(Locale.ROOT, "%,d", Math.round(number));
  }
}
