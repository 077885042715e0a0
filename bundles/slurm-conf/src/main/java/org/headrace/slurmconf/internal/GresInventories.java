package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.slurmconf.GresConfiguration;
import org.headrace.slurmconf.GresCount;
import org.headrace.slurmconf.GresEntry;
import org.headrace.slurmconf.NodeConfiguration;

/**
 * Joins what a node line promises with the devices that gres.conf names. Devices are numbered in
 * the order of gres.conf, whatever their types, as the node itself numbers them.
 */
public final class GresInventories {
  private static final String GPU = "gpu";

  /** Kinds that are portions of GPUs. */
  private static final Set<String> PORTIONED = Set.of("shard", "mps");

  private final NodeConfiguration node;
  private final GresConfiguration gres;
  private final Map<String, List<Listed>> listed = new HashMap<>();
  private final Map<GresCount, List<GresInventory>> done = new HashMap<>();
  private final Map<String, CoreSet> divided = new HashMap<>();

  /** A device of gres.conf. */
  private record Listed(String type, GresDevice device) {}

  private GresInventories(NodeConfiguration node, GresConfiguration gres) {
    this.node = node;
    this.gres = gres;
  }

  /** What the node has, in the order of its line; portions of GPUs after all else. */
  public static List<GresInventory> of(NodeConfiguration node, GresConfiguration gres) {
    GresInventories inventories = new GresInventories(node, gres);
    List<GresCount> whole =
        node.gres().stream().filter(one -> !PORTIONED.contains(one.name())).toList();
    List<GresCount> portions =
        node.gres().stream().filter(one -> PORTIONED.contains(one.name())).toList();
    // What names a type takes its devices before what takes any.
    Comparator<GresCount> order = Comparator.comparing(one -> one.type().isEmpty());
    whole.stream().sorted(order).forEach(inventories::whole);
    List<GresInventory> gpus =
        whole.stream()
            .flatMap(one -> inventories.done.get(one).stream())
            .filter(one -> one.name().equals(GPU))
            .toList();
    portions.stream().sorted(order).forEach(one -> inventories.portions(one, gpus));
    List<GresInventory> result = new ArrayList<>();
    whole.forEach(one -> result.addAll(inventories.done.get(one)));
    portions.forEach(one -> inventories.done.get(one).forEach(each -> add(each, result)));
    return result;
  }

  private List<GresEntry> lines(String kind) {
    return gres.entries().stream()
        .filter(entry -> entry.appliesTo(node.name()) && entry.describesDevices())
        .filter(entry -> entry.name().equals(kind) && !entry.flags().contains("countonly"))
        .toList();
  }

  private void whole(GresCount promised) {
    List<Listed> all = listed.computeIfAbsent(promised.name(), this::listed);
    List<GresDevice> devices = new ArrayList<>();
    for (Listed one : List.copyOf(all)) {
      boolean same = promised.type().isEmpty() || one.type().equals(promised.type());
      if (same && devices.size() < promised.count()) {
        devices.add(one.device());
        all.remove(one);
      }
    }
    List<GresDevice> shown = devices.size() == promised.count() ? devices : List.of();
    done.put(
        promised,
        List.of(new GresInventory(promised.name(), promised.type(), promised.count(), shown)));
  }

  /** Each kind and type is there once. */
  private static void add(GresInventory one, List<GresInventory> result) {
    for (int i = 0; i < result.size(); i++) {
      GresInventory other = result.get(i);
      if (other.name().equals(one.name()) && other.type().equals(one.type())) {
        List<GresDevice> both = new ArrayList<>(other.devices());
        both.addAll(one.devices());
        both.sort(Comparator.comparingInt(GresDevice::number));
        long count = other.count() + one.count();
        result.set(
            i,
            new GresInventory(
                one.name(), one.type(), count, both, one.divides(), one.oneAtATime()));
        return;
      }
    }
    result.add(one);
  }

  /** All devices of a kind. A GPU is always one, also where only the node can tell its file. */
  private List<Listed> listed(String kind) {
    List<Listed> all = new ArrayList<>();
    for (GresEntry entry : lines(kind)) {
      CoreSet cores =
          CoreSet.of(entry.cores().stream().mapToInt(Integer::intValue).sorted().toArray());
      if (!entry.multipleFiles().isEmpty()) {
        all.add(new Listed(entry.type(), device(all.size(), entry.multipleFiles(), cores, entry)));
      }
      for (String file : entry.files()) {
        all.add(new Listed(entry.type(), device(all.size(), List.of(file), cores, entry)));
      }
      boolean open = entry.files().isEmpty() && entry.multipleFiles().isEmpty();
      for (long i = 0; open && kind.equals(GPU) && i < Math.min(entry.count(), 1024); i++) {
        all.add(new Listed(entry.type(), device(all.size(), List.of(""), cores, entry)));
      }
    }
    if (kind.equals(GPU)) {
      node.gres().stream()
          .filter(promised -> promised.name().equals(GPU))
          .forEach(promised -> addUnknown(promised, all));
    }
    return all;
  }

