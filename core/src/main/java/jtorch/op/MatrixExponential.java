package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// The exponential of matrices by Taylor polynomials of degree 1 to 18, evaluated with few products, of a matrix halved until
/// the polynomial is exact to the precision, and squared again. **Source**: Bader, Blanes and Casas, "Computing the Matrix
/// Exponential with an Optimized Taylor Polynomial Approximation", Mathematics 2019, 7, 1174.
///
/// Which degree is taken, and all coefficients, are PyTorch's: the exponential magnifies rounding errors, so only the same sums
/// give the same digits. That holds for float16 and bfloat16 too, for which PyTorch reads its float64 coefficients 16 bits at a
/// time: where their exponential is wanted, convert to float32 first.
final class MatrixExponential {
  private static final double[] SINGLE_NORMS = {1.192092800768788e-07, 5.978858893805233e-04, 5.116619363445086e-02,
    5.800524627688768e-01, 1.461661507209034e+00, 3.010066362817634e+00};
  private static final double[] DOUBLE_NORMS = {2.220446049250313e-16, 2.580956802971767e-08, 3.397168839976962e-04,
    4.991228871115323e-02, 2.996158913811580e-01, 1.090863719290036e+00};

  /// Rows: the four combinations of I, A, A^2 and A^3 that make the polynomial of degree 12.
  private static final double[] DEGREE_12 = {9.0198e-16, 0.46932117595418237389, -0.20099424927047284052,
    -0.04623946134063071740, 5.31597895759871264183, 1.19926790417132231573, 0.01179296240992997031,
    0.01108844528519167989, 0.18188869982170434744, 0.05502798439925399070, 0.09351590770535414968,
    0.00610700528898058230, -2.0861320e-13, -0.13181061013830184015, -0.02027855540589259079,
    -0.00675951846863086359};

  /// Rows: the five combinations of I, A, A^2, A^3 and A^6 that make the polynomial of degree 18.
  private static final double[] DEGREE_18 = {0, -1.00365581030144618291e-01, -8.02924648241156932449e-03,
    -8.92138498045729985177e-04, 0, 0, 3.97849749499645077844e-01, 1.36783778460411720168e+00,
    4.98289622525382669416e-01, -6.37898194594723280150e-04, -1.09676396052962061844e+01,
    1.68015813878906206114e+00, 5.71779846478865511061e-02, -6.98210122488052056106e-03,
    3.34975017086070470649e-05, -9.04316832390810593223e-02, -6.76404519071381882256e-02,
    6.75961301770459654925e-02, 2.95552570429315521194e-02, -1.39180257516060693404e-05, 0, 0,
    -9.23364619367118555360e-02, -1.69364939002081722752e-02, -1.40086798182036094347e-05};

  /// `sum weights[i] * tensors[i]`, of contiguous tensors.
  private static final Operator COMBINATION =
      Operator.declare("jtorch::linear_combination(Tensor[] tensors, float[] weights) -> Tensor")
          .shape(c -> c.result(c.tensors("tensors")[0].sizes(), c.tensors("tensors")[0].dtype()))
          .kernel("linear_combination")
          .notDifferentiable();

  private final DType dtype;

  private MatrixExponential(DType dtype) {
    this.dtype = dtype;
  }

  static Tensor of(Tensor a) {
    long n = a.size(-1);
    if (a.numel() == 0) return a.clone();
    if (n == 1) return a.exp();
    Tensor matrices = a.reshape(-1, n, n).contiguous();
    return new MatrixExponential(a.dtype()).exponential(matrices).reshape(a.sizes());
  }

  private Tensor exponential(Tensor a) {
    double[] bounds = dtype.toReal() == DType.FLOAT32 ? SINGLE_NORMS : DOUBLE_NORMS;
    double[] norms = a.abs().sum(-2).amax(-1, false).to(DType.FLOAT64).toDoubleArray();
    if (norms.length == 1 && Double.isNaN(norms[0])) return Torch.full(a.sizes(), Double.NaN, dtype);
    if (norms.length == 1 && norms[0] < bounds[4]) {
      Tensor square = product(a, a);
      Tensor one = Matrices.eye(a, a.size(-1)).expand(a.sizes()).contiguous();
      if (norms[0] <= bounds[0]) return one.add(a);
      if (norms[0] <= bounds[1]) return one.add(a).add(square.div(2));
      if (norms[0] <= bounds[2]) return degree4(one, a, square);
      return norms[0] <= bounds[3] ? degree8(one, a, square) : degree12(one, a, square);
    }
    int[] halvings = new int[norms.length];
    double[] scales = new double[norms.length];
    for (int i = 0; i < norms.length; i++) {
      double wanted = Math.ceil(Math.log(norms[i] / bounds[5]) / Math.log(2));
      halvings[i] = Double.isFinite(wanted) ? (int) Math.max(0, wanted) : 0;
      scales[i] = Math.scalb(1.0, -halvings[i]);
    }
    Tensor made = degree18(a.mul(Torch.tensor(scales).to(dtype.toReal()).reshape(-1, 1, 1)));
    return squared(made, halvings);
  }

