package jtorch.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import jtorch.Tensor;
import org.jspecify.annotations.Nullable;

/// Sums of products written with subscripts: `einsum`.
///
/// Operands are brought to one order of dimensions (those of the result, then those summed over) and contracted in pairs,
/// from left to right or along a path. A pair is a batched matrix product. **Source**: `einsum` in ATen.
public final class EinsteinSums {
  /// The letters A-Z and a-z; the ellipsis has the number after them.
  private static final int LETTERS = 52;

  /// `einsum("bij,bjk->bik", a, b)`: letters not in the result are summed over, repeated ones in an operand take its
  /// diagonal, `...` stands for broadcast dimensions. Without an arrow, letters that occur once form the result.
  public static final Operator EINSUM =
      Operator.declare("aten::einsum(str equation, Tensor[] tensors, *, int[]? path=None) -> Tensor")
          .composition(c -> new EinsteinSums(c, c.string("equation"), c.tensors("tensors"), c.longsOrNull("path"))
              .run());

  private final Call call;
  private final String equation;
  private final Tensor[] operands;
  private final long @Nullable [] path;
  private final List<List<Integer>> subscripts = new ArrayList<>();
  private final int[] occurrences = new int[LETTERS];
  /// Where each letter lies in the common order of dimensions.
  private final int[] place = new int[LETTERS];
  private int ellipsisDims;
  private int ellipsisPlace;
  private int resultDims;
  private int dims;
  /// How many operands have a size other than one in a dimension.
  private int[] holders = {};

  private EinsteinSums(Call call, String equation, Tensor[] operands, long @Nullable [] path) {
    this.call = call;
    this.equation = equation;
    this.operands = operands;
    this.path = path;
  }

  private Tensor run() {
    if (operands.length == 0) throw call.check().because("must provide at least one operand").failure();
    int steps = operands.length == 1 ? 1 : (operands.length - 1) * 2;
    if (path != null && path.length != steps) throw call.check()
        .because("expected contraction path given in path parameter to have size %d but got %d", steps, path.length)
        .failure();
    int arrow = equation.indexOf("->");
    readOperands(arrow < 0 ? equation : equation.substring(0, arrow));
    countDims();
    readResult(arrow);
    return contract(aligned());
  }

