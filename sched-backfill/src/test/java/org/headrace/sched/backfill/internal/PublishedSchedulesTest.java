package org.headrace.sched.backfill.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.headrace.select.constres.internal.ConsTresSelector;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every start time of schedules that others published, by the real plugins. The traces are from the
 * Parallel Workloads Archive; the answers from "Improving Backfilling by using Machine Learning to
 * predict Running Times" (SC'15).
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
    Path folder = Workload.published();
    assumeTrue(folder != null, "published schedules are not at hand");
    Workload workload = Workload.swf(folder.resolve(file), processors);
    if (estimate.equals("true")) {
      workload = workload.clairvoyant();
    }
    compare(workload, option.isEmpty() ? Map.of() : Map.of(option, ""));
  }

  private static void compare(Workload workload, Map<String, String> options) {
    Map<Long, Long> starts =
        new Simulation(
                new BackfillScheduler(),
                new ConsTresSelector(),
                options,
                workload.processors(),
                true)
            .run(workload);
    Map<Long, String> wrong = new LinkedHashMap<>();
    for (Workload.Job job : workload.jobs()) {
      if (starts.get(job.id()) != job.expected()) {
        wrong.put(job.id(), job.expected() + " but " + starts.get(job.id()));
      }
    }
    assertThat(wrong.size()).as("of %d: %s", workload.jobs().size(), first(wrong)).isZero();
  }

  private static String first(Map<Long, String> wrong) {
    return wrong.entrySet().stream().limit(5).toList().toString();
  }
}
