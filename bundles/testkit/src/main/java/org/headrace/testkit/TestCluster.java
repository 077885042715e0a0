package org.headrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeHardware;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.PartitionView;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.ReservationView;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.RunningJob;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.TopologySpec;

/** An immutable cluster for tests; the {@code with} methods give changed copies. */
public final class TestCluster implements ClusterView {
  private final List<NodeView> nodes;
  private final List<PartitionView> partitions;
  private final List<RunningJob> running;
  private final TopologySpec topology;
  private final List<QualityOfService> qos;
  private final Map<String, Integer> licenses;
  private List<ReservationView> reservations = List.of();
  private Accounts accounts = Accounts.INITIAL;
  private Map<Long, Consumption> use = Map.of();
  private Map<Integer, Long> payers = Map.of();

  private TestCluster(
      List<NodeView> nodes,
      List<PartitionView> partitions,
      List<RunningJob> running,
      TopologySpec topology,
      List<QualityOfService> qos,
      Map<String, Integer> licenses) {
    this.nodes = List.copyOf(nodes);
    this.partitions = List.copyOf(partitions);
    this.running = List.copyOf(running);
    this.topology = topology;
    this.qos = List.copyOf(qos);
    this.licenses = Map.copyOf(licenses);
  }

  /**
   * The same with accounts.
   *
   * @param newAccounts accounts and associations
   * @param newUse what associations use and have used, by id
   * @param newPayers ids of associations by the number of who pays
   */
  public TestCluster charging(
      Accounts newAccounts, Map<Long, Consumption> newUse, Map<Integer, Long> newPayers) {
    TestCluster same = new TestCluster(nodes, partitions, running, topology, qos, licenses);
    same.reservations = reservations;
    same.accounts = newAccounts;
    same.use = Map.copyOf(newUse);
    same.payers = Map.copyOf(newPayers);
    return same;
  }

