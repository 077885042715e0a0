package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;

/**
 * How many tasks an empty node could run of a job that gets no cores but those close to its
 * devices. Each place where it has cores has one of its devices; devices that are close to no cores
 * in particular may be anywhere.
 */
final class CloseCores {
  private final boolean enforced;

  /** Cores, and how many devices are close to them. */
  private record Place(CoreSet cores, long devices) {}

  /**
   * @param parameters {@code SelectTypeParameters}
   */
  CloseCores(String parameters) {
    enforced =
        List.of(parameters.toUpperCase(Locale.ROOT).split(",")).contains("ENFORCE_BINDING_GRES");
  }

  /**
   * So many of the tasks as there is room for: all where the job isn't bound to its devices.
   *
   * @param alone whether it has its nodes for itself, with all of their cores
   */
  long tasks(ResourceRequest request, NodeView node, boolean alone, long tasks) {
    DevicePolicy.Locality locality = request.devices().locality();
    boolean bound =
        locality == DevicePolicy.Locality.ENFORCED
            || locality == DevicePolicy.Locality.USUAL && enforced;
    if (!bound || request.gres().isEmpty() || alone) {
      return tasks;
    }
    String name = request.gres().get(0).name();
    if (request.gres().stream().anyMatch(gres -> !gres.name().equals(name))) {
      return tasks; // it may be close to some of the one, and to others of the other
    }
    List<Place> places = new ArrayList<>();
    if (!places(request, node, places)) {
      return tasks;
    }
    long fit = Math.min(tasks, node.hardware().cpus());
    while (fit > 0 && !fits(request, node.hardware(), places, fit)) {
      fit--;
    }
    return fit;
  }

  /** False where some device is close to no cores in particular, or counts have no devices. */
  private static boolean places(ResourceRequest request, NodeView node, List<Place> places) {
    for (GresInventory gres : node.gres()) {
      boolean wanted =
          request.gres().stream()
              .anyMatch(
                  one ->
                      one.name().equals(gres.name())
                          && (one.type().isEmpty() || one.type().equals(gres.type())));
      if (!wanted) {
        continue;
      }
      if (gres.portioned() || gres.devices().isEmpty()) {
        return false;
      }
      for (GresDevice device : gres.devices()) {
        if (device.cores().isEmpty()) {
          return false;
        }
        add(places, device.cores());
      }
    }
    places.sort(Comparator.comparingInt((Place place) -> place.cores().size()).reversed());
    return true;
  }

  private static void add(List<Place> places, CoreSet cores) {
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).cores().equals(cores)) {
        places.set(i, new Place(cores, places.get(i).devices() + 1));
        return;
      }
    }
    places.add(new Place(cores, 1));
  }

  /** Whether the largest places that it may be in have as many cores. */
  private static boolean fits(
      ResourceRequest request, NodeHardware hardware, List<Place> places, long tasks) {
    long devices = 0;
    long certain = 0;
    for (GresRequest one : request.gres()) {
      long here = one.count() * (one.scope() == GresRequest.Scope.TASK ? tasks : 1);
      devices += here;
      certain += one.scope() == GresRequest.Scope.JOB ? 1 : here;
    }
    long together = request.layout().overcommit() ? 1 : tasks;
    long cpus = together * Math.max(1, request.layout().cpusPerTask());
    cpus = Math.max(cpus, Math.max(request.nodes().minCpus(), certain * request.cpusPerGpu()));
    CoreSet cores = CoreSet.EMPTY;
    for (int i = 0; i < places.size() && i < devices; i++) {
      cores = cores.union(places.get(i).cores());
    }
    return cpus <= (long) cores.size() * hardware.threadsPerCore();
  }
}
