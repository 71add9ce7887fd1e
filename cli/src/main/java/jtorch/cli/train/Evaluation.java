package jtorch.cli.train;

import java.util.Arrays;
import java.util.stream.LongStream;
import jtorch.Device;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.data.Example;
import jtorch.data.LabelledImages;
import jtorch.nn.ClassLossOptions;
import jtorch.nn.Module;
import jtorch.nn.Reduction;
import jtorch.nn.functional.F;

/// What a network said of every test image.
///
/// @param loss the mean cross entropy
/// @param labels the right classes
/// @param said the classes that it took for the likeliest
/// @param confidence the chance that it gave them
record Evaluation(double loss, int[] labels, int[] said, float[] confidence) {
  private static final int BATCH = 500;
  private static final ClassLossOptions SUM = ClassLossOptions.DEFAULT.reduction(Reduction.SUM);

  static Evaluation of(Module model, Choices.Data data, LabelledImages images, Device device) {
    int n = Math.toIntExact(images.size());
    var result = new Evaluation(0, images.labels().toIntArray(), new int[n], new float[n]);
    double lossSum = 0;
    model.eval();
    try (var off = Torch.inferenceMode()) {
      for (int start = 0; start < n; start += BATCH) {
        try (var scope = Torch.scope()) {
          Example batch = images.batch(LongStream.range(start, Math.min(n, start + BATCH)).toArray());
          Tensor scores = model.call(data.normalize(batch.input().to(device)));
          lossSum += F.crossEntropy(scores, batch.target().to(device), SUM).itemDouble();
          float[] chances = scores.softmax(1).toFloatArray();
          int classes = chances.length / (int) batch.target().numel();
          for (int i = 0; i < batch.target().numel(); i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
              if (chances[i * classes + c] > chances[i * classes + best]) best = c;
            }
            result.said[start + i] = best;
            result.confidence[start + i] = chances[i * classes + best];
          }
        }
      }
    } finally {
      model.train();
    }
    return new Evaluation(lossSum / n, result.labels, result.said, result.confidence);
  }

  boolean right(int image) {
    return labels[image] == said[image];
  }

  int size() {
    return labels.length;
  }

  int right() {
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (right(i)) count++;
    }
    return count;
  }

  double accuracy() {
    return (double) right() / labels.length;
  }

  /// How often each class was taken for each: a table for people.
  String confusion() {
    int classes = Choices.Data.CLASSES;
    int[][] counts = new int[classes][classes];
    for (int i = 0; i < labels.length; i++) counts[labels[i]][said[i]]++;
    var text = new StringBuilder("          said\n      ");
    for (int c = 0; c < classes; c++) text.append("%6d".formatted(c));
    text.append("   right\n");
    for (int label = 0; label < classes; label++) {
      int all = Arrays.stream(counts[label]).sum();
      text.append(label == 0 ? "is" : "  ").append("%4d".formatted(label));
      for (int c = 0; c < classes; c++)
        text.append(counts[label][c] == 0 ? "     ." : "%6d".formatted(counts[label][c]));
      text.append(all == 0 ? "\n" : "  %s\n".formatted(Texts.percent((double) counts[label][label] / all, 1)));
    }
    return text.toString();
  }
}
