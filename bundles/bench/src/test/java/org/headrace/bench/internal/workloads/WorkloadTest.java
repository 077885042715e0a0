package org.headrace.bench.internal.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.headrace.bench.internal.BenchException;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  @Test
  void aSeedGivesTheSameJobsAgainAndAnotherGivesOthers() {
    assertThat(Workload.of(7, 20, 60)).isEqualTo(Workload.of(7, 20, 60));
    assertThat(Workload.of(8, 20, 60).jobs()).isNotEqualTo(Workload.of(7, 20, 60).jobs());
    assertThat(Workload.of(7, 20, 60).random(2).nextInt())
        .isEqualTo(Workload.of(7, 20, 60).random(2).nextInt());
  }

  @Test
  void noTwoJobsHaveTheSameTimeLimitAndNoneWaitsForALaterOne() {
    for (long seed = 1; seed <= 50; seed++) {
      List<JobSpec> jobs = Workload.of(seed, 20, 60).jobs();
      assertThat(jobs).hasSizeBetween(20, 60);
      List<String> limits =
          jobs.stream()
              .flatMap(job -> job.options().stream())
              .filter(option -> option.startsWith("-t"))
              .toList();
      assertThat(limits).hasSameSizeAs(jobs).doesNotHaveDuplicates();
      for (int i = 0; i < jobs.size(); i++) {
        JobSpec.Dependency dependency = jobs.get(i).dependency();
        int other = dependency == null ? -1 : dependency.job().orElse(-1);
        assertThat(other).isLessThan(i);
      }
    }
  }

  /** All that is to be compared is there in a few dozen seeds. */
  @Test
  void jobsAreOfAllKinds() {
    List<String> options = new ArrayList<>();
    IntStream.range(0, 40)
        .forEach(
            seed -> Workload.of(seed, 20, 60).jobs().forEach(job -> options.addAll(job.options())));
    assertThat(options)
        .contains("--exclusive", "-H", "--begin=now+2hours", "-Acap", "--qos=slim", "-pwhole")
        .contains("-Llic:3", "-Cfast&big", "--contiguous", "--gpus=4", "--nice=-500")
        .contains("--reservation=" + Workload.RESERVATION)
        .anyMatch(option -> option.startsWith("-a0-"))
        .anyMatch(option -> option.startsWith("-N1-"))
        .anyMatch(option -> option.startsWith("--mem-per-cpu="));
  }

  @Test
  void nobodyWaitsForAJobThatWasRefused() {
    JobSpec job =
        new JobSpec(
            "w1j01",
            List.of("-n1"),
            new JobSpec.Dependency("afterok", java.util.OptionalInt.of(0)),
            0,
            new JobSpec.End(false, 0));
    assertThat(job.arguments(List.of("12"))).endsWith("--dependency=afterok:12");
    assertThat(job.arguments(List.of(""))).endsWith("-n1");
  }

  @Test
  void argumentsAreChecked() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WorkloadsCommand command = new WorkloadsCommand(new PrintStream(out), new PrintStream(out));
    assertThat(command.parse(List.of("--print-conf")).printsOnly()).isTrue();
    assertThat(out.toString(java.nio.charset.StandardCharsets.UTF_8)).contains("Licenses=lic:4");
    for (List<String> wrong :
        List.of(
            List.of("--seed"), List.of("--jobs", "9-3"), List.of("--seeds", "0"), List.of("x"))) {
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> command.parse(wrong))
          .isInstanceOf(BenchException.class);
    }
  }
}
