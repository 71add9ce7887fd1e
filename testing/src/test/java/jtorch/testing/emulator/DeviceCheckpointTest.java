package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import jtorch.Cuda;
import jtorch.DType;
import jtorch.Device;
import jtorch.LoadOptions;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.io.Safetensors;
import jtorch.nn.Linear;
import jtorch.nn.Parameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of tensors that were on a device, and where they go.
class DeviceCheckpointTest extends DeviceTest {
  private static byte[] saved(Object value) throws IOException {
    var out = new ByteArrayOutputStream();
    Torch.save(value, out);
    return out.toByteArray();
  }

  private static Map<String, Tensor> loaded(byte[] file, UnaryOperator<LoadOptions> options) throws IOException {
    return Torch.load(new ByteArrayInputStream(file), options);
  }

  private static Map<String, Tensor> tensors() {
    var all = new LinkedHashMap<String, Tensor>();
    Tensor base = Torch.arange(6).to(DType.FLOAT32).to(GPU);
    all.put("there", base);
    all.put("window", base.reshape(2, 3).t());
    all.put("truths", Torch.tensor(true, false).to(GPU));
    all.put("unsigned", Torch.arange(3).to(DType.UINT16).to(GPU));
    all.put("parameter", new Parameter(Torch.ones(2).to(GPU)));
    all.put("here", Torch.ones(2));
    return all;
  }

  private static void same(Map<String, Tensor> got, Map<String, Tensor> wanted, Device there, Device here) {
    wanted.forEach((name, value) -> {
      Tensor found = java.util.Objects.requireNonNull(got.get(name));
      assertThat(found.device()).as(name).isEqualTo(name.equals("here") ? here : there);
      assertThat(found.strides()).isEqualTo(value.strides());
      assertThat(found.dtype()).isEqualTo(value.dtype());
      assertThat(found.tolist()).isEqualTo(value.tolist());
    });
    assertThat(got.get("parameter")).isInstanceOf(Parameter.class);
    assertThat(java.util.Objects.requireNonNull(got.get("window")).storage())
        .isSameAs(java.util.Objects.requireNonNull(got.get("there")).storage());
  }

  @Test
  void tensorsGoWhereTheyWereUnlessTold() throws IOException {
    Map<String, Tensor> all = tensors();
    byte[] file = saved(all);
    assertThat(new String(file, StandardCharsets.ISO_8859_1)).contains("cuda:0");
    same(loaded(file, o -> o), all, GPU, Device.CPU);
    same(loaded(file, o -> o.mapLocation("cpu")), all, Device.CPU, Device.CPU);
    same(loaded(file, o -> o.mapLocation("cuda")), all, GPU, GPU);
    same(loaded(file, o -> o.mapLocation(GPU)), all, GPU, GPU);
    same(loaded(file, o -> o.mapLocation(Map.of("cuda:0", "cpu"))), all, Device.CPU, Device.CPU);
    same(loaded(file, o -> o.mapLocation(Map.of("cpu", "cuda:0"))), all, GPU, GPU);
    same(loaded(file, o -> o.mapLocation(location -> location.equals("cpu") ? GPU : null)), all, GPU, GPU);
    assertThatThrownBy(() -> loaded(file, o -> o.mapLocation("cuda:77")))
        .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("cuda:77 is not there");
    assertThatThrownBy(() -> loaded(file, o -> o.mapLocation(location -> Device.cuda(77))))
        .isInstanceOf(UnsupportedOperationException.class).hasMessageContaining("CUDA device 77");
    assertThatThrownBy(() -> loaded(file, o -> o.mapLocation("tpu"))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void otherDevicesKeepTheirNumber(@TempDir Path folder) throws IOException {
    assumeTrue(Cuda.deviceCount() > 1, "one device");
    Path path = folder.resolve("second.pt");
    Torch.save(Torch.arange(3).to(Device.cuda(1)), path);
    assertThat(Torch.<Tensor>load(path).device()).isEqualTo(Device.cuda(1));
    Tensor moved = Torch.load(path, o -> o.mapLocation(Map.of("cuda:1", "cuda:0")));
    assertThat(moved.device()).isEqualTo(GPU);
    Tensor mapped = Torch.load(path, o -> o.mapLocation("cuda:1").mmap(true));
    assertThat(mapped.toLongArray()).containsExactly(0, 1, 2);
    assertThat(mapped.device()).isEqualTo(Device.cuda(1));
  }

  @Test
  void sparseTensorsAndStatesOfModelsGoWithTheirParts() throws IOException {
    Tensor sparse = Torch.eye(3).to(GPU).toSparse();
    var model = new Linear(2, 3);
    byte[] file = saved(List.of(sparse, model.stateDict()));
    List<Object> there = Torch.load(new ByteArrayInputStream(file), o -> o.mapLocation("cuda"));
    assertThat(((Tensor) there.get(0)).device()).isEqualTo(GPU);
    assertThat(((Tensor) there.get(0)).toDense().sum().item()).isEqualTo(3.0);
    @SuppressWarnings("unchecked")
    var state = (Map<String, Tensor>) there.get(1);
    assertThat(java.util.Objects.requireNonNull(state.get("weight")).device()).isEqualTo(GPU);
    var other = new Linear(2, 3);
    other.loadStateDict(state);
    assertThat(other.weight.equal(model.weight)).isTrue();
  }

  @Test
  void safetensorsTakeADevice(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("x.safetensors");
    Safetensors.save(path, Map.of("x", Torch.arange(3).to(GPU)));
    assertThat(java.util.Objects.requireNonNull(Safetensors.load(path, GPU).get("x")).device()).isEqualTo(GPU);
    assertThat(java.util.Objects.requireNonNull(Safetensors.load(path).get("x")).toLongArray())
        .containsExactly(0, 1, 2);
    assertThatThrownBy(() -> Safetensors.load(path, Device.cuda(77)))
        .isInstanceOf(UnsupportedOperationException.class);
  }
}
