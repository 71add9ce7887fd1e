package jtorch.op;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import jtorch.Device;
import jtorch.Placement;
import org.jspecify.annotations.Nullable;

/// What autocast does with the floating arguments of an operator, on the CPU and on GPUs: PyTorch's lists
/// (`autocast_mode.h`, `autocast_mode.cpp`), by ATen's names. Operators in no list take what they get.
public enum CastPolicy {
  /// To the lower precision: products of matrices, convolutions, attention.
  LOWER,
  /// To float32: losses, decompositions, transforms.
  SINGLE,
  /// The result in float32, where the caller names no dtype: sums, softmax.
  SINGLE_RESULT,
  /// All to the widest among them.
  WIDEST,
  /// Refused: what is unsafe in lower precision.
  BANNED,
  /// As they come, inside too: a kernel of PyTorch's own, even where a composition here.
  OPAQUE,
  /// As they come.
  NONE;

  private static final Set<String> LOWERED = names("""
      conv1d conv1d.padding conv2d conv2d.padding conv3d conv3d.padding bmm mm linalg_vecdot baddbmm addmm
      _addmm_activation addbmm linear _convolution.deprecated matmul conv_tbc mkldnn_rnn_layer conv_transpose1d
      conv_transpose2d.input conv_transpose3d.input prelu scaled_dot_product_attention _native_multi_head_attention""");

  private static final Set<String> WIDENED = names("cat stack index_copy");

  private static final Set<String> SINGLES = names("""
      _grid_sampler_2d_cpu_fallback _lu_with_info adaptive_avg_pool3d adaptive_max_pool3d avg_pool3d binary_cross_entropy
      binary_cross_entropy_with_logits cdist cholesky cholesky_inverse cholesky_solve cosine_embedding_loss
      cross_entropy_loss ctc_loss.IntList ctc_loss.Tensor fake_quantize_per_tensor_affine fft_fft fft_fft2 fft_fftn
      fft_hfft fft_ifft fft_ifft2 fft_ifftn fft_ihfft fft_irfft fft_irfft2 fft_irfftn fft_rfft fft_rfft2 fft_rfftn
      fractional_max_pool2d fractional_max_pool3d geqrf grid_sampler grid_sampler_2d grid_sampler_3d
      hinge_embedding_loss huber_loss inverse kl_div l1_loss linalg_cholesky linalg_cholesky_ex linalg_cond
      linalg_cond.p_str linalg_eig linalg_eigh linalg_eigvals linalg_eigvalsh linalg_householder_product linalg_inv
      linalg_inv_ex linalg_lstsq linalg_matrix_rank linalg_matrix_rank.atol_rtol_float
      linalg_matrix_rank.atol_rtol_tensor linalg_matrix_rank.tol_tensor linalg_qr linalg_solve linalg_svd
      linalg_svdvals linalg_tensorinv linalg_tensorsolve lu_solve margin_ranking_loss max_pool3d max_unpool2d
      max_unpool3d mse_loss multi_margin_loss multilabel_margin_loss multilabel_margin_loss_forward nanquantile
      nanquantile.scalar nll_loss nll_loss2d nll_loss_nd orgqr ormqr pinverse poisson_nll_loss polar prod prod.dim_int qr quantile
      quantile.scalar reflection_pad1d reflection_pad2d replication_pad1d replication_pad2d replication_pad3d
      smooth_l1_loss soft_margin_loss stft stft.center svd trace triangular_solve triplet_margin_loss
      view_as_complex""");

  private static final Set<String> OPAQUES = names("mv bilinear");

  private static final Set<String> GPU_LOWERED = names("""
      _convolution.deprecated _convolution conv1d conv1d.padding conv2d conv2d.padding conv3d conv3d.padding conv_tbc
      conv_transpose1d conv_transpose2d.input conv_transpose3d.input convolution prelu addmm addmv addr matmul einsum mm mv
      linalg_vecdot linear addbmm baddbmm bmm chain_matmul linalg_multi_dot _thnn_fused_lstm_cell _thnn_fused_gru_cell
      lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell _scaled_dot_product_flash_attention
      scaled_dot_product_attention""");

