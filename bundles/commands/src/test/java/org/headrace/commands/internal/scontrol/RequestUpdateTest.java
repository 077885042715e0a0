package org.headrace.commands.internal.scontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.MemoryRequest;
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

  @Test
  void nodesMayBeAListOfCounts() {
    ResourceRequest some = updated(ResourceRequest.singleCpu(), "numnodes", "2-10:4,3");
    assertThat(some.counts()).containsExactly(2, 3, 6, 10);
    assertThat(some.layout().tasks()).isEqualTo(2);
    assertThat(updated(some, "numnodes", "2-4").counts()).isEmpty();
    assertThatThrownBy(() -> updated(some, "numnodes", "0,4")).hasMessageContaining("2,4,8");
  }

  @Test
  void countsOfResourcesAreChangedOneByOne() {
    ResourceRequest job = updated(ResourceRequest.singleCpu(), "tresperjob", "gres:gpu:2");
    job = updated(job, "trespertask", "gres/gpu:1");
    assertThat(job.gres())
        .containsExactly(
            new GresRequest("gpu", "", 2, Scope.JOB), new GresRequest("gpu", "", 1, Scope.TASK));
    job = updated(job, "tresperjob", "gpu:a100:4");
    assertThat(job.gres())
        .containsExactly(
            new GresRequest("gpu", "", 1, Scope.TASK),
            new GresRequest("gpu", "a100", 4, Scope.JOB));
    assertThat(updated(job, "trespertask", "").gres())
        .containsExactly(new GresRequest("gpu", "a100", 4, Scope.JOB));
  }

  @Test
  void cpusAndMemoryForEachGpu() {
    DevicePolicy near =
        new DevicePolicy(DevicePolicy.Locality.ENFORCED, DevicePolicy.TaskSharing.USUAL);
    ResourceRequest before = ResourceRequest.singleCpu().withDevices(near);
    ResourceRequest job = updated(before, "cpuspertres", "gres:gpu:3");
    assertThat(job.cpusPerGpu()).isEqualTo(3);
    assertThat(job.devices()).as("how devices are handed out").isEqualTo(near);
    job = updated(job, "mempertres", "gres/gpu:2G");
    assertThat(job.memory()).isEqualTo(new MemoryRequest(MemoryRequest.Basis.GPU, 2048));
    assertThatThrownBy(() -> updated(ResourceRequest.singleCpu(), "cpuspertres", "shard:3"))
        .hasMessage("write gres/gpu:N");
  }
}
