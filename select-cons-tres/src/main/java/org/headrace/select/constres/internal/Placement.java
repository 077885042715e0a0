package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.selector.SelectionContext;

/** Turns chosen nodes into what the job holds on each. */
final class Placement {
  private final NodeSearch search;
  private final Need need;
  private final ResourceLedger free;
  private final SelectionContext context;

  Placement(NodeSearch search, SelectionContext context) {
    this.search = search;
    this.need = search.need;
    this.free = search.free;
    this.context = context;
  }

  /** The allocation, or null when resources can't be dealt out to these nodes after all. */
  Allocation on(int[] ids) {
    NodeView[] nodes = new NodeView[ids.length];
    int[] capacity = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      nodes[i] = free.node(ids[i]);
      capacity[i] = search.tasksOf[ids[i]];
    }
    int[] tasks = Shares.tasks(need, nodes, capacity);
    List<long[]> shares = new ArrayList<>();
    for (GresRequest one : need.jobGres) {
      long[] dealt = Shares.resources(search, nodes, tasks, one);
      if (dealt == null) {
        return null;
      }
      shares.add(dealt);
    }
    List<NodeAllocation> parts = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      NodeAllocation part = place(nodes[i], tasks[i], shares, i);
      if (part == null) {
        return null;
      }
      parts.add(part);
    }
    return new Allocation(parts, need.alone).withKept(search.kept(ids)).withTerms(need.terms);
  }

  private NodeAllocation place(NodeView node, int tasks, List<long[]> shares, int row) {
    NodeHardware hardware = node.hardware();
    long[] wanted = wantedGres(node, tasks, shares, row);
    if (wanted == null) {
      return null;
    }
    long gpus = 0;
    for (int i = 0; i < wanted.length; i++) {
      gpus += node.gres().get(i).name().equals(Need.GPU) ? wanted[i] : 0;
    }
    long asked =
        need.exclusive ? Math.min(gpus, need.gpus(hardware, tasks, first(shares, row))) : gpus;
    int cores = search.fit.roundedCores(node, need.cores(hardware, tasks, asked));
    if (cores < 0) {
      return null;
    }
    boolean sockets = need.parameters.unit() == Parameters.Unit.SOCKET && !need.exclusive;
    CoreSet freeCores = sockets ? search.fit.wholeSockets(node) : search.fit.openCores(node.id());
    List<GresAllocation> gres = new ArrayList<>();
    Vicinity vicinity = null;
    if (need.bindsDevices()) {
      vicinity = search.fit.vicinity(node, wanted, freeCores, cores);
      if (vicinity == null) {
        return null;
      }
      freeCores = vicinity.cores(freeCores);
    }
    CoreSet near = devices(node, wanted, freeCores, vicinity, gres);
    if (near == null) {
      return null;
    }
    if (vicinity != null && !near.isEmpty()) {
      freeCores = freeCores.intersection(near);
    }
    CoreSet picked = pick(hardware, freeCores, vicinity, near, cores);
    long memory = need.memory(hardware, cores, tasks, gpus);
    if (picked == null || memory > free.freeMemory(node.id())) {
      return null;
    }
    int cpus = need.chargedCpus(hardware, cores, tasks, asked);
    return new NodeAllocation(node.id(), picked, cpus, memory, gres, tasks);
  }

  private static long first(List<long[]> shares, int row) {
    return shares.isEmpty() ? 0 : shares.get(0)[row];
  }

  /** How much of each of the node's inventory entries the job takes; null if it isn't there. */
  private long[] wantedGres(NodeView node, int tasks, List<long[]> shares, int row) {
    long[] wanted =
        new EntryCounts(need, free, node)
            .of(tasks, one -> shares.get(need.jobGres.indexOf(one))[row]);
    if (wanted == null) {
      return null;
    }
    if (need.exclusive) {
      takeWhole(node, wanted);
    }
    return wanted;
  }

  /** A job that has the node for itself gets all its devices, whole unless it wants portions. */
  private void takeWhole(NodeView node, long[] wanted) {
    for (int i = 0; i < wanted.length; i++) {
      GresInventory one = node.gres().get(i);
      boolean inPortions = one.portioned();
      for (int j = 0; j < wanted.length; j++) {
        inPortions |= wanted[j] > 0 && node.gres().get(j).divides().equals(one.name());
      }
      wanted[i] = inPortions ? wanted[i] : free.freeGres(node.id(), i);
    }
  }

  /** Chooses devices into {@code gres}; returns the cores close to them, or null on failure. */
  private CoreSet devices(
      NodeView node,
      long[] wanted,
      CoreSet freeCores,
      Vicinity vicinity,
      List<GresAllocation> gres) {
    CoreSet near = CoreSet.EMPTY;
    boolean anywhere = need.locality == DevicePolicy.Locality.IGNORED;
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i] == 0) {
        continue;
      }
      GresInventory inventory = node.gres().get(i);
      if (inventory.portioned()) {
        CoreSet allowed =
            vicinity == null ? inventory.deviceNumbers() : vicinity.allowed(inventory);
        GresAllocation portions = new Portions(search, node, i).take(wanted[i], gres, allowed);
        if (portions == null) {
          return null;
        }
        gres.add(portions);
        near = near.union(near(inventory, portions.devices()));
        continue;
      }
      CoreSet chosen = CoreSet.EMPTY;
      if (!inventory.devices().isEmpty()) {
        CoreSet freeDevices = free.freeDevices(node.id(), i);
        GresKind kind = context.gres(inventory.name());
        CoreSet close = anywhere ? CoreSet.EMPTY : freeCores;
        chosen =
            vicinity == null
                ? kind.choose(inventory, freeDevices, (int) wanted[i], close)
                : vicinity.choose(kind, inventory, i, freeDevices, (int) wanted[i], close);
        if (chosen == null) {
          return null;
        }
        near = near.union(near(inventory, chosen));
      }
      gres.add(new GresAllocation(inventory.name(), inventory.type(), chosen, wanted[i]));
    }
    return anywhere ? CoreSet.EMPTY : near;
  }

  private static CoreSet near(GresInventory inventory, CoreSet chosen) {
    CoreSet near = CoreSet.EMPTY;
    for (GresDevice device : inventory.devices()) {
      if (chosen.contains(device.number())) {
        near = near.union(device.cores());
      }
    }
    return near;
  }

  private CoreSet pick(
      NodeHardware hardware, CoreSet freeCores, Vicinity vicinity, CoreSet near, int cores) {
    if (cores > freeCores.size()) {
      return null;
    }
    if (need.exclusive || cores == hardware.cores()) {
      return freeCores;
    }
    if (vicinity != null && need.parameters.unit() != Parameters.Unit.SOCKET) {
      return vicinity.pick(freeCores, cores);
    }
    CorePicker picker = new CorePicker(hardware, freeCores, near);
    if (need.parameters.unit() == Parameters.Unit.SOCKET) {
      return picker.sockets(cores);
    }
    String[] how = need.request.layout().distribution().toLowerCase(Locale.ROOT).split(":", -1);
    String inNode = how.length > 1 ? how[1] : "";
    boolean block =
        inNode.startsWith("block")
            || (inNode.isEmpty() && need.parameters.blockCores())
            || !near.isEmpty();
    return block
        ? picker.block(cores)
        : picker.cyclic(cores, inNode.startsWith("fcyclic") ? 1 : need.coresOfTask(hardware));
  }
}
