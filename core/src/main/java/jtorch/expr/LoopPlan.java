package jtorch.expr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jtorch.DType;

/// What a loop over elements has to do, in real numbers only: which parts of the operands are read and what goes where.
/// Loops of all devices are made of it.
///
/// @param name of the function, for messages and class names
/// @param compute the real type of arithmetic
/// @param operands the dtypes in memory: the output, then the inputs
/// @param reads what input i of the expressions stands for
/// @param writes what is written
public record LoopPlan(String name, DType compute, List<DType> operands, List<Part> reads, List<Write> writes) {
  /// What there is to ask of elements that are two numbers: their bits answer.
  private static final Set<Expr> PACKED = Set.of(Expr.X.eq(Expr.Y), Expr.X.ne(Expr.Y), Expr.X.isNan());

  /// A real element in memory: an operand's, or one half of a complex operand's.
  public record Part(int operand, DType dtype, int offset) {
    static Part real(int operand, DType dtype) {
      return new Part(operand, dtype.toReal(), 0);
    }

    static Part imaginary(int operand, DType dtype) {
      return new Part(operand, dtype.toReal(), dtype.size() / 2);
    }
  }

  /// A value and where it goes. A truth goes to a bool, all else is a number.
  public record Write(Expr value, Part to) {}

  public static LoopPlan of(ScalarFunction f, DType compute, DType[] inputs, DType output) {
    if (inputs.length != f.inputs()) {
      throw new IllegalArgumentException(f.name() + " takes " + f.inputs() + " inputs, not " + inputs.length);
    }
    if (compute != DType.BOOL && compute != DType.INT64 && (!compute.isDifferentiable() || compute.isHalf())) {
      throw new IllegalArgumentException("loops compute in bool, int64, float or complex, not in " + compute);
    }
    List<DType> operands = new ArrayList<>(List.of(inputs));
    operands.addFirst(output);
    if (operands.contains(DType.FLOAT4_E2M1FN_X2)) {
      if (!PACKED.contains(f.body()) || Arrays.stream(inputs).distinct().count() > 1)
        throw DType.FLOAT4_E2M1FN_X2.notANumber();
      inputs = inputs.clone();
      Arrays.fill(inputs, DType.UINT8);
    }
    List<Part> reads = new ArrayList<>();
    List<Write> writes = new ArrayList<>();
    Part target = Part.real(0, output);
    if (compute.isComplex()) {
      Map<Expr, Expr> absent = new HashMap<>();
      for (int i = 0; i < inputs.length; i++) {
        reads.add(Part.real(i + 1, inputs[i]));
        reads.add(Part.imaginary(i + 1, inputs[i]));
        if (!inputs[i].isComplex()) absent.put(Expr.input(2 * i + 1), Expr.constant(0));
      }
      ComplexLowering parts = ComplexLowering.of(output == DType.BOOL ? f.body().truth() : f.body());
      writes.add(new Write(fit(parts.re().replace(absent), output), target));
      if (output.isComplex()) writes.add(new Write(parts.im().replace(absent), Part.imaginary(0, output)));
    } else {
      Map<Expr, Expr> tests = new HashMap<>();
      for (int i = 0; i < inputs.length; i++) reads.add(Part.real(i + 1, inputs[i]));
      for (int i = 0; i < inputs.length; i++) {
        if (compute == DType.BOOL && inputs[i].isComplex()) {
          tests.put(Expr.input(i), Expr.input(i).truth().or(Expr.input(reads.size())).number());
          reads.add(Part.imaginary(i + 1, inputs[i]));
        }
      }
      writes.add(new Write(fit(f.body().replace(tests), output), target));
      if (output.isComplex()) writes.add(new Write(Expr.constant(0), Part.imaginary(0, output)));
    }
    return new LoopPlan(f.name(), compute.toReal(), List.copyOf(operands), List.copyOf(reads), List.copyOf(writes));
  }

  private static Expr fit(Expr value, DType output) {
    return output == DType.BOOL ? value.truth() : value.number();
  }

  /// Whether there are inputs, and none of them is of a floating type.
  public boolean readsIntegersOnly() {
    return !reads.isEmpty() && reads.stream().noneMatch(read -> read.dtype().isFloatingPoint());
  }

  /// All expressions of the loop, each after its operands.
  public List<Expr> subterms() {
    return writes.stream().flatMap(w -> w.value().subterms().stream()).distinct().toList();
  }
}
