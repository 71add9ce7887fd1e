package jtorch.profiler;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import jtorch.profiler.Profiler.Event;

/// Events in the Trace Event Format: threads of the processor as one process, each GPU as another.
///
/// **Source**: *Trace Event Format*, Google, 2016.
final class ChromeTrace {
  /// Above the numbers of devices.
  private static final int PROCESSOR = 1000;

  private ChromeTrace() {}

  static void write(Path path, List<Event> events) throws IOException {
    Map<String, Integer> threads = new TreeMap<>();
    Map<Integer, String> devices = new TreeMap<>();
    for (Event e : events) {
      threads.putIfAbsent(e.thread(), threads.size());
      if (e.deviceStart() >= 0) devices.put(e.device().index(), e.device().toString());
    }
    try (Writer out = Files.newBufferedWriter(path)) {
      out.write("{\"schemaVersion\": 1, \"displayTimeUnit\": \"ms\", \"traceEvents\": [\n");
      name(out, "process_name", PROCESSOR, 0, "CPU");
      for (var thread : threads.entrySet()) name(out, "thread_name", PROCESSOR, thread.getValue(), thread.getKey());
      for (var device : devices.entrySet()) name(out, "process_name", device.getKey(), 0, device.getValue());
      for (int i = 0; i < events.size(); i++) {
        Event e = events.get(i);
        int thread = threads.getOrDefault(e.thread(), 0);
        span(out, e, e.name().contains("::") ? "cpu_op" : "user_annotation", PROCESSOR, thread, e.start(),
            e.duration());
        if (e.deviceStart() >= 0) {
          out.write(",\n");
          span(out, e, "kernel", e.device().index(), thread, e.deviceStart(), e.deviceDuration());
        }
        out.write(i + 1 < events.size() ? ",\n" : "\n");
      }
      // Metadata ends with commas, so something follows it always.
      if (events.isEmpty())
        out.write("{\"ph\": \"M\", \"pid\": 1000, \"tid\": 0, \"name\": \"process_labels\", \"args\": {}}\n");
      out.write("]}\n");
    }
  }

  private static void name(Writer out, String what, int process, int thread, String name) throws IOException {
    out.write("{\"ph\": \"M\", \"name\": \"" + what + "\", \"pid\": " + process + ", \"tid\": " + thread
        + ", \"args\": {\"name\": " + quoted(name) + "}},\n");
  }

  private static void span(Writer out, Event e, String category, int process, int thread, long start, long duration)
      throws IOException {
    out.write(String.format(Locale.ROOT,
        "{\"ph\": \"X\", \"cat\": \"%s\", \"name\": %s, \"pid\": %d, \"tid\": %d, \"ts\": %.3f, \"dur\": %.3f, \"args\": {\"Input Dims\": %s}}",
        category, quoted(e.name()), process, thread, start / 1e3, duration / 1e3, e.shapes()));
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') quoted.append('\\').append(c);
      else if (c < ' ') quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      else quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
