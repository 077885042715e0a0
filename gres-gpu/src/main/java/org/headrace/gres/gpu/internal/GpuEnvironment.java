package org.headrace.gres.gpu.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;

/** The variables by which vendors' libraries find the GPUs that they may use. */
final class GpuEnvironment {
  private static final String NVIDIA = "CUDA_VISIBLE_DEVICES";
  private static final String AMD = "ROCR_VISIBLE_DEVICES";
  private static final String NONE = "no_gpu_env";
  private static final String INSTANCE = "MIG-";

  /** In the order in which they are set. */
  private static final Map<String, String> BY_FLAG = new LinkedHashMap<>();

  static {
    BY_FLAG.put("nvidia_gpu_env", NVIDIA);
    BY_FLAG.put("amd_gpu_env", AMD);
    BY_FLAG.put("intel_gpu_env", "ZE_AFFINITY_MASK");
    BY_FLAG.put("opencl_env", "GPU_DEVICE_ORDINAL");
  }

  private final List<GresDevice> devices;
  private final Map<Integer, Set<String>> flags;

  /**
   * @param devices all of the node
   * @param flags what is configured, by number of the device
   */
  GpuEnvironment(List<GresDevice> devices, Map<Integer, Set<String>> flags) {
    this.devices = devices;
    this.flags = flags;
  }

  /** What is told to a program that may use these. */
  Map<String, String> of(CoreSet held) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    List<String> standard = standard();
    boolean byId = devices.stream().anyMatch(one -> held.contains(one.number()) && instance(one));
    for (int number : held.toArray()) {
      for (String variable : variables(number, standard)) {
        String value = byId && variable.equals(NVIDIA) ? id(number) : Integer.toString(number);
        values.computeIfAbsent(variable, key -> new ArrayList<>()).add(value);
      }
    }
    Map<String, String> environment = new LinkedHashMap<>();
    values.forEach((variable, list) -> environment.put(variable, String.join(",", list)));
    return environment;
  }

  /** Parts of a GPU have no numbers of their own. */
  private static boolean instance(GresDevice device) {
    return device.uniqueId().startsWith(INSTANCE);
  }

  private String id(int number) {
    return devices.stream()
        .filter(one -> one.number() == number && !one.uniqueId().isEmpty())
        .map(GresDevice::uniqueId)
        .findFirst()
        .orElse(Integer.toString(number));
  }

  private List<String> variables(int number, List<String> standard) {
    Set<String> own = flags.getOrDefault(number, Set.of());
    if (own.contains(NONE)) {
      return List.of();
    }
    List<String> configured = new ArrayList<>();
    BY_FLAG.forEach(
        (flag, variable) -> {
          if (own.contains(flag)) {
            configured.add(variable);
          }
        });
    return configured.isEmpty() ? standard : configured;
  }

  /**
   * One vendor's variable where the hardware was looked at, because AMD's libraries apply NVIDIA's
   * variable on top of their own; all of them where nobody knows what the devices are.
   */
  private List<String> standard() {
    if (detected("/dev/nvidia")) {
      return List.of(NVIDIA);
    }
    return detected("/dev/dri/") ? List.of(AMD) : List.copyOf(BY_FLAG.values());
  }

  private boolean detected(String prefix) {
    return devices.stream()
        .allMatch(device -> !device.uniqueId().isEmpty() && device.file().startsWith(prefix));
  }
}
