package jtorch.cuda.dnn;

/// What a convolution computes: its result `y`, the gradient of its input `x`, or that of its weight `w`; the other two
/// are given.
public enum Way {
  FORWARD(Kind.CONVOLUTION_FORWARD, Attribute.FORWARD_X, Attribute.FORWARD_W, Attribute.FORWARD_Y,
      Attribute.FORWARD_CONVOLUTION, Attribute.FORWARD_ALPHA, Attribute.FORWARD_BETA),
  INPUT(Kind.CONVOLUTION_BACKWARD_DATA, Attribute.BACKWARD_DATA_DX, Attribute.BACKWARD_DATA_W,
      Attribute.BACKWARD_DATA_DY, Attribute.BACKWARD_DATA_CONVOLUTION, Attribute.BACKWARD_DATA_ALPHA,
      Attribute.BACKWARD_DATA_BETA),
  WEIGHT(Kind.CONVOLUTION_BACKWARD_FILTER, Attribute.BACKWARD_FILTER_X, Attribute.BACKWARD_FILTER_DW,
      Attribute.BACKWARD_FILTER_DY, Attribute.BACKWARD_FILTER_CONVOLUTION, Attribute.BACKWARD_FILTER_ALPHA,
      Attribute.BACKWARD_FILTER_BETA);

  final Kind kind;
  final Attribute x;
  final Attribute w;
  final Attribute y;
  final Attribute convolution;
  final Attribute alpha;
  final Attribute beta;

  Way(Kind kind, Attribute x, Attribute w, Attribute y, Attribute convolution, Attribute alpha, Attribute beta) {
    this.kind = kind;
    this.x = x;
    this.w = w;
    this.y = y;
    this.convolution = convolution;
    this.alpha = alpha;
    this.beta = beta;
  }
}
