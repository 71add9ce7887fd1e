package jtorch.cli.train;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.stream.IntStream;
import jtorch.data.LabelledImages;

/// Test digits with what the network said of them. Mistakes stand first, framed in red, with the right label.
final class SampleSheet {
  private static final int COLUMNS = 10;
  private static final int ROWS = 6;
  /// So many mistakes at most, so that there is room for what went right.
  private static final int MISTAKES = 30;
  private static final int TILE = 72;
  private static final int CAPTION = 30;
  private static final int GAP = 14;
  private static final int MARGIN = 28;
  private static final int TITLE = 64;

  private final LabelledImages images;
  private final Evaluation evaluation;

  SampleSheet(LabelledImages images, Evaluation evaluation) {
    this.images = images;
    this.evaluation = evaluation;
  }

  BufferedImage draw(String title) {
    int[] mistakes = IntStream.range(0, evaluation.size()).filter(i -> !evaluation.right(i)).limit(MISTAKES).toArray();
    int places = Math.min(COLUMNS * ROWS, evaluation.size());
    int[] rightOnes = IntStream.range(0, evaluation.size()).filter(evaluation::right).toArray();
    int others = Math.min(places - mistakes.length, rightOnes.length);
    int[] shown = IntStream.concat(IntStream.of(mistakes),
        IntStream.range(0, others).map(i -> rightOnes[(int) ((long) i * rightOnes.length / others)])).toArray();

    int rows = Math.ceilDiv(shown.length, COLUMNS);
    BufferedImage canvas = Pictures.canvas(2 * MARGIN + COLUMNS * (TILE + GAP) - GAP,
        MARGIN + TITLE + rows * (TILE + CAPTION + GAP) - GAP + MARGIN);
    Graphics2D g = Pictures.brush(canvas);
    g.setColor(Pictures.INK);
    g.setFont(Pictures.font(Font.BOLD, 20));
    g.drawString(title, MARGIN, MARGIN + 18);
    g.setColor(Pictures.FAINT);
    g.setFont(Pictures.font(Font.PLAIN, 14));
    g.drawString(subtitle(mistakes.length), MARGIN, MARGIN + 42);
    for (int i = 0; i < shown.length; i++) {
      int x = MARGIN + i % COLUMNS * (TILE + GAP);
      int y = MARGIN + TITLE + i / COLUMNS * (TILE + CAPTION + GAP);
      tile(g, shown[i], x, y);
    }
    g.dispose();
    return canvas;
  }

  private String subtitle(int shown) {
    int wrong = evaluation.size() - evaluation.right();
    String right = "%,d of %,d right (%s)".formatted(evaluation.right(), evaluation.size(),
        Texts.percent(evaluation.accuracy(), 2).strip());
    if (wrong == 0) return right + ", no mistakes";
    String which =
        wrong == 1 ? "the mistake" : wrong == 2 ? "both mistakes" : shown == wrong ? "all " + wrong + " mistakes"
            : "the first " + shown + " of " + Texts.grouped(wrong) + " mistakes";
    return right + ", " + which + " in red";
  }

  private void tile(Graphics2D g, int image, int x, int y) {
    g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.drawImage(pixels(image), x, y, TILE, TILE, null);
    boolean right = evaluation.right(image);
    g.setColor(right ? Pictures.LINES : Pictures.RED);
    g.setStroke(new BasicStroke(right ? 1 : 3));
    g.drawRect(x, y, TILE, TILE);
    int base = y + TILE + 22;
    g.setColor(right ? Pictures.INK : Pictures.RED);
    g.setFont(Pictures.font(Font.BOLD, 17));
    String said = Integer.toString(evaluation.said()[image]);
    g.drawString(said, x, base);
    g.setFont(Pictures.font(Font.PLAIN, 12));
    if (right) g.setColor(Pictures.FAINT);
    String rest = right ? String.format(Locale.ROOT, "%.0f %%", Math.floor(100 * evaluation.confidence()[image]))
        : "is " + evaluation.labels()[image];
    g.drawString(rest, x + TILE - g.getFontMetrics().stringWidth(rest), base);
  }

  /// Dark ink on white paper, as on the page it was written on.
  private BufferedImage pixels(int image) {
    float[] values = images.get(image).input().toFloatArray();
    int side = (int) images.images().size(2);
    var picture = new BufferedImage(side, values.length / side, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < values.length; i++) {
      int grey = 255 - Math.round(255 * values[i]);
      picture.setRGB(i % side, i / side, grey << 16 | grey << 8 | grey);
    }
    return picture;
  }
}
