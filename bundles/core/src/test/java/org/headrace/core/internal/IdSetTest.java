package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IdSetTest {
  @Test
  void isLikeAnOrdinarySet() {
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      IdSet set = new IdSet();
      TreeSet<Long> expected = new TreeSet<>();
      for (int turn = 0; turn < 2_000; turn++) {
        long id = random.nextInt(500);
        if (random.nextInt(3) > 0) {
          set.add(id);
          expected.add(id);
        } else {
          set.remove(id);
          expected.remove(id);
        }
        long asked = random.nextInt(500);
        assertThat(set.contains(asked)).as("seed %d", seed).isEqualTo(expected.contains(asked));
      }
      List<Long> below = new ArrayList<>();
      assertThat(set.anyBelow(300, id -> !below.add(id))).isFalse();
      assertThat(below).as("seed %d", seed).isEqualTo(List.copyOf(expected.headSet(300L)));
      assertThat(set.anyBelow(300, id -> id >= 100))
          .isEqualTo(!expected.subSet(100L, 300L).isEmpty());
      List.copyOf(expected).forEach(set::remove);
      assertThat(set.isEmpty()).isTrue();
    }
  }
}
