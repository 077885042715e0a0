package org.headrace.commands.internal.srun;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes what tasks say to the user, line by line so that lines of different tasks don't mix, or as
 * it comes, each part with a label and an end of its own where labels are wanted. Whoever uses it
 * flushes. Used by one thread.
 */
final class OutputWriter {
  /** A line that is longer is passed on in parts. */
  private static final int LONGEST_LINE = 64 * 1024;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final PrintStream out;
  private final PrintStream err;
  private final boolean label;
  private final boolean whole;
  private final int digits;
  private final Map<Integer, Stream> streams = new TreeMap<>();

  /**
   * Starts.
   *
   * @param label true to put the task's number before each line
   * @param whole true to wait for whole lines
   * @param tasks number of tasks, for the width of labels
   */
  OutputWriter(PrintStream out, PrintStream err, boolean label, boolean whole, int tasks) {
    this.out = out;
    this.err = err;
    this.label = label;
    this.whole = whole;
    this.digits = Integer.toString(Math.max(0, tasks - 1)).length();
  }

  /** What one task has written to one stream. */
  private static final class Stream {
    private final PrintStream target;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private boolean atStart = true;

    private Stream(PrintStream target) {
      this.target = target;
    }
  }

  /**
   * Lines that wait for the rest, in base64, by stream: what another controller has to know, as
   * their bytes have left the nodes.
   *
   * @param most bytes in all; what is more is left out
   */
  Map<Integer, String> begun(int most) {
    Map<Integer, String> lines = new TreeMap<>();
    int left = most;
    for (Map.Entry<Integer, Stream> entry : streams.entrySet()) {
      ByteArrayOutputStream partial = entry.getValue().partial;
      if (partial.size() > 0 && partial.size() <= left) {
        left -= partial.size();
        lines.put(entry.getKey(), ENCODER.encodeToString(partial.toByteArray()));
      }
    }
    return lines;
  }

  /** Goes on with lines of an earlier controller. */
  void begin(Map<Integer, String> lines) {
    lines.forEach(
        (key, text) -> {
          try {
            stream(key).partial.writeBytes(Base64.getUrlDecoder().decode(text));
          } catch (IllegalArgumentException e) {
            // No base64: not what we have told the client.
            return;
          }
        });
  }

  private Stream stream(int number) {
    return streams.computeIfAbsent(number, key -> new Stream(key % 2 == 1 ? err : out));
  }

  void write(int task, boolean error, byte[] data) {
    if (!label && !whole) {
      (error ? err : out).write(data, 0, data.length);
      return;
    }
    Stream stream = stream(task * 2 + (error ? 1 : 0));
    int start = 0;
    for (int i = 0; i < data.length; i++) {
      if (data[i] == '\n') {
        stream.partial.write(data, start, i + 1 - start);
        pass(stream, task);
        stream.atStart = true;
        start = i + 1;
      }
    }
    stream.partial.write(data, start, data.length - start);
    if (!whole || stream.partial.size() > LONGEST_LINE) {
      pass(stream, task);
      endPart(stream);
    }
  }

  /** A part of a line is passed on as a line of its own, so that each has its label alone. */
  private void endPart(Stream stream) {
    if (!whole && label && !stream.atStart) {
      stream.target.write('\n');
      stream.atStart = true;
    }
  }

  private void pass(Stream stream, int task) {
    if (stream.partial.size() == 0) {
      return;
    }
    if (label && stream.atStart) {
      String number = Integer.toString(task);
      String text = " ".repeat(Math.max(0, digits - number.length())) + number + ": ";
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      stream.target.write(bytes, 0, bytes.length);
    }
    byte[] bytes = stream.partial.toByteArray();
    stream.target.write(bytes, 0, bytes.length);
    stream.partial.reset();
    stream.atStart = false;
  }

  /** Passes on lines without an end. */
  void finish() {
    streams.forEach(
        (key, stream) -> {
          pass(stream, key / 2);
          if (label && !stream.atStart) {
            stream.target.write('\n');
          }
        });
    out.flush();
    err.flush();
  }
}
