package org.headrace.gres.gpu.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** GPUs: NVIDIA, AMD, and files that stand for devices where there are none. */
@Component(service = GresKind.class, property = "headrace.plugin=gres/gpu")
public final class GpuKind implements GresKind {
  private static final Logger LOG = LoggerFactory.getLogger(GpuKind.class);
  private static final long TOOL_SECONDS = 10;

  /** Ways to look for GPUs that are known here. */
  private static final Set<String> LOOKS = Set.of("nvml", "nvidia", "rsmi", "full");

  private final GpuProbe probe;

  /** How the drivers number the GPUs, by device file. */
  private volatile Map<String, Integer> indexes = Map.of();

  @Activate
  public GpuKind() {
    this(new GpuProbe(Path.of("/"), GpuKind::run));
  }

  GpuKind(GpuProbe probe) {
    this.probe = probe;
  }

  @Override
  public String name() {
    return "gpu";
  }

  @Override
  public List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect)
      throws GresException {
    boolean looks = LOOKS.contains(autoDetect.toLowerCase(Locale.ROOT));
    boolean real =
        configured.stream()
            .flatMap(line -> line.files().stream())
            .anyMatch(file -> file.startsWith("/dev/nvidia"));
    indexes = looks || real ? probe.indexes() : Map.of();
    if (!looks) {
      return NodeGpus.inventory(configured, Optional.empty());
    }
    List<FoundGpu> found = probe.find(autoDetect);
    LOG.debug("AutoDetect={} found {}", autoDetect, found);
    return NodeGpus.inventory(configured, Optional.of(found));
  }

  @Override
  public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
    return DeviceChoice.choose(inventory, free, count, cores);
  }

  @Override
  public Map<String, String> environment(
      List<GresAllocation> allocations, List<GresDevice> devices) {
    return environment(allocations, devices, Map.of());
  }

  @Override
  public Map<String, String> environment(
      List<GresAllocation> allocations, List<GresDevice> devices, Map<Integer, Set<String>> flags) {
    CoreSet held = CoreSet.EMPTY;
    for (GresAllocation allocation : allocations) {
      if (allocation.name().equals(name())) {
        held = held.union(allocation.devices());
      }
    }
    return new GpuEnvironment(devices, flags).of(held);
  }

  @Override
  public int index(GresDevice device) {
    return indexes.getOrDefault(device.file(), device.number());
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
