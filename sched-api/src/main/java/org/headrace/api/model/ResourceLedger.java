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

  private final NodeView[] nodes;
  private final int[] coreOffset;
  private final long[] busyCores;

  /** By node: cores that aren't busy; told by {@link #busyCores}, and asked for far more often. */
  private final int[] freeCores;

  /** By node: jobs whose terms matter to others, and what cores they have; null where none is. */
  private final SharedCores[] shared;

  private final long[] usedMemory;
  private final int[] jobs;

  /** Of these, the ones that stand still: they have no cores. */
  private final int[] still;

  private final boolean[] exclusive;

  /** By node: jobs, there or elsewhere, that keep others from it. */
  private final int[] kept;

  private final int[] soleUser;
  private final DeviceLedger gres;

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
    for (int i = 0; i < nodes.length; i++) {
      int cores = nodes[i] == null ? 0 : nodes[i].hardware().cores();
      coreOffset[i + 1] = coreOffset[i] + ((cores + 63) >>> 6);
    }
    busyCores = new long[coreOffset[nodes.length]];
    freeCores = new int[nodes.length];
    usedMemory = new long[nodes.length];
    jobs = new int[nodes.length];
    still = new int[nodes.length];
    exclusive = new boolean[nodes.length];
    kept = new int[nodes.length];
    soleUser = new int[nodes.length];
    Arrays.fill(soleUser, NO_USER);
    shared = new SharedCores[nodes.length];
    gres = new DeviceLedger(nodes);
    open = new BitSet[OPEN_LEVELS];
    Arrays.setAll(open, level -> new BitSet(nodes.length));
    levels = new byte[nodes.length];
    held = new BitSet(nodes.length);
    idle = new BitSet(nodes.length);
    for (int i = 0; i < nodes.length; i++) {
      freeCores[i] = nodes[i] == null ? 0 : countFree(i);
      summarize(i);
    }
  }

  private ResourceLedger(ResourceLedger other) {
    nodes = other.nodes;
    coreOffset = other.coreOffset;
    busyCores = other.busyCores.clone();
    freeCores = other.freeCores.clone();
    usedMemory = other.usedMemory.clone();
    jobs = other.jobs.clone();
    still = other.still.clone();
    exclusive = other.exclusive.clone();
    kept = other.kept.clone();
    soleUser = other.soleUser.clone();
    shared = other.shared.clone();
    gres = new DeviceLedger(other.gres);
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
      free[i] &= ~taken(node, i);
    }
    return new CoreSet(free);
  }

  /** Of the {@code i}-th 64 cores of a node those that jobs have, or that they don't get. */
  private long taken(int node, int i) {
    long[] system = nodes[node].hardware().system().words();
    return busyCores[coreOffset[node] + i] | (i < system.length ? system[i] : 0);
  }

  /**
   * Cores of a node that a job of these terms may have: those that are free, and those of others
   * that are shared with it. Any of them, but no more in all than {@link #openCoreCount}.
   */
  public CoreSet openCores(int node, CoreTerms terms) {
    CoreSet open = reachable(node, terms);
    if (terms.socketCpus() == CoreTerms.ANY) {
      return open;
    }
    NodeHardware hardware = nodes[node].hardware();
    CoreSet some = CoreSet.EMPTY;
    for (int socket = 0; socket < hardware.sockets(); socket++) {
      int first = socket * hardware.coresPerSocket();
      int end = first + hardware.coresPerSocket();
      int left = left(node, terms.partition(), terms.socketCpus(), first, end);
      some = some.union(open.firstIn(first, end, left));
    }
    return some;
  }

  private CoreSet reachable(int node, CoreTerms terms) {
    if (terms.system() != null) {
      NodeHardware hardware = nodes[node].hardware();
      return working(node) > 0
          ? CoreSet.EMPTY
          : CoreSet.firstOf(hardware.cores()).minus(hardware.left(terms.system()));
    }
    CoreSet free = freeCores(node);
    return terms.shares() && shared[node] != null
        ? free.union(shared[node].open(terms).minus(nodes[node].hardware().system()))
        : free;
  }

  /** Has nobody share these cores any more, whoever has them. */
  void close(int node, CoreSet cores) {
    SharedCores before = shared[node] == null ? SharedCores.NONE : shared[node];
    shared[node] = before.with(CoreTerms.ALONE, cores);
  }

  /** How many cores of a node a job of these terms may have. */
  public int openCoreCount(int node, CoreTerms terms) {
    if (!terms.matter() && terms.system() == null) {
      return freeCoreCount(node);
    }
    int cores = nodes[node].hardware().cores();
    int left = left(node, terms.partition(), terms.nodeCpus(), 0, cores);
    return Math.min(openCores(node, terms).size(), left);
  }

  /** How many cores of a range are left to a partition of which it may use so many CPUs. */
  private int left(int node, String partition, int cpus, int from, int to) {
    int used = shared[node] == null ? 0 : shared[node].cores(partition, from, to);
    int threads = nodes[node].hardware().threadsPerCore();
    return cpus == CoreTerms.ANY
        ? to - from
        : Math.max(0, CoreTerms.coresOf(cpus, to - from, threads) - used);
  }

  /** True when a partition may not use as many more CPUs of a node. */
  private boolean beyond(NodeView node, CoreSet cores, CoreTerms terms) {
    NodeHardware hardware = node.hardware();
    int all = hardware.cores();
    boolean beyond = cores.size() > left(node.id(), terms.partition(), terms.nodeCpus(), 0, all);
    for (int first = 0; first < all; first += hardware.coresPerSocket()) {
      int end = first + hardware.coresPerSocket();
      int left = left(node.id(), terms.partition(), terms.socketCpus(), first, end);
      beyond |= cores.countIn(first, end) > left;
    }
    return beyond;
  }

  /** Notes who has cores on terms that matter, or has them no more. */
  private void share(int id, CoreSet cores, CoreTerms terms, boolean take) {
    SharedCores before = shared[id] == null ? SharedCores.NONE : shared[id];
    shared[id] = take ? before.with(terms, cores) : before.without(terms, cores);
    if (!take && shared[id] != null) {
      long[] still = shared[id].taken().words();
      for (int i = 0; i < Math.min(still.length, coreOffset[id + 1] - coreOffset[id]); i++) {
        busyCores[coreOffset[id] + i] |= still[i];
      }
    }
  }

  public int freeCoreCount(int node) {
    return freeCores[node];
  }

  private int countFree(int node) {
    int taken = 0;
    for (int i = 0; i < coreOffset[node + 1] - coreOffset[node]; i++) {
      taken += Long.bitCount(taken(node, i));
    }
    return nodes[node].hardware().cores() - taken;
  }

  /** Free memory in MiB; negative when the node came back with less than jobs hold. */
  public long freeMemory(int node) {
    return nodes[node].hardware().memory() - usedMemory[node];
  }

  /** Devices of the node's {@code gres}-th inventory entry of which nothing is taken. */
  public CoreSet freeDevices(int node, int gres) {
    return this.gres.freeDevices(node, gres);
  }

  /** How many of the node's {@code gres}-th inventory entry are free. */
  public long freeGres(int node, int gres) {
    return this.gres.freeGres(node, gres);
  }

  /**
   * How many portions of a device are free.
   *
   * @param gres inventory entry of a resource that is given in portions
   * @param device position in the entry's list of devices
   */
  public long freeUnits(int node, int gres, int device) {
    return this.gres.freeUnits(node, gres, device);
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
    return problem(allocation, false);
  }

  /**
   * Says what keeps a job that had all this before from having it again, or returns null: others
   * may have it by now. Cores that have become the system's don't count, nor does a limit of its
   * partition where nobody else of that is there: it may be lower by now than what the job has.
   */
  public String inTheWay(Allocation allocation) {
    return problem(allocation, true);
  }

  private String problem(Allocation allocation, boolean again) {
    if (allocation.nodes().isEmpty()) {
      return "no nodes";
    }
    if (allocation.terms().system() != null && !allocation.exclusive() && !again) {
      return "who says how much is left to the system has its nodes for itself";
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
      String problem = problem(part, allocation.exclusive(), allocation.terms(), again);
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

  private String problem(
      NodeAllocation part, boolean wantsNodeAlone, CoreTerms terms, boolean again) {
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
    if (again ? occupied(node.id(), part.cores(), terms) : closed(node.id(), part.cores(), terms)) {
      return "cores of node " + node.name() + " are busy";
    }
    boolean counts = terms.matter() && !(again && firstThere(node, terms));
    if (counts && beyond(node, part.cores(), terms)) {
      return "partition " + terms.partition() + " uses its CPUs of node " + node.name();
    }
    if (part.cpus() < 0 || part.cpus() > part.cores().size() * node.hardware().threadsPerCore()) {
      return part.cpus() + " CPUs on " + part.cores().size() + " cores of node " + node.name();
    }
    if (part.memory() < 0 || part.memory() > freeMemory(node.id())) {
      return "node " + node.name() + " has " + freeMemory(node.id()) + " MiB free";
    }
    return new GresCheck(this, node, part.gres()).problem();
  }

  /** True when no other job of the partition has cores of the node. */
  private boolean firstThere(NodeView node, CoreTerms terms) {
    SharedCores all = shared[node.id()];
    return all == null || all.cores(terms.partition(), 0, node.hardware().cores()) == 0;
  }

  /** True when a job of these terms can't have all these cores. */
  private boolean closed(int node, CoreSet cores, CoreTerms terms) {
    long[] words = cores.words();
    boolean free = terms.system() == null;
    for (int i = 0; i < words.length; i++) {
      free &= (taken(node, i) & words[i]) == 0;
    }
    return !free && !reachable(node, terms).containsAll(cores);
  }

  /** True when others have some of these cores who don't share them on such terms. */
  private boolean occupied(int node, CoreSet cores, CoreTerms terms) {
    long[] busy = new long[coreOffset[node + 1] - coreOffset[node]];
    System.arraycopy(busyCores, coreOffset[node], busy, 0, busy.length);
    CoreSet held = new CoreSet(busy);
    if (shared[node] != null) {
      held = held.minus(shared[node].open(terms));
    }
    return held.intersects(cores);
  }

  /**
   * Takes resources. The caller has checked with {@link #problem} that they are free, or restores a
   * state in which they were taken.
   *
   * @param user uid that the nodes get bound to, or {@link #NO_USER}
   */
  public void allocate(Allocation allocation, int user) {
    for (NodeAllocation part : allocation.nodes()) {
      change(part, allocation.terms(), true);
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
      releaseNode(part, allocation.terms());
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
  public void releaseNode(NodeAllocation part, CoreTerms terms) {
    change(part, terms, false);
    int id = part.node();
    if (id < nodes.length && working(id) == 0) {
      exclusive[id] = false;
    }
    if (id < nodes.length && jobs[id] == 0) {
      soleUser[id] = NO_USER;
    }
    summarize(id);
  }

  private void change(NodeAllocation part, CoreTerms terms, boolean take) {
    NodeView node = node(part.node());
    if (node == null) {
      return;
    }
    int id = part.node();
    long[] words = part.cores().words();
    int width = Math.min(coreOffset[id + 1] - coreOffset[id], words.length);
    for (int i = 0; i < width; i++) {
      int at = coreOffset[id] + i;
      busyCores[at] = take ? busyCores[at] | words[i] : busyCores[at] & ~words[i];
    }
    if (terms.matter() && words.length > 0) {
      share(id, part.cores(), terms, take);
    }
    freeCores[id] = countFree(id);
    usedMemory[id] += take ? part.memory() : -part.memory();
    jobs[id] += take ? 1 : -1;
    if (part.cores().isEmpty()) {
      still[id] += take ? 1 : -1;
    }
    gres.change(node, part.gres(), take);
  }
}
