package org.headrace.bench.internal.deep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.headrace.bench.internal.emulated.NodeShape;
import org.junit.jupiter.api.Test;

class JobMixTest {
  private static List<List<String>> jobs(int nodes) {
    JobMix mix = new JobMix(NodeShape.of(nodes), "main", "deep", "job.sh");
    return IntStream.range(0, 10_000).mapToObj(mix::job).toList();
  }

  @Test
  void isTheSameForEachClusterAndHasManyKinds() {
    Set<List<String>> kinds = new HashSet<>(jobs(200));

    assertThat(jobs(200)).isEqualTo(jobs(200));
    assertThat(kinds).hasSizeGreaterThan(100);
  }

  @Test
  void noJobWantsMoreThanAQuarterOfTheMachine() {
    for (List<String> job : jobs(4)) {
      assertThat(job.get(job.indexOf("-N") + 1)).isEqualTo("1");
    }
    for (List<String> job : jobs(40)) {
      assertThat(Integer.parseInt(job.get(job.indexOf("-N") + 1))).isBetween(1, 10);
    }
  }
}
