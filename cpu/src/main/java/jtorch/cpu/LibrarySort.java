package jtorch.cpu;

/// The sorting algorithms of the C++ library that PyTorch is built with, step by step: its order of equal elements is
/// what they leave, and scripts that were ported see the same indices.
///
/// **Source**: `bits/stl_algo.h` and `bits/stl_heap.h` of libstdc++ (introsort, introselect, heap select), and
/// `quick_select_template` in ATen's `SortingUtils.h`. Elements are numbers of places in a table of keys.
final class LibrarySort {
  private static final int THRESHOLD = 16;

  private final long[] keys;
  /// The elements, as they are moved.
  final int[] order;

  LibrarySort(long[] keys) {
    this.keys = keys;
    order = new int[keys.length];
    for (int i = 0; i < order.length; i++) order[i] = i;
  }

  private boolean less(int a, int b) {
    return keys[a] < keys[b];
  }

  private boolean lessAt(int i, int j) {
    return less(order[i], order[j]);
  }

  private void swap(int i, int j) {
    int moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }

  private static int depth(int count) {
    return 2 * (31 - Integer.numberOfLeadingZeros(Math.max(1, count)));
  }

  // ---- std::sort -------------------------------------------------------------------------------------------------

  void sort(int first, int last) {
    if (first == last) return;
    loop(first, last, depth(last - first));
    if (last - first <= THRESHOLD) {
      insertionSort(first, last);
      return;
    }
    insertionSort(first, first + THRESHOLD);
    for (int i = first + THRESHOLD; i < last; i++) insert(i);
  }

  private void loop(int first, int last, int depth) {
    int end = last;
    int left = depth;
    while (end - first > THRESHOLD) {
      if (left == 0) {
        partialSort(first, end, end);
        return;
      }
      left--;
      int cut = partition(first, end);
      loop(cut, end, left);
      end = cut;
    }
  }

  /// Brings the median of three to the front and divides the rest by it.
  private int partition(int first, int last) {
    int a = first + 1;
    int b = first + (last - first) / 2;
    int c = last - 1;
    if (lessAt(a, b)) swap(first, lessAt(b, c) ? b : lessAt(a, c) ? c : a);
    else swap(first, lessAt(a, c) ? a : lessAt(b, c) ? c : b);
    int low = first + 1;
    int high = last;
    while (true) {
      while (lessAt(low, first)) low++;
      high--;
      while (lessAt(first, high)) high--;
      if (low >= high) return low;
      swap(low, high);
      low++;
    }
  }

  private void insertionSort(int first, int last) {
    for (int i = first + 1; i < last; i++) {
      if (lessAt(i, first)) {
        int value = order[i];
        System.arraycopy(order, first, order, first + 1, i - first);
        order[first] = value;
      } else {
        insert(i);
      }
    }
  }

  private void insert(int at) {
    int value = order[at];
    int i = at;
    while (less(value, order[i - 1])) {
      order[i] = order[i - 1];
      i--;
    }
    order[i] = value;
  }

  // ---- std::partial_sort -----------------------------------------------------------------------------------------

  void partialSort(int first, int middle, int last) {
    heapSelect(first, middle, last);
    for (int end = middle; end - first > 1; end--) pop(first, end - 1, end - 1);
  }

  private void heapSelect(int first, int middle, int last) {
    int length = middle - first;
    for (int parent = (length - 2) / 2; length >= 2 && parent >= 0; parent--)
      sink(first, parent, length, order[first + parent]);
    for (int i = middle; i < last; i++) {
      if (lessAt(i, first)) pop(first, middle, i);
    }
  }

  private void pop(int first, int last, int result) {
    int value = order[result];
    order[result] = order[first];
    sink(first, 0, last - first, value);
  }

  private void sink(int first, int top, int length, int value) {
    int hole = top;
    int child = top;
    while (child < (length - 1) / 2) {
      child = 2 * (child + 1);
      if (lessAt(first + child, first + child - 1)) child--;
      order[first + hole] = order[first + child];
      hole = child;
    }
    if ((length & 1) == 0 && child == (length - 2) / 2) {
      child = 2 * (child + 1);
      order[first + hole] = order[first + child - 1];
      hole = child - 1;
    }
    int parent = (hole - 1) / 2;
    while (hole > top && less(order[first + parent], value)) {
      order[first + hole] = order[first + parent];
      hole = parent;
      parent = (hole - 1) / 2;
    }
    order[first + hole] = value;
  }

  // ---- std::nth_element ------------------------------------------------------------------------------------------

  void nthElement(int first, int nth, int last) {
    if (first == last || nth == last) return;
    int begin = first;
    int end = last;
    int depth = depth(last - first);
    while (end - begin > 3) {
      if (depth == 0) {
        heapSelect(begin, nth + 1, end);
        swap(begin, nth);
        return;
      }
      depth--;
      int cut = partition(begin, end);
      if (cut <= nth) begin = cut;
      else end = cut;
    }
    insertionSort(begin, end);
  }

  // ---- ATen's quick select ---------------------------------------------------------------------------------------

  /// Moves the element of rank k to place k.
  void quickSelect(int k) {
    int left = 0;
    int right = order.length - 1;
    while (left < right) {
      if (right == left + 1) {
        if (lessAt(right, left)) swap(left, right);
        return;
      }
      swap(left + (right - left) / 2, left + 1);
      if (lessAt(right, left + 1)) swap(left + 1, right);
      if (lessAt(right, left)) swap(left, right);
      if (lessAt(left, left + 1)) swap(left + 1, left);
      int i = left + 1;
      int j = right;
      int pivot = order[left];
      while (true) {
        do i++;
        while (less(order[i], pivot));
        do j--;
        while (less(pivot, order[j]));
        if (j < i) break;
        swap(i, j);
      }
      swap(left, j);
      if (j <= k) left = i;
      if (j >= k) right = j - 1;
    }
  }
}