  /** Devices that are promised and in no line. */
  private void addUnknown(GresCount promised, List<Listed> all) {
    long there = all.stream().filter(one -> one.type().equals(promised.type())).count();
    if (promised.type().isEmpty()) {
      there = all.size();
      for (GresCount other : node.gres()) {
        boolean named = other.name().equals(promised.name()) && !other.type().isEmpty();
        long own = all.stream().filter(one -> one.type().equals(other.type())).count();
        there -= named ? Math.min(own, other.count()) : 0;
      }
    }
    for (; there < promised.count(); there++) {
      all.add(new Listed(promised.type(), new GresDevice(all.size(), "", CoreSet.EMPTY, "")));
    }
  }

  private static GresDevice device(int number, List<String> files, CoreSet cores, GresEntry entry) {
    return new GresDevice(
        number, files.get(0), cores, "", 0, entry.links(), files.subList(1, files.size()));
  }

  /**
   * Portions of GPUs: as many of each as its line says, else the same of all. Those of a type are
   * of the GPUs that lines of this type name, or else of the GPUs of this type.
   */
  private void portions(GresCount promised, List<GresInventory> gpus) {
    List<GresEntry> lines = lines(promised.name());
    String type = promised.type();
    List<GresEntry> named =
        lines.stream()
            .filter(entry -> !entry.files().isEmpty())
            .filter(entry -> type.isEmpty() || entry.type().equals(type))
            .toList();
    boolean sameType = gpus.stream().anyMatch(gpu -> gpu.type().equals(type));
    boolean byType = !type.isEmpty() && named.isEmpty() && sameType;
    List<GresDevice> of = new ArrayList<>();
    gpus.stream()
        .filter(gpu -> !byType || gpu.type().equals(type))
        .flatMap(gpu -> gpu.devices().stream())
        .filter(gpu -> named.isEmpty() || unitsOf(gpu, named) > 0)
        .sorted(Comparator.comparingInt(GresDevice::number))
        .forEach(of::add);
    CoreSet taken = divided.getOrDefault(promised.name(), CoreSet.EMPTY);
    of.removeIf(gpu -> taken.contains(gpu.number()));
    List<GresDevice> devices = new ArrayList<>();
    long left = promised.count();
    for (int i = 0; i < of.size(); i++) {
      int others = of.size() - i;
      long even = (left + others - 1) / others;
      long units = named.isEmpty() ? even : Math.min(left, unitsOf(of.get(i), named));
      if (units > 0) {
        devices.add(of.get(i).dividedInto(units));
        left -= units;
      }
    }
    divided.put(
        promised.name(),
        taken.union(CoreSet.of(devices.stream().mapToInt(GresDevice::number).toArray())));
    done.put(promised, byType(promised, devices, promised.count() - left, gpus));
  }

  /** Portions that name no type are of the types that their cards are of. */
  private List<GresInventory> byType(
      GresCount promised, List<GresDevice> devices, long count, List<GresInventory> gpus) {
    Map<String, List<GresDevice>> types = new LinkedHashMap<>();
    for (GresInventory gpu : promised.type().isEmpty() ? gpus : List.<GresInventory>of()) {
      for (GresDevice device : devices) {
        if (gpu.position(device.number()) >= 0) {
          types.computeIfAbsent(gpu.type(), key -> new ArrayList<>()).add(device);
        }
      }
    }
    if (types.isEmpty()) {
      types.put(promised.type(), devices);
    }
    List<GresInventory> result = new ArrayList<>();
    types.forEach(
        (type, own) ->
            result.add(
                new GresInventory(
                    promised.name(),
                    type,
                    own.isEmpty() ? count : own.stream().mapToLong(GresDevice::units).sum(),
                    own,
                    GPU,
                    gres.oneAtATime(promised.name()))));
    return result;
  }

  /** How many portions lines give the device. */
  private static long unitsOf(GresDevice gpu, List<GresEntry> lines) {
    long units = 0;
    for (GresEntry entry : lines) {
      if (entry.files().contains(gpu.file())) {
        units = entry.count() / entry.files().size();
      }
    }
    return units;
  }
}
