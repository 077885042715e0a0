package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's generic resources: what its plugins find, and how programs are told about theirs. A
 * kind without a plugin is counted as configured.
 */
final class NodeGres {
  private static final Logger LOG = LoggerFactory.getLogger(NodeGres.class);

  private static final String GPU = "gpu";
  private static final List<List<String>> NO_FILES = List.of();
  private static final List<ConfiguredGres> NO_LINES = List.of();

  private final List<AgentSettings.GresLine> configured;
  private final List<GresInventory> portions;
  private final boolean constrained;
  private final Function<String, GresKind> kinds;
  private volatile List<GresInventory> inventory = List.of();

  /**
   * @param portions what is given in portions of devices, as configured
   * @param constrained true when programs see the devices of their step alone
   * @param kinds finds the plugin of a kind, or gives null
   */
  NodeGres(
      List<AgentSettings.GresLine> configured,
      List<GresInventory> portions,
      boolean constrained,
      Function<String, GresKind> kinds) {
    this.configured = configured;
    this.portions = List.copyOf(portions);
    this.constrained = constrained;
    this.kinds = kinds;
  }

  /** A node whose devices are given whole. */
  NodeGres(List<AgentSettings.GresLine> configured, Function<String, GresKind> kinds) {
    this(configured, List.of(), false, kinds);
  }

  /** What {@link #discover} has found. */
  List<GresInventory> inventory() {
    return inventory;
  }

  /** Looks for everything that is configured. Takes as long as the drivers' tools take. */
  void discover() {
    List<GresInventory> found = new ArrayList<>();
    for (AgentSettings.GresLine line : configured) {
      GresKind kind = kinds.apply(line.name());
      try {
        found.addAll(kind == null ? counted(line) : kind.discover(line.lines(), line.autoDetect()));
      } catch (GresException e) {
        LOG.error("The node lacks {}: {}", line.name(), e.getMessage());
        found.addAll(e.found());
      } catch (RuntimeException | LinkageError e) {
        LOG.error("The plugin for {} failed; none is reported", line.name(), e);
      }
    }
    inventory = List.copyOf(found);
  }

  private static List<GresInventory> counted(AgentSettings.GresLine line) {
    Map<String, Long> counts = new LinkedHashMap<>();
    Map<String, List<GresDevice>> devices = new LinkedHashMap<>();
    int next = 0;
    for (ConfiguredGres entry : line.lines()) {
      counts.merge(entry.type(), entry.count(), Long::sum);
      List<GresDevice> own = devices.computeIfAbsent(entry.type(), type -> new ArrayList<>());
      for (List<String> files : entry.files().isEmpty() ? NO_FILES : entry.devices()) {
        List<String> more = files.subList(1, files.size());
        own.add(new GresDevice(next++, files.get(0), CoreSet.EMPTY, "", 0, entry.links(), more));
      }
    }
    List<GresInventory> result = new ArrayList<>();
    counts.forEach(
        (type, count) -> {
          List<GresDevice> own = devices.get(type);
          List<GresDevice> shown = own.size() == count ? own : List.of();
          result.add(new GresInventory(line.name(), type, count, shown));
        });
    return result;
  }

  /**
   * Device files of this node that aren't among somebody's own. A file that stands for several
   * devices, or for kinds that share one, is withheld only from who has none of them.
   *
   * @param allocations a share on this node
   */
  List<String> withheldFiles(List<GresAllocation> allocations) {
    List<GresAllocation> visible = visible(allocations);
    Set<String> own = new HashSet<>();
    Set<String> withheld = new LinkedHashSet<>();
    for (GresInventory entry : inventory) {
      for (GresDevice device : entry.devices()) {
        boolean held =
            visible.stream()
                .anyMatch(
                    gres ->
                        gres.name().equals(entry.name())
                            && gres.devices().contains(device.number()));
        (held ? own : withheld).addAll(device.files());
      }
    }
    withheld.removeAll(own);
    return List.copyOf(withheld);
  }

  /** Cores close to a GPU; empty where it is as far from all, and of one that isn't there. */
  CoreSet coresNearGpu(int number) {
    for (GresInventory entry : inventory) {
      int at = entry.name().equals(GPU) ? entry.position(number) : -1;
      if (at >= 0) {
        return entry.devices().get(at).cores();
      }
    }
    return CoreSet.EMPTY;
  }

