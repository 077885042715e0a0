package org.headrace.commands.internal.scontrol;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.model.ResourceRequest;
import org.junit.jupiter.api.Test;

/** A job with fewer tasks than nodes can't be planned, and would put planners in quarantine. */
class RequestUpdateTest {
  private static ResourceRequest updated(ResourceRequest request, String key, String value) {
    RequestUpdate update = new RequestUpdate(request);
    assertThat(update.add(new Update.Setting(key, '=', value, key))).isTrue();
    return update.result();
  }

  @Test
  void moreNodesHaveMoreTasks() {
    ResourceRequest two = updated(ResourceRequest.singleCpu(), "numnodes", "2");
    assertThat(two.minNodes()).isEqualTo(2);
    assertThat(two.layout().tasks()).isEqualTo(2);
  }

  @Test
  void fewerTasksNeedNoMoreNodes() {
    ResourceRequest four = updated(ResourceRequest.singleCpu(), "numnodes", "4");
    ResourceRequest two = updated(four, "numtasks", "2");
    assertThat(two.minNodes()).isEqualTo(2);
    assertThat(two.layout().tasks()).isEqualTo(2);
  }
}
