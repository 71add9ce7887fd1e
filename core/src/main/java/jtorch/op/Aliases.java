package jtorch.op;

/// Operators that PyTorch has under a second name.
public final class Aliases {
  static {
    alias(Arithmetic.SUB, "subtract.Tensor", "subtract_.Tensor");
    alias(Arithmetic.SUB_SCALAR, "subtract.Scalar", "subtract_.Scalar");
    alias(Arithmetic.MUL, "multiply.Tensor", "multiply_.Tensor");
    alias(Arithmetic.MUL_SCALAR, "multiply.Scalar", "multiply_.Scalar");
    alias(Arithmetic.DIV, "divide.Tensor", "divide_.Tensor");
    alias(Arithmetic.DIV_SCALAR, "divide.Scalar", "divide_.Scalar");
    alias(Arithmetic.DIV_MODE, "divide.Tensor_mode");
    alias(Arithmetic.DIV_MODE_, "divide_.Tensor_mode");
    alias(Arithmetic.DIV_SCALAR_MODE, "divide.Scalar_mode");
    alias(Arithmetic.DIV_SCALAR_MODE_, "divide_.Scalar_mode");
    alias(Arithmetic.DIV, "true_divide.Tensor", "true_divide_.Tensor");
    alias(Arithmetic.DIV_SCALAR, "true_divide.Scalar", "true_divide_.Scalar");
    alias(Arithmetic.NEG, "negative", "negative_");
    alias(Arithmetic.ABS, "absolute", "absolute_");

    alias(Choosing.MAXIMUM, "max.other");
    alias(Choosing.MINIMUM, "min.other");
    alias(Choosing.CLAMP, "clip", "clip_");
    alias(Choosing.CLAMP_TENSOR, "clip.Tensor");
    alias(Choosing.CLAMP_TENSOR_, "clip_.Tensor");

    alias(Comparison.NE, "not_equal.Tensor", "not_equal_.Tensor");
    alias(Comparison.NE_SCALAR, "not_equal.Scalar", "not_equal_.Scalar");
    alias(Comparison.LT, "less.Tensor", "less_.Tensor");
    alias(Comparison.LT_SCALAR, "less.Scalar", "less_.Scalar");
    alias(Comparison.LE, "less_equal.Tensor", "less_equal_.Tensor");
    alias(Comparison.LE_SCALAR, "less_equal.Scalar", "less_equal_.Scalar");
    alias(Comparison.GT, "greater.Tensor", "greater_.Tensor");
    alias(Comparison.GT_SCALAR, "greater.Scalar", "greater_.Scalar");
    alias(Comparison.GE, "greater_equal.Tensor", "greater_equal_.Tensor");
    alias(Comparison.GE_SCALAR, "greater_equal.Scalar", "greater_equal_.Scalar");

    alias(Bitwise.AND, "__and__.Tensor", "__iand__.Tensor");
    alias(Bitwise.AND_SCALAR, "__and__.Scalar", "__iand__.Scalar");
    alias(Bitwise.OR, "__or__.Tensor", "__ior__.Tensor");
    alias(Bitwise.OR_SCALAR, "__or__.Scalar", "__ior__.Scalar");
    alias(Bitwise.XOR, "__xor__.Tensor", "__ixor__.Tensor");
    alias(Bitwise.XOR_SCALAR, "__xor__.Scalar", "__ixor__.Scalar");
    alias(Bitwise.LEFT_SHIFT, "__lshift__.Tensor", "__ilshift__.Tensor");
    alias(Bitwise.LEFT_SHIFT_SCALAR, "__lshift__.Scalar", "__ilshift__.Scalar");
    alias(Bitwise.RIGHT_SHIFT, "__rshift__.Tensor", "__irshift__.Tensor");
    alias(Bitwise.RIGHT_SHIFT_SCALAR, "__rshift__.Scalar", "__irshift__.Scalar");

    alias(Trigonometry.ASIN, "arcsin", "arcsin_");
    alias(Trigonometry.ACOS, "arccos", "arccos_");
    alias(Trigonometry.ATAN, "arctan", "arctan_");
    alias(Trigonometry.ASINH, "arcsinh", "arcsinh_");
    alias(Trigonometry.ACOSH, "arccosh", "arccosh_");
    alias(Trigonometry.ATANH, "arctanh", "arctanh_");
    alias(Trigonometry.ATAN2, "arctan2", "arctan2_");
    alias(Rounding.TRUNC, "fix", "fix_");

    alias(Exponentials.EXP2, "special_exp2");
    alias(Exponentials.EXPM1, "special_expm1");
    alias(Exponentials.LOG1P, "special_log1p");
    alias(Exponentials.SIGMOID, "special_expit");
    alias(Exponentials.LOGIT, "special_logit");
    alias(Exponentials.XLOGY, "special_xlogy");
    alias(Exponentials.XLOGY_SCALAR, "special_xlogy.other_scalar");
    alias(Exponentials.XLOGY_OF_SCALAR, "special_xlogy.self_scalar");
    alias(Trigonometry.SINC, "special_sinc");
    alias(Special.ERF, "special_erf");
    alias(Special.ERFC, "special_erfc");
    alias(Special.ERFINV, "special_erfinv");
    alias(Special.LGAMMA, "special_gammaln");
    alias(Special.DIGAMMA, "special_digamma");
    alias(Special.DIGAMMA, "special_psi");
    alias(Special.POLYGAMMA, "special_polygamma");
    alias(Special.MVLGAMMA, "special_multigammaln");
    alias(Special.IGAMMA, "special_gammainc");
    alias(Special.IGAMMAC, "special_gammaincc");
    alias(Special.I0, "special_i0");
    Operator.declare("aten::special_softmax(Tensor self, int dim, ScalarType? dtype=None) -> Tensor")
        .composition(c -> Softmax.SOFTMAX.call(c.arguments()));
    Operator.declare("aten::special_log_softmax(Tensor self, int dim, *, ScalarType? dtype=None) -> Tensor")
        .composition(c -> Softmax.LOG_SOFTMAX.call(c.arguments()));
    alias(Reductions.LOGSUMEXP, "special_logsumexp");
    Operator.declare("aten::special_round(Tensor self, *, int decimals=0) -> Tensor")
        .composition(c -> Rounding.ROUND_DECIMALS.call(c.arguments()));
  }

  private Aliases() {}

  private static void alias(Operator operator, String name) {
    String text = operator.schema().text();
    Operator.declare("aten::" + name + text.substring(text.indexOf('(')))
        .composition(c -> operator.call(c.arguments()));
  }

  private static void alias(Operator operator, String name, String inPlaceName) {
    alias(operator, name);
    alias(operator.mutating(), inPlaceName);
  }
}
