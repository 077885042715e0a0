package org.headrace.gres.gpu.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** GPUs: NVIDIA, AMD, and files that stand for devices where there are none. */
@Component(service = GresKind.class, property = "headrace.plugin=gres/gpu")
public final class GpuKind implements GresKind {
  private static final Logger LOG = LoggerFactory.getLogger(GpuKind.class);
  private static final long TOOL_SECONDS = 10;

  /** Where the libraries of NVIDIA, AMD, Intel and OpenCL look for the devices they may use. */
  private static final List<String> VARIABLES =
      List.of(
          "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "GPU_DEVICE_ORDINAL");

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect)
      throws GresException {
    List<FoundGpu> found = new GpuProbe(Path.of("/"), GpuKind::run).find(autoDetect);
    LOG.debug("AutoDetect={} found {}", autoDetect, found);
    return NodeGpus.inventory(configured, found);
  }

  @Override
  public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
    return DeviceChoice.choose(inventory, free, count, cores);
  }

  @Override
  public Map<String, String> environment(
      List<GresAllocation> allocations, List<GresDevice> devices) {
    CoreSet held = CoreSet.EMPTY;
    for (GresAllocation allocation : allocations) {
      if (allocation.name().equals(name())) {
        held = held.union(allocation.devices());
      }
    }
    if (held.isEmpty()) {
      return Map.of();
    }
    String numbers =
        Arrays.stream(held.toArray()).mapToObj(Integer::toString).collect(Collectors.joining(","));
    Map<String, String> environment = new LinkedHashMap<>();
    variables(devices).forEach(variable -> environment.put(variable, numbers));
    return environment;
  }

  /**
   * One vendor's variable where the hardware was looked at, because AMD's libraries apply NVIDIA's
   * variable on top of their own; all of them where nobody knows what the devices are.
   */
  private static List<String> variables(List<GresDevice> devices) {
    if (detected(devices, "/dev/nvidia")) {
      return VARIABLES.subList(0, 1);
    }
    return detected(devices, "/dev/dri/") ? VARIABLES.subList(1, 2) : VARIABLES;
  }

  private static boolean detected(List<GresDevice> devices, String prefix) {
    return devices.stream()
        .allMatch(device -> !device.uniqueId().isEmpty() && device.file().startsWith(prefix));
  }

  /** Lines that a program prints; empty when it isn't there, fails or hangs. */
  private static List<String> run(String... command) {
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
              .start();
    } catch (IOException e) {
      LOG.debug("{} is not there", command[0]);
      return List.of();
    }
    try {
      // A driver that hangs must not hang the daemon; a pipe holds more than such a list.
      if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        LOG.warn("{} failed or took more than {} s; no GPUs found by it", command[0], TOOL_SECONDS);
        return List.of();
      }
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .toList();
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      process.destroyForcibly();
    }
  }
}
