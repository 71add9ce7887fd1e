package jtorch.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import jtorch.DType;
import jtorch.Torch;

/// 1,797 handwritten digits of 8x8 pixels, built in: for a first training run without a download.
///
/// Every fifth digit of each class, in the order of the original file, is for testing: 355 of them, 1,442 for training.
///
/// **Source**: E. Alpaydin, C. Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning Repository, 1998,
/// https://doi.org/10.24432/C50P49, licensed under CC BY 4.0. It is the data of scikit-learn's `load_digits`.
public final class Digits extends LabelledImages {
  private static final int SIDE = 8;
  private static final int BRIGHTEST = 16;
  private static final int TEST_EVERY = 5;

  private enum Part {
    ALL,
    TRAIN,
    TEST
  }

  private Digits(Part part) {
    super(read(part), BRIGHTEST);
  }

  public static Digits all() {
    return new Digits(Part.ALL);
  }

  public static Digits train() {
    return new Digits(Part.TRAIN);
  }

  public static Digits test() {
    return new Digits(Part.TEST);
  }

  private static Content read(Part part) {
    List<byte[]> rows = new ArrayList<>();
    int[] seen = new int[10];
    var resource = Objects.requireNonNull(Digits.class.getResourceAsStream("digits.csv.gz"), "digits.csv.gz");
    try (var lines =
        new BufferedReader(new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        byte[] row = row(line);
        boolean test = ++seen[row[SIDE * SIDE]] % TEST_EVERY == 0;
        if (part == Part.ALL || test == (part == Part.TEST)) rows.add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] pixels = new byte[rows.size() * SIDE * SIDE];
    long[] labels = new long[rows.size()];
    for (int i = 0; i < labels.length; i++) {
      System.arraycopy(rows.get(i), 0, pixels, i * SIDE * SIDE, SIDE * SIDE);
      labels[i] = rows.get(i)[SIDE * SIDE];
    }
    return new Content(Torch.fromSegment(MemorySegment.ofArray(pixels), DType.UINT8, labels.length, SIDE, SIDE),
        Torch.tensor(labels));
  }

  /// 64 pixels and the label.
  private static byte[] row(String line) {
    byte[] row = new byte[SIDE * SIDE + 1];
    int at = 0;
    for (String number : line.split(",")) row[at++] = Byte.parseByte(number);
    return row;
  }
}
