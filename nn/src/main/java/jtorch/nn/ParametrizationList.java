package jtorch.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jtorch.Tensor;
import jtorch.Torch;

/// The parametrizations of one parameter, each computing from what the one before gave, and the originals of the first.
///
/// Made by [Parametrize#registerParametrization]. **As** `torch.nn.utils.parametrize.ParametrizationList`; originals are named
/// `original`, or `original0`, `original1`, ... if there are several.
public final class ParametrizationList extends Module {
  private final List<Parametrization> steps = new ArrayList<>();
  private final List<Parameter> originals = new ArrayList<>();

  ParametrizationList(Parametrization first, Tensor value, boolean requiresGrad) {
    Tensor[] made;
    try (var off = Torch.noGrad()) {
      made = first.rightInverse(value.detach());
    }
    for (int i = 0; i < made.length; i++) {
      var original = new Parameter(made[i].clone(), requiresGrad);
      originals.add(register(made.length == 1 ? "original" : "original" + i, original));
    }
    add(first);
  }

  void add(Parametrization next) {
    register(Integer.toString(steps.size()), next);
    steps.add(next);
  }

  /// Sets originals to what gives the value.
  void set(Tensor value) {
    try (var off = Torch.noGrad()) {
      Tensor[] values = {value};
      for (Parametrization step : steps.reversed()) values = step.rightInverse(values[0]);
      for (int i = 0; i < values.length; i++) originals.get(i).copy_(values[i]);
    }
  }

  /// The value of the parameter now.
  public Tensor value() {
    Tensor value = steps.getFirst().forward(originals.toArray(Tensor[]::new));
    for (Parametrization step : steps.subList(1, steps.size())) value = step.forward(value);
    return value;
  }

  public List<Parametrization> steps() {
    return Collections.unmodifiableList(steps);
  }

  public List<Parameter> originals() {
    return Collections.unmodifiableList(originals);
  }
}
