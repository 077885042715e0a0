package org.headrace.select.constres.internal;

import java.util.List;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TaskLayout;

/** How much of a job fits on one node. Hot: runs once per node and search. */
final class NodeFit {
  /** Why a node can't take even one task. */
  enum Lack {
    NONE,
    SHARING,
    CORES,
    MEMORY,
    GRES
  }

  private final Need need;
  private final ResourceLedger free;

  /** The terms on which the job is to have its cores: at most those of its need. */
  private final CoreTerms terms;

  private int counted = -1;
  private int count;

  private final NodeKinds kinds;

  NodeFit(Need need, ResourceLedger free, NodeKinds kinds, CoreTerms terms) {
    this.need = need;
    this.free = free;
    this.kinds = kinds;
    this.terms = terms;
  }

  /** Most tasks that the node takes, up to {@code most}; 0 when it takes none. */
  int tasks(NodeView node, int most) {
    TaskLayout layout = need.request.layout();
    int upper = most;
    if (layout.tasksPerNode() != TaskLayout.UNSET) {
      upper = Math.min(upper, layout.tasksPerNode());
    }
    long share = need.jobGres.isEmpty() ? 0 : 1;
    if (need.bindsDevices()) {
      return mostBound(node, upper, share);
    }
    if (upper < 1 || lack(node, 1, share) != Lack.NONE) {
      return 0;
    }
    if (layout.tasksPerSocket() != TaskLayout.UNSET) {
      upper = Math.min(upper, tasksBySockets(node));
    }
    int low = Math.min(1, upper);
    int high = upper;
    if (high > 1 && lack(node, high, share) == Lack.NONE) {
      return high;
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (lack(node, middle, share) == Lack.NONE) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Devices in several places want a core in each: few tasks may not fit where more do. */
  private int mostBound(NodeView node, int upper, long share) {
    int most = upper;
    if (need.request.layout().tasksPerSocket() != TaskLayout.UNSET) {
      most = Math.min(most, tasksBySockets(node));
    }
    if (!need.request.layout().overcommit()) {
      int cpus = free.freeCoreCount(node.id()) * need.threads(node.hardware());
      most = Math.min(most, cpus / Math.max(1, need.request.layout().cpusPerTask()));
    }
    while (most > 0 && lack(node, most, share) != Lack.NONE) {
      most--;
    }
    return Math.max(0, most);
  }

  /** Largest share of a request for the whole job that the node takes beside one task. */
  long share(NodeView node, GresRequest one, int tasks) {
    long high = Math.min(one.count(), available(node, one));
    while (high > 0 && lack(node, tasks, high) != Lack.NONE) {
      high--;
    }
    return high;
  }

  /** What keeps {@code tasks} tasks and {@code share} of the job's resources off the node. */
  Lack lack(NodeView node, int tasks, long share) {
    int id = node.id();
    if (!shareable(id)) {
      return Lack.SHARING;
    }
    NodeHardware hardware = node.hardware();
    long gpus = need.gpus(hardware, tasks, share);
    int wanted = need.cores(hardware, tasks, gpus);
    int cores = roundedCores(node, wanted);
    if (cores < 0) {
      return Lack.CORES;
    }
    if (need.exclusive) {
      gpus = Math.max(gpus, allOf(node, Need.GPU));
    }
    if (need.memory(hardware, cores, tasks, gpus) > free.freeMemory(id)
        || (!need.parameters.memory()
            && need.request.memory().mebibytes() > hardware.memory()
            && need.request.memory().basis() == MemoryRequest.Basis.NODE)) {
      return Lack.MEMORY;
    }
    boolean fits = gresFits(node, tasks, share) && close(node, tasks, share, cores);
    return fits ? Lack.NONE : Lack.GRES;
  }

  /** Whether devices and cores are to be had that are close to each other, if they have to be. */
  private boolean close(NodeView node, int tasks, long share, int cores) {
    if (!need.bindsDevices()) {
      return true;
    }
    long[] wanted = new EntryCounts(need, free, node).of(tasks, one -> share);
    return wanted != null && vicinity(node, wanted, openCores(node.id()), cores) != null;
  }

  /** Where the job may be that wants its devices and cores close to each other; else null. */
  Vicinity vicinity(NodeView node, long[] wanted, CoreSet freeCores, int cores) {
    Localities known = kinds.localities(node, wanted);
    return Vicinity.find(need, free, node, known, wanted, freeCores, cores);
  }

  private boolean shareable(int id) {
    if (free.exclusivelyHeld(id)) {
      return false;
    }
    if (free.jobs(id) == 0) {
      return true;
    }
    int sole = free.soleUser(id);
    if (need.alone) {
      // Jobs that were stopped hold no cores.
      return free.working(id) == 0 && (sole == ResourceLedger.NO_USER || sole == need.user);
    }
    return need.oneUser ? sole == need.user : sole == ResourceLedger.NO_USER || sole == need.user;
  }

  /** Cores that the job would hold, or -1 when there are too few. */
  int roundedCores(NodeView node, int wanted) {
    NodeHardware hardware = node.hardware();
    int id = node.id();
    if (need.exclusive) {
      int all = hardware.cores() - hardware.left(terms.system()).size();
      return wanted <= all && openCount(id) == all ? all : -1;
    }
    if (wanted > openCount(id)) {
      return -1;
    }
    return need.parameters.unit() == Parameters.Unit.SOCKET
        ? ofSockets(hardware, wholeSockets(node), wanted, openCount(id))
        : wanted;
  }

  /** How many cores of a node the job may have; asked for again and again of one node. */
  private int openCount(int id) {
    if (counted != id) {
      counted = id;
      count = free.openCoreCount(id, terms);
    }
    return count;
  }

  /** Cores of as many free sockets as it takes, at most so many; -1 where these are too few. */
  private static int ofSockets(NodeHardware hardware, CoreSet open, int wanted, int most) {
    int sum = 0;
    for (int socket = 0; socket < hardware.sockets() && sum < wanted; socket++) {
      sum += freeOn(hardware, open, socket);
    }
    return sum < wanted ? -1 : Math.min(sum, most);
  }

  /** Cores that the job may have, of sockets that nobody keeps it from any core of. */
  CoreSet wholeSockets(NodeView node) {
    NodeHardware hardware = node.hardware();
    CoreSet all = free.openCores(node.id(), terms.withoutLimits());
    CoreSet open = openCores(node.id());
    CoreSet whole = CoreSet.EMPTY;
    for (int socket = 0; socket < hardware.sockets(); socket++) {
      int first = socket * hardware.coresPerSocket();
      int end = first + hardware.coresPerSocket();
      int usable = hardware.coresPerSocket() - hardware.system().countIn(first, end);
      if (all.countIn(first, end) == usable) {
        whole = whole.union(open.firstIn(first, end, usable));
      }
    }
    return whole;
  }

  /** Cores of a node that the job may have. */
  CoreSet openCores(int id) {
    return free.openCores(id, terms);
  }

  static int freeOn(NodeHardware hardware, CoreSet cores, int socket) {
    int count = 0;
    int first = socket * hardware.coresPerSocket();
    for (int core = first; core < first + hardware.coresPerSocket(); core++) {
      count += cores.contains(core) ? 1 : 0;
    }
    return count;
  }

  private int tasksBySockets(NodeView node) {
    NodeHardware hardware = node.hardware();
    CoreSet cores = openCores(node.id());
    int sum = 0;
    for (int socket = 0; socket < hardware.sockets(); socket++) {
      int cpus = freeOn(hardware, cores, socket) * need.threads(hardware);
      sum +=
          Math.min(
              need.request.layout().tasksPerSocket(),
              cpus / Math.max(1, need.request.layout().cpusPerTask()));
    }
    return sum;
  }

  private boolean gresFits(NodeView node, int tasks, long share) {
    List<GresRequest> wanted = need.gres;
    for (int i = 0; i < wanted.size(); i++) {
      GresRequest one = wanted.get(i);
      long sum = need.gresOfNode(one, node.hardware(), tasks, share);
      if (sum > available(node, one)) {
        return false;
      }
      for (int j = 0; j < i && one.type().isEmpty(); j++) {
        if (wanted.get(j).name().equals(one.name())) {
          sum += need.gresOfNode(wanted.get(j), node.hardware(), tasks, share);
        }
      }
      if (sum > available(node, one)) {
        return false;
      }
    }
    return true;
  }

  /** Free resources on the node that suit the request. */
  long available(NodeView node, GresRequest one) {
    long sum = 0;
    List<GresInventory> inventories = node.gres();
    for (int i = 0; i < inventories.size(); i++) {
      GresInventory inventory = inventories.get(i);
      if (!suits(inventory, one)) {
        continue;
      }
      if (!inventory.portioned()) {
        sum += free.freeGres(node.id(), i);
      } else if (need.severalDevices(inventory)) {
        sum += need.ofDevices(free, node, i);
      } else {
        sum = Math.max(sum, largestPortion(node, i));
      }
    }
    return sum;
  }

  /** Most that one device gives. */
  private long largestPortion(NodeView node, int gres) {
    long most = 0;
    for (int device = 0; device < node.gres().get(gres).devices().size(); device++) {
      most = Math.max(most, free.freeUnits(node.id(), gres, device));
    }
    return most;
  }

  static boolean suits(GresInventory inventory, GresRequest one) {
    return inventory.name().equals(one.name())
        && (one.type().isEmpty() || one.type().equals(inventory.type()));
  }

  private static long allOf(NodeView node, String name) {
    long sum = 0;
    for (GresInventory inventory : node.gres()) {
      sum += inventory.name().equals(name) ? inventory.count() : 0;
    }
    return sum;
  }
}
