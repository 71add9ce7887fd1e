package jtorch;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jtorch.autograd.GraphNode;
import jtorch.autograd.Recording;
import org.jspecify.annotations.Nullable;

/// Prints tensors as PyTorch does, letter for letter.
///
/// Elements are read from memory one by one, so printing calls no operator and a summary of a large tensor costs nothing.
/// **Source**: `torch/_tensor_str.py`.
final class TensorPrinter {
  private static final String PREFIX = "tensor(";
  private static volatile PrintOptions options = PrintOptions.DEFAULT;

  private final PrintOptions o;
  private final Tensor tensor;
  private final boolean summarize;
  private final Format real;
  private final @Nullable Format imaginary;

  private TensorPrinter(Tensor tensor, PrintOptions o) {
    this.o = o;
    this.tensor = tensor;
    summarize = tensor.numel() > o.threshold();
    boolean complex = tensor.dtype().isComplex();
    real = new Format(value -> value instanceof Complex c ? c.real() : value);
    imaginary = complex ? new Format(value -> ((Complex) value).imaginary()) : null;
  }

  static PrintOptions options() {
    return options;
  }

  static void options(PrintOptions chosen) {
    options = chosen;
  }

  static String print(Tensor given) {
    PrintOptions o = options;
    Tensor tensor = given.device().type() == Device.Type.CPU ? given : given.detach().to(Device.CPU);
    if (given instanceof QuantizedTensor) tensor = given.dequantize();
    if (given.dtype() == DType.FLOAT4_E2M1FN_X2) tensor = tensor.view(DType.UINT8).to(DType.FLOAT32);
    var suffixes = new ArrayList<String>();
    if (given.device().type() != Device.Type.CPU) suffixes.add("device='" + given.device() + "'");
    DType dtype = given.dtype();
    boolean usual = dtype == Torch.defaultDType() || dtype == Torch.defaultDType().toComplex() || dtype == DType.INT64
        || dtype == DType.BOOL;
    String text;
    if (given instanceof SparseTensor sparse) {
      suffixes.add("size=" + size(given.sizes()));
      suffixes.add("nnz=" + sparse.specified());
      if (!usual) suffixes.add("dtype=torch." + dtype);
      suffixes.add("layout=torch." + given.layout());
      text = parts(sparse, o);
    } else if (given.numel() == 0) {
      if (given.dim() != 1) suffixes.add("size=" + size(given.sizes()));
      if (dtype != Torch.defaultDType()) suffixes.add("dtype=torch." + dtype);
      text = "[]";
    } else {
      if (o.edgeItems() == 0) suffixes.add("size=" + size(given.sizes()));
      if (!usual) suffixes.add("dtype=torch." + dtype);
      text = new TensorPrinter(tensor, o).part(0, tensor.address(), PREFIX.length());
    }
    if (given instanceof QuantizedTensor q) {
      suffixes.clear();
      suffixes.add("size=" + size(given.sizes()));
      suffixes.addAll(q.suffixes());
    }
    GraphNode node = Recording.node(given);
    if (node != null) suffixes.add("grad_fn=<" + node.name() + ">");
    else if (given.requiresGrad()) suffixes.add("requires_grad=True");
    java.lang.ref.Reference.reachabilityFence(tensor);
    return withSuffixes(PREFIX + text, suffixes, o, given.isSparse());
  }

  private static String parts(SparseTensor t, PrintOptions o) {
    if (!t.layout().isCompressed()) return part("indices", t.indexPart(), o) + ",\n" + " ".repeat(PREFIX.length())
        + part("values", t.valuePart(), o);
    boolean rows = t.layout().byRows();
    return String.join(",\n" + " ".repeat(PREFIX.length()),
        part(rows ? "crow_indices" : "ccol_indices", t.compressedPart(), o),
        part(rows ? "col_indices" : "row_indices", t.indexPart(), o), part("values", t.valuePart(), o));
  }

  private static String part(String name, Tensor part, PrintOptions o) {
    String prefix = name + "=tensor(";
    String text = part.numel() == 0 ? "[], size=" + size(part.sizes())
        : new TensorPrinter(part, o).part(0, part.address(), PREFIX.length() + prefix.length());
    java.lang.ref.Reference.reachabilityFence(part);
    return prefix + text + ")";
  }

  /// A Python tuple.
  private static String size(long[] sizes) {
    var text = new StringBuilder("(");
    for (int d = 0; d < sizes.length; d++) text.append(d > 0 ? ", " : "").append(sizes[d]);
    return text.append(sizes.length == 1 ? ",)" : ")").toString();
  }

  private static String withSuffixes(String tensor, List<String> suffixes, PrintOptions o, boolean newLine) {
    var text = new StringBuilder(tensor);
    int last = tensor.length() - tensor.lastIndexOf('\n') + 1;
    for (String suffix : suffixes) {
      if (newLine || last + suffix.length() + 2 > o.lineWidth()) {
        newLine = false;
        text.append(",\n").append(" ".repeat(PREFIX.length())).append(suffix);
        last = PREFIX.length() + suffix.length();
      } else {
        text.append(", ").append(suffix);
        last += suffix.length() + 2;
      }
    }
    return text.append(')').toString();
  }

  // ---- structure -------------------------------------------------------------------------------------------------

