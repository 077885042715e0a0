package org.headrace.accounting.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Timing;
import org.headrace.api.model.CoreSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordJsonTest {
  private final Documents.OfJob full =
      new Documents.OfJob(
          1,
          new Job(12, 10, 3, Samples.fullSpec("n", 5), Samples.fullStatus()),
          List.of("n7", "n9"));

  @Test
  void givesBackEachComponent() throws IOException {
    assertThat(RecordJson.read(Documents.OfJob.class, RecordJson.write(full))).isEqualTo(full);
  }

  @Test
  void isShortReadableAndAscii() {
    assertThat(RecordJson.write(new Timing(5, 0, 0, 0, 0, 0, Timing.Hold.ADMIN)))
        .isEqualTo("{\"timeLimit\":5,\"hold\":\"ADMIN\"}");
    assertThat(RecordJson.write(full)).contains("\"cores\":\"0-2,64,130\"").matches("\\p{ASCII}*");
  }

  @Test
  void equalRecordsHaveEqualDocuments() throws IOException {
    String once = RecordJson.write(full);
    assertThat(RecordJson.write(RecordJson.read(Documents.OfJob.class, once))).isEqualTo(once);
  }

  @Test
  void readsDocumentsOfOtherReleases() throws IOException {
    Documents.OfJob read =
        RecordJson.read(
            Documents.OfJob.class,
            "{\"version\":1,\"later\":[{\"a\":[1]}],\"job\":{\"id\":7,\"new\":{\"x\":null}}}");
    assertThat(read.job().id()).isEqualTo(7);
    assertThat(read.job().spec().name()).isEmpty();
    assertThat(read.job().spec().timing().hold()).isEqualTo(Timing.Hold.NONE);
    assertThat(read.job().status().state()).isEqualTo(JobState.PENDING);
    assertThat(read.nodes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"job\":5}",
        "{\"job\":{\"id\":\"x\"}}",
        "{\"job\":{\"id\":1e99}}",
        "{\"job\":{\"id\":99999999999999999999}}",
        "{\"nodes\":{}}",
        "{\"nodes\":[null]}",
        "{\"job\":{\"status\":{\"state\":\"NO_SUCH\"}}}",
        "{\"job\":{\"status\":{\"allocation\":{\"nodes\":[{\"cores\":\"0-2000000000\"}]}}}}",
        "{\"job\":{\"status\":{\"allocation\":{\"nodes\":[{\"cores\":\"9-1\"}]}}}}",
        "{\"job\":{\"status\":{\"allocation\":{\"nodes\":[{\"cores\":\"a-\"}]}}}}"
      })
  void refusesDamagedDocuments(String document) {
    assertThatThrownBy(() -> RecordJson.read(Documents.OfJob.class, document))
        .isInstanceOf(IOException.class)
        .hasMessageNotContaining("null: null");
  }

  @Test
  void anyDamageEndsInAnIoExceptionOrARecord() {
    String document = RecordJson.write(full);
    Random random = new Random(42);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder damaged = new StringBuilder(document);
      for (int hits = 1 + random.nextInt(3); hits > 0 && damaged.length() > 0; hits--) {
        int at = random.nextInt(damaged.length());
        switch (random.nextInt(3)) {
          case 0 -> damaged.setCharAt(at, (char) (32 + random.nextInt(96)));
          case 1 -> damaged.deleteCharAt(at);
          default -> damaged.setLength(Math.max(1, at));
        }
      }
      try {
        RecordJson.read(Documents.OfJob.class, damaged.toString());
      } catch (IOException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Test
  void coresKeepTheirNumbers() throws IOException {
    for (CoreSet cores : List.of(CoreSet.EMPTY, CoreSet.of(63, 64, 127), CoreSet.firstOf(200))) {
      Documents.OfStep step =
          new Documents.OfStep(1, Samples.step(1, 1, 1, 0, 1).step(), List.of(cores.toString()));
      assertThat(RecordJson.read(Documents.OfStep.class, RecordJson.write(step))).isEqualTo(step);
    }
  }
}
