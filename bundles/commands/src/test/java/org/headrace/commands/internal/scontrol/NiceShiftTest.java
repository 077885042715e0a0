package org.headrace.commands.internal.scontrol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.commands.internal.scontrol.NiceShift.Waiting;
import org.junit.jupiter.api.Test;

/** The figures are those of a Slurm. */
class NiceShiftTest {
  private static final int BASE = 3460;

  /** Jobs 1, 2, 3 ... with these nice values; some of them are to be first. */
  private static Map<Long, Integer> shift(List<Integer> front, int... nice) {
    List<Waiting> all = new ArrayList<>();
    for (int i = 0; i < nice.length; i++) {
      all.add(new Waiting(i + 1, BASE - nice[i], nice[i]));
    }
    List<Waiting> first = front.stream().map(id -> all.get(id - 1)).toList();
    all.removeAll(first);
    return NiceShift.of(first, all);
  }

  @Test
  void whatTheFirstGainsTheOthersLose() {
    assertThat(shift(List.of(2), 0, 5, 10, -20)).isEqualTo(Map.of(2L, -20, 1L, 8, 3L, 18, 4L, -11));
    assertThat(shift(List.of(2), 10, 10, 5, 5, 0, 0))
        .isEqualTo(Map.of(2L, 0, 1L, 12, 3L, 7, 4L, 7, 5L, 2, 6L, 2));
  }

  @Test
  void aListIsPutInItsOrder() {
    assertThat(shift(List.of(3, 1), 8, -20, 18, -11))
        .isEqualTo(Map.of(3L, -20, 1L, -11, 2L, 8, 4L, 18));
  }

  @Test
  void equalJobsStandBehindTheFirst() {
    assertThat(shift(List.of(3), 0, 0, 0, 0)).isEqualTo(Map.of(1L, 1, 2L, 1, 4L, 1));
    assertThat(shift(List.of(3), 0, 1, 1, 1)).isEqualTo(Map.of(3L, 0, 1L, 1));
    assertThat(shift(List.of(4, 2), 1, 1, 0, 1)).isEqualTo(Map.of(4L, 0, 1L, 2, 3L, 2));
  }

  @Test
  void whoIsFirstOrAloneStays() {
    assertThat(shift(List.of(2), 1, 0)).isEmpty();
    assertThat(shift(List.of(1), 0)).isEmpty();
  }

  @Test
  void niceValuesStayInTheirRange() {
    Waiting last = new Waiting(1, 1, -2_147_483_000);
    Waiting first = new Waiting(2, 4_000_000_000L, 2_147_483_000);
    assertThat(NiceShift.of(List.of(last), List.of(first)))
        .isEqualTo(Map.of(1L, -2_147_483_645, 2L, 2_147_483_645));
  }
}
