package org.headrace.sim.internal.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Generated workloads; a failure names the seed that repeats it. */
class RandomWorkloadsTest {
  @ParameterizedTest(name = "{0} on {2} nodes, {1} seeds, {3}")
  @CsvSource({
    "easy, 250, 1, select/cons_tres",
    "easy-clairvoyant, 100, 1, select/cons_tres",
    "easy-sjbf-clairvoyant, 100, 1, select/cons_tres",
    "conservative, 400, 1, select/cons_tres",
    "fcfs, 100, 1, select/cons_tres",
    "easy, 150, 3, select/cons_tres",
    "conservative, 150, 3, select/cons_tres",
    "easy, 150, 0, select/cons_tres",
    "easy, 150, 0, select/linear",
    "conservative, 150, 0, select/linear",
    "fcfs, 100, 0, select/linear",
  })
  void agreesWithBruteForce(String name, int seeds, int nodes, String selector) throws Exception {
    Policy policy = Policy.of(name);
    for (int seed = 0; seed < seeds; seed++) {
      Random random = new Random(seed);
      int processors = 2 + random.nextInt(14);
      int count = nodes == 0 ? processors : nodes;
      MachineShape shape = new MachineShape(count, Math.max(1, processors / count));
      Trace trace = generate(random, shape.cpus());
      Map<Long, Long> starts =
          new TraceRun(trace, shape, policy, Map.of("SelectType", selector), done -> {})
              .run()
              .starts();
      assertThat(starts)
          .as("seed %d, %s: %s", seed, shape, trace.jobs())
          .isEqualTo(BruteForce.starts(trace, shape.cpus(), policy));
    }
  }

  /** Many submissions in one second, and many ends at the limit. */
  private static Trace generate(Random random, int processors) {
    int count = 5 + random.nextInt(40);
    List<TraceJob> jobs = new ArrayList<>();
    long submit = 0;
    for (int id = 1; id <= count; id++) {
      submit += random.nextInt(3) == 0 ? random.nextInt(20) : 0;
      long estimate = 1 + random.nextInt(random.nextBoolean() ? 8 : 60);
      long run = random.nextInt(3) == 0 ? estimate : 1 + random.nextInt((int) estimate);
      jobs.add(new TraceJob(id, submit, run, estimate, 1 + random.nextInt(processors)));
    }
    return new Trace("generated", 1, processors, jobs, 0);
  }
}
