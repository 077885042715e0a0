package org.headrace.sim.internal.trace;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Traces and answers that others published, where they are at hand. */
final class Published {
  private Published() {}

  /** A file of the folder of traces; the test is skipped where it isn't at hand. */
  static Path file(String name) {
    Path folder = folder();
    assumeTrue(folder != null, "published traces are not at hand (-Dheadrace.traces=DIR)");
    Path path = folder.resolve(name);
    assumeTrue(Files.exists(path), path + " is not at hand");
    return path;
  }

  /** Beside the checkout, or where {@code -Dheadrace.traces} says. */
  private static Path folder() {
    String set = System.getProperty("headrace.traces");
    if (set != null) {
      return Path.of(set);
    }
    Path path = Path.of("").toAbsolutePath();
    for (int up = 0; up < 5 && path != null; up++, path = path.getParent()) {
      Path candidate = path.resolve("shared/traces");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** Expected starts: in a trace, submission plus wait; else the third column. */
  static Map<Long, Long> starts(Path file) throws IOException {
    boolean trace = file.toString().endsWith(".swf.gz");
    Map<Long, Long> starts = new HashMap<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith(";")) {
          String[] f = line.trim().split("\\s+");
          long third = Long.parseLong(f[2]);
          starts.put(Long.parseLong(f[0]), trace ? Long.parseLong(f[1]) + third : third);
        }
      }
    }
    return starts;
  }

  /** Regular files of a small archive, by name without folder. */
  static Map<String, String> tar(Path file) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      byte[] header = new byte[512];
      while (true) {
        in.readFully(header);
        String name = text(header, 0, 100);
        if (name.isEmpty()) {
          return files;
        }
        int size = Integer.parseInt(text(header, 124, 12).trim(), 8);
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        byte[] block = new byte[512];
        for (int left = size; left > 0; left -= 512) {
          in.readFully(block);
          content.write(block, 0, Math.min(512, left));
        }
        if (header[156] == '0' || header[156] == 0) {
          files.put(
              name.substring(name.lastIndexOf('/') + 1), content.toString(StandardCharsets.UTF_8));
        }
      }
    } catch (EOFException e) {
      return files;
    }
  }

  private static String text(byte[] bytes, int from, int length) {
    int end = from;
    while (end < from + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
  }
}