  /// With `norm`, whose result PyTorch asks for in float32, and `cross_entropy_loss`, which it makes of a softmax and a loss
  /// that are listed.
  private static final Set<String> GPU_SINGLES = names("""
      acos asin cosh erfinv exp expm1 log log10 log2 log1p reciprocal rsqrt sinh tan pow.Tensor_Scalar pow.Tensor_Tensor
      pow.Scalar softplus layer_norm native_layer_norm rms_norm group_norm frobenius_norm.dim nuclear_norm nuclear_norm.dim
      cosine_similarity poisson_nll_loss cosine_embedding_loss nll_loss nll_loss2d hinge_embedding_loss kl_div l1_loss
      smooth_l1_loss huber_loss mse_loss margin_ranking_loss multilabel_margin_loss soft_margin_loss triplet_margin_loss
      multi_margin_loss binary_cross_entropy_with_logits dist pdist cdist renorm logsumexp upsample_nearest1d
      _upsample_nearest_exact1d upsample_nearest2d _upsample_nearest_exact2d upsample_nearest3d _upsample_nearest_exact3d
      upsample_linear1d upsample_bilinear2d _upsample_bilinear2d_aa upsample_trilinear3d upsample_bicubic2d
      _upsample_bicubic2d_aa norm.Scalar norm.ScalarOpt_dim cross_entropy_loss""");

  private static final Set<String> GPU_SINGLE_RESULTS = names("""
      prod prod.dim_int softmax.int log_softmax.int cumprod cumsum linalg_vector_norm linalg_matrix_norm
      linalg_matrix_norm.str_ord sum sum.dim_IntList""");

  private static final Set<String> GPU_WIDENED = names("""
      addcdiv addcmul atan2 bilinear cross dot vdot grid_sampler index_put tensordot scatter_add""");

  private static final Set<String> GPU_BANNED = names("binary_cross_entropy");

  private static final ConcurrentHashMap<Operator, CastPolicy> KNOWN = new ConcurrentHashMap<>();
  private static final ConcurrentHashMap<Operator, CastPolicy> KNOWN_ON_GPU = new ConcurrentHashMap<>();

  private static Set<String> names(String text) {
    return Arrays.stream(text.strip().split("\\s+")).map(n -> "aten::" + n).collect(Collectors.toSet());
  }

  /// The kind of device that a call's arguments are cast for: a GPU where one of its tensors is there.
  public static Device.Type device(@Nullable Object[] arguments) {
    return Placement.matters() ? DeviceArguments.of(arguments, Device.CPU).type() : Device.Type.CPU;
  }

  /// What is done with the arguments of an operator on a kind of device.
  public static CastPolicy of(Operator operator, Device.Type type) {
    ConcurrentHashMap<Operator, CastPolicy> all = type == Device.Type.CPU ? KNOWN : KNOWN_ON_GPU;
    CastPolicy known = all.get(operator);
    return known != null ? known : all.computeIfAbsent(operator, type == Device.Type.CPU ? CastPolicy::find
        : CastPolicy::findOnGpu);
  }

  private static CastPolicy find(Operator operator) {
    String name = operator.schema().qualifiedName();
    return LOWERED.contains(name) ? LOWER : SINGLES.contains(name) ? SINGLE : WIDENED.contains(name) ? WIDEST
        : OPAQUES.contains(name) ? OPAQUE : NONE;
  }

  private static CastPolicy findOnGpu(Operator operator) {
    String name = operator.schema().qualifiedName();
    return GPU_LOWERED.contains(name) ? LOWER : GPU_SINGLES.contains(name) ? SINGLE
        : GPU_SINGLE_RESULTS.contains(name) ? SINGLE_RESULT : GPU_WIDENED.contains(name) ? WIDEST
        : GPU_BANNED.contains(name) ? BANNED : NONE;
  }
}
