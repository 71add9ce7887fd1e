package jtorch.op;

import static jtorch.expr.Expr.P;
import static jtorch.expr.Expr.X;
import static jtorch.expr.Expr.Y;
import static jtorch.op.Elementwise.Types.PROMOTED;

import java.util.function.BinaryOperator;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.expr.Expr;

/// Operations on the bits of integers; on bools they are logic.
public final class Bitwise {
  public static final Operator AND = tensor("bitwise_and.Tensor", Expr::bitAnd);
  public static final Operator AND_SCALAR = scalar("bitwise_and.Scalar", Expr::bitAnd);
  public static final Operator AND_OF_SCALAR = ofScalar("bitwise_and.Scalar_Tensor", Expr::bitAnd);
  public static final Operator OR = tensor("bitwise_or.Tensor", Expr::bitOr);
  public static final Operator OR_SCALAR = scalar("bitwise_or.Scalar", Expr::bitOr);
  public static final Operator OR_OF_SCALAR = ofScalar("bitwise_or.Scalar_Tensor", Expr::bitOr);
  public static final Operator XOR = tensor("bitwise_xor.Tensor", Expr::bitXor);
  public static final Operator XOR_SCALAR = scalar("bitwise_xor.Scalar", Expr::bitXor);
  public static final Operator XOR_OF_SCALAR = ofScalar("bitwise_xor.Scalar_Tensor", Expr::bitXor);

  /// `self * 2^other` for integers; 0 where the distance is negative or as large as the number of bits
  public static final Operator LEFT_SHIFT = tensor("bitwise_left_shift.Tensor", Expr::shiftLeft);
  public static final Operator LEFT_SHIFT_SCALAR = scalar("bitwise_left_shift.Tensor_Scalar", Expr::shiftLeft);
  public static final Operator LEFT_SHIFT_OF_SCALAR = ofScalar("bitwise_left_shift.Scalar_Tensor", Expr::shiftLeft);
  /// With sign; all sign bits where the distance is negative or as large as the number of bits
  public static final Operator RIGHT_SHIFT = tensor("bitwise_right_shift.Tensor", Expr::shiftRight);
  public static final Operator RIGHT_SHIFT_SCALAR = scalar("bitwise_right_shift.Tensor_Scalar", Expr::shiftRight);
  public static final Operator RIGHT_SHIFT_OF_SCALAR = ofScalar("bitwise_right_shift.Scalar_Tensor", Expr::shiftRight);

  public static final Operator NOT =
      Elementwise.declare("aten::bitwise_not(Tensor self) -> Tensor", PROMOTED, X.bitNot())
          .when(a -> Arithmetic.isBool(a[0]), PROMOTED, X.not())
          .inPlace();

  /// The exclusive or of all elements, or of those along `dim`, as uint64: the bits of floating numbers as float64, those of
  /// integers as int64. Equal contents give equal hashes whatever their order. `mode` is 0, the only one.
  public static final Operator HASH_TENSOR = Operator
      .declare("aten::hash_tensor(Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0) -> Tensor")
      .shape(c -> {
        Tensor self = c.tensor("self");
        if (c.integer("mode") != 0)
          throw c.check().because("Unknown hash_tensor mode: %d", c.integer("mode")).failure();
        DType dtype = self.dtype();
        if (dtype.isComplex() || dtype.isFloat8() || dtype.isBareUnsigned())
          throw c.check().because("\"xor_sum_cpu\" not implemented for '%s'", dtype.scalarTypeName()).failure();
        long[] dim = c.longsOrNull("dim");
        int[] dims = Check.dims(c.operator(), dim, self.dim());
        if (self.numel() == 0 && (dim == null || dim.length == 0)) throw c.check()
            .because("Expected reduction dim to be specified for input.numel() == 0.")
            .hint("Specify the reduction dim with the 'dim' argument.").indexFailure();
        for (int d : dims) {
          if (self.dim() > 0 && self.size(d) == 0)
            throw c.check().because("Expected reduction dim %d to have non-zero size.", d).indexFailure();
        }
        c.result(Reductions.reducedSizes(self.sizes(), dims, c.bool("keepdim")), DType.UINT64);
      })
      .kernel("hash_tensor")
      .notDifferentiable();

  private Bitwise() {}

  private static Operator tensor(String name, BinaryOperator<Expr> body) {
    return Elementwise.declare("aten::" + name + "(Tensor self, Tensor other) -> Tensor", PROMOTED, body.apply(X, Y))
        .inPlace();
  }

  private static Operator scalar(String name, BinaryOperator<Expr> body) {
    return Elementwise.declare("aten::" + name + "(Tensor self, Scalar other) -> Tensor", PROMOTED, body.apply(X, P))
        .inPlace();
  }

  private static Operator ofScalar(String name, BinaryOperator<Expr> body) {
    return Elementwise.declare("aten::" + name + "(Scalar self, Tensor other) -> Tensor", PROMOTED, body.apply(P, X));
  }
}
