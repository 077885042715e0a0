package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.DevicePolicy.Locality;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.junit.jupiter.api.Test;

/** Two sockets of four cores; two GPUs are close to the first, one is to the second. */
class CloseCoresTest {
  private static final CoreSet FIRST = CoreSet.of(0, 1, 2, 3);
  private static final CoreSet SECOND = CoreSet.of(4, 5, 6, 7);

  private static NodeView node(CoreSet last) {
    List<GresDevice> devices =
        List.of(
            new GresDevice(0, "", FIRST, ""),
            new GresDevice(1, "", FIRST, ""),
            new GresDevice(2, "", last, ""));
    return new NodeView(
        0,
        "n0",
        new NodeHardware(1, 2, 4, 1, 1000, 0),
        Set.of(),
        List.of(new GresInventory("gpu", "", 3, devices)),
        1,
        NodeState.USABLE);
  }

  private static ResourceRequest asked(Locality locality, long gpus, Scope scope, int cpusPerTask) {
    return ResourceRequest.singleCpu()
        .withLayout(new TaskLayout(1, cpusPerTask, 0, 0, 0, false, ""))
        .withGres(List.of(new GresRequest("gpu", "", gpus, scope)))
        .withDevices(new DevicePolicy(locality, DevicePolicy.TaskSharing.USUAL));
  }

  private static long tasks(ResourceRequest request, long most) {
    return new CloseCores("").tasks(request, node(SECOND), false, most);
  }

  @Test
  void oneDeviceHasTheCoresOfOnePlace() {
    assertThat(tasks(asked(Locality.ENFORCED, 1, Scope.NODE, 4), 2)).isEqualTo(1);
    assertThat(tasks(asked(Locality.ENFORCED, 1, Scope.NODE, 5), 1)).isZero();
    assertThat(tasks(asked(Locality.ENFORCED, 2, Scope.NODE, 8), 1)).isEqualTo(1);
    assertThat(tasks(asked(Locality.ENFORCED, 1, Scope.TASK, 1), 8)).isEqualTo(8);
    assertThat(tasks(asked(Locality.ENFORCED, 3, Scope.JOB, 1), 8)).isEqualTo(8);
    assertThat(tasks(asked(Locality.ENFORCED, 1, Scope.NODE, 1).withCpusPerGpu(5), 1)).isZero();
  }

  @Test
  void whoIsNotBoundHasAll() {
    assertThat(tasks(asked(Locality.USUAL, 1, Scope.NODE, 8), 1)).isEqualTo(1);
    assertThat(tasks(asked(Locality.IGNORED, 1, Scope.NODE, 8), 1)).isEqualTo(1);
    ResourceRequest usual = asked(Locality.USUAL, 1, Scope.NODE, 8);
    CloseCores enforced = new CloseCores("CR_Core,Enforce_Binding_GRES");
    assertThat(enforced.tasks(usual, node(SECOND), false, 1)).isZero();
    assertThat(enforced.tasks(usual, node(SECOND), true, 1)).as("alone").isEqualTo(1);
    assertThat(enforced.tasks(usual, node(CoreSet.EMPTY), false, 1))
        .as("one is close to no cores in particular")
        .isEqualTo(1);
  }
}
