package org.headrace.sim.internal.trace;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.headrace.sim.internal.SimException;

/**
 * Reads the Standard Workload Format of the Parallel Workloads Archive, plain or compressed by
 * gzip: 18 columns a line, of which number, submission, run time, processors (allocated, else
 * requested) and requested time are used. A requested time that isn't known counts as the run time.
 * Jobs that never ran, or whose number of processors isn't known, are skipped and counted.
 */
public final class SwfReader {
  private static final int COLUMNS = 18;
  private static final int LONGEST_LINE = 10_000;
  private static final long MOST = 1_000_000_000_000L;
  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  private final String name;
  private final List<TraceJob> jobs = new ArrayList<>();
  private final Set<Long> numbers = new HashSet<>();
  private int maxNodes = Trace.UNKNOWN;
  private int maxCpus = Trace.UNKNOWN;
  private int skipped;
  private int line;

  private SwfReader(String name) {
    this.name = name;
  }

  /**
   * Reads a trace.
   *
   * @throws SimException if it can't be read, or a line isn't as it has to be; the message names
   *     file and line
   */
  public static Trace read(Path file) throws SimException {
    SwfReader reader = new SwfReader(file.toString());
    try (InputStream in = open(file);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1))) {
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        reader.line(text);
      }
    } catch (NoSuchFileException e) {
      throw new SimException("no file " + file);
    } catch (IOException e) {
      String where = reader.line == 0 ? file.toString() : file + ":" + reader.line;
      throw new SimException(where + ": can't be read: " + e.getMessage());
    }
    if (reader.jobs.isEmpty()) {
      throw new SimException(
          file + ": no job in it that ran; it should be in Standard Workload Format");
    }
    return new Trace(reader.name, reader.maxNodes, reader.maxCpus, reader.jobs, reader.skipped);
  }

  /** Whether it is compressed, the content says. */
  private static InputStream open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(2);
      boolean compressed = in.read() == GZIP_FIRST && in.read() == GZIP_SECOND;
      in.reset();
      return compressed ? new GZIPInputStream(in) : in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private void line(String text) throws SimException {
    line++;
    if (text.length() > LONGEST_LINE) {
      throw wrong("a line of " + text.length() + " characters; a job has " + COLUMNS + " numbers");
    }
    String trimmed = text.trim();
    if (trimmed.startsWith(";")) {
      header(trimmed.substring(1).trim());
    } else if (!trimmed.isEmpty()) {
      job(trimmed.split("\\s+"));
    }
  }

  private void header(String text) throws SimException {
    int colon = text.indexOf(':');
    if (colon < 0) {
      return;
    }
    String value = text.substring(colon + 1).trim().split("\\s+")[0];
    switch (text.substring(0, colon).trim().toLowerCase(Locale.ROOT)) {
      case "maxnodes" -> maxNodes = size("MaxNodes", value);
      case "maxprocs" -> maxCpus = size("MaxProcs", value);
      default -> {
        // Nothing that a simulation needs.
      }
    }
  }

  private int size(String key, String value) throws SimException {
    try {
      int number = Integer.parseInt(value);
      return number > 0 ? number : Trace.UNKNOWN;
    } catch (NumberFormatException e) {
      throw wrong(key + " is '" + value + "', not a whole number");
    }
  }

  private void job(String[] columns) throws SimException {
    if (columns.length != COLUMNS) {
      throw wrong(columns.length + " columns, where a job has " + COLUMNS);
    }
    long id = number(columns, 1, "job number");
    long submit = number(columns, 2, "submission time");
    long run = number(columns, 4, "run time");
    long cpus = number(columns, 5, "number of processors");
    long requestedCpus = number(columns, 8, "requested number of processors");
    long estimate = number(columns, 9, "requested time");
    if (!numbers.add(id)) {
      throw wrong("a second job " + id);
    }
    if (submit < 0) {
      throw wrong("job " + id + " has no submission time (column 2)");
    }
    long size = cpus > 0 ? cpus : requestedCpus;
    if (run < 0 || size <= 0) {
      skipped++;
      return;
    }
    jobs.add(
        new TraceJob(
            id, submit, run, estimate > 0 ? estimate : run, (int) Math.min(size, 1 << 30)));
  }

  private long number(String[] columns, int column, String what) throws SimException {
    String text = columns[column - 1];
    try {
      long number = Long.parseLong(text);
      if (number >= -1 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, like a number that is out of range.
    }
    throw wrong(
        "%s (column %d) is '%s'; it must be a whole number from 0 to %d, or -1 for unknown"
            .formatted(what, column, text, MOST));
  }

  private SimException wrong(String what) {
    return new SimException(name + ":" + line + ": " + what);
  }
}
