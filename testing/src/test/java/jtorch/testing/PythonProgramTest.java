package jtorch.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import jtorch.Tensor;
import jtorch.nn.Linear;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PythonProgramTest {
  private static Object run(String program) {
    var python = new PythonProgram();
    python.run(program);
    return SampleValues.required(python.variable("out"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', textBlock = """
      out = torch.arange(6).view(2, 3)[1, ::2]; [3, 5]
      out = torch.tensor([[1, 2], [3, 4]])[:, None, 1:]; [[[2]], [[4]]]
      out = torch.tensor([1, 2, 3])[[0, 2]] * 2 - 1; [1, 5]
      out = -torch.tensor([2, 3]) ** 2; [-4, -9]
      out = torch.einsum('i,i->', torch.tensor([1, 2]), torch.tensor([3, 4])); 11
      out = torch.full((2,), 3, dtype=torch.int64); [3, 3]
      out = torch.tensor([1, 2]).to(torch.float64).sum(dim=0).long(); 3
      out = torch.cat([torch.tensor([1]), torch.tensor([2])]); [1, 2]
      out = torch.tensordot(torch.tensor([1, 2]), torch.tensor([3, 4]), dims=1); 11
      """) void tensorsAreComputed(String program, String values) {
    assertThat(run(program).toString().replaceAll("\\s+", " ")).isEqualTo("tensor(" + values + ")");
  }

  @Test
  void statementsShareVariables() {
    assertThat(
        run("x = torch.ones(2, requires_grad=True); y = (x * x).sum(); y.backward(); a, b = x.unbind(); out = a"))
        .isInstanceOf(Tensor.class);
    assertThat(run("x = torch.zeros(3); x[0:2] = 1.5; out = x.sum().item()")).isEqualTo(3.0);
    assertThat(run("with torch.no_grad(): y = torch.ones(1, requires_grad=True) * 2\nout = [y.requires_grad_()]"))
        .isNotNull();
    assertThat(run("f = lambda x, y: x / y; out = f(3, 2)")).isEqualTo(1.5);
    assertThat(run("out = {**{'a': 1, 'b': 2}, 'b': 3}")).isEqualTo(Map.of("a", 1L, "b", 3L));
    assertThat(run("out = nn.Linear(4, 2)")).isInstanceOf(Linear.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch.sum('a')", "torch.ones(2, dtype='float')", "nn.Linear(2, 2)(torch.ones(2), 1)",
    "nn.Linear(2, 2).weight2", "torch.tensor([1, 'a'])"})
  void whatJavaRefusesIsNoError(String program) {
    assertThatThrownBy(() -> new PythonProgram().run(program))
        .isInstanceOf(PythonProgram.UncompilableException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"class A: pass", "[x for x in y]", "torch.nobody(1)", "nn.Nobody()", "nobody",
    "nn.Linear(2, 2, colour='red')", "torch.ones(2, device='meta')"})
  void whatIsNotThereIsNamed(String program) {
    assertThatThrownBy(() -> new PythonProgram().run(program)).isInstanceOf(AbsentException.class);
  }
}
