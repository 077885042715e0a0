package org.headrace.sched.backfill.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Jobs to simulate; times are in seconds. */
record Workload(int processors, List<Job> jobs) {
  /** One job. {@code expected} is the start that a reference gives. */
  record Job(long id, long submit, long run, long estimate, int processors, long expected) {}

  Workload {
    List<Job> ordered = new ArrayList<>(jobs);
    ordered.sort(Comparator.comparingLong(Job::submit).thenComparingLong(Job::id));
    jobs = List.copyOf(ordered);
  }

  /** The same jobs, with true run times for estimates. */
  Workload clairvoyant() {
    return new Workload(
        processors,
        jobs.stream()
            .map(job -> new Job(job.id, job.submit, job.run, job.run, job.processors, job.expected))
            .toList());
  }

  /** Answers in Standard Workload Format: submission plus wait is the expected start. */
  static Workload swf(Path file, int processors) throws IOException {
    List<Job> jobs = new ArrayList<>();
    try (BufferedReader lines = open(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank() || line.startsWith(";")) {
          continue;
        }
        String[] f = line.trim().split("\\s+");
        long submit = Long.parseLong(f[1]);
        jobs.add(
            new Job(
                Long.parseLong(f[0]),
                submit,
                Long.parseLong(f[3]),
                Long.parseLong(f[8]),
                Integer.parseInt(f[4]),
                submit + Long.parseLong(f[2])));
      }
    }
    return new Workload(processors, jobs);
  }

  /** Lines of {@code id submit start run processors requested}. */
  static Workload starts(Path file, int processors) throws IOException {
    List<Job> jobs = new ArrayList<>();
    try (BufferedReader lines = open(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] f = line.trim().split("\\s+");
        jobs.add(
            new Job(
                Long.parseLong(f[0]),
                Long.parseLong(f[1]),
                Long.parseLong(f[3]),
                Long.parseLong(f[5]),
                Integer.parseInt(f[4]),
                Long.parseLong(f[2])));
      }
    }
    return new Workload(processors, jobs);
  }

  private static BufferedReader open(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
  }

  /** The folder of published answers, or null where it isn't at hand. */
  static Path published() {
    String set = System.getProperty("headrace.traces");
    Path path = Path.of("").toAbsolutePath();
    if (set != null) {
      return Path.of(set);
    }
    for (int up = 0; up < 4 && path != null; up++, path = path.getParent()) {
      Path candidate = path.resolve("shared/traces/expected");
      if (Files.isDirectory(candidate)) {
        return candidate;
      }
    }
    return null;
  }
}
