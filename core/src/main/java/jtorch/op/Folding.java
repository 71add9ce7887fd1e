package jtorch.op;

import java.util.Arrays;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.Torch;

/// Sliding windows as columns, and columns summed back into images.
///
/// **Shapes**: `[N, C, H, W]` or `[C, H, W]` to `[N, C * kh * kw, L]`, with `L` the product over both dimensions of
/// `(in + 2 padding - dilation (kernel - 1) - 1) / stride + 1`. **dtypes**: floating, complex, bool.
public final class Folding {
  /// `F.unfold`: column `l` holds window `l`, channel by channel.
  public static final Operator IM2COL = Operator.declare(
      "aten::im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor")
      .shape(c -> {
        Tensor x = c.tensor("self");
        checkWindow(c);
        boolean empty = x.dim() > 1 && x.size(x.dim() - 3 < 0 ? 0 : x.dim() - 3) == 0;
        if (x.dim() != 3 && x.dim() != 4 || empty || x.size(-1) == 0 || x.size(-2) == 0) throw c.check().because(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, but got: %s",
            Arrays.toString(x.sizes())).shapeFailure();
        long[] blocks = blocks(c, x.size(-2), x.size(-1));
        long[] kernel = c.longs("kernel_size");
        long rows = x.size(-3) * kernel[0] * kernel[1];
        long count = blocks[0] * blocks[1];
        c.result(x.dim() == 3 ? new long[] {rows, count} : new long[] {x.size(0), rows, count}, x.dtype());
      })
      .kernel("im2col")
      .gradient("self", b -> {
        long[] sizes = b.sizes("self");
        long[] space = Arrays.copyOfRange(sizes, sizes.length - 2, sizes.length);
        return Folding.COL2IM.tensor(b.grad(), space, b.longs("kernel_size"), b.longs("dilation"), b.longs("padding"),
            b.longs("stride"));
      });

  /// `F.fold`: each element of an image is the sum of what the windows say of it.
  public static final Operator COL2IM = Operator.declare(
      "aten::col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor")
      .shape(c -> {
        Tensor x = c.tensor("self");
        long[] space = c.longs("output_size");
        checkPair(c, "output_size");
        checkWindow(c);
        int d = x.dim() - 2;
        if (d != 0 && d != 1 || x.size(d) == 0 || x.size(d + 1) == 0) throw c.check().because(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for input, but got: %s",
            Arrays.toString(x.sizes())).shapeFailure();
        long[] kernel = c.longs("kernel_size");
        long area = kernel[0] * kernel[1];
        if (x.size(d) % area != 0) throw c.check().because(
            "Expected size of input's dimension %d to be divisible by the product of kernel_size, but got input.size(%d)=%d and kernel_size=%s.",
            d, d, x.size(d), pair(kernel)).shapeFailure();
        long[] blocks = blocks(c, space[0], space[1]);
        if (x.size(d + 1) != blocks[0] * blocks[1]) throw c.check().because(
            "Given output_size=%s, kernel_size=%s, dilation=%s, padding=%s, stride=%s, expected size of input's dimension %d to match the calculated number of sliding blocks %d * %d = %d, but got input.size(%d)=%d.",
            pair(space), pair(kernel), pair(c.longs("dilation")), pair(c.longs("padding")), pair(c.longs("stride")),
            d + 1, blocks[0], blocks[1], blocks[0] * blocks[1], d + 1, x.size(d + 1)).shapeFailure();
        long channels = x.size(d) / area;
        c.result(d == 0 ? new long[] {channels, space[0], space[1]}
            : new long[] {x.size(0), channels, space[0], space[1]}, x.dtype());
      })
      .kernel("col2im")
      .gradient("self", b -> IM2COL.tensor(b.grad(), b.longs("kernel_size"), b.longs("dilation"), b.longs("padding"),
          b.longs("stride")));

  private Folding() {}

  private static String pair(long[] values) {
    return "(" + values[0] + ", " + values[1] + ")";
  }

  private static void checkPair(Call c, String name) {
    if (c.longs(name).length != 2) throw c.check()
        .because("It is expected %s equals to 2, but got size %d", name, c.longs(name).length).failure();
  }

  private static void checkWindow(Call c) {
    String[] names = {"kernel_size", "dilation", "padding", "stride"};
    String[] words = {"kernel size", "dilation", "padding", "stride"};
    for (int i = 0; i < 4; i++) {
      checkPair(c, names[i]);
      long[] v = c.longs(names[i]);
      long least = i == 2 ? 0 : 1;
      if (v[0] < least || v[1] < least) throw c.check()
          .because("%s should be %s, but got height: %d width: %d", words[i],
              i == 2 ? "non-negative" : "greater than zero", v[0], v[1])
          .failure();
    }
    DType dtype = c.tensor("self").dtype();
    if (dtype.isIntegral())
      throw c.check().because("not implemented for '%s'", dtype).tensor("self", c.tensor("self")).failure();
  }

  private static long[] blocks(Call c, long height, long width) {
    long[] in = {height, width};
    long[] blocks = new long[2];
    for (int i = 0; i < 2; i++) {
      long reach = c.longs("dilation")[i] * (c.longs("kernel_size")[i] - 1) + 1;
      blocks[i] = Math.floorDiv(in[i] + 2 * c.longs("padding")[i] - reach, c.longs("stride")[i]) + 1;
    }
    if (blocks[0] < 1 || blocks[1] < 1) throw c.check().because(
        "Given input with spatial size %s, kernel_size=%s, dilation=%s, padding=%s, calculated shape of the array of sliding blocks as %s, but its components must be at least one.",
        pair(in), pair(c.longs("kernel_size")), pair(c.longs("dilation")), pair(c.longs("padding")), pair(blocks))
        .shapeFailure();
    return blocks;
  }
}
