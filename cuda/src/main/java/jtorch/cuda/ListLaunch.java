package jtorch.cuda;

import static jtorch.cuda.KernelSet.define;
import static jtorch.cuda.KernelSet.type;

import java.util.List;
import java.util.function.Consumer;
import jtorch.DType;
import jtorch.Tensor;
import jtorch.cuda.driver.Driver.Grid;

/// Lists of tensors for the kernels behind `lists.cu`: the tables of addresses and lengths travel in a kernel's arguments,
/// so that a launch needs no memory of its own and may be recorded. What does not fit takes another launch.
final class ListLaunch {
  /// The elements that a block handles.
  static final int CHUNK = 65_536;
  static final int THREADS = 512;
  /// Bytes of a kernel's arguments, less those that are no tables.
  private static final int ROOM = 4096 - 160;
  /// Of these many blocks at most, so that their numbers are ints.
  private static final long MOST_BLOCKS = 1 << 30;

  private ListLaunch() {}

  /// How many tensors a launch takes: an address in each list, a length, and the number of a block.
  static int most(int lists) {
    return (ROOM - 16) / (8 * lists + 12);
  }

  static String definitions(DType element, int lists) {
    return type("Element", Sources.type(element)) + type("Number", Sources.type(element.computeType()))
        + define("LISTS", lists) + define("TENSORS", most(lists)) + define("CHUNK", CHUNK);
  }

  /// One launch's part of the lists.
  ///
  /// @param first the number of each tensor's first block; the last is how many blocks there are
  record Part(List<Tensor[]> lists, int[] tensors, int[] first) {
    int blocks() {
      return first[tensors.length];
    }

    /// Writes the structure `Lists`.
    void write(Arguments arguments) {
      int most = most(lists.size());
      arguments.number(tensors.length);
      for (Tensor[] list : lists) {
        for (int i = 0; i < most; i++) arguments.number(i < tensors.length ? list[tensors[i]].pointer() : 0);
      }
      for (int i = 0; i < most; i++) arguments.number(i < tensors.length ? lists.getFirst()[tensors[i]].numel() : 0);
      for (int i = 0; i <= most; i++) arguments.small(first[Math.min(i, tensors.length)]);
    }
  }

  /// Cuts lists into parts, each for a launch. Tensors without elements are in none, unless they are asked for.
  static void parts(List<Tensor[]> lists, boolean withEmpty, Consumer<Part> each) {
    Tensor[] leading = lists.getFirst();
    int most = most(lists.size());
    int[] tensors = new int[most];
    int[] first = new int[most + 1];
    int count = 0;
    for (int i = 0; i < leading.length; i++) {
      long blocks = (leading[i].numel() + CHUNK - 1) / CHUNK;
      if (blocks == 0 && !withEmpty) continue;
      if (count == most || count > 0 && first[count] + blocks > MOST_BLOCKS) {
        each.accept(part(lists, tensors, first, count));
        count = 0;
      }
      tensors[count] = i;
      first[count + 1] = Math.toIntExact(first[count] + blocks);
      count++;
    }
    if (count > 0) each.accept(part(lists, tensors, first, count));
  }

  private static Part part(List<Tensor[]> lists, int[] tensors, int[] first, int count) {
    return new Part(lists, java.util.Arrays.copyOf(tensors, count), java.util.Arrays.copyOf(first, count + 1));
  }

  /// Runs a kernel over all tensors.
  ///
  /// @param head writes what stands before the tables
  static void run(CudaDevice device, String name, long function, List<Tensor[]> lists, Consumer<Arguments> head) {
    parts(lists, false, part -> {
      Arguments arguments = Arguments.begin();
      head.accept(arguments);
      part.write(arguments);
      device.launch(name, function, Grid.of(part.blocks(), THREADS), arguments);
    });
  }
}
