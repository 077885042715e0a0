package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.headrace.api.selector.Selector;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.headrace.select.linear.internal.LinearSelector;
import org.junit.jupiter.api.Test;

/** Generated workloads; a failure names the seed that repeats it. */
class RandomWorkloadsTest {
  @Test
  void oneNodeAgreesWithBruteForce() {
    for (int seed = 0; seed < 1500; seed++) {
      check(seed, new ConsTresSelector(), true, false);
    }
  }

  @Test
  void shortestFirstAgreesWithBruteForce() {
    for (int seed = 0; seed < 500; seed++) {
      check(seed, new ConsTresSelector(), true, true);
    }
  }

  @Test
  void manyNodesAgreeWithBruteForce() {
    for (int seed = 0; seed < 300; seed++) {
      check(seed, new LinearSelector(), false, false);
      check(seed, new ConsTresSelector(), false, false);
    }
  }

  private static void check(int seed, Selector selector, boolean oneNode, boolean shortestFirst) {
    Workload workload = generate(new Random(seed));
    Map<String, String> options = shortestFirst ? Map.of("bf_shortest_first", "") : Map.of();
    Map<Long, Long> starts =
        new Simulation(new BackfillScheduler(), selector, options, workload.processors(), oneNode)
            .run(workload);
    assertThat(starts)
        .as("seed %d: %s", seed, workload)
        .isEqualTo(BruteForce.starts(workload, shortestFirst));
  }

  private static Workload generate(Random random) {
    int processors = 2 + random.nextInt(14);
    int count = 5 + random.nextInt(40);
    List<Workload.Job> jobs = new ArrayList<>();
    long submit = 0;
    for (int id = 1; id <= count; id++) {
      submit += random.nextInt(3) == 0 ? random.nextInt(20) : 0;
      long estimate = 1 + random.nextInt(random.nextBoolean() ? 8 : 60);
      long run = random.nextInt(3) == 0 ? estimate : 1 + random.nextInt((int) estimate);
      jobs.add(new Workload.Job(id, submit, run, estimate, 1 + random.nextInt(processors), 0));
    }
    return new Workload(processors, jobs);
  }
}
