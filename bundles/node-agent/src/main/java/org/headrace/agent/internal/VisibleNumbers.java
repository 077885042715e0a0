package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;

/**
 * Numbers of devices as programs count them: those of the driver, or from 0 in the driver's order
 * where they see no others than their step's.
 */
final class VisibleNumbers {
  private final String kind;

  /** By number of the node, that by which programs know it; empty where these are the same. */
  private final Map<Integer, Integer> numbers;

  private VisibleNumbers(String kind, Map<Integer, Integer> numbers) {
    this.kind = kind;
    this.numbers = numbers;
  }

  /**
   * @param step what programs see; empty for all that the node has
   * @param all the node's devices of the kind: they can be held away only by their files
   * @param index by what number the driver knows one
   */
  static VisibleNumbers of(
      String kind,
      List<GresAllocation> step,
      List<GresInventory> all,
      ToIntFunction<GresDevice> index) {
    CoreSet seen = CoreSet.EMPTY;
    for (GresAllocation held : step) {
      seen = held.name().equals(kind) ? seen.union(held.devices()) : seen;
    }
    Map<Integer, Integer> indexes = indexes(all, index);
    boolean held =
        all.stream()
            .flatMap(entry -> entry.devices().stream())
            .noneMatch(device -> device.files().isEmpty());
    if (!held || seen.isEmpty()) {
      return new VisibleNumbers(kind, indexes);
    }
    List<Integer> order = new ArrayList<>();
    seen.forEach(order::add);
    order.sort(Comparator.comparingInt(number -> indexes.getOrDefault(number, number)));
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int i = 0; i < order.size(); i++) {
      numbers.put(order.get(i), i);
    }
    return new VisibleNumbers(kind, numbers);
  }

  /** Nothing where two have the same: parts of one GPU, or GPUs of two vendors. */
  private static Map<Integer, Integer> indexes(
      List<GresInventory> all, ToIntFunction<GresDevice> index) {
    Map<Integer, Integer> indexes = new HashMap<>();
    int count = 0;
    for (GresInventory entry : all) {
      for (GresDevice device : entry.devices()) {
        indexes.put(device.number(), index.applyAsInt(device));
        count++;
      }
    }
    return new HashSet<>(indexes.values()).size() == count ? indexes : Map.of();
  }

  /** A share by these numbers. */
  List<GresAllocation> of(List<GresAllocation> allocations) {
    return numbers.isEmpty()
        ? allocations
        : allocations.stream()
            .map(gres -> gres.name().equals(kind) ? renumbered(gres) : gres)
            .toList();
  }

  private GresAllocation renumbered(GresAllocation gres) {
    CoreSet visible = CoreSet.EMPTY;
    for (int number : gres.devices().toArray()) {
      Integer known = numbers.get(number);
      visible = known == null ? visible : visible.union(CoreSet.of(known));
    }
    return new GresAllocation(gres.name(), gres.type(), visible, gres.count(), gres.portions());
  }

  /** The devices that are seen, by these numbers. */
  List<GresInventory> ofDevices(List<GresInventory> all) {
    return numbers.isEmpty() ? all : all.stream().map(this::seenOf).toList();
  }

  private GresInventory seenOf(GresInventory entry) {
    List<GresDevice> devices = new ArrayList<>();
    for (GresDevice device : entry.devices()) {
      Integer number = numbers.get(device.number());
      if (number != null) {
        devices.add(
            new GresDevice(
                number,
                device.file(),
                device.cores(),
                device.uniqueId(),
                device.units(),
                device.links(),
                device.moreFiles()));
      }
    }
    return entry.withDevices(devices);
  }
}
