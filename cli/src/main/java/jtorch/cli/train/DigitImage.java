package jtorch.cli.train;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/// A picture of a digit, of any size and colour, brought into the form of a data set's images: ink 1 on background 0,
/// of the data set's size, the digit as large as there and its centre of mass in the middle.
///
/// The background is the median of the border, so dark on light and light on dark are both read; what is transparent is
/// background. A light-on-dark picture that has the data set's size already is taken as it is.
final class DigitImage {
  private static final long MOST_PIXELS = 64_000_000;
  /// Contrast below this is paper, not ink.
  private static final float NOISE = 0.1f;

  private DigitImage() {}

  /// The image, row by row.
  ///
  /// @throws IOException if the file is no image, or there is nothing on it
  static float[] read(Path file, Choices.Data data) throws IOException {
    BufferedImage picture = decode(file);
    int width = picture.getWidth();
    int height = picture.getHeight();
    float[] grey = grey(picture);
    float paper = median(border(grey, width, height));
    if (width == data.side && height == data.side && paper < 0.25f) return grey;
    float strongest = 0;
    for (int i = 0; i < grey.length; i++) {
      grey[i] = Math.abs(grey[i] - paper);
      strongest = Math.max(strongest, grey[i]);
    }
    if (strongest < NOISE) throw new IOException(file + ": there is nothing on it");
    for (int i = 0; i < grey.length; i++) grey[i] = Math.max(0, grey[i] / strongest - NOISE) / (1 - NOISE);
    return centre(grey, width, height, data);
  }

  private static BufferedImage decode(Path file) throws IOException {
    ImageIO.setUseCache(false);
    try (var stream = Files.newInputStream(file); ImageInputStream input = ImageIO.createImageInputStream(stream)) {
      var readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) throw new IOException("not an image (PNG, JPEG, GIF, BMP, TIFF)");
      ImageReader reader = readers.next();
      try {
        reader.setInput(input);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MOST_PIXELS)
          throw new IOException("too large: " + reader.getWidth(0) + "x" + reader.getHeight(0) + " pixels");
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (NoSuchFileException missing) {
      throw new IOException(file + ": no such file", missing);
    } catch (IOException | RuntimeException damaged) {
      // The decoders throw both.
      throw new IOException(file + ": " + damaged.getMessage(), damaged);
    }
  }

  /// Luminance from 0 to 1. Behind transparent pixels lies black if what is drawn is light, else white.
  private static float[] grey(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] colours = picture.getRGB(0, 0, width, height, null, 0, width);
    double drawn = 0;
    double weight = 0;
    for (int c : colours) {
      drawn += (c >>> 24) * (double) luminance(c);
      weight += c >>> 24;
    }
    float behind = weight > 0 && drawn / weight > 0.5 ? 0 : 1;
    float[] grey = new float[colours.length];
    for (int i = 0; i < grey.length; i++) {
      float alpha = (colours[i] >>> 24) / 255f;
      grey[i] = alpha * luminance(colours[i]) + (1 - alpha) * behind;
    }
    return grey;
  }

  private static float luminance(int colour) {
    return (0.299f * (colour >> 16 & 255) + 0.587f * (colour >> 8 & 255) + 0.114f * (colour & 255)) / 255;
  }

  private static float[] border(float[] grey, int width, int height) {
    float[] border = new float[2 * (width + height)];
    int next = 0;
    for (int x = 0; x < width; x++) {
      border[next++] = grey[x];
      border[next++] = grey[(height - 1) * width + x];
    }
    for (int y = 0; y < height; y++) {
      border[next++] = grey[y * width];
      border[next++] = grey[y * width + width - 1];
    }
    return border;
  }

  private static float median(float[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  /// Cuts out what has ink, scales it into the box of the data set's digits and centres it.
  private static float[] centre(float[] ink, int width, int height, Choices.Data data) {
    int left = width;
    int right = -1;
    int top = height;
    int bottom = -1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (ink[y * width + x] < NOISE) continue;
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    int cutWidth = right - left + 1;
    int cutHeight = bottom - top + 1;
    double scale = (double) data.box / Math.max(cutWidth, cutHeight);
    int newWidth = Math.max(1, (int) Math.round(cutWidth * scale));
    int newHeight = Math.max(1, (int) Math.round(cutHeight * scale));
    float[] cut = new float[cutWidth * cutHeight];
    for (int y = 0; y < cutHeight; y++)
      System.arraycopy(ink, (top + y) * width + left, cut, y * cutWidth, cutWidth);
    float[] scaled = resize(cut, cutWidth, cutHeight, newWidth, newHeight);
    float strongest = 0;
    double mass = 0;
    double momentX = 0;
    double momentY = 0;
    for (int i = 0; i < scaled.length; i++) {
      strongest = Math.max(strongest, scaled[i]);
      mass += scaled[i];
      momentX += scaled[i] * (i % newWidth + 0.5);
      momentY += scaled[i] * (i / newWidth + 0.5);
    }
    float[] image = new float[data.side * data.side];
    int startX = start(momentX / mass, newWidth, data.side);
    int startY = start(momentY / mass, newHeight, data.side);
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++)
        image[(startY + y) * data.side + startX + x] = scaled[y * newWidth + x] / strongest;
    }
    return image;
  }

  /// Where a digit begins whose centre of mass is to lie in the middle, as far as there is room.
  private static int start(double centre, int length, int side) {
    return (int) Math.clamp(Math.round(side / 2.0 - centre), 0, side - length);
  }

  /// Each new pixel is the mean of the old ones under it, weighted by a triangle: neither steps when growing nor lost
  /// lines when shrinking.
  private static float[] resize(float[] image, int width, int height, int newWidth, int newHeight) {
    float[] turned = resizeRows(image, width, height, newWidth);
    return resizeRows(turned, height, newWidth, newHeight);
  }

  /// Resizes rows, and turns rows into columns.
  private static float[] resizeRows(float[] image, int width, int height, int newWidth) {
    float[] result = new float[newWidth * height];
    double scale = (double) width / newWidth;
    double reach = Math.max(1, scale);
    for (int x = 0; x < newWidth; x++) {
      double middle = (x + 0.5) * scale;
      int from = Math.max(0, (int) (middle - reach + 0.5));
      int to = Math.min(width, (int) (middle + reach + 0.5));
      double[] weights = new double[to - from];
      double sum = 0;
      for (int i = from; i < to; i++) {
        weights[i - from] = Math.max(0, 1 - Math.abs((i + 0.5 - middle) / reach));
        sum += weights[i - from];
      }
      for (int y = 0; y < height; y++) {
        double value = 0;
        for (int i = from; i < to; i++) value += weights[i - from] * image[y * width + i];
        result[x * height + y] = (float) (value / sum);
      }
    }
    return result;
  }
}
