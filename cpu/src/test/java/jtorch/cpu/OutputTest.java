package jtorch.cpu;

import static jtorch.Torch.arange;
import static jtorch.Torch.ones;
import static jtorch.Torch.out;
import static jtorch.Torch.randn;
import static jtorch.Torch.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Supplier;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;
import org.junit.jupiter.api.Test;

/// Results that go where they are told.
class OutputTest {
  private final Tensor x = randn(4, 4);
  private final Tensor y = randn(4, 4);

  @Test
  void operatorsOfEveryKindWriteThere() {
    Tensor index = zeros(new long[] {4, 4}, DType.INT64);
    List<Supplier<Tensor>> calls = List.of(() -> x.add(y), () -> x.mm(y), () -> x.matmul(y), () -> x.softmax(-1),
        () -> x.cumsum(0), () -> x.clamp(0, 1), x::tril, () -> x.gather(1, index), () -> x.scatterAdd(1, index, y),
        () -> x.t().mm(y), () -> x.narrow(0, 1, 1).mul(y));
    for (int i = 0; i < calls.size(); i++) {
      Tensor buffer = ones(4, 4);
      long address = buffer.address();
      assertThat(out(buffer, calls.get(i))).isSameAs(buffer);
      assertThat(buffer.equal(calls.get(i).get())).as("call %s", i).isTrue();
      assertThat(buffer.address()).isEqualTo(address);
    }
  }

  @Test
  void nothingIsAllocatedWhereTheMemoryFits() {
    Tensor sparse = x.toSparse();
    assertThat(sparse.numel()).isEqualTo(16);
    Tensor a = randn(512, 512);
    Tensor b = randn(512, 512);
    Tensor both = Torch.empty(1024, 512);
    Tensor buffer = Torch.empty(512, 512);
    long before = Torch.memory().statistics().allocations();
    out(buffer, () -> a.add(b));
    out(buffer, () -> a.exp());
    out(buffer, () -> a.cumsum(0));
    out(both, () -> Torch.cat(new Tensor[] {a, b}, 0));
    assertThat(Torch.memory().statistics().allocations()).isEqualTo(before);
  }

  @Test
  void anArgumentMayBeThePlace() {
    Tensor product = x.mm(y);
    Tensor place = x.clone();
    out(place, () -> place.mm(y));
    assertThat(place.equal(product)).isTrue();
    Tensor long5 = arange(5).to(DType.FLOAT32);
    out(long5.narrow(0, 1, 4), () -> long5.narrow(0, 0, 4).mul(2));
    assertThat(long5.toFloatArray()).containsExactly(0, 0, 2, 4, 6);
  }

  @Test
  void theShapeIsTheResultsAndTheDtypeItsOwn() {
    Tensor empty = Torch.empty(0);
    out(empty, () -> x.add(y));
    assertThat(empty.equal(x.add(y))).isTrue();
    Tensor wide = zeros(new long[] {4, 4}, DType.FLOAT64);
    out(wide, () -> x.mul(y));
    assertThat(wide.equal(x.mul(y).to(DType.FLOAT64))).isTrue();
    Tensor columns = zeros(4, 4).t();
    out(columns, () -> x.mm(y));
    assertThat(columns.equal(x.mm(y))).isTrue();
  }

  @Test
  void whatCannotBeIsRefusedAndChangesNothing() {
    Tensor whole = zeros(new long[] {4, 4}, DType.INT64);
    assertThatThrownBy(() -> out(whole, () -> x.add(y)))
        .hasMessageContaining("result type float32 can't be cast to the desired output type int64");
    Tensor buffer = zeros(4, 4);
    Tensor leaf = randn(4, 4).requiresGrad(true);
    assertThatThrownBy(() -> out(buffer, () -> leaf.add(y)))
        .hasMessageContaining("functions with out=... arguments don't support automatic differentiation");
    assertThatThrownBy(() -> out(buffer, () -> x.mul(y).add(y))).hasMessageContaining("add")
        .hasMessageContaining("mul was that call");
    buffer.zero_();
    assertThatThrownBy(() -> out(buffer, () -> x)).hasMessageContaining("calls no operator");
    assertThatThrownBy(() -> out(buffer, () -> x.add_(y))).isInstanceOf(UnsupportedOperationException.class);
    assertThat(buffer.equal(zeros(4, 4))).isTrue();
    assertThat(whole.equal(zeros(new long[] {4, 4}, DType.INT64))).isTrue();
  }

  /// The graph knows that what it saved was changed.
  @Test
  void savedTensorsAreWatched() {
    Tensor leaf = randn(4, 4).requiresGrad(true);
    Tensor factor = randn(4, 4);
    Tensor loss = leaf.mul(factor).sum();
    out(factor, () -> x.add(y));
    assertThatThrownBy(loss::backward).hasMessageContaining("modified");
  }
}
