package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.headrace.controller.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpkeepTest {
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final Upkeep upkeep = new Upkeep(why -> done.add("ended: " + why));

  @AfterEach
  void close() {
    upkeep.close();
  }

  @Test
  void anExceptionLeavesTheTasksGoingOn() {
    upkeep.every(
        1,
        () -> {
          done.add("tried");
          throw new IllegalStateException("passing");
        });
    Await.until("it is tried again", () -> done.size() >= 2);
    assertThat(done).containsOnly("tried");
  }

  @Test
  void anErrorEndsTheLogOnce() {
    upkeep.after(
        0,
        () -> {
          throw new InternalError("the disk is full");
        });
    Await.until("the log has ended", () -> !done.isEmpty());
    upkeep.after(0, () -> done.add("too late"));
    upkeep.end("again");
    assertThat(done)
        .containsExactly("ended: the log has ended: java.lang.InternalError: the disk is full");
  }
}
