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

  private final List<AgentSettings.GresLine> configured;
  private final Function<String, GresKind> kinds;
  private volatile List<GresInventory> inventory = List.of();

  /**
   * @param kinds finds the plugin of a kind, or gives null
   */
  NodeGres(List<AgentSettings.GresLine> configured, Function<String, GresKind> kinds) {
    this.configured = configured;
    this.kinds = kinds;
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
      for (String file : entry.files()) {
        own.add(new GresDevice(next++, file, CoreSet.EMPTY, ""));
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
        (held ? own : withheld).add(device.file());
      }
    }
    withheld.removeAll(own);
    withheld.remove("");
    return List.copyOf(withheld);
  }

  /**
   * Variables by which a program finds what it may use.
   *
   * @param allocations its share on this node
   */
  Map<String, String> environment(List<GresAllocation> allocations) {
    Map<String, String> environment = new LinkedHashMap<>();
    List<GresAllocation> visible = visible(allocations);
    for (String name : new TreeSet<>(visible.stream().map(GresAllocation::name).toList())) {
      GresKind kind = kinds.apply(name);
      if (kind == null) {
        continue;
      }
      List<GresDevice> devices =
          inventory.stream()
              .filter(entry -> entry.name().equals(name))
              .flatMap(entry -> entry.devices().stream())
              .toList();
      try {
        environment.putAll(
            kind.environment(
                visible.stream().filter(gres -> gres.name().equals(name)).toList(), devices));
      } catch (RuntimeException | LinkageError e) {
        LOG.error("The plugin for {} failed; its variables are not set", name, e);
      }
    }
    return environment;
  }

  /** The same share as programs see it: whoever has portions of a GPU sees the GPU. */
  private static List<GresAllocation> visible(List<GresAllocation> allocations) {
    return allocations.stream()
        .map(
            gres ->
                gres.portioned()
                    ? new GresAllocation("gpu", "", gres.devices(), gres.devices().size())
                    : gres)
        .toList();
  }
}
