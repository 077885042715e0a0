package org.headrace.gres.gpu.internal;

import java.util.List;
import java.util.Map;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.osgi.service.component.annotations.Component;

/**
 * Portions of a GPU that NVIDIA's Multi-Process Service deals out. Its server is started and ended
 * by the site's prolog, which is told the same as the job.
 */
@Component(service = GresKind.class, property = "headrace.plugin=gres/mps")
public final class MpsKind implements GresKind {
  private static final String DEVICES = "CUDA_VISIBLE_DEVICES";
  private static final String PERCENTAGE = "CUDA_MPS_ACTIVE_THREAD_PERCENTAGE";

  @Override
  public String name() {
    return "mps";
  }

  /** What is configured: hardware has no portions of its own. */
  @Override
  public List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect) {
    return configured.stream()
        .map(line -> new GresInventory(name(), line.type(), line.count(), List.of()))
        .toList();
  }

  @Override
  public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
    return null;
  }

  /**
   * The part that a program may use of its GPU, in percent; of several, of the first. The server
   * has this GPU alone, so that it is its first, whatever number it has on the node.
   */
  @Override
  public Map<String, String> environment(
      List<GresAllocation> allocations, List<GresDevice> devices) {
    for (GresAllocation held : allocations) {
      if (!held.name().equals(name()) || !held.portioned()) {
        continue;
      }
      int first = held.devices().toArray()[0];
      for (GresDevice device : devices) {
        if (device.number() == first && device.units() > 0) {
          long percent = Math.max(1, 100 * held.portions().get(0) / device.units());
          return Map.of(DEVICES, "0", PERCENTAGE, Long.toString(percent));
        }
      }
    }
    return Map.of();
  }
}
