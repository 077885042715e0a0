package org.headrace.sim.internal.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.sim.internal.SimException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every start time of schedules that others published, by the real core and plugins. The traces are
 * from the Parallel Workloads Archive (KTH-SP2: Lars Malinowsky; SDSC-SP2: Victor Hazlewood); the
 * answers from "Improving Backfilling by using Machine Learning to predict Running Times" (SC'15)
 * and from the simulator pyss.
 */
class PublishedSchedulesTest {
  private static final String KTH = "expected/KTH-SP2.easy.swf.gz";
  private static final String SDSC = "expected/SDSC-SP2.easy-clairvoyant.swf.gz";

  @ParameterizedTest(name = "KTH-SP2 {0}")
  @CsvSource({
    "easy, KTH-SP2.easy.swf.gz, 6836.872, 92.5765",
    "conservative, KTH-SP2.conservative.starts.txt.gz, 7310.551, 88.9973",
  })
  void everyStartIsAsPublished(String policy, String expected, double wait, double boundedSlowdown)
      throws Exception {
    Trace trace = SwfReader.read(Published.file(KTH));
    MachineShape shape = MachineShape.of(1, Trace.UNKNOWN, trace);
    Metrics metrics = compare(trace, shape, Policy.of(policy), "expected/" + expected);
    assertThat(metrics.meanWait()).isEqualTo(wait, within(0.001));
    assertThat(metrics.boundedSlowdown()).isEqualTo(boundedSlowdown, within(0.001));
    assertThat(metrics.utilisation()).isEqualTo(0.685, within(0.001));
  }

  @ParameterizedTest(name = "KTH-SP2 {0}")
  @CsvSource({
    "easy-clairvoyant, KTH-SP2.easy-clairvoyant.swf.gz, 6327.682, 71.7224",
    "easy-sjbf-clairvoyant, KTH-SP2.easy-sjbf-clairvoyant.swf.gz, 5436.021, 49.8477",
    "fcfs, KTH-SP2.fcfs.starts.txt.gz, 353776.409, 6814.973",
  })
  void everyStartOfTheOtherPolicies(
      String policy, String expected, double wait, double boundedSlowdown) throws Exception {
    onlyWhereAskedFor();
    everyStartIsAsPublished(policy, expected, wait, boundedSlowdown);
  }

  /** Where a machine is cut into nodes makes no difference to jobs that want processors only. */
  @ParameterizedTest(name = "KTH-SP2 {0} on {2} nodes")
  @CsvSource({
    "conservative, KTH-SP2.conservative.starts.txt.gz, 50",
    "easy, KTH-SP2.easy.swf.gz, 100",
  })
  void everyStartOnManyNodes(String policy, String expected, int nodes) throws Exception {
    onlyWhereAskedFor();
    Trace trace = SwfReader.read(Published.file(KTH));
    MachineShape shape = MachineShape.of(nodes, Trace.UNKNOWN, trace);
    compare(trace, shape, Policy.of(policy), "expected/" + expected);
  }

  private static void onlyWhereAskedFor() {
    assumeTrue(Boolean.getBoolean("headrace.traces.large"), "-Dheadrace.traces.large=true is off");
  }

  @Test
  void everyStartOfTheLargerMachine() throws Exception {
    onlyWhereAskedFor();
    Trace trace = SwfReader.read(Published.file(SDSC));
    MachineShape shape = MachineShape.of(Trace.UNKNOWN, Trace.UNKNOWN, trace);
    Metrics metrics = compare(trace, shape, Policy.EASY_CLAIRVOYANT, SDSC);
    assertThat(metrics.meanWait()).isEqualTo(17337.106, within(0.001));
    assertThat(metrics.boundedSlowdown()).isEqualTo(70.4779, within(0.001));
  }

  private static Metrics compare(Trace trace, MachineShape shape, Policy policy, String expected)
      throws SimException, IOException {
    Schedule schedule = new TraceRun(trace, shape, policy, Map.of(), done -> {}).run();
    Map<Long, String> wrong = wrong(schedule.starts(), Published.starts(Published.file(expected)));
    assertThat(wrong.size())
        .as("of %d: %s", trace.jobs().size(), wrong.entrySet().stream().limit(5).toList())
        .isZero();
    return Metrics.of(trace, schedule, shape);
  }

  private static Map<Long, String> wrong(Map<Long, Long> starts, Map<Long, Long> expected) {
    assertThat(starts.keySet()).isEqualTo(expected.keySet());
    Map<Long, String> wrong = new TreeMap<>();
    expected.forEach(
        (id, start) -> {
          if (!start.equals(starts.get(id))) {
            wrong.put(id, start + " but " + starts.get(id));
          }
        });
    return wrong;
  }

  @Test
  void smallScenariosEndAsExpected() throws Exception {
    Map<String, String> files = Published.tar(Published.file("expected/pyss_scenarios.tgz"));
    Map<String, String> wrong = new TreeMap<>();
    int checked = 0;
    for (Map.Entry<String, String> file : files.entrySet()) {
      for (Policy policy : policiesOf(file.getKey())) {
        Map<Long, String> problem = scenario(file.getValue(), policy);
        checked++;
        if (!problem.isEmpty()) {
          wrong.put(file.getKey() + " " + policy, problem.toString());
        }
      }
    }
    assertThat(checked).isGreaterThanOrEqualTo(131);
    assertThat(wrong).isEmpty();
  }

  /** The other scenarios are for schedulers that this project doesn't have. */
  private static List<Policy> policiesOf(String name) {
    return switch (name.replaceFirst("\\.\\d+$", "")) {
      case "basic_input", "extreme_input" -> List.of(Policy.FCFS, Policy.EASY, Policy.CONSERVATIVE);
      case "fcfs_input" -> List.of(Policy.FCFS);
      case "bf_input" -> List.of(Policy.EASY, Policy.CONSERVATIVE);
      case "easy_bf_input" -> List.of(Policy.EASY);
      case "cons_bf_input" -> List.of(Policy.CONSERVATIVE);
      case "perfect" -> List.of(Policy.EASY_CLAIRVOYANT);
      default -> List.of();
    };
  }

  private static Map<Long, String> scenario(String text, Policy policy) throws SimException {
    List<TraceJob> jobs = new ArrayList<>();
    Map<Long, Long> expected = new HashMap<>();
    for (String line : text.split("\n")) {
      String[] f = line.trim().split("\\s+");
      if (line.startsWith("#") || f.length < 5) {
        continue;
      }
      long id = jobs.size() + 1L;
      long run = Long.parseLong(f[4]);
      jobs.add(
          new TraceJob(
              id, Long.parseLong(f[0]), run, Long.parseLong(f[2]), Integer.parseInt(f[3])));
      expected.put(id, Long.parseLong(f[1].replaceFirst("\\..*", "")) - run);
    }
    Trace trace = new Trace("scenario", 1, 100, jobs, 0);
    return wrong(
        new TraceRun(trace, new MachineShape(1, 100), policy, Map.of(), done -> {}).run().starts(),
        expected);
  }
}