  /**
   * Variables by which a program finds what it may use. Who has portions of a GPU sees the GPU,
   * unless its kind has words of its own for that.
   *
   * @param allocations its share on this node
   * @param step the share of its step: where that is all that programs see, their libraries number
   *     these devices from 0
   */
  Map<String, String> environment(List<GresAllocation> allocations, List<GresAllocation> step) {
    Map<String, String> environment = new LinkedHashMap<>();
    List<GresAllocation> seen = constrained ? step : List.of();
    List<GresAllocation> served = allocations.stream().filter(this::served).toList();
    List<GresAllocation> others =
        allocations.stream().filter(gres -> !served.contains(gres)).toList();
    environment.putAll(ofPortions(others));
    environment.putAll(ofDevices(others, seen));
    environment.putAll(ofPortions(served));
    return environment;
  }

  /** Portions of the only device that a server of its kind has, which is therefore its first. */
  private boolean served(GresAllocation gres) {
    return gres.portioned()
        && kinds.apply(gres.name()) != null
        && portions.stream()
            .anyMatch(entry -> entry.name().equals(gres.name()) && entry.oneAtATime());
  }

  /**
   * The same for what the site runs before and after a job, which has to know the devices
   * themselves.
   */
  Map<String, String> hookEnvironment(List<GresAllocation> allocations) {
    Map<String, String> environment = ofPortions(allocations);
    environment.putAll(ofDevices(allocations, List.of()));
    return environment;
  }

  private Map<String, String> ofDevices(
      List<GresAllocation> allocations, List<GresAllocation> step) {
    Map<String, String> environment = new LinkedHashMap<>();
    List<GresAllocation> visible = visible(allocations);
    for (String name : new TreeSet<>(visible.stream().map(GresAllocation::name).toList())) {
      List<GresInventory> own =
          inventory.stream().filter(entry -> entry.name().equals(name)).toList();
      VisibleNumbers numbers = VisibleNumbers.of(name, visible(step), own, index(name));
      environment.putAll(environment(name, numbers.of(visible), numbers.ofDevices(own)));
    }
    return environment;
  }

  private ToIntFunction<GresDevice> index(String name) {
    GresKind kind = kinds.apply(name);
    return device -> {
      try {
        return kind == null ? device.number() : kind.index(device);
      } catch (RuntimeException | LinkageError e) {
        LOG.error("The plugin for {} doesn't know the number of {}", name, device.file(), e);
        return device.number();
      }
    };
  }

  private Map<String, String> ofPortions(List<GresAllocation> allocations) {
    Map<String, String> environment = new LinkedHashMap<>();
    List<GresAllocation> shared = allocations.stream().filter(GresAllocation::portioned).toList();
    for (String name : new TreeSet<>(shared.stream().map(GresAllocation::name).toList())) {
      List<GresInventory> own =
          portions.stream().filter(entry -> entry.name().equals(name)).toList();
      environment.putAll(environment(name, shared, own));
    }
    return environment;
  }

  private Map<String, String> environment(
      String name, List<GresAllocation> allocations, List<GresInventory> own) {
    GresKind kind = kinds.apply(name);
    if (kind == null) {
      return Map.of();
    }
    try {
      return kind.environment(
          allocations.stream().filter(gres -> gres.name().equals(name)).toList(),
          own.stream().flatMap(entry -> entry.devices().stream()).toList(),
          flags(name, own));
    } catch (RuntimeException | LinkageError e) {
      LOG.error("The plugin for {} failed; its variables are not set", name, e);
      return Map.of();
    }
  }

  /** Flags are the same for all devices of a type, wherever they stand. */
  private Map<Integer, Set<String>> flags(String name, List<GresInventory> own) {
    Map<Integer, Set<String>> flags = new LinkedHashMap<>();
    for (AgentSettings.GresLine line : configured) {
      for (ConfiguredGres entry : line.name().equals(name) ? line.lines() : NO_LINES) {
        own.stream()
            .filter(inventory -> inventory.type().equals(entry.type()))
            .flatMap(inventory -> inventory.devices().stream())
            .forEach(
                device ->
                    flags
                        .computeIfAbsent(device.number(), key -> new HashSet<>())
                        .addAll(entry.flags()));
      }
    }
    return flags;
  }

  /** The same share as programs see it: whoever has portions of a GPU sees the GPU. */
  private static List<GresAllocation> visible(List<GresAllocation> allocations) {
    return allocations.stream()
        .map(
            gres ->
                gres.portioned()
                    ? new GresAllocation(GPU, "", gres.devices(), gres.devices().size())
                    : gres)
        .toList();
  }
}