  private static int number(char letter) {
    return letter >= 'a' ? letter - 'a' + 26 : letter - 'A';
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  private void readOperands(String left) {
    List<Integer> current = new ArrayList<>();
    subscripts.add(current);
    boolean ellipsis = false;
    for (int i = 0; i < left.length(); i++) {
      char c = left.charAt(i);
      int operand = subscripts.size() - 1;
      if (c == ' ') continue;
      if (c == '.') {
        if (ellipsis) throw call.check()
            .because("found '.' for operand %d for which an ellipsis was already found", operand).failure();
        if (!left.startsWith("...", i))
          throw call.check().because("found '.' for operand %d that is not part of any ellipsis", operand).failure();
        i += 2;
        current.add(LETTERS);
        ellipsis = true;
      } else if (c == ',') {
        if (subscripts.size() == operands.length)
          throw call.check().because("fewer operands were provided than specified in the equation").failure();
        current = new ArrayList<>();
        subscripts.add(current);
        ellipsis = false;
      } else if (isLetter(c)) {
        current.add(number(c));
      } else {
        throw invalid(i);
      }
    }
    if (subscripts.size() != operands.length)
      throw call.check().because("more operands were provided than specified in the equation").failure();
  }

  private IllegalArgumentException invalid(int index) {
    return call.check().because(
        "invalid subscript given at index %d in the equation string, subscripts must be in [a-zA-Z]", index).failure();
  }

  private void countDims() {
    for (int i = 0; i < operands.length; i++) {
      int ndims = operands[i].dim();
      boolean ellipsis = subscripts.get(i).contains(LETTERS);
      int letters = subscripts.get(i).size() - (ellipsis ? 1 : 0);
      if (ellipsis && letters > ndims) throw call.check().because(
          "the number of subscripts in the equation (%d) is more than the number of dimensions (%d) for operand %d",
          letters, ndims, i).tensor("operand", operands[i]).shapeFailure();
      if (!ellipsis && letters != ndims) throw call.check().because(
          "the number of subscripts in the equation (%d) does not match the number of dimensions (%d) for operand %d and no ellipsis was given",
          letters, ndims, i).tensor("operand", operands[i]).shapeFailure();
      for (int s : subscripts.get(i)) {
        if (s == LETTERS) ellipsisDims = Math.max(ellipsisDims, ndims - letters);
        else occurrences[s]++;
      }
    }
  }

  private void readResult(int arrow) {
    Arrays.fill(place, -1);
    boolean ellipsis = false;
    if (arrow < 0) {
      dims = ellipsisDims;
      ellipsis = true;
      for (int s = 0; s < LETTERS; s++) {
        if (occurrences[s] == 1) place[s] = dims++;
      }
    } else {
      for (int i = arrow + 2; i < equation.length(); i++) {
        char c = equation.charAt(i);
        if (c == ' ') continue;
        if (c == '.') {
          if (ellipsis)
            throw call.check().because("found '.' for output but an ellipsis (...) was already found").failure();
          if (!equation.startsWith("...", i))
            throw call.check().because("found '.' for output that is not part of any ellipsis (...)").failure();
          i += 2;
          ellipsisPlace = dims;
          dims += ellipsisDims;
          ellipsis = true;
          continue;
        }
        if (!isLetter(c)) throw invalid(i);
        int s = number(c);
        if (place[s] >= 0)
          throw call.check().because("output subscript %s appears more than once in the output", c).failure();
        if (occurrences[s] == 0) throw call.check()
            .because("output subscript %s does not appear in the equation for any input operand", c).failure();
        place[s] = dims++;
      }
    }
    resultDims = dims;
    if (!ellipsis) {
      ellipsisPlace = dims;
      dims += ellipsisDims;
    }
    for (int s = 0; s < LETTERS; s++) {
      if (occurrences[s] > 0 && place[s] < 0) place[s] = dims++;
    }
  }

  /// The operands with all dimensions in the common order, those they lack with size one.
  private List<Tensor> aligned() {
    holders = new int[dims];
    long[] sizes = new long[dims];
    Arrays.fill(sizes, 1);
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < operands.length; i++) {
      Tensor t = operands[i];
      int[] order = new int[dims];
      Arrays.fill(order, -1);
      int dim = 0;
      for (int s : subscripts.get(i)) {
        if (s == LETTERS) {
          int covered = operands[i].dim() - (subscripts.get(i).size() - 1);
          for (int j = ellipsisDims - covered; j < ellipsisDims; j++) {
            int at = ellipsisPlace + j;
            if (!fits(t.size(dim), sizes, at)) throw call.check().because(
                "dimension %d covered by ellipsis in operand %d has size %d which does not broadcast with previously seen ellipsis with size %d for the respective dimension",
                dim, i, t.size(dim), sizes[at]).tensor("operand", operands[i]).shapeFailure();
            order[at] = dim++;
          }
        } else if (order[place[s]] < 0) {
          if (!fits(t.size(dim), sizes, place[s])) throw call.check().because(
              "subscript %s has size %d for operand %d which does not broadcast with previously seen size %d",
              letter(s), t.size(dim), i, sizes[place[s]]).tensor("operand", operands[i]).shapeFailure();
          order[place[s]] = dim++;
        } else {
          int earlier = order[place[s]];
          if (t.size(dim) != t.size(earlier)) throw call.check()
              .because("subscript %s is repeated for operand %d but the sizes don't match, %d != %d", letter(s), i,
                  t.size(dim), t.size(earlier))
              .tensor("operand", operands[i]).shapeFailure();
          t = t.diagonal(0, earlier, dim).movedim(-1, earlier);
        }
      }
      for (int at = 0; at < dims; at++) {
        if (order[at] < 0) {
          t = t.unsqueeze(dim);
          order[at] = dim++;
        }
      }
      all.add(t.permute(Arrays.stream(order).asLongStream().toArray()));
    }
    return all;
  }