  private boolean shortened(int dim) {
    return summarize && tensor.size(dim) > 2L * o.edgeItems();
  }

  /// Calls back with the address of each index of a dimension that is shown.
  private void shown(int dim, long address, Consumer<Long> body, Runnable gap) {
    long step = tensor.stride(dim) * tensor.elementSize();
    long size = tensor.size(dim);
    long edge = shortened(dim) ? o.edgeItems() : size;
    for (long i = 0; i < edge; i++) body.accept(address + i * step);
    if (!shortened(dim)) return;
    gap.run();
    for (long i = size - edge; i < size; i++) body.accept(address + i * step);
  }

  /// The tensor from a dimension on.
  private String part(int dim, long address, int indent) {
    if (tensor.dim() == 0) return element(address);
    var parts = new ArrayList<String>();
    if (dim == tensor.dim() - 1) {
      if (summarize && o.edgeItems() == 0) parts.add("...");
      else shown(dim, address, at -> parts.add(element(at)), () -> parts.add(" ..."));
      return lines(parts, indent);
    }
    shown(dim, address, at -> parts.add(part(dim + 1, at, indent + 1)), () -> parts.add("..."));
    String separator = "," + "\n".repeat(tensor.dim() - dim - 1) + " ".repeat(indent + 1);
    return "[" + String.join(separator, parts) + "]";
  }

  private String lines(List<String> elements, int indent) {
    int width = real.width + 2 + (imaginary == null ? 0 : imaginary.width + 1);
    int perLine = Math.max(1, Math.floorDiv(o.lineWidth() - indent, width));
    var lines = new ArrayList<String>();
    for (int i = 0; i < elements.size(); i += perLine)
      lines.add(String.join(", ", elements.subList(i, Math.min(elements.size(), i + perLine))));
    return "[" + lines.stream().collect(Collectors.joining(",\n" + " ".repeat(indent + 1))) + "]";
  }

  private String element(long address) {
    Object value = Elements.get(tensor.dtype(), address);
    if (imaginary == null) return real.text(value);
    String im = (imaginary.text(value) + "j").stripLeading();
    return real.text(value) + (im.startsWith("-") ? "" : "+") + im;
  }

  private void visible(int dim, long address, Consumer<Object> body) {
    if (dim == tensor.dim()) body.accept(Elements.get(tensor.dtype(), address));
    else shown(dim, address, at -> visible(dim + 1, at, body), () -> {});
  }

  // ---- numbers ---------------------------------------------------------------------------------------------------

  private interface Part {
    Object of(Object value);
  }

  /// How all numbers of a tensor (or all real, or all imaginary parts) are written, found by looking at those shown.
  private final class Format {
    private final Part part;
    private boolean whole = true;
    private boolean scientific;
    private double least = Double.POSITIVE_INFINITY;
    private double most;
    int width = 1;

    Format(Part part) {
      this.part = part;
      if (!tensor.dtype().isDifferentiable()) {
        each(value -> width = Math.max(width, text(value).length()));
        return;
      }
      each(value -> {
        double x = (Double) value;
        whole &= x == Math.rint(x);
        least = Math.min(least, Math.abs(x));
        most = Math.max(most, Math.abs(x));
      });
      if (most == 0) return;
      Boolean wanted = o.sciMode();
      scientific = wanted == null ? most / least > 1000 || most > 1e8 || least < 1e-4 : wanted;
      int point = whole && !scientific ? 1 : 0;
      each(value -> {
        String text = scientific ? scientific((Double) value) : fixed((Double) value, whole ? 0 : o.precision());
        width = Math.max(width, text.length() + point);
      });
    }

    /// Visits the numbers that are shown: of floating ones those that are finite and not zero.
    private void each(Consumer<Object> body) {
      visible(0, tensor.address(), element -> {
        Object value = part.of(element);
        if (!(value instanceof Double x) || Double.isFinite(x) && x != 0) body.accept(value);
      });
    }

    String text(Object element) {
      Object value = part.of(element);
      String text;
      if (value instanceof Double x) {
        if (scientific) text = scientific(x);
        else if (whole) text = fixed(x, 0) + (Double.isFinite(x) ? "." : "");
        else text = fixed(x, o.precision());
      } else {
        text = value instanceof Boolean b ? (b ? "True" : "False") : value.toString();
      }
      return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private String scientific(double x) {
      if (!Double.isFinite(x)) return special(x);
      String sign = sign(x);
      if (x == 0) return sign + new BigDecimal(0).setScale(o.precision()).toPlainString() + "e+00";
      BigDecimal digits = new BigDecimal(Math.abs(x)).round(new MathContext(o.precision() + 1, RoundingMode.HALF_EVEN));
      int exponent = digits.precision() - digits.scale() - 1;
      String mantissa = digits.scaleByPowerOfTen(-exponent).setScale(o.precision()).toPlainString();
      return sign + mantissa + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "")
          + Math.abs(exponent);
    }
  }

  /// The exact value rounded to so many digits after the point, ties to even, as C's printf does.
  private static String fixed(double x, int digits) {
    if (!Double.isFinite(x)) return special(x);
    return sign(x) + new BigDecimal(Math.abs(x)).setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String sign(double x) {
    return Double.doubleToRawLongBits(x) < 0 ? "-" : "";
  }

  private static String special(double x) {
    return Double.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
  }
}