  /** Nodes {@code n0 …} of one shape, in one partition {@code main}. */
  public static TestCluster of(int count, int sockets, int cores, int threads, long memory) {
    List<NodeView> nodes = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      nodes.add(node(id, "n" + id, sockets, cores, threads, memory));
    }
    return of(nodes);
  }

  /** The given nodes, in one partition {@code main}. */
  public static TestCluster of(List<NodeView> nodes) {
    int[] ids = nodes.stream().mapToInt(NodeView::id).toArray();
    return new TestCluster(
        nodes,
        List.of(partition("main", NodeMask.of(ids))),
        List.of(),
        TopologySpec.FLAT,
        List.of(),
        Map.of());
  }

  /** A usable node without features and devices. */
  public static NodeView node(
      int id, String name, int sockets, int cores, int threads, long memory) {
    return new NodeView(
        id,
        name,
        new NodeHardware(1, sockets, cores, threads, memory, 0),
        Set.of(),
        List.of(),
        1,
        NodeState.USABLE);
  }

  /** A partition without limits. */
  public static PartitionView partition(String name, NodeMask nodes) {
    return new PartitionView(
        name,
        nodes,
        PartitionView.State.UP,
        1,
        Integer.MAX_VALUE,
        Long.MAX_VALUE,
        1,
        1,
        Sharing.CORES,
        Map.of());
  }

  /** The same with further settings, under the names of the configuration. */
  public static PartitionView withOptions(PartitionView partition, Map<String, String> options) {
    return new PartitionView(
        partition.name(),
        partition.nodes(),
        partition.state(),
        partition.minNodes(),
        partition.maxNodes(),
        partition.maxTime(),
        partition.priorityTier(),
        partition.priorityFactor(),
        partition.sharing(),
        options);
  }

  public static NodeView withFeatures(NodeView node, String... features) {
    return new NodeView(
        node.id(),
        node.name(),
        node.hardware(),
        Set.of(features),
        node.gres(),
        node.weight(),
        node.state());
  }

  public static NodeView withWeight(NodeView node, long weight) {
    return new NodeView(
        node.id(),
        node.name(),
        node.hardware(),
        node.features(),
        node.gres(),
        weight,
        node.state());
  }

  public static NodeView withState(NodeView node, NodeState state) {
    return new NodeView(
        node.id(),
        node.name(),
        node.hardware(),
        node.features(),
        node.gres(),
        node.weight(),
        state);
  }

  public static NodeView withGres(NodeView node, GresInventory... gres) {
    return new NodeView(
        node.id(),
        node.name(),
        node.hardware(),
        node.features(),
        List.of(gres),
        node.weight(),
        node.state());
  }

  /** Devices {@code first … first + count - 1} of one type, each close to {@code cores}. */
  public static GresInventory gpus(String type, int first, int count, CoreSet cores) {
    List<GresDevice> devices = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      devices.add(new GresDevice(i, "/dev/nvidia" + i, cores, "GPU-" + i));
    }
    return new GresInventory("gpu", type, count, devices);
  }

  public TestCluster withPartitions(PartitionView... newPartitions) {
    return new TestCluster(nodes, List.of(newPartitions), running, topology, qos, licenses);
  }

  public TestCluster withRunning(List<RunningJob> newRunning) {
    return new TestCluster(nodes, partitions, newRunning, topology, qos, licenses);
  }

  /** The same with these qualities of service. */
  public TestCluster withQualities(QualityOfService... newQos) {
    return new TestCluster(nodes, partitions, running, topology, List.of(newQos), licenses);
  }

  public TestCluster withTopology(TopologySpec newTopology) {
    return new TestCluster(nodes, partitions, running, newTopology, qos, licenses);
  }

  public TestCluster withQos(QualityOfService... newQos) {
    return new TestCluster(nodes, partitions, running, topology, List.of(newQos), licenses);
  }

  public TestCluster withLicenses(Map<String, Integer> newLicenses) {
    return new TestCluster(nodes, partitions, running, topology, qos, newLicenses);
  }

  /** All nodes. */
  public NodeMask allNodes() {
    return NodeMask.of(nodes.stream().mapToInt(NodeView::id).toArray());
  }

  @Override
  public long version() {
    return 1;
  }

  /** Different for clusters that differ in structure, as far as one test can tell. */
  @Override
  public long structureVersion() {
    return System.identityHashCode(nodes) * 31L + System.identityHashCode(topology);
  }

  @Override
  public long time() {
    return 0;
  }

  @Override
  public List<NodeView> nodes() {
    return nodes;
  }

  @Override
  public NodeView node(int id) {
    if (id >= 0 && id < nodes.size() && nodes.get(id).id() == id) {
      return nodes.get(id);
    }
    return nodes.stream().filter(node -> node.id() == id).findFirst().orElse(null);
  }

  @Override
  public NodeView node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public List<PartitionView> partitions() {
    return partitions;
  }

  @Override
  public PartitionView partition(String name) {
    return partitions.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public List<RunningJob> running() {
    return running;
  }

  @Override
  public ResourceLedger ledger() {
    ResourceLedger ledger = ResourceLedger.allFree(nodes, licenses);
    for (RunningJob job : running) {
      ledger.allocate(job.allocation(), job.soleUser() ? job.user() : ResourceLedger.NO_USER);
    }
    return ledger;
  }

  /** The last of the changes to make: the other methods don't keep it. */
  public TestCluster withReservations(List<ReservationView> newReservations) {
    TestCluster copy = new TestCluster(nodes, partitions, running, topology, qos, licenses);
    copy.reservations = List.copyOf(newReservations);
    copy.accounts = accounts;
    copy.use = use;
    copy.payers = payers;
    return copy;
  }

  @Override
  public Accounts accounts() {
    return accounts;
  }

  @Override
  public Association payer(int payer, String partition) {
    return payers.containsKey(payer) ? accounts.association(payers.get(payer)) : null;
  }

  @Override
  public Consumption consumption(long association) {
    return use.getOrDefault(association, Consumption.NONE);
  }

  @Override
  public List<ReservationView> reservations() {
    return reservations;
  }

  @Override
  public Map<String, Integer> licenses() {
    return licenses;
  }

  @Override
  public TopologySpec topology() {
    return topology;
  }

  @Override
  public QualityOfService qos(String name) {
    return qos.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  @Override
  public List<QualityOfService> qualitiesOfService() {
    return qos;
  }
}
