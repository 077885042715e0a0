package org.headrace.controller.internal.planning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.Reason;
import org.headrace.api.scheduler.Decision;
import org.junit.jupiter.api.Test;

class ToldTest {
  private static final long MINUTE = 60_000;
  private final Told told = new Told();

  private static Decision waits(long job, Reason reason, int busy) {
    return new Decision.Wait(
        job, reason, Blocker.UNKNOWN, List.of(new Blocker(reason, busy, "busy", 0)));
  }

  private static List<Decision> waiting(int count, int busy) {
    List<Decision> decisions = new ArrayList<>();
    for (int job = 1; job <= count; job++) {
      decisions.add(waits(job, Reason.RESOURCES, busy));
    }
    return decisions;
  }

  private static Decision reserves(long job, int node) {
    return new Decision.Reserve(
        job, "debug", MINUTE, List.of(node), Reason.RESOURCES, List.<Blocker>of());
  }

  private static List<Long> ids(List<Decision> decisions) {
    return decisions.stream().map(Decision::jobId).toList();
  }

  @Test
  void whatWasToldIsNoNews() {
    assertThat(told.news(waiting(3, 1), false)).containsExactly(waiting(3, 1));
    assertThat(told.news(waiting(3, 1), true)).isEmpty();
    told.forget();
    assertThat(told.news(waiting(3, 1), false)).hasSize(1);
  }

  @Test
  void anotherReasonIsNews() {
    told.news(waiting(3, 1), false);
    List<Decision> next = new ArrayList<>(waiting(3, 1));
    next.set(1, waits(2, Reason.PRIORITY, 1));
    assertThat(told.news(next, false)).containsExactly(List.of(next.get(1)));
  }

  @Test
  void otherNumbersAreNewsToTheFirstOnesAndToAllAtARefresh() {
    told.news(waiting(300, 1), false);
    assertThat(ids(told.news(waiting(300, 2), false).get(0))).hasSize(100).contains(1L, 100L);
    assertThat(ids(told.news(waiting(300, 2), true).get(0))).hasSize(200).contains(101L, 300L);
  }

  @Test
  void aStartIsToldAtOnceAndTheJobAnewWhenItComesBack() {
    told.news(waiting(1, 1), false);
    Decision start = new Decision.Start(1, "debug", new Allocation(List.of(), false));
    assertThat(told.news(List.of(start), false)).containsExactly(List.of(start));
    assertThat(told.news(waiting(1, 1), false)).containsExactly(waiting(1, 1));
    told.started(1);
    assertThat(told.news(waiting(1, 1), false)).containsExactly(waiting(1, 1));
  }

  @Test
  void reservationsComeTogether() {
    List<Decision> both = List.of(waits(9, Reason.PRIORITY, 1), reserves(1, 0), reserves(2, 1));
    assertThat(told.news(both, false)).containsExactly(both);
    assertThat(told.news(both, false)).isEmpty();
    List<Decision> one = List.of(both.get(0), reserves(1, 0), reserves(2, 3));
    assertThat(told.news(one, false)).containsExactly(List.of(one.get(1), one.get(2)));
    assertThat(told.news(List.of(both.get(0)), false)).as("given up").hasSize(1);
  }

  @Test
  void noPortionIsLargeAndThoseFarBackAreToldInBrief() {
    List<Decision> deep = waiting(263_000, 1);
    List<List<Decision>> portions = told.news(deep, false);
    assertThat(portions.get(0)).hasSize(2_000);
    assertThat(portions.subList(1, portions.size())).allMatch(part -> part.size() <= 5_000);
    List<Decision> all = portions.stream().flatMap(List::stream).toList();
    assertThat(ids(all)).isEqualTo(ids(deep));
    assertThat(((Decision.Wait) all.get(262_143)).blockers()).isNotEmpty();
    assertThat(((Decision.Wait) all.get(262_144)).blockers()).isEmpty();
  }
}
