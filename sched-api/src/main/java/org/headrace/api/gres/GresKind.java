package org.headrace.api.gres;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One kind of generic resource. {@link #choose} runs in the controller and is a function of its
 * arguments; the other methods run on the node.
 */
@ConsumerType
public interface GresKind {
  /** The kind, for example {@code gpu}. */
  String name();

  /**
   * What the node has, by what the configuration says and by looking at the hardware.
   *
   * @param configured lines of the configuration for this node and kind; may be empty
   * @param autoDetect how to look: {@code nvml}, {@code nvidia}, {@code off} …, or the empty string
   * @return one entry for each type, devices numbered over all types
   * @throws GresException if what is configured isn't there
   */
  List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect)
      throws GresException;

  /**
   * Chooses {@code count} devices of {@code free}.
   *
   * @param inventory the entry that devices are taken from
   * @param free numbers of free devices
   * @param count how many
   * @param cores cores that the job would use on this node; empty when not settled yet
   * @return the chosen devices, or null when there are not enough
   */
  CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores);

  /**
   * Environment by which a program finds its devices, for example {@code CUDA_VISIBLE_DEVICES}.
   *
   * @param allocations the job's or task's share on this node
   * @param devices all devices of this kind on the node
   */
  Map<String, String> environment(List<GresAllocation> allocations, List<GresDevice> devices);

  /**
   * The same where the configuration has further settings for single devices.
   *
   * @param flags by number of the device, such as {@code nvidia_gpu_env}, in lower case; devices
   *     without any are left out
   */
  default Map<String, String> environment(
      List<GresAllocation> allocations, List<GresDevice> devices, Map<Integer, Set<String>> flags) {
    return environment(allocations, devices);
  }

  /**
   * The number by which the vendor's libraries know a device where they see all of the node: that
   * is the driver's matter, and needn't be the order of the configuration. Asked after {@link
   * #discover}.
   */
  default int index(GresDevice device) {
    return device.number();
  }
}
