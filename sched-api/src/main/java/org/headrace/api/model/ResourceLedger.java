package org.headrace.api.model;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which cores, memory and devices of each node are free. A ledger is a working copy: the controller
 * hands a plugin one of its own, and the plugin allocates and releases in it to look ahead. Kept in
 * primitive columns, so that copying one for ten thousand nodes costs well under a millisecond.
 *
 * <p>Not thread safe.
 */
public final class ResourceLedger {
  /** {@link #soleUser} of a node that isn't bound to one user. */
  public static final int NO_USER = -1;

  private static final int OPEN_LEVELS = 8;

  /** {@link #unitOffset} of a resource that is not given in portions. */
  private static final int WHOLE = -1;

  private final NodeView[] nodes;
  private final int[] coreOffset;
  private final int[] gresOffset;
  private final long[] busyCores;
  private final long[] usedMemory;
  private final int[] jobs;

  /** Of these, the ones that stand still: they have no cores. */
  private final int[] still;

  private final boolean[] exclusive;

  /** By node: jobs, there or elsewhere, that keep others from it. */
  private final int[] kept;

  private final int[] soleUser;
  private final long[] busyDevices;
  private final long[] usedGres;

  private final long[] devices;

  /** By inventory entry: where the used units of its devices begin, or {@link #WHOLE}. */
  private final int[] unitOffset;

  private final long[] usedUnits;

  /** By k: nodes with {@code 1 << k} free cores or more that no job has for itself. */
  private final BitSet[] open;

  /** By node: how many of {@link #open} it is in. */
  private final byte[] levels;

  /** Nodes that a job has for itself, or that are bound to a user. */
  private final BitSet held;

  /** Nodes on which no job has cores. */
  private final BitSet idle;

  private final Map<String, Integer> licenses;
  private final Map<String, Integer> usedLicenses;

  private ResourceLedger(NodeView[] nodes, Map<String, Integer> licenses) {
    this.nodes = nodes;
    this.licenses = Map.copyOf(licenses);
    usedLicenses = new HashMap<>();
    coreOffset = new int[nodes.length + 1];
    gresOffset = new int[nodes.length + 1];
    for (int i = 0; i < nodes.length; i++) {
      int cores = nodes[i] == null ? 0 : nodes[i].hardware().cores();
      int gres = nodes[i] == null ? 0 : nodes[i].gres().size();
      coreOffset[i + 1] = coreOffset[i] + ((cores + 63) >>> 6);
      gresOffset[i + 1] = gresOffset[i] + gres;
    }
    busyCores = new long[coreOffset[nodes.length]];
    usedMemory = new long[nodes.length];
    jobs = new int[nodes.length];
    still = new int[nodes.length];
    exclusive = new boolean[nodes.length];
    kept = new int[nodes.length];
    soleUser = new int[nodes.length];
    Arrays.fill(soleUser, NO_USER);
    busyDevices = new long[gresOffset[nodes.length]];
    usedGres = new long[gresOffset[nodes.length]];
    devices = new long[usedGres.length];
    unitOffset = new int[usedGres.length];
    usedUnits = new long[layUnits()];
    open = new BitSet[OPEN_LEVELS];
    Arrays.setAll(open, level -> new BitSet(nodes.length));
    levels = new byte[nodes.length];
    held = new BitSet(nodes.length);
    idle = new BitSet(nodes.length);
    for (int i = 0; i < nodes.length; i++) {
      summarize(i);
      for (int gres = 0; gres < gresOffset[i + 1] - gresOffset[i]; gres++) {
        CoreSet all = nodes[i].gres().get(gres).deviceNumbers();
        devices[gresOffset[i] + gres] = all.isEmpty() ? 0 : all.words()[0];
      }
    }
  }

  /** Gives each divided device a place for its used units; how many places there are. */
  private int layUnits() {
    Arrays.fill(unitOffset, WHOLE);
    int next = 0;
    for (int i = 0; i < nodes.length; i++) {
      for (int gres = 0; gres < gresOffset[i + 1] - gresOffset[i]; gres++) {
        GresInventory inventory = nodes[i].gres().get(gres);
        if (inventory.portioned()) {
          unitOffset[gresOffset[i] + gres] = next;
          next += inventory.devices().size();
        }
      }
    }
    return next;
  }

