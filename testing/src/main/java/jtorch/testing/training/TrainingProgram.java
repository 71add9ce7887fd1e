package jtorch.testing.training;

import java.util.Map;
import java.util.Optional;
import jtorch.DType;
import jtorch.Tensor;

/// A small training program whose losses PyTorch has recorded, step by step.
///
/// From the seed alone it builds, shuffles and draws in the order of the Python program of the same name, so it starts
/// from the same weights and sees the same batches.
public interface TrainingProgram {
  /// Where a program writes what it sees.
  interface Log {
    /// The loss of one step.
    void loss(double value);

    /// Anything else, by name: one entry more for each call.
    void extra(String name, Object value);
  }

  /// Trains, after the default generator has been seeded; returns the final state_dict.
  ///
  /// @param dtype of the computation: float32 as recorded, or float64 with the same random numbers
  Map<String, Tensor> train(TrainingConfig config, TrainingData data, DType dtype, Log log);

  /// The port of a Python program, by its file name.
  static Optional<TrainingProgram> named(String program) {
    return switch (program) {
      case "mlp_digits.py" -> Optional.of(new MlpDigits());
      case "cnn_mnist.py" -> Optional.of(new CnnMnist());
      case "grad_penalty.py" -> Optional.of(new GradPenalty());
      case "resnet_mnist.py" -> Optional.of(new ResnetMnist());
      default -> Optional.empty();
    };
  }
}
