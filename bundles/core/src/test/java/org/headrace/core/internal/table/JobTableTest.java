package org.headrace.core.internal.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobTableTest {
  private final JobTable table = new JobTable();

  /** What a job's row should show. */
  private record Row(int user, long script) {}

  /** What was frozen shows what was there then, whether jobs have the same numbers or not. */
  @Test
  void frozenTablesKeepTheirNumbers() {
    Random random = new Random(8);
    Map<Long, Row> expected = new HashMap<>();
    List<Map<Long, Row>> moments = new ArrayList<>();
    List<JobTable.View> views = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      long id = 1 + random.nextInt(700);
      // For a while all are alike, then they aren't.
      int kinds = 1 + i / 2_000 % 3;
      if (random.nextInt(3) == 0 && expected.remove(id) != null) {
        table.remove(id);
      } else if (!expected.containsKey(id) || random.nextInt(4) == 0) {
        Row row = new Row(random.nextInt(kinds), random.nextInt(kinds) * 5_000_000_000L);
        if (expected.put(id, row) == null) {
          table.added(id);
        }
        JobPage page = table.edit(id);
        page.state[JobTable.row(id)] = 0;
        page.user.set(JobTable.row(id), row.user());
        page.script.set(JobTable.row(id), row.script());
      }
      if (i % 97 == 0) {
        views.add(table.freeze());
        moments.add(new HashMap<>(expected));
      }
    }
    for (int i = 0; i < views.size(); i++) {
      Map<Long, Row> found = new HashMap<>();
      views
          .get(i)
          .forEach(
              (id, page, row) -> found.put(id, new Row(page.user.get(row), page.script.get(row))));
      assertThat(found).isEqualTo(moments.get(i));
    }
  }
}
