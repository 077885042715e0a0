package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;
import org.junit.jupiter.api.Test;

class NodeSupplyTest {
  /** Two GPUs of four portions and of two. */
  private static long supply(
      String parameters,
      boolean oneAtATime,
      long count,
      Scope scope,
      DevicePolicy.TaskSharing tasks) {
    List<GresDevice> devices =
        List.of(
            new GresDevice(0, "", CoreSet.EMPTY, "", 4),
            new GresDevice(1, "", CoreSet.EMPTY, "", 2));
    NodeView node =
        new NodeView(
            0,
            "n0",
            new NodeHardware(1, 1, 8, 1, 1000, 0),
            Set.of(),
            List.of(new GresInventory("shard", "", 6, devices, "gpu", oneAtATime)),
            1,
            NodeState.USABLE);
    GresRequest wanted = new GresRequest("shard", "", count, scope);
    ResourceRequest request =
        ResourceRequest.singleCpu()
            .withGres(List.of(wanted))
            .withDevices(new DevicePolicy(DevicePolicy.Locality.USUAL, tasks));
    return new NodeSupply(parameters).of(node, wanted, request);
  }

  @Test
  void ofPortionsThereIsWhatOneDeviceHasUnlessSeveralMayBeUsed() {
    DevicePolicy.TaskSharing usual = DevicePolicy.TaskSharing.USUAL;
    String several = "CR_CORE,Multiple_Sharing_GRES_PJ";
    assertThat(supply("CR_CORE", false, 5, Scope.NODE, usual)).isEqualTo(4);
    assertThat(supply(several, false, 5, Scope.NODE, usual)).isEqualTo(6);
    assertThat(supply(several, true, 5, Scope.NODE, usual)).as("mps").isEqualTo(4);
    assertThat(supply(several, false, 3, Scope.TASK, usual)).as("one task").isEqualTo(3);
    assertThat(supply(several, false, 2, Scope.TASK, usual)).isEqualTo(6);
    assertThat(supply("", false, 1, Scope.TASK, DevicePolicy.TaskSharing.APART)).isEqualTo(2);
    assertThat(supply("", false, 2, Scope.TASK, DevicePolicy.TaskSharing.APART)).isEqualTo(4);
    assertThat(supply("ONE_TASK_PER_SHARING_GRES", false, 2, Scope.TASK, usual)).isEqualTo(4);
    assertThat(
            supply(
                several + ",ONE_TASK_PER_SHARING_GRES",
                false,
                2,
                Scope.TASK,
                DevicePolicy.TaskSharing.TOGETHER))
        .isEqualTo(6);
  }
}
