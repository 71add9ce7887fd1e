package jtorch.cpu.fft;

/// What one thread transforms at a time: two buffers of planes in an array, see [Passes].
///
/// @param m the array
/// @param plane numbers from a real part to its imaginary part
/// @param width the lanes of a row
record Block<T>(Passes<T> passes, T m, int plane, int width) {
  /// Bytes between planes, which would compete for the same places of the cache if they were a power of two apart.
  private static final int PADDING = 320;
  /// Bytes before the first plane: large arrays begin 16 bytes after a multiple of 64.
  private static final int START = 48;

  /// Numbers from one plane to the next.
  static int plane(Passes<?> passes, int numbers) {
    return numbers + PADDING / passes.bytes();
  }

  /// Numbers of the array.
  static int size(Passes<?> passes, int plane) {
    return START / passes.bytes() + 4 * plane + passes.spare();
  }

  private int first() {
    return START / passes.bytes();
  }

  private int second() {
    return first() + 2 * plane;
  }

  private int spare() {
    return first() + 4 * plane;
  }

  /// Where a transform begins: planes are exchanged for inverse ones.
  private int begin(int at, boolean inverse) {
    return inverse ? at + plane : at;
  }

  private int step(boolean inverse) {
    return inverse ? -plane : plane;
  }

  // ---- lines in lanes: see Passes ----------------------------------------------------------------------------------

  void load(Side side, int first, int count, int rows, int[] order) {
    passes.load(side, first, count, rows, m, first(), plane, width, width, order, spare());
  }

  void store(Side side, int first, int count, int rows, int from, double scale) {
    passes.store(side, first, count, rows, m, from, plane, width, scale, spare());
  }

  /// Where the results of what was loaded in a plan's order lie.
  int finish(Plan<T> plan, boolean inverse) {
    return plan.finish(passes, m, begin(first(), inverse), begin(second(), inverse), step(inverse), width, spare())
        - (inverse ? plane : 0);
  }

  /// Where the results of what was loaded in its own order lie.
  int run(Plan<T> plan, boolean inverse) {
    return plan.run(passes, m, begin(first(), inverse), begin(second(), inverse), step(inverse), width, spare())
        - (inverse ? plane : 0);
  }

  /// The same, in PyTorch's order of sums.
  int run(ShortTransforms direct, int n, ShortTransforms.Kind kind, boolean packed, float between, boolean inverse) {
    return direct.run(n, kind, packed, between, (float[]) m, begin(first(), inverse), begin(second(), inverse),
        step(inverse), width) - (inverse ? plane : 0);
  }

  void splitReal(int at, int half, T roots) {
    passes.splitReal(m, at, plane, half, width, roots);
  }

  void mergeReal(int half, T roots) {
    passes.mergeReal(m, first(), plane, half, width, roots);
  }

  /// Makes whole spectra of n numbers of the lower halves that were loaded, whose ends are real.
  void mirror(int n) {
    passes.clear(m, first() + plane, width);
    if (n % 2 == 0) passes.clear(m, first() + plane + n / 2 * width, width);
    mirror(first(), n);
  }

  void mirror(int at, int n) {
    passes.mirror(m, at, plane, n, width);
  }

  /// Multiplies row k of what [#finish] gave by the roots of unity of k times each lane.
  void turn(int at, boolean inverse, int rows, double[] coarse, double[] fine) {
    passes.multiplyLanes(m, begin(at, inverse), step(inverse), rows, width, passes.table(coarse), passes.table(fine));
  }

  // ---- lines as grids ----------------------------------------------------------------------------------------------

  /// Transforms lines of complex neighbours, each in [Plan.Grid#width] lanes.
  void grid(Plan.Grid<T> grid, int count, boolean inverse, double scale, Side in, int firstIn, Side out,
      int firstOut) {
    long number = 2L * passes.bytes();
    int rows = grid.rows();
    int columns = grid.columns();
    int lanes = grid.width();
    int before = count * lanes;
    for (int l = 0; l < count; l++) {
      Side line = Side.regular(in.start(firstIn + l), number, columns * number, passes.bytes());
      passes.load(line, 0, columns, rows, m, first() + l * lanes, plane, before, lanes, grid.down().order(), spare());
    }
    int x = begin(first(), inverse);
    int y = begin(second(), inverse);
    int back = step(inverse);
    grid.down().finish(passes, m, x, y, back, before, spare());
    // Rows that fill up a vector become lanes without numbers.
    int rest = (grid.nextWidth() - rows) * before;
    passes.clear(m, x + rows * before, rest);
    passes.clear(m, x + rows * before + back, rest);
    int nextLanes = grid.nextWidth();
    int after = count * nextLanes;
    int z = passes.twist(m, x, before, y, after, back, nextLanes, lanes, count, grid.roots(), grid.order());
    grid.across().finish(passes, m, z, z == x ? y : x, back, after, spare());
    int results = inverse ? z - plane : z;
    for (int l = 0; l < count; l++) {
      Side line = Side.regular(out.start(firstOut + l), number, rows * number, passes.bytes());
      passes.store(line, 0, rows, columns, m, results + l * nextLanes, plane, after, scale, spare());
    }
  }
}
