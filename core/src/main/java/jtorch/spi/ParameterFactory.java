package jtorch.spi;

import java.util.ServiceLoader;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Who knows the parameters of modules: files have them, and the module that reads files does not know that of networks.
public interface ParameterFactory {
  /// A parameter that shares the tensor's memory.
  Tensor parameter(Tensor data, boolean requiresGrad);

  /// Whether a tensor is a parameter of a module.
  boolean isParameter(Tensor tensor);

  /// The one on the class path; without one, parameters are tensors that require a gradient.
  static ParameterFactory find() {
    return Found.FACTORY;
  }

  /// Looked up once.
  final class Found {
    private static final ParameterFactory FACTORY =
        ServiceLoader.load(ParameterFactory.class, ParameterFactory.class.getClassLoader()).findFirst()
            .orElseGet(Plain::new);

    private Found() {}

    private static final class Plain implements ParameterFactory {
      @Override
      public Tensor parameter(Tensor data, boolean requiresGrad) {
        return data.requiresGrad(requiresGrad);
      }

      @Override
      public boolean isParameter(@Nullable Tensor tensor) {
        return false;
      }
    }
  }
}
