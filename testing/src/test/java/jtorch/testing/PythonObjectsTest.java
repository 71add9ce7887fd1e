package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.nn.Conv2d;
import jtorch.nn.Linear;
import jtorch.nn.Sequential;
import jtorch.optim.Adam;
import org.junit.jupiter.api.Test;

class PythonObjectsTest {
  private static String conv(List<?> positional, Map<String, ?> named) {
    return ((Conv2d) PythonObjects.construct("torch.nn.Conv2d", positional, named)).toString();
  }

  @Test
  void keywordArgumentsBecomeOptions() {
    assertThat(conv(List.of(2L, 4L, 3L), Map.of("padding", 1L, "bias", false)))
        .isEqualTo(new Conv2d(2, 4, 3, o -> o.padding(1).bias(false)).toString());
    assertThat(conv(List.of(2L, 4L, List.of(3L, 5L)), Map.of("stride", List.of(1L, 2L))))
        .isEqualTo(new Conv2d(2, 4, new long[] {3, 5}, o -> o.stride(1, 2)).toString());
    assertThat(conv(List.of(2L, 4L, 3L), Map.of("padding", "same")))
        .isEqualTo(new Conv2d(2, 4, 3, o -> o.padding("same")).toString());
  }

  @Test
  void positionsAndNamesAreThePythonOnes() {
    String wanted = new Conv2d(2, 4, 3, o -> o.stride(2).padding(1)).toString();
    assertThat(conv(List.of(2L, 4L, 3L, 2L, 1L), Map.of())).isEqualTo(wanted);
    assertThat(conv(List.of(2L), Map.of("kernel_size", 3L, "padding", 1L, "out_channels", 4L, "stride", 2L)))
        .isEqualTo(wanted);
  }

  @Test
  void defaultsWithoutAJavaCounterpartMayBeGiven() {
    assertThat(PythonObjects.construct("torch.nn.Linear", Arrays.asList(2L, 3L, true, null), Map.of()))
        .isInstanceOf(Linear.class);
    assertThat(PythonObjects.construct("torch.nn.ReLU", List.of(), Map.of("inplace", false))).isNotNull();
  }

  @Test
  void whatIsNotThereIsNamed() {
    assertThatThrownBy(() -> PythonObjects.construct("torch.nn.Nobody", List.of(), Map.of()))
        .isInstanceOf(AbsentException.class).hasMessage("torch.nn.Nobody is not there");
    assertThatThrownBy(() -> PythonObjects.construct("torch.nn.Module", List.of(), Map.of()))
        .isInstanceOf(AbsentException.class);
    assertThatThrownBy(() -> conv(List.of(2L, 4L, 3L), Map.of("colour", "red"))).isInstanceOf(AbsentException.class)
        .hasMessage("torch.nn.Conv2d(colour='red') is not there");
    assertThatThrownBy(() -> conv(List.of(2L, 4L), Map.of())).isInstanceOf(AbsentException.class)
        .hasMessageContaining("kernel_size");
    assertThatThrownBy(() -> PythonObjects.call("torch.nn.functional.nobody", List.of(), Map.of()))
        .isInstanceOf(AbsentException.class);
  }

  @Test
  void exceptionsOfTheConstructorAreItsOwn() {
    assertThatThrownBy(() -> PythonObjects.construct("torch.nn.Dropout", List.of(1.5), Map.of()))
        .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("dropout probability");
  }

  @Test
  void listsSpreadOverSetters() {
    Tensor leaf = Torch.zeros(2).requiresGrad(true);
    var adam = (Adam) PythonObjects.construct("torch.optim.Adam", List.of(List.of(leaf)),
        Map.of("betas", List.of(0.5, 0.75), "lr", 0.25));
    assertThat(adam.paramGroups().getFirst().options().beta1()).isEqualTo(0.5);
    assertThat(adam.paramGroups().getFirst().options().beta2()).isEqualTo(0.75);
    assertThat(adam.paramGroups().getFirst().lr()).isEqualTo(0.25);
  }

  @Test
  void anyNumberOfModulesGoesIntoASequence() {
    var sequence = (Sequential) PythonObjects.construct("torch.nn.Sequential",
        List.of(new Linear(2, 3), new Linear(3, 1)), Map.of());
    assertThat(sequence.stateDict().keySet()).containsExactly("0.weight", "0.bias", "1.weight", "1.bias");
  }

  @Test
  void namesChangeCase() {
    assertThat(PythonObjects.camelCase("kernel_size")).isEqualTo("kernelSize");
    assertThat(PythonObjects.camelCase("kaiming_uniform_")).isEqualTo("kaimingUniform_");
    assertThat(PythonObjects.camelCase("T_max")).isEqualTo("tMax");
    assertThat(PythonObjects.camelCase("p")).isEqualTo("p");
  }
}
