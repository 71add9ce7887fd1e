package jtorch.testing.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import jtorch.DType;
import jtorch.MemoryFormat;
import jtorch.Tensor;
import jtorch.Torch;
import jtorch.op.HostFallback;
import jtorch.op.Operator;
import jtorch.op.Operators;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pooling, interpolation, borders and their gradients against the processor's, contiguous and channels-last.
class DeviceWindowTest extends DeviceTest {
  static Stream<UnaryOperator<Tensor>> windows() {
    long[] three = {3, 3};
    long[] two = {2, 2};
    long[] one = {1, 1};
    return Stream.of(call("aten::max_pool2d", three, two, one, one, true),
        call("aten::max_pool2d", two, one, one, two, false),
        call("aten::avg_pool2d", three, two, one, true, false, null),
        call("aten::avg_pool2d", three, two, one, true, true, null),
        call("aten::avg_pool2d", three, one, one, false, true, 5L),
        call("aten::adaptive_avg_pool2d", new long[] {3, 4}), call("aten::adaptive_max_pool2d", new long[] {4, 3}),
        call("aten::upsample_bilinear2d", new long[] {9, 13}, false, null, null),
        call("aten::upsample_bicubic2d", new long[] {4, 3}, true, null, null),
        call("aten::_upsample_bicubic2d_aa", new long[] {4, 3}, false, null, null),
        call("aten::upsample_nearest2d", new long[] {11, 5}, null, null));
  }

  private static UnaryOperator<Tensor> call(String name, Object... rest) {
    return x -> {
      Operator operator = Objects.requireNonNull(Operators.find(name));
      var arguments = new Object[rest.length + 1];
      arguments[0] = x;
      System.arraycopy(rest, 0, arguments, 1, rest.length);
      Object result = operator.invoke(arguments);
      return result instanceof Tensor[] all ? all[0] : (Tensor) result;
    };
  }

  private static void close(Tensor there, Tensor here) {
    assertThat(there.device()).isEqualTo(GPU);
    assertThat(there.sizes()).isEqualTo(here.sizes());
    assertThat(there.strides()).isEqualTo(here.strides());
    assertThat(Torch.allclose(there.cpu(), here, 1e-5, 1e-5, false)).isTrue();
  }

  private static Tensor gradient(Tensor of, Tensor by, Tensor vector) {
    return Torch.grad(new Tensor[] {of}, new Tensor[] {by}, new Tensor[] {vector}, false, false)[0];
  }

  @ParameterizedTest
  @MethodSource("windows")
  void windowsInBothMemoryFormats(UnaryOperator<Tensor> window) {
    Torch.manualSeed(3);
    Tensor plain = Torch.randn(2, 3, 7, 8);
    for (MemoryFormat format : new MemoryFormat[] {MemoryFormat.CONTIGUOUS_FORMAT, MemoryFormat.CHANNELS_LAST}) {
      Tensor here = plain.clone(format).requiresGrad(true);
      Tensor there = plain.clone(format).to(GPU).requiresGrad(true);
      Tensor y = window.apply(here);
      Tensor z = window.apply(there);
      close(z.detach(), y.detach());
      Tensor vector = Torch.randn(y.sizes());
      Tensor expected = gradient(y, here, vector);
      close(gradient(z, there, vector.to(GPU)), expected);
    }
  }

  /// Nothing of it runs on the processor.
  @Test
  void windowsAtRandomPlaces() {
    Torch.manualSeed(4);
    for (int n = 2; n <= 3; n++) {
      Operator operator = Objects.requireNonNull(Operators.find("aten::fractional_max_pool" + n + "d"));
      long[] sizes = n == 2 ? new long[] {2, 3, 9, 10} : new long[] {2, 3, 9, 10, 8};
      long[] kernel = n == 2 ? new long[] {2, 3} : new long[] {2, 3, 2};
      long[] space = n == 2 ? new long[] {4, 5} : new long[] {4, 5, 3};
      for (DType dtype : new DType[] {DType.FLOAT32, DType.BFLOAT16}) {
        Tensor x = Torch.randn(sizes).to(dtype);
        Tensor samples = Torch.rand(2, 3, n).to(dtype);
        Tensor there = x.to(GPU).requiresGrad(true);
        var before = HostFallback.calls();
        Tensor[] found = operator.tensors(there, kernel, space, samples.to(GPU));
        Tensor[] wanted = operator.tensors(x.requiresGrad(true), kernel, space, samples);
        assertThat(found[0].detach().cpu().eq(wanted[0].detach()).all().itemBoolean()).isTrue();
        assertThat(found[1].cpu().eq(wanted[1]).all().itemBoolean()).isTrue();
        Tensor ones = Torch.ones(found[0].sizes()).to(dtype);
        close(gradient(found[0], there, ones.to(GPU)), gradient(wanted[0], x, ones));
        assertThat(HostFallback.calls()).isEqualTo(before);
      }
    }
  }
}
