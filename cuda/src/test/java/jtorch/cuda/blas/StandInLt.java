package jtorch.cuda.blas;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What stands in for cuBLASLt: it keeps what it is told as the documentation says, and multiplies matrices of float32 and
/// float64 in the processor's memory by it.
final class StandInLt implements BlasLt {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /// The calls that change or ask something, in order.
  final List<String> calls = new ArrayList<>();
  /// What the next call of that name shall answer.
  final Map<String, Integer> answers = new HashMap<>();
  private final Map<Long, Map<Integer, Long>> objects = new HashMap<>();
  private static final int ROWS = 100;
  private static final int COLUMNS = 101;
  private static final int LEADING = 102;
  private static final int TYPE = 103;
  private long last;

  private int answer(String name) {
    calls.add(name);
    return answers.getOrDefault(name, SUCCESS);
  }

  private int made(long slot, Map<Integer, Long> values, String name) {
    int status = answer(name);
    if (status != SUCCESS) return status;
    objects.put(++last, new HashMap<>(values));
    ALL.set(JAVA_LONG, slot, last);
    return SUCCESS;
  }

  private int set(long object, int attribute, long value, long bytes, String name) {
    long read = bytes == 4 ? ALL.get(JAVA_INT, value) : ALL.get(JAVA_LONG, value);
    objects.get(object).put(attribute, read);
    return answer(name + " " + attribute + " = " + (bytes == 8 && attribute == DESC_BIAS_POINTER ? "bias" : read));
  }

  private int destroyed(long object, String name) {
    if (objects.remove(object) == null) throw new IllegalStateException(name + " of what is not there");
    return answer(name);
  }

  int alive() {
    return objects.size();
  }

  @Override
  public String status(int status) {
    return "status " + status;
  }

  @Override
  public int create(long handle) {
    return made(handle, Map.of(), "create");
  }

  @Override
  public int descCreate(long desc, int computeType, int scaleType) {
    return made(desc, Map.of(TYPE, (long) scaleType), "desc " + computeType + " " + scaleType);
  }

  @Override
  public int descSet(long desc, int attribute, long value, long bytes) {
    return set(desc, attribute, value, bytes, "desc");
  }

  @Override
  public int descDestroy(long desc) {
    return destroyed(desc, "desc destroyed");
  }

  @Override
  public int layoutCreate(long layout, int type, long rows, long columns, long leadingDimension) {
    if (leadingDimension < rows) return answer("layout refused") + 7;
    return made(layout, Map.of(TYPE, (long) type, ROWS, rows, COLUMNS, columns, LEADING, leadingDimension),
        "layout " + rows + " x " + columns + " by " + leadingDimension);
  }

  @Override
  public int layoutSet(long layout, int attribute, long value, long bytes) {
    return set(layout, attribute, value, bytes, "layout");
  }

  @Override
  public int layoutDestroy(long layout) {
    return destroyed(layout, "layout destroyed");
  }

  @Override
  public int preferenceCreate(long preference) {
    return made(preference, Map.of(), "preference");
  }

  @Override
  public int preferenceSet(long preference, int attribute, long value, long bytes) {
    return set(preference, attribute, value, bytes, "preference");
  }

  @Override
  public int preferenceDestroy(long preference) {
    return destroyed(preference, "preference destroyed");
  }

  @Override
  public int heuristic(long handle, long desc, long a, long b, long c, long d, long preference, int wanted,
      long results, long found) {
    int status = answer("heuristic");
    if (status != SUCCESS) return status;
    ALL.set(JAVA_LONG, results, 4711);
    ALL.set(JAVA_LONG, results + RESULT_WORKSPACE, 1024);
    ALL.set(JAVA_INT, results + RESULT_STATE, SUCCESS);
    ALL.set(JAVA_INT, found, wanted);
    return SUCCESS;
  }

  private static double get(long type, long at, long index) {
    return type == R_64F ? ALL.get(JAVA_DOUBLE, at + 8 * index) : ALL.get(JAVA_FLOAT, at + 4 * index);
  }

  @Override
  public int matmul(long handle, long desc, long alpha, long a, long aLayout, long b, long bLayout, long beta, long c,
      long cLayout, long d, long dLayout, long algorithm, long workspace, long workspaceBytes, long stream) {
    int status = answer("matmul on " + stream + " with " + workspaceBytes + " bytes at " + workspace);
    if (status != SUCCESS) return status;
    if (ALL.get(JAVA_LONG, algorithm) != 4711) return 7;
    Map<Integer, Long> how = objects.get(desc);
    Map<Integer, Long> of = objects.get(dLayout);
    long type = of.get(TYPE);
    for (long batch = 0; batch < of.getOrDefault(LAYOUT_BATCH_COUNT, 1L); batch++) {
      for (long i = 0; i < of.get(ROWS); i++) {
        for (long j = 0; j < of.get(COLUMNS); j++) {
          double sum = 0;
          long depth = objects.get(aLayout).get(how.get(DESC_TRANSA) == OP_N ? COLUMNS : ROWS);
          for (long k = 0; k < depth; k++)
            sum += element(aLayout, a, batch, how.get(DESC_TRANSA), i, k)
                * element(bLayout, b, batch, how.get(DESC_TRANSB), k, j);
          double made = get(how.get(TYPE), alpha, 0) * sum;
          double factor = get(how.get(TYPE), beta, 0);
          if (factor != 0) made += factor * element(cLayout, c, batch, OP_N, i, j);
          if (how.get(DESC_EPILOGUE) == EPILOGUE_BIAS) made += get(type, how.get(DESC_BIAS_POINTER), i);
          long at = place(dLayout, batch, i, j);
          if (type == R_64F) ALL.set(JAVA_DOUBLE, d + 8 * at, made);
          else ALL.set(JAVA_FLOAT, d + 4 * at, (float) made);
        }
      }
    }
    return SUCCESS;
  }

  private long place(long layout, long batch, long row, long column) {
    Map<Integer, Long> of = objects.get(layout);
    if (row >= of.get(ROWS) || column >= of.get(COLUMNS)) throw new IndexOutOfBoundsException(row + ", " + column);
    return batch * of.getOrDefault(LAYOUT_STRIDED_BATCH_OFFSET, 0L) + column * of.get(LEADING) + row;
  }

  private double element(long layout, long at, long batch, long operation, long row, long column) {
    boolean plain = operation == OP_N;
    return get(objects.get(layout).get(TYPE), at, place(layout, batch, plain ? row : column, plain ? column : row));
  }
}
