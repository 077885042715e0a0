package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.job.Job;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.IoTarget.FilePath;
import org.headrace.api.launcher.IoTarget.SameAsOutput;
import org.headrace.api.launcher.IoTarget.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expectations were taken from files that a Slurm 22.05 made for the same patterns. */
class FilePatternTest {
  private static Orders arrayTask() {
    Orders orders = new Orders();
    orders.jobId = 19;
    orders.arrayId = 19;
    orders.arrayTask = 13;
    return orders;
  }

  private static FilePattern pattern(Job job, String step) {
    return new FilePattern(job, step, "n1", 2, "/work");
  }

  @ParameterizedTest
  @CsvSource({
    "x-%A_%a_%j_%n_%s_%t_%x, x-19_13_19_2_batch_4_name",
    "%b, 3",
    "%J, 19",
    "%%_%5j_%12j_%0j, %_00019_0000000019_19",
    "%z_%, %z_%",
    "%999999999999j, 0000000019",
    "%5, %5",
    "%5%, %5%",
    "%N-%u, n1-root",
    "%3t.%2a, 004.13",
    "\\\\x-%j, \\x-%j",
    "back\\slash-%j, backslash-%j",
    "trailing\\, trailing",
    "dir/%j, dir/19",
  })
  void symbolsOfABatchJob(String text, String expected) {
    assertThat(pattern(arrayTask().job(), "batch").path(text, 4)).isEqualTo("/work/" + expected);
  }

  @Test
  void symbolsOfAStepAndOfAJobOutsideOfAnArray() {
    Job job = new Orders().job();
    assertThat(pattern(job, "3").path("/x/%J-%s-%2s-%A", 0)).isEqualTo("/x/7.3-3-03-7");
    assertThat(pattern(job, "3").path("%a", 0)).isEqualTo("/work/4294967294");
  }

  private static IoPlan plan(Orders orders, boolean batch) {
    var launch =
        batch
            ? orders.batch("true")
            : orders.launch(3, java.util.List.of(java.util.List.of(0, 1)), "x");
    return IoPlan.of(pattern(orders.job(), batch ? "batch" : "3"), launch.step());
  }

  @Test
  void aScriptWritesToTheUsualFile() {
    IoPlan plain = plan(new Orders(), true);
    assertThat(plain.stdin(0)).isEqualTo(new IoTarget.Null());
    assertThat(plain.stdout(0)).isEqualTo(new FilePath("/work/slurm-7.out"));
    assertThat(plain.stderr(0)).isEqualTo(new SameAsOutput());
    assertThat(plan(arrayTask(), true).stdout(0)).isEqualTo(new FilePath("/work/slurm-19_13.out"));
  }

  @Test
  void aScriptsFilesCanBeChosen() {
    Orders orders = new Orders();
    orders.input = "in";
    orders.output = "/dev/null";
    orders.error = "7";
    IoPlan plan = plan(orders, true);
    assertThat(plan.stdin(0)).isEqualTo(new FilePath("/work/in"));
    assertThat(plan.stdout(0)).isEqualTo(new IoTarget.Null());
    assertThat(plan.stderr(0)).isEqualTo(new FilePath("/work/7"));
  }

  @Test
  void aStepStreamsUnlessToldOtherwise() {
    IoPlan all = plan(new Orders(), false);
    assertThat(all.stdin(1)).isEqualTo(new Stream());
    assertThat(all.stdout(1)).isEqualTo(new Stream());
    assertThat(all.stderr(1)).isEqualTo(new Stream());
    Orders orders = new Orders();
    orders.input = "1";
    orders.output = "none";
    IoPlan some = plan(orders, false);
    assertThat(some.stdin(0)).isEqualTo(new IoTarget.Null());
    assertThat(some.stdin(1)).isEqualTo(new Stream());
    assertThat(some.stdout(0)).isEqualTo(new IoTarget.Null());
    orders.output = "out.%t";
    orders.error = "out.%t";
    IoPlan files = plan(orders, false);
    assertThat(files.stdout(1)).isEqualTo(new FilePath("/work/out.1"));
    assertThat(files.stderr(1)).isEqualTo(new SameAsOutput());
  }
}