  private boolean fits(long size, long[] sizes, int at) {
    if (size == 1) return true;
    if (sizes[at] != 1 && sizes[at] != size) return false;
    sizes[at] = size;
    holders[at]++;
    return true;
  }

  private static char letter(int number) {
    return (char) (number < 26 ? 'A' + number : 'a' + number - 26);
  }

  private Tensor contract(List<Tensor> all) {
    for (int step = 0; all.size() > 1; step++) {
      int i = 0;
      int j = 1;
      if (path != null) {
        i = (int) Math.min(path[2 * step], path[2 * step + 1]);
        j = (int) Math.max(path[2 * step], path[2 * step + 1]);
        if (i == j || i < 0 || j >= all.size())
          throw call.check().because("invalid contraction tuple (%d, %d)", i, j).failure();
      }
      Tensor b = all.remove(j);
      Tensor a = all.remove(i);
      List<Integer> shared = new ArrayList<>();
      LongStream.Builder onlyA = LongStream.builder();
      LongStream.Builder onlyB = LongStream.builder();
      for (int d = resultDims; d < dims; d++) {
        if (a.size(d) != 1 && b.size(d) != 1) {
          if (--holders[d] == 1) {
            shared.add(d);
            holders[d] = 0;
          }
        } else if (holders[d] == 1) {
          if (a.size(d) == 1 && b.size(d) == 1) continue;
          (a.size(d) != 1 ? onlyA : onlyB).add(d);
          holders[d] = 0;
        }
      }
      Tensor product = pair(summed(a, onlyA.build().toArray()), summed(b, onlyB.build().toArray()), shared);
      if (path != null) all.add(product);
      else all.add(0, product);
    }
    Tensor result = all.get(0);
    if (dims == resultDims) return result;
    if (operands.length > 1) return result.reshape(Arrays.copyOf(result.sizes(), resultDims));
    return result.sum(LongStream.range(resultDims, dims).toArray());
  }

  private static Tensor summed(Tensor t, long[] over) {
    return over.length == 0 ? t : t.sum(over, true);
  }

  /// The product of two aligned tensors, summed over dimensions that both have: a batched matrix product.
  private static Tensor pair(Tensor left, Tensor right, List<Integer> over) {
    if (over.isEmpty()) return left.mul(right);
    List<Integer> both = new ArrayList<>();
    List<Integer> onlyLeft = new ArrayList<>();
    List<Integer> onlyRight = new ArrayList<>();
    long batch = 1;
    long rows = 1;
    long columns = 1;
    long inner = 1;
    for (int d = 0; d < left.dim(); d++) {
      boolean l = left.size(d) != 1;
      boolean r = right.size(d) != 1;
      if (over.contains(d)) {
        inner *= left.size(d);
      } else if (l && r) {
        both.add(d);
        batch *= left.size(d);
      } else if (l) {
        onlyLeft.add(d);
        rows *= left.size(d);
      } else {
        onlyRight.add(d);
        columns *= right.size(d);
      }
    }
    long[] resultOrder = order(both, onlyLeft, over, onlyRight);
    long[] sizes = new long[resultOrder.length];
    long[] back = new long[resultOrder.length];
    for (int k = 0; k < sizes.length; k++) {
      int d = (int) resultOrder[k];
      sizes[k] = over.contains(d) ? 1 : left.size(d) != 1 ? left.size(d) : right.size(d);
      back[d] = k;
    }
    Tensor a = left.permute(resultOrder).reshape(batch, rows, inner);
    Tensor b = right.permute(order(both, over, onlyRight, onlyLeft)).reshape(batch, inner, columns);
    return a.bmm(b).view(sizes).permute(back);
  }

  @SafeVarargs
  private static long[] order(List<Integer>... groups) {
    return Arrays.stream(groups).flatMap(List::stream).mapToLong(Integer::longValue).toArray();
  }
}
