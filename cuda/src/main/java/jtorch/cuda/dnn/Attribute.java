package jtorch.cuda.dnn;

import static jtorch.cuda.dnn.Attribute.Type.BEHAVIOR_NOTE;
import static jtorch.cuda.dnn.Attribute.Type.BOOLEAN;
import static jtorch.cuda.dnn.Attribute.Type.CONVOLUTION_MODE;
import static jtorch.cuda.dnn.Attribute.Type.DATA_TYPE;
import static jtorch.cuda.dnn.Attribute.Type.DESCRIPTOR;
import static jtorch.cuda.dnn.Attribute.Type.FLOAT;
import static jtorch.cuda.dnn.Attribute.Type.HANDLE;
import static jtorch.cuda.dnn.Attribute.Type.HEURISTIC_MODE;
import static jtorch.cuda.dnn.Attribute.Type.INT64;
import static jtorch.cuda.dnn.Attribute.Type.NUMERICAL_NOTE;
import static jtorch.cuda.dnn.Attribute.Type.POINTER;
import static jtorch.cuda.dnn.Attribute.Type.POINTWISE_MODE;

/// What descriptors hold, and of which type it is.
///
/// **Source**: `cudnnBackendAttributeName_t`, and the types that `cudnn_graph.h` tells for each.
enum Attribute {
  POINTWISE_OPERATOR(0, POINTWISE_MODE),
  POINTWISE_PRECISION(1, DATA_TYPE),

  CONVOLUTION_PRECISION(100, DATA_TYPE),
  CONVOLUTION_KIND(101, CONVOLUTION_MODE),
  CONVOLUTION_DILATIONS(102, INT64),
  CONVOLUTION_STRIDES(103, INT64),
  CONVOLUTION_POST_PADDINGS(104, INT64),
  CONVOLUTION_PRE_PADDINGS(105, INT64),
  CONVOLUTION_SPATIAL_DIMENSIONS(106, INT64),

  HEURISTICS_MODE(200, HEURISTIC_MODE),
  HEURISTICS_GRAPH(201, DESCRIPTOR),
  HEURISTICS_RESULTS(202, DESCRIPTOR),

  CONFIGURATION_ENGINE(300, DESCRIPTOR),

  PLAN_HANDLE(400, HANDLE),
  PLAN_CONFIGURATION(401, DESCRIPTOR),
  PLAN_WORKSPACE_SIZE(402, INT64),

  /// Factors are [Type#DOUBLE] where sums are made in float64.
  FORWARD_ALPHA(700, FLOAT),
  FORWARD_BETA(701, FLOAT),
  FORWARD_CONVOLUTION(702, DESCRIPTOR),
  FORWARD_W(703, DESCRIPTOR),
  FORWARD_X(704, DESCRIPTOR),
  FORWARD_Y(705, DESCRIPTOR),
  BACKWARD_DATA_ALPHA(706, FLOAT),
  BACKWARD_DATA_BETA(707, FLOAT),
  BACKWARD_DATA_CONVOLUTION(708, DESCRIPTOR),
  BACKWARD_DATA_W(709, DESCRIPTOR),
  BACKWARD_DATA_DX(710, DESCRIPTOR),
  BACKWARD_DATA_DY(711, DESCRIPTOR),
  BACKWARD_FILTER_ALPHA(712, FLOAT),
  BACKWARD_FILTER_BETA(713, FLOAT),
  BACKWARD_FILTER_CONVOLUTION(714, DESCRIPTOR),
  BACKWARD_FILTER_DW(715, DESCRIPTOR),
  BACKWARD_FILTER_X(716, DESCRIPTOR),
  BACKWARD_FILTER_DY(717, DESCRIPTOR),

  POINTWISE_DESCRIPTOR(750, DESCRIPTOR),
  POINTWISE_X(751, DESCRIPTOR),
  POINTWISE_B(752, DESCRIPTOR),
  POINTWISE_Y(753, DESCRIPTOR),

  GRAPH_HANDLE(800, HANDLE),
  GRAPH_OPERATIONS(801, DESCRIPTOR),

  TENSOR_ALIGNMENT(900, INT64),
  TENSOR_DATA_TYPE(901, DATA_TYPE),
  TENSOR_DIMENSIONS(902, INT64),
  TENSOR_STRIDES(903, INT64),
  TENSOR_ID(906, INT64),
  TENSOR_IS_VIRTUAL(907, BOOLEAN),

  PACK_IDS(1000, INT64),
  PACK_POINTERS(1001, POINTER),
  PACK_WORKSPACE(1003, POINTER),

  ENGINE_NUMERICAL_NOTES(1303, NUMERICAL_NOTE),
  ENGINE_BEHAVIOR_NOTES(1305, BEHAVIOR_NOTE);

  final int code;
  final Type type;

  Attribute(int code, Type type) {
    this.code = code;
    this.type = type;
  }

  /// Types of elements: enumerations are C's `int`, a boolean is a byte.
  ///
  /// **Source**: `cudnnBackendAttributeType_t`.
  enum Type {
    HANDLE(0, 8),
    DATA_TYPE(1, 4),
    BOOLEAN(2, 1),
    INT64(3, 8),
    FLOAT(4, 4),
    DOUBLE(5, 8),
    POINTER(6, 8),
    CONVOLUTION_MODE(7, 4),
    HEURISTIC_MODE(8, 4),
    NUMERICAL_NOTE(11, 4),
    POINTWISE_MODE(14, 4),
    DESCRIPTOR(15, 8),
    BEHAVIOR_NOTE(19, 4);

    final int code;
    final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }
  }
}
