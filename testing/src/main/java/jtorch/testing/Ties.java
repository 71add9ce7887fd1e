package jtorch.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import jtorch.Tensor;
import jtorch.op.Operator;
import org.jspecify.annotations.Nullable;

/// Which of equal elements an order names: PyTorch's CPU says what the C++ library's algorithms leave, and other devices
/// say something else, PyTorch's own GPUs too.
final class Ties {
  private static final Set<String> UNSTABLE = Set.of("aten::sort", "aten::argsort", "aten::topk", "aten::kthvalue");

  private Ties() {}

  /// The wanted results, with the places that were found instead of the wanted ones, where those hold equal elements and
  /// none is named twice.
  static List<?> allow(Operator operator, @Nullable Object[] arguments, List<@Nullable Object> found, List<?> wanted) {
    if (!UNSTABLE.contains(operator.schema().qualifiedName()) || wanted.size() != found.size()) return wanted;
    if (!(arguments[0] instanceof Tensor given && found.getLast() instanceof Tensor places
        && wanted.getLast() instanceof Tensor others))
      return wanted;
    if (given.dim() == 0 || places.dtype() != others.dtype() || !Arrays.equals(places.sizes(), others.sizes()))
      return wanted;
    Tensor self = given.detach().cpu();
    var dim = (Long) SampleValues.required(arguments[operator.schema().index("dim")]);
    boolean reduced = places.dim() < self.dim();
    Tensor ours = reduced ? places.cpu().unsqueeze(dim) : places.cpu();
    Tensor theirs = reduced ? others.cpu().unsqueeze(dim) : others.cpu();
    Tensor a = self.gather(dim, ours);
    Tensor b = self.gather(dim, theirs);
    boolean equal = a.eq(b).logicalOr(a.ne(a).logicalAnd(b.ne(b))).all().itemBoolean();
    boolean distinct = ours.sort(dim, false).values().diff(1, dim).ne(0L).all().itemBoolean();
    if (!equal || !distinct) return wanted;
    var allowed = new ArrayList<@Nullable Object>(wanted);
    allowed.set(allowed.size() - 1, places);
    return allowed;
  }
}