  /// Each matrix squared as often as it was halved.
  private static Tensor squared(Tensor made, int[] halvings) {
    int most = Arrays.stream(halvings).max().orElse(0);
    for (int round = 0; round < most; round++) {
      int at = round;
      long[] open = java.util.stream.LongStream.range(0, halvings.length).filter(i -> halvings[(int) i] > at).toArray();
      if (open.length == halvings.length) {
        made = product(made, made);
      } else {
        Tensor index = Torch.tensor(open);
        Tensor part = made.indexSelect(0, index);
        made = made.indexCopy(0, index, product(part, part));
      }
    }
    return made;
  }

  private Tensor degree4(Tensor one, Tensor a, Tensor square) {
    Tensor inner = combination(coefficients(1 / 2.0, 1 / 6.0, 1 / 24.0), one, a, square);
    return combination(coefficients(1, 1, 0, 1), one, a, square, product(square, inner));
  }

  private Tensor degree8(Tensor one, Tensor a, Tensor square) {
    double root = rounded(0.1330413469565007072504e+2);
    double x3 = rounded(2.0 / 3);
    double x1 = x3 * ((1 + root) / 88);
    double x2 = x3 * ((1 + root) / 352);
    double x4 = (-271 + 29 * root) / (315 * x3);
    double x5 = (-11 + 11 * root) / (1260 * x3);
    double x6 = (-99 + 11 * root) / (5040 * x3);
    double x7 = (89 - root) / (5040 * x3);
    double y2 = (857 - 58 * root) / 630;
    Tensor fourth = product(square, combination(coefficients(x1, x2), a, square));
    Tensor eighth = product(combination(coefficients(x3, 1), square, fourth),
        combination(coefficients(x4, x5, x6, x7), one, a, square, fourth));
    return combination(coefficients(1, 1, y2, 0, 1), one, a, square, fourth, eighth);
  }

  private Tensor degree12(Tensor one, Tensor a, Tensor square) {
    double[] all = coefficients(DEGREE_12);
    Tensor[] powers = {one, a, square, product(a, square)};
    Tensor[] b = combinations(all, powers);
    Tensor sixth = b[2].add(product(b[3], b[3]));
    return b[0].add(product(b[1].add(sixth), sixth));
  }

  private Tensor degree18(Tensor a) {
    double[] all = coefficients(DEGREE_18);
    Tensor square = product(a, a);
    Tensor cube = product(a, square);
    Tensor one = Matrices.eye(a, a.size(-1)).expand(a.sizes()).contiguous();
    Tensor[] b = combinations(all, one, a, square, cube, product(cube, cube));
    Tensor ninth = b[3].add(product(b[0], b[4]));
    return b[1].add(product(b[2].add(ninth), ninth));
  }

  private static Tensor product(Tensor a, Tensor b) {
    return MatrixProducts.inOrder(a, b);
  }

  private static Tensor[] combinations(double[] coefficients, Tensor... terms) {
    int n = terms.length;
    Tensor[] all = new Tensor[n];
    for (int row = 0; row < n; row++)
      all[row] = combination(Arrays.copyOfRange(coefficients, row * n, (row + 1) * n), terms);
    return all;
  }

  private static Tensor combination(double[] coefficients, Tensor... terms) {
    return COMBINATION.tensor(terms, coefficients);
  }

  private double rounded(double value) {
    return dtype.toReal() == DType.FLOAT32 ? (float) value : value;
  }

  /// The coefficients as the dtype has them: see above for the halves.
  private double[] coefficients(double... values) {
    double[] made = new double[values.length];
    for (int i = 0; i < made.length; i++) {
      short word = (short) (Double.doubleToRawLongBits(values[i / 4]) >>> 16 * (i % 4));
      made[i] = switch (dtype) {
        case BFLOAT16 -> Float.intBitsToFloat(word << 16);
        case FLOAT16 -> Float.float16ToFloat(word);
        default -> rounded(values[i]);
      };
    }
    return made;
  }
}
