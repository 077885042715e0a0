package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.junit.jupiter.api.Test;

class NodeGresTest {
  private static GresInventory gpus(String type, GresDevice... devices) {
    return new GresInventory("gpu", type, devices.length, List.of(devices));
  }

  @Test
  void aNodeThatFindsFewerThanConfiguredLacksThem() {
    GresDevice open = new GresDevice(0, "", CoreSet.EMPTY, "");
    List<GresInventory> configured =
        List.of(gpus("", open), new GresInventory("nic", "", 2, List.of()));
    assertThat(NodeGres.lack(configured, List.of()))
        .isEqualTo("gres/gpu count reported lower than configured (0 < 1)");
    List<GresInventory> found =
        List.of(gpus("nvidia_h200", open), new GresInventory("nic", "", 1, List.of()));
    assertThat(NodeGres.lack(configured, found))
        .isEqualTo("gres/nic count reported lower than configured (1 < 2)");
    assertThat(NodeGres.lack(List.of(), found)).isNull();
    assertThat(NodeGres.lack(found, found)).isNull();
  }

  @Test
  void whatOnlyTheNodeKnowsOfADeviceIsFilledIn() {
    GresDevice found0 = new GresDevice(0, "/dev/nvidia0", CoreSet.of(0, 1), "GPU-a");
    GresDevice found1 = new GresDevice(1, "/dev/nvidia1", CoreSet.of(2, 3), "GPU-b");
    List<GresInventory> refined =
        NodeGres.refined(
            List.of(
                gpus(
                    "",
                    new GresDevice(0, "", CoreSet.EMPTY, ""),
                    new GresDevice(1, "/dev/nvidia1", CoreSet.of(7), ""),
                    new GresDevice(2, "", CoreSet.EMPTY, ""))),
            List.of(gpus("nvidia_h200", found0, found1)));
    assertThat(refined.get(0).type()).isEmpty();
    assertThat(refined.get(0).devices())
        .containsExactly(
            found0,
            new GresDevice(1, "/dev/nvidia1", CoreSet.of(7), "GPU-b"),
            new GresDevice(2, "", CoreSet.EMPTY, ""));
  }
}
