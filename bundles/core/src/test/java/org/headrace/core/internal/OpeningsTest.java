package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.account.QosFlag;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.PartitionLimit;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ResourceRequest;
import org.junit.jupiter.api.Test;

class OpeningsTest {
  private static final long JOBS = 100;
  private static final List<QualityOfService> QUALITIES =
      List.of(QualityOfService.NORMAL, lifting("night", QosFlag.values()));

  private static QualityOfService lifting(String name, QosFlag... flags) {
    QualityOfService like = QualityOfService.NORMAL;
    return new QualityOfService(
        name, 0, 2, "", Set.of(flags), like.limits(), 1, 0, -1, List.of(), "", -1, 0);
  }

  private static JobClass jobClass(int id) {
    return new JobClass(id, ResourceRequest.singleCpu(), 60_000L * (id + 1), 0, "");
  }

  /** Plugins use ids as indexes. */
  @Test
  void idsOfClassesAreDenseWhereLimitsAreLifted() {
    Openings openings = Openings.NONE.at(List.of(), QUALITIES, 0, JOBS);
    assertThat(openings.exempt("night")).contains(PartitionLimit.values());
    Set<Integer> ids = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      JobClass one = jobClass(1_000_000_000 + i * 1000);
      ids.add(openings.only(one, "night").id());
      ids.add(openings.only(one, "normal").id());
      assertThat(openings.only(one, "night")).isSameAs(openings.only(one, "night"));
    }
    assertThat(ids).hasSize(2000).allMatch(id -> id >= 0 && id < 2000);
  }

  @Test
  void classesAreTheirOwnWhereNothingIsLifted() {
    Openings openings = Openings.NONE.at(List.of(), List.of(QualityOfService.NORMAL), 0, JOBS);
    JobClass one = jobClass(7);
    assertThat(openings.only(one, "normal")).isSameAs(one);
  }

  @Test
  void classesOfJobsThatAreGoneAreForgottenInTheEnd() {
    Openings openings = Openings.NONE.at(List.of(), QUALITIES, 0, JOBS);
    assertThat(openings.at(List.of(), QUALITIES, 0, JOBS)).isSameAs(openings);
    for (int i = 0; i < 200_000; i++) {
      openings.only(jobClass(i), "night");
    }
    assertThat(openings.at(List.of(), QUALITIES, 0, 1_000_000)).isSameAs(openings);
    Openings next = openings.at(List.of(), QUALITIES, 0, JOBS);
    assertThat(next).isNotSameAs(openings);
    assertThat(next.only(jobClass(5), "night").id()).isZero();
  }
}