  private ResourceLedger(ResourceLedger other) {
    nodes = other.nodes;
    coreOffset = other.coreOffset;
    gresOffset = other.gresOffset;
    busyCores = other.busyCores.clone();
    usedMemory = other.usedMemory.clone();
    jobs = other.jobs.clone();
    still = other.still.clone();
    exclusive = other.exclusive.clone();
    kept = other.kept.clone();
    soleUser = other.soleUser.clone();
    busyDevices = other.busyDevices.clone();
    usedGres = other.usedGres.clone();
    devices = other.devices;
    unitOffset = other.unitOffset;
    usedUnits = usedUnitsOf(other);
    open = new BitSet[OPEN_LEVELS];
    Arrays.setAll(open, level -> (BitSet) other.open[level].clone());
    levels = other.levels.clone();
    held = (BitSet) other.held.clone();
    idle = (BitSet) other.idle.clone();
    licenses = other.licenses;
    usedLicenses = new HashMap<>(other.usedLicenses);
  }

  /** A ledger of a cluster without licences in which everything is free. */
  public static ResourceLedger allFree(Collection<NodeView> nodes) {
    return allFree(nodes, Map.of());
  }

  private static long[] usedUnitsOf(ResourceLedger other) {
    return other.usedUnits.length == 0 ? other.usedUnits : other.usedUnits.clone();
  }

  /**
   * A ledger in which everything is free.
   *
   * @param licenses licences by name, and how many there are
   * @throws IllegalArgumentException if a kind of resource has more than 64 devices on a node
   */
  public static ResourceLedger allFree(Collection<NodeView> nodes, Map<String, Integer> licenses) {
    int limit = nodes.stream().mapToInt(NodeView::id).max().orElse(-1) + 1;
    NodeView[] byId = new NodeView[limit];
    for (NodeView node : nodes) {
      for (GresInventory gres : node.gres()) {
        if (gres.deviceNumbers().highest() >= Long.SIZE) {
          throw new IllegalArgumentException(
              "node " + node.name() + " has more than 64 devices of " + gres.name());
        }
      }
      byId[node.id()] = node;
    }
    return new ResourceLedger(byId, licenses);
  }

  /** An independent copy. */
  public ResourceLedger copy() {
    return new ResourceLedger(this);
  }

  /** All node ids are below this. */
  public int nodeIdLimit() {
    return nodes.length;
  }

  /** The node of that id, or null. */
  public NodeView node(int id) {
    return id >= 0 && id < nodes.length ? nodes[id] : null;
  }

  public CoreSet freeCores(int node) {
    int cores = nodes[node].hardware().cores();
    long[] free = CoreSet.firstOf(cores).words();
    for (int i = 0; i < free.length; i++) {
      free[i] &= ~busyCores[coreOffset[node] + i];
    }
    return new CoreSet(free);
  }

  public int freeCoreCount(int node) {
    int busy = 0;
    for (int i = coreOffset[node]; i < coreOffset[node + 1]; i++) {
      busy += Long.bitCount(busyCores[i]);
    }
    return nodes[node].hardware().cores() - busy;
  }

  /** Free memory in MiB; negative when the node came back with less than jobs hold. */
  public long freeMemory(int node) {
    return nodes[node].hardware().memory() - usedMemory[node];
  }

  /** Devices of the node's {@code gres}-th inventory entry of which nothing is taken. */
  public CoreSet freeDevices(int node, int gres) {
    int at = gresOffset[node] + gres;
    return new CoreSet(new long[] {devices[at] & ~busyDevices[at] & ~heldOtherwise(node, gres)});
  }

  /** How many of the node's {@code gres}-th inventory entry are free. */
  public long freeGres(int node, int gres) {
    GresInventory inventory = nodes[node].gres().get(gres);
    int at = gresOffset[node] + gres;
    if (usedUnits.length == 0 || devices[at] == 0) {
      return inventory.count() - usedGres[at];
    }
    if (unitOffset[at] == WHOLE) {
      return Long.bitCount(devices[at] & ~busyDevices[at] & ~heldOtherwise(node, gres));
    }
    long free = 0;
    for (int device = 0; device < inventory.devices().size(); device++) {
      free += freeUnits(node, gres, device);
    }
    return free;
  }

  /**
   * How many portions of a device are free.
   *
   * @param gres inventory entry of a resource that is given in portions
   * @param device position in the entry's list of devices
   */
  public long freeUnits(int node, int gres, int device) {
    GresDevice one = nodes[node].gres().get(gres).devices().get(device);
    boolean whole = (heldOtherwise(node, gres) >>> one.number() & 1) != 0;
    return whole ? 0 : one.units() - usedUnits[unitOffset[gresOffset[node] + gres] + device];
  }

