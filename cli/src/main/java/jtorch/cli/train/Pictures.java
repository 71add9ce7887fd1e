package jtorch.cli.train;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import jtorch.io.AtomicFile;

/// What the pictures of a run share: colours, fonts, the way to a file.
final class Pictures {
  static final Color BACKGROUND = Color.WHITE;
  static final Color INK = new Color(0x1F2933);
  static final Color FAINT = new Color(0x7B8794);
  static final Color LINES = new Color(0xE4E7EB);
  static final Color BLUE = new Color(0x2266CC);
  static final Color ORANGE = new Color(0xE67700);
  static final Color RED = new Color(0xD6293E);

  private Pictures() {}

  static Font font(int style, float size) {
    return new Font(Font.SANS_SERIF, style, 1).deriveFont(size);
  }

  static BufferedImage canvas(int width, int height) {
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  /// A brush on a canvas that was made empty.
  static Graphics2D brush(BufferedImage canvas) {
    Graphics2D g = canvas.createGraphics();
    g.setColor(BACKGROUND);
    g.fillRect(0, 0, canvas.getWidth(), canvas.getHeight());
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
    return g;
  }

  static void write(BufferedImage picture, Path file) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    if (!ImageIO.write(picture, "png", bytes)) throw new IOException("this Java cannot write PNG files");
    AtomicFile.write(file, bytes.toByteArray());
  }
}
