package jtorch.cuda.dnn;

/// The kinds of descriptors that are used.
///
/// **Source**: `cudnnBackendDescriptorType_t`.
enum Kind {
  POINTWISE(0),
  CONVOLUTION(1),
  ENGINE(2),
  ENGINE_CONFIGURATION(3),
  ENGINE_HEURISTICS(4),
  EXECUTION_PLAN(5),
  CONVOLUTION_FORWARD(10),
  CONVOLUTION_BACKWARD_FILTER(11),
  CONVOLUTION_BACKWARD_DATA(12),
  POINTWISE_OPERATION(13),
  OPERATION_GRAPH(15),
  VARIANT_PACK(16),
  TENSOR(17);

  final int code;

  Kind(int code) {
    this.code = code;
  }
}