  /** Devices that can't be given this way because they, or others, are in use another way. */
  private long heldOtherwise(int node, int gres) {
    if (usedUnits.length == 0) {
      return 0;
    }
    List<GresInventory> all = nodes[node].gres();
    GresInventory own = all.get(gres);
    long held = 0;
    long served = 0;
    for (int i = 0; i < all.size(); i++) {
      GresInventory other = all.get(i);
      long busy = busyDevices[gresOffset[node] + i];
      boolean portions = own.portioned() || other.portioned();
      if (i != gres && portions && other.kindOfDevices().equals(own.kindOfDevices())) {
        held |= busy;
      }
      served |= other.name().equals(own.name()) ? busy : 0;
    }
    return own.oneAtATime() && served != 0 ? held | ~served : held;
  }

  /**
   * Takes out of {@code ids} nodes that can't give a job so many cores: those that a job has for
   * itself, all without a free core, and most that have too few. A few of the latter may stay.
   *
   * @param cores at least 1
   */
  public void retainOpen(BitSet ids, int cores) {
    int level = Math.min(OPEN_LEVELS - 1, 31 - Integer.numberOfLeadingZeros(Math.max(1, cores)));
    ids.and(open[level]);
  }

  /** Keeps in {@code ids} the nodes that a job has for itself or that are bound to one user. */
  public void retainHeld(BitSet ids) {
    ids.and(held);
  }

  /** Keeps in {@code ids} the nodes without a job. */
  public void retainIdle(BitSet ids) {
    ids.and(idle);
  }

  /** Number of jobs on the node. */
  public int jobs(int node) {
    return jobs[node];
  }

  /** Jobs of a node that have cores: the others were stopped, and hold memory and devices. */
  public int working(int node) {
    return jobs[node] - still[node];
  }

  /** True when a job has the node for itself, or keeps others from it. */
  public boolean exclusivelyHeld(int node) {
    return exclusive[node] || kept[node] > 0;
  }

  /** The only user whose jobs may come here while it is busy, or {@link #NO_USER}. */
  public int soleUser(int node) {
    return soleUser[node];
  }

  /**
   * Says why an allocation doesn't fit, or returns null when it does. Checks everything that {@link
   * #allocate} relies on, so it is safe on an allocation from an untrusted plugin.
   */
  public String problem(Allocation allocation) {
    if (allocation.nodes().isEmpty()) {
      return "no nodes";
    }
    long seenLow = -1;
    boolean ascending = true;
    for (NodeAllocation part : allocation.nodes()) {
      ascending &= part.node() > seenLow;
      seenLow = part.node();
    }
    if (!ascending
        && allocation.nodes().stream().mapToInt(NodeAllocation::node).distinct().count()
            != allocation.nodes().size()) {
      return "a node twice";
    }
    for (NodeAllocation part : allocation.nodes()) {
      String problem = problem(part, allocation.exclusive());
      if (problem != null) {
        return problem;
      }
    }
    for (int id : allocation.kept()) {
      if (node(id) != null && (exclusivelyHeld(id) || working(id) > 0)) {
        return "node " + node(id).name() + " has other jobs";
      }
    }
    String license = missingLicense(allocation.licenses());
    return license == null ? null : "licence " + license + " is in use";
  }

  /** The first by name of the licences of which there are too few free, or null. */
  public String missingLicense(Map<String, Integer> wanted) {
    String missing = null;
    for (Map.Entry<String, Integer> entry : wanted.entrySet()) {
      String name = entry.getKey();
      if (entry.getValue() > freeLicenses(name)
          && (missing == null || name.compareTo(missing) < 0)) {
        missing = name;
      }
    }
    return missing;
  }

  /** How many licences of that name are free; negative when more are held than there are by now. */
  public int freeLicenses(String name) {
    return licenses.getOrDefault(name, 0) - licensesInUse(name);
  }

  public int licensesInUse(String name) {
    return usedLicenses.getOrDefault(name, 0);
  }

  private String problem(NodeAllocation part, boolean wantsNodeAlone) {
    NodeView node = node(part.node());
    if (node == null) {
      return "no node with id " + part.node();
    }
    if (exclusivelyHeld(node.id()) || (wantsNodeAlone && working(node.id()) > 0)) {
      return "node " + node.name() + " can't be shared";
    }
    if (part.cores().highest() >= node.hardware().cores()) {
      return "node " + node.name() + " has no core " + part.cores().highest();
    }
    if (anyBusy(node.id(), part.cores().words())) {
      return "cores of node " + node.name() + " are busy";
    }
    if (part.cpus() < 0 || part.cpus() > part.cores().size() * node.hardware().threadsPerCore()) {
      return part.cpus() + " CPUs on " + part.cores().size() + " cores of node " + node.name();
    }
    if (part.memory() < 0 || part.memory() > freeMemory(node.id())) {
      return "node " + node.name() + " has " + freeMemory(node.id()) + " MiB free";
    }
    return new GresCheck(this, node, part.gres()).problem();
  }

