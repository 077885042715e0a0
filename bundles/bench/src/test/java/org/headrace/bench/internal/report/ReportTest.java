package org.headrace.bench.internal.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.report.Result.Better;
import org.headrace.bench.internal.stat.Samples;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Result LATENCY =
      new Result(
          "latency.squeue",
          "ms",
          Better.LESS,
          "3 rounds",
          List.of(
              Figure.of("headrace", Samples.of(1, 2, 3), ""),
              Figure.of("slurm", Samples.of(8), "busy")));

  private static Result withPeer(Figure peer) {
    return new Result(
        "x", "s", Better.MORE, "c", List.of(Figure.of("headrace", Samples.of(1234), ""), peer));
  }

  @Test
  void aLineHasFiguresRatioAndConditions() {
    assertThat(TableReport.line(LATENCY))
        .isEqualTo(
            "latency.squeue            headrace 2 ms [1 to 3, n=3] | slurm 8 ms (busy)"
                + " | ratio 0.25 (better) | 3 rounds");
  }

  @Test
  void withoutAFigureThereIsNoRatio() {
    assertThat(TableReport.line(withPeer(Figure.absent("slurm", "no socket"))))
        .isEqualTo("x                         headrace 1,234 s | slurm - no socket | c");
    Result failed = withPeer(Figure.failed("slurm", "down"));
    assertThat(failed.failed()).isTrue();
    assertThat(TableReport.line(failed)).contains("slurm FAILED: down");
    assertThat(withPeer(Figure.of("slurm", Samples.of(0), "")).ratio()).isEmpty();
  }

  @Test
  void jsonHasEverything() throws Exception {
    String json = JsonReport.text(new Conditions(Map.of("machine", "a \"b\"")), List.of(LATENCY));
    assertThat(json.replaceAll("\\s", ""))
        .isEqualTo(
            "{\"conditions\":{\"machine\":\"a\\\"b\\\"\"},\"measures\":[{\"name\":\"latency.squeue\","
                + "\"unit\":\"ms\",\"better\":\"less\",\"conditions\":\"3rounds\","
                + "\"headrace\":{\"median\":2.0,\"p95\":3.0,\"min\":1.0,\"max\":3.0,\"count\":3},"
                + "\"slurm\":{\"median\":8.0,\"p95\":8.0,\"min\":8.0,\"max\":8.0,\"count\":1,"
                + "\"note\":\"busy\"},\"ratio\":0.25}]}");
  }
}
