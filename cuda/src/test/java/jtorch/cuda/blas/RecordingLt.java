package jtorch.cuda.blas;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is called instead of cuBLASLt, to see how: it writes down what it is told, and multiplies nothing.
final class RecordingLt implements BlasLt {
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /// The calls that change or ask something, in order.
  final List<String> calls = new ArrayList<>();
  /// What the next call of that name shall answer.
  final Map<String, Integer> answers = new HashMap<>();
  private final Set<Long> objects = new HashSet<>();
  private long last;

  private int answer(String name) {
    calls.add(name);
    return answers.getOrDefault(name, SUCCESS);
  }

  private int made(long slot, String name) {
    int status = answer(name);
    if (status != SUCCESS) return status;
    objects.add(++last);
    ALL.set(JAVA_LONG, slot, last);
    return SUCCESS;
  }

  private int set(long object, int attribute, long value, long bytes, String name) {
    long read = bytes == 4 ? ALL.get(JAVA_INT, value) : ALL.get(JAVA_LONG, value);
    if (!objects.contains(object)) throw new IllegalStateException(name + " is not there");
    return answer(name + " " + attribute + " = " + (bytes == 8 && attribute == DESC_BIAS_POINTER ? "bias" : read));
  }

  private int destroyed(long object, String name) {
    if (!objects.remove(object)) throw new IllegalStateException(name + " of what is not there");
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
    return made(handle, "create");
  }

  @Override
  public int descCreate(long desc, int computeType, int scaleType) {
    return made(desc, "desc " + computeType + " " + scaleType);
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
    return made(layout, "layout " + rows + " x " + columns + " by " + leadingDimension);
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
    return made(preference, "preference");
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
    ALL.set(JAVA_LONG, results + RESULT_WORKSPACE, 1024);
    ALL.set(JAVA_INT, results + RESULT_STATE, SUCCESS);
    ALL.set(JAVA_INT, found, wanted);
    return SUCCESS;
  }

  @Override
  public int matmul(long handle, long desc, long alpha, long a, long aLayout, long b, long bLayout, long beta, long c,
      long cLayout, long d, long dLayout, long algorithm, long workspace, long workspaceBytes, long stream) {
    return answer("matmul on " + stream + " with " + workspaceBytes + " bytes at " + workspace);
  }
}