  private boolean anyBusy(int node, long[] cores) {
    for (int i = 0; i < cores.length; i++) {
      if ((busyCores[coreOffset[node] + i] & cores[i]) != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Takes resources. The caller has checked with {@link #problem} that they are free, or restores a
   * state in which they were taken.
   *
   * @param user uid that the nodes get bound to, or {@link #NO_USER}
   */
  public void allocate(Allocation allocation, int user) {
    for (NodeAllocation part : allocation.nodes()) {
      change(part, true);
      int id = part.node();
      if (allocation.exclusive()) {
        exclusive[id] = true;
      }
      if (user != NO_USER) {
        soleUser[id] = user;
      }
      summarize(id);
    }
    count(allocation.licenses(), 1);
    keep(allocation.kept(), 1);
  }

  private void keep(List<Integer> some, int sign) {
    for (int id : some) {
      if (node(id) != null) {
        kept[id] += sign;
        summarize(id);
      }
    }
  }

  private void count(Map<String, Integer> some, int sign) {
    some.forEach((name, number) -> usedLicenses.merge(name, sign * number, Integer::sum));
  }

  private void summarize(int id) {
    if (id >= nodes.length || nodes[id] == null) {
      return;
    }
    int free = exclusivelyHeld(id) ? 0 : freeCoreCount(id);
    int reached = Math.min(OPEN_LEVELS, Integer.SIZE - Integer.numberOfLeadingZeros(free));
    for (int level = levels[id]; level < reached; level++) {
      open[level].set(id);
    }
    for (int level = reached; level < levels[id]; level++) {
      open[level].clear(id);
    }
    levels[id] = (byte) reached;
    held.set(id, exclusivelyHeld(id) || soleUser[id] != NO_USER);
    idle.set(id, working(id) == 0);
  }

  /** Gives back what {@link #allocate} took. */
  public void release(Allocation allocation) {
    for (NodeAllocation part : allocation.nodes()) {
      releaseNode(part);
    }
    releaseShared(allocation);
  }

  /**
   * Gives back what isn't held node by node, for jobs that end before their nodes are free:
   * licences, and nodes kept from others.
   */
  public void releaseShared(Allocation allocation) {
    count(allocation.licenses(), -1);
    keep(allocation.kept(), -1);
  }

  /** Gives back one node's share, for jobs that end node by node. */
  public void releaseNode(NodeAllocation part) {
    change(part, false);
    int id = part.node();
    if (id < nodes.length && working(id) == 0) {
      exclusive[id] = false;
    }
    if (id < nodes.length && jobs[id] == 0) {
      soleUser[id] = NO_USER;
    }
    summarize(id);
  }

  private void change(NodeAllocation part, boolean take) {
    NodeView node = node(part.node());
    if (node == null) {
      return;
    }
    int id = part.node();
    long[] words = part.cores().words();
    int width = coreOffset[id + 1] - coreOffset[id];
    for (int i = 0; i < Math.min(width, words.length); i++) {
      int at = coreOffset[id] + i;
      busyCores[at] = take ? busyCores[at] | words[i] : busyCores[at] & ~words[i];
    }
    usedMemory[id] += take ? part.memory() : -part.memory();
    jobs[id] += take ? 1 : -1;
    if (part.cores().isEmpty()) {
      still[id] += take ? 1 : -1;
    }
    for (GresAllocation gres : part.gres()) {
      int index = GresCheck.entry(node, gres);
      if (index < 0) {
        continue;
      }
      int at = gresOffset[id] + index;
      if (unitOffset[at] != WHOLE) {
        changePortions(node, index, gres, take);
        continue;
      }
      long devices = gres.devices().isEmpty() ? 0 : gres.devices().words()[0];
      busyDevices[at] = take ? busyDevices[at] | devices : busyDevices[at] & ~devices;
      usedGres[at] += take ? gres.count() : -gres.count();
    }
  }

  private void changePortions(NodeView node, int index, GresAllocation gres, boolean take) {
    int at = gresOffset[node.id()] + index;
    int[] numbers = gres.devices().toArray();
    for (int i = 0; i < Math.min(numbers.length, gres.portions().size()); i++) {
      int device = node.gres().get(index).position(numbers[i]);
      if (device >= 0) {
        long portion = gres.portions().get(i);
        long used = usedUnits[unitOffset[at] + device] + (take ? portion : -portion);
        usedUnits[unitOffset[at] + device] = used;
        long bit = 1L << numbers[i];
        busyDevices[at] = used > 0 ? busyDevices[at] | bit : busyDevices[at] & ~bit;
      }
    }
    usedGres[at] += take ? gres.count() : -gres.count();
  }
}
