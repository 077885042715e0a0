package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.headrace.api.scheduler.Scheduler;
import org.headrace.sched.builtin.internal.BuiltinScheduler;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every start time of schedules that others published, by the real plugins. The traces are from the
 * Parallel Workloads Archive; the answers from "Improving Backfilling by using Machine Learning to
 * predict Running Times" (SC'15) and from the simulator pyss.
 */
class PublishedSchedulesTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "KTH-SP2.easy.swf.gz, 100, requested, ''",
    "KTH-SP2.easy-clairvoyant.swf.gz, 100, true, ''",
    "KTH-SP2.easy-sjbf-clairvoyant.swf.gz, 100, true, bf_shortest_first",
  })
  void everyStartIsAsPublished(String file, int processors, String estimate, String option)
      throws IOException {
    Workload workload = Workload.swf(published(file), processors);
    if (estimate.equals("true")) {
      workload = workload.clairvoyant();
    }
    compare(new BackfillScheduler(), workload, option.isEmpty() ? Map.of() : Map.of(option, ""));
  }

  @Test
  void firstComeFirstServed() throws IOException {
    Workload workload = Workload.starts(published("KTH-SP2.fcfs.starts.txt.gz"), 100);
    compare(new BuiltinScheduler(), workload, Map.of());
  }

  /** Fifty thousand jobs take half a minute, so only where asked for. */
  @Test
  void everyStartOfTheLargerMachine() throws IOException {
    assumeTrue(Boolean.getBoolean("headrace.traces.large"), "-Dheadrace.traces.large=true is off");
    Workload workload = Workload.swf(published("SDSC-SP2.easy-clairvoyant.swf.gz"), 128);
    compare(new BackfillScheduler(), workload.clairvoyant(), Map.of());
  }

  @Test
  void smallScenariosEndAsExpected() throws IOException {
    Map<String, String> files = tar(published("pyss_scenarios.tgz"));
    Map<String, String> wrong = new TreeMap<>();
    int checked = 0;
    for (Map.Entry<String, String> file : files.entrySet()) {
      for (String policy : policiesOf(file.getKey())) {
        String problem = scenario(file.getValue(), policy);
        checked++;
        if (problem != null) {
          wrong.put(file.getKey() + " " + policy, problem);
        }
      }
    }
    assertThat(checked).isGreaterThan(100);
    assertThat(wrong).isEmpty();
  }

  private static List<String> policiesOf(String name) {
    String kind = name.replaceFirst("\\.\\d+$", "");
    return switch (kind) {
      case "basic_input" -> List.of("fcfs", "easy", "conservative");
      case "fcfs_input" -> List.of("fcfs");
      case "bf_input" -> List.of("easy", "conservative");
      case "easy_bf_input" -> List.of("easy");
      case "cons_bf_input" -> List.of("conservative");
      default -> List.of();
    };
  }

  /** Null when every job ends as the scenario says. */
  private static String scenario(String text, String policy) {
    List<Workload.Job> jobs = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] f = line.trim().split("\\s+");
      if (line.startsWith("#") || f.length < 5) {
        continue;
      }
      long submit = Long.parseLong(f[0]);
      long run = Long.parseLong(f[4]);
      long finish = Long.parseLong(f[1].replaceFirst("\\..*", ""));
      jobs.add(
          new Workload.Job(
              jobs.size() + 1L,
              submit,
              run,
              Long.parseLong(f[2]),
              Integer.parseInt(f[3]),
              finish - run));
    }
    Workload workload = new Workload(100, jobs);
    Scheduler scheduler = policy.equals("fcfs") ? new BuiltinScheduler() : new BackfillScheduler();
    Map<String, String> options =
        policy.equals("conservative") ? Map.of("bf_conservative", "") : Map.of();
    Map<Long, String> wrong = wrong(scheduler, workload, options);
    return wrong.isEmpty() ? null : wrong.toString();
  }

  private static void compare(Scheduler scheduler, Workload workload, Map<String, String> options) {
    Map<Long, String> wrong = wrong(scheduler, workload, options);
    assertThat(wrong.size())
        .as("of %d: %s", workload.jobs().size(), wrong.entrySet().stream().limit(5).toList())
        .isZero();
  }

  private static Map<Long, String> wrong(
      Scheduler scheduler, Workload workload, Map<String, String> options) {
    Map<Long, Long> starts =
        new Simulation(scheduler, new ConsTresSelector(), options, workload.processors(), true)
            .run(workload);
    Map<Long, String> wrong = new LinkedHashMap<>();
    for (Workload.Job job : workload.jobs()) {
      if (starts.get(job.id()) != job.expected()) {
        wrong.put(job.id(), job.expected() + " but " + starts.get(job.id()));
      }
    }
    return wrong;
  }

  private static Path published(String file) {
    Path folder = Workload.published();
    assumeTrue(folder != null, "published schedules are not at hand");
    Path path = folder.resolve(file);
    assumeTrue(Files.exists(path), path + " is not at hand");
    return path;
  }

  /** Regular files of a small archive, by name without folder. */
  private static Map<String, String> tar(Path file) throws IOException {
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
