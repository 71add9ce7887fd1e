package jtorch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Questions about form, conversions by name, windows that change, settings.
final class FormsTest {
  @TempDir Path folder;

  @Test
  void resizingKeepsElementsInMemoryOrder() {
    Tensor x = Torch.arange(6);
    Tensor view = x.view(2, 3);
    x.resize_(2, 2);
    assertThat(x.tolist()).isEqualTo(List.of(List.of(0L, 1L), List.of(2L, 3L)));
    x.resize_(3, 4);
    assertThat(x.sizes()).containsExactly(3, 4);
    assertThat(x.flatten().toLongArray()).startsWith(0, 1, 2, 3, 4, 5);
    assertThat(view.toLongArray()).containsExactly(0, 1, 2, 3, 4, 5);
    Tensor leaf = Torch.zeros(2).requiresGrad(true);
    assertThatThrownBy(() -> leaf.resize_(3)).hasMessageContaining("cannot resize variables that require grad");
  }

  @Test
  void diagonalsAreFilled() {
    Tensor tall = Torch.zeros(7, 3).fillDiagonal_(5, true);
    assertThat(tall.nonzero().toLongArray()).containsExactly(0, 0, 1, 1, 2, 2, 4, 0, 5, 1, 6, 2);
    assertThat(Torch.zeros(7, 3).fillDiagonal_(5).sum().itemDouble()).isEqualTo(15);
    assertThat(Torch.zeros(3, 3, 3).fillDiagonal_(1).sum().itemDouble()).isEqualTo(3);
  }

  @Test
  void setIsTheSameWindow() {
    Tensor x = Torch.zeros(2, 3);
    Tensor y = Torch.empty(0).set_(x);
    assertThat(y.isSetTo(x)).isTrue();
    y.fill_(1);
    assertThat(x.sum().itemDouble()).isEqualTo(6);
    assertThat(x.t().isSetTo(x)).isFalse();
  }

  @Test
  void formsAndConversions() {
    Tensor x = Torch.zeros(2, 3);
    assertThat(x.type()).isEqualTo("torch.FloatTensor");
    assertThat(x.half().dtype()).isEqualTo(DType.FLOAT16);
    assertThat(x.toByte().dtype()).isEqualTo(DType.UINT8);
    assertThat(x.T().sizes()).containsExactly(3, 2);
    assertThat(x.t().dimOrder()).containsExactly(1, 0);
    assertThat(x.nbytes()).isEqualTo(24);
    assertThat(x.contains(0)).isTrue();
    assertThat(x.contains(2)).isFalse();
    assertThat(Torch.scalarTensor(3.5).tolist()).isEqualTo(3.5);
    assertThat(Torch.scalarTensor(2).isNonzero()).isTrue();
    assertThatThrownBy(x::isNonzero).hasMessageContaining("more than one value is ambiguous");
    assertThatThrownBy(() -> Torch.scalarTensor(1).iterator()).hasMessageContaining("iteration over a 0-d tensor");
  }

  @Test
  void functionsAreTheMethods() {
    Tensor x = Torch.tensor(-1f, 4f);
    assertThat(Torch.abs(x).toFloatArray()).containsExactly(1, 4);
    assertThat(Torch.clip(x, 0, 2).toFloatArray()).containsExactly(0, 2);
    assertThat(Torch.transposeCopy(Torch.zeros(2, 3), 0, 1).isContiguous()).isTrue();
    assertThat(Torch.range(1, 4).toFloatArray()).containsExactly(1, 2, 3, 4);
    assertThat(Torch.emptyPermuted(new long[] {2, 3, 5}, 0, 2, 1).strides()).containsExactly(15, 1, 3);
  }

  @Test
  void stateOfTheDefaultGenerator() {
    Torch.manualSeed(7);
    Tensor state = Torch.getRngState();
    float[] first = Torch.rand(3).toFloatArray();
    Torch.setRngState(state);
    assertThat(Torch.rand(3).toFloatArray()).containsExactly(first);
    assertThat(Torch.initialSeed()).isEqualTo(7);
  }

  @Test
  void fromFilesAndBuffers() throws IOException {
    Path file = Files.write(folder.resolve("numbers"), new byte[] {1, 2, 3, 4});
    assertThat(Torch.fromFile(file, false, 3, DType.UINT8).toLongArray()).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> Torch.fromFile(file, false, 5, DType.UINT8)).hasMessageContaining("has 4 bytes");
    Torch.fromFile(file, true, 4, DType.UINT8).fill_(9);
    assertThat(Files.readAllBytes(file)).containsExactly(9, 9, 9, 9);
    MemorySegment bytes = MemorySegment.ofArray(new byte[] {1, 0, 2, 0});
    assertThat(Torch.frombuffer(bytes, DType.INT16).toLongArray()).containsExactly(1, 2);
    assertThatThrownBy(() -> Torch.frombuffer(bytes, DType.INT16, 2, 2)).hasMessageContaining("actual buffer length");
  }

  @Test
  void limits() {
    assertThat(Torch.finfo(DType.BFLOAT16).max()).isEqualTo(3.3895313892515355e38);
    assertThat(Torch.finfo(DType.COMPLEX64).eps()).isEqualTo(Math.ulp(1f));
    assertThat(Torch.iinfo(DType.INT16).min()).isEqualTo(-32768);
    assertThatThrownBy(() -> Torch.iinfo(DType.FLOAT32)).hasMessageContaining("FInfo");
  }
}
