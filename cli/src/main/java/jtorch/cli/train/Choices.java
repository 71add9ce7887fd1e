package jtorch.cli.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import jtorch.Tensor;
import jtorch.data.Digits;
import jtorch.data.LabelledImages;
import jtorch.data.MNIST;
import jtorch.nn.Module;
import jtorch.nn.Parameter;
import jtorch.optim.Adam;
import jtorch.optim.AdamW;
import jtorch.optim.Optimizer;
import jtorch.optim.SGD;

/// What the command line names.
final class Choices {
  private Choices() {}

  /// As people write it.
  private static String lower(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /// The data sets.
  enum Data {
    DIGITS(8, 8, 15, 32, 0.3053f, 0.3758f) {
      @Override
      LabelledImages read(Path root, boolean train) {
        return train ? Digits.train() : Digits.test();
      }
    },
    MNIST(28, 20, 5, 64, 0.1307f, 0.3081f) {
      @Override
      LabelledImages read(Path root, boolean train) throws IOException {
        return new MNIST(root, train);
      }
    };

    static final int CLASSES = 10;

    /// Height and width of the images.
    final int side;
    /// Height or width, whichever is larger, of a digit in its image.
    final int box;
    final int epochs;
    final int batchSize;
    private final float mean;
    private final float deviation;

    Data(int side, int box, int epochs, int batchSize, float mean, float deviation) {
      this.side = side;
      this.box = box;
      this.epochs = epochs;
      this.batchSize = batchSize;
      this.mean = mean;
      this.deviation = deviation;
    }

    abstract LabelledImages read(Path root, boolean train) throws IOException;

    /// Images from 0 to 1 as the networks get them: with mean 0 and deviation 1 over the training images.
    Tensor normalize(Tensor images) {
      return images.sub(mean).div(deviation);
    }

    @Override
    public String toString() {
      return lower(this);
    }
  }

  /// The networks.
  enum Network {
    CNN(Cnn::new),
    MLP(Mlp::new);

    private final BiFunction<Integer, Integer, Module> constructor;

    Network(BiFunction<Integer, Integer, Module> constructor) {
      this.constructor = constructor;
    }

    /// A network with fresh weights, drawn from the default generator.
    Module make(Data data) {
      return constructor.apply(data.side, Data.CLASSES);
    }

    @Override
    public String toString() {
      return lower(this);
    }
  }

  /// The optimizers.
  enum Method {
    ADAMW(0.004) {
      @Override
      Optimizer<?> make(List<Parameter> parameters, double lr) {
        return new AdamW(parameters, lr);
      }
    },
    ADAM(0.004) {
      @Override
      Optimizer<?> make(List<Parameter> parameters, double lr) {
        return new Adam(parameters, lr);
      }
    },
    SGD(0.1) {
      @Override
      Optimizer<?> make(List<Parameter> parameters, double lr) {
        return new SGD(parameters, lr, o -> o.momentum(0.9).weightDecay(5e-4));
      }
    };

    /// The highest learning rate of the cycle.
    final double lr;

    Method(double lr) {
      this.lr = lr;
    }

    abstract Optimizer<?> make(List<Parameter> parameters, double lr);

    @Override
    public String toString() {
      return lower(this);
    }
  }
}
