package org.headrace.controller.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.headrace.api.job.JobSpec;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.query.Forecast;
import org.headrace.controller.testing.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A controller is asked when a job would start, and takes none. */
class ForecastTest {
  @TempDir Path directory;

  @Test
  void aWholeControllerTellsWithoutTakingTheJob() throws Exception {
    try (Cluster cluster = Cluster.up(directory)) {
      JobSpec spec = Samples.job();
      Forecast forecast = ask(cluster, spec);
      assertThat(forecast.refusal()).isNull();
      assertThat(forecast.start()).isPositive();
      assertThat(forecast.nodes()).isEqualTo(List.of("n1"));
      Forecast refused = ask(cluster, spec.withPartitions(List.of("nowhere")));
      assertThat(refused.refusal().code()).isEqualTo(ErrorCode.INVALID_PARTITION);
      assertThat(cluster.controller.snapshot().jobCount()).isZero();
      assertThat(cluster.submit()).isEqualTo(forecast.jobId());
    }
  }

  private static Forecast ask(Cluster cluster, JobSpec spec) throws Exception {
    return cluster
        .controller
        .forecast(spec, Samples.ANNA)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
