package org.headrace.commands.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.Step;
import org.headrace.api.model.Reason;
import org.junit.jupiter.api.Test;

class IdsTest {
  @Test
  void indexesAsSlurmPrintsThem() {
    JobArray array =
        new JobArray(
            List.of(
                new JobArray.Range(1, 1, 1),
                new JobArray.Range(4, 9, 1),
                new JobArray.Range(20, 60, 10)),
            3);
    assertThat(Ids.indexes(array)).isEqualTo("1,4-9,20,30,40,50,60%3");
    assertThat(Ids.indexes(new JobArray(List.of(new JobArray.Range(0, 30, 3)), 0)))
        .isEqualTo("0-30:3");
    assertThat(Ids.step(Step.BATCH)).isEqualTo("batch");
  }

  @Test
  void everyReasonHasAName() {
    for (Reason reason : Reason.values()) {
      assertThat(ReasonNames.name(reason)).isNotBlank();
    }
  }

  @Test
  void memoryInUnits() {
    assertThat(TresText.exactMemory(8000)).isEqualTo("8000M");
    assertThat(TresText.exactMemory(2048)).isEqualTo("2G");
    assertThat(TresText.exactMemory(12_800)).isEqualTo("12.50G");
    assertThat(TresText.exactMemory(6400)).isEqualTo("6400M");
    assertThat(TresText.shortMemory(1536)).isEqualTo("1.50G");
    assertThat(TresText.shortMemory(100)).isEqualTo("100M");
  }
}
