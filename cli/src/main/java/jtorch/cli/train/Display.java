package jtorch.cli.train;

import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/// What a run shows while it trains: on a terminal a bar for the epoch under way, elsewhere plain lines.
abstract sealed class Display implements AutoCloseable {
  /// Where a run stands.
  ///
  /// @param done samples of the epoch that were trained on
  /// @param loss the mean over them
  /// @param rate samples a second
  /// @param left the seconds to the end of the run
  record Status(int epoch, int epochs, long done, long samples, double loss, double accuracy, double rate,
      double left) {}

  private final PrintWriter out;

  private Display(PrintWriter out) {
    this.out = out;
  }

  static Display of(PrintWriter out) {
    var console = System.console();
    boolean terminal = console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    return terminal ? new Bar(out) : new Lines(out);
  }

  abstract void step(Status status);

  /// The epoch is over: its line stays.
  void epoch(Status last, EpochResult result) {
    out.println(line(last, result));
    out.flush();
  }

  @Override
  public void close() {}

  private static String line(Status s, @Nullable EpochResult result) {
    String test = result == null ? "" : "   test " + Texts.percent(result.testAccuracy(), 2);
    return String.format(Locale.ROOT, "epoch %2d/%d   loss %.4f   accuracy %s%s   %,6.0f samples/s   %s left", s.epoch,
        s.epochs, s.loss, Texts.percent(s.accuracy, 2), test, s.rate, Texts.duration(s.left));
  }

  /// A line an epoch, and one in between where an epoch takes long.
  private static final class Lines extends Display {
    private static final long PAUSE_NANOS = 15_000_000_000L;
    private final PrintWriter out;
    private long last = System.nanoTime();

    Lines(PrintWriter out) {
      super(out);
      this.out = out;
    }

    @Override
    void step(Status status) {
      if (System.nanoTime() - last < PAUSE_NANOS || status.done == status.samples) return;
      last = System.nanoTime();
      out.println(line(status, null) + "   (%d %% of the epoch)".formatted(100 * status.done / status.samples));
      out.flush();
    }

    @Override
    void epoch(Status status, EpochResult result) {
      last = System.nanoTime();
      super.epoch(status, result);
    }
  }

  /// A bar that moves while an epoch lasts and gives way to the epoch's line.
  private static final class Bar extends Display {
    private static final int CELLS = 24;
    private final boolean blocks = System.out.charset().newEncoder().canEncode("█▏▕");
    private @Nullable ProgressBar bar;
    private volatile @Nullable Status status;

    Bar(PrintWriter out) {
      super(out);
    }

    @Override
    void step(Status now) {
      status = now;
      if (bar == null) bar = new ProgressBarBuilder().setInitialMax(now.samples).setUpdateIntervalMillis(100)
          .setConsumer(new ConsoleProgressBarConsumer(System.out)).setRenderer(this::render).clearDisplayOnFinish()
          .build();
      bar.stepTo(now.done);
    }

    private String render(ProgressState progress, int width) {
      Status now = status;
      if (now == null) return "";
      String figures = String.format(Locale.ROOT, "  loss %.4f  accuracy %s  %,6.0f samples/s  %s left", now.loss,
          Texts.percent(now.accuracy, 2), now.rate, Texts.duration(now.left));
      String text = String.format("epoch %2d/%d %s%s", now.epoch, now.epochs,
          cells((double) now.done / now.samples), figures);
      return text.length() <= width ? text : text.substring(0, Math.max(0, width));
    }

    private String cells(double share) {
      if (!blocks) {
        int full = (int) (share * CELLS);
        return "[" + "#".repeat(full) + " ".repeat(CELLS - full) + "]";
      }
      int eighths = (int) Math.round(share * CELLS * 8);
      String part = eighths % 8 == 0 ? "" : Character.toString((char) ('█' + 8 - eighths % 8));
      String filled = "█".repeat(eighths / 8) + part;
      return "▕" + filled + " ".repeat(CELLS - filled.length()) + "▏";
    }

    @Override
    void epoch(Status last, EpochResult result) {
      close();
      super.epoch(last, result);
    }

    @Override
    public void close() {
      if (bar != null) bar.close();
      bar = null;
    }
  }
}
