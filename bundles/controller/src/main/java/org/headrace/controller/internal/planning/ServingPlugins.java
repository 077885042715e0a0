package org.headrace.controller.internal.planning;

import java.util.List;
import java.util.Map;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresException;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.CoreTerms;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeMask;
import org.headrace.api.model.ResourceLedger;
import org.headrace.api.model.TopologySpec;
import org.headrace.api.selector.CountedSelection;
import org.headrace.api.selector.JobDemand;
import org.headrace.api.selector.LicensedSelection;
import org.headrace.api.selector.Selection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.headrace.controller.internal.plugins.InnerFault;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;

/**
 * The plugins that a scheduler works with, each call of them counted and its answer checked, so
 * that a fault is laid at the right door.
 */
final class ServingPlugins implements Selector, Topology, SelectionContext {
  private final PluginRegistry registry;
  private final ClusterView view;
  private final Map<String, String> options;
  private final Kind insteadKind;
  private final String instead;
  private volatile boolean abandoned;

  /**
   * @param options settings of the selector
   */
  ServingPlugins(PluginRegistry registry, ClusterView view, Map<String, String> options) {
    this(registry, view, options, null, null);
  }

  /**
   * @param insteadKind kind of which {@code instead} is called rather than the one that serves, or
   *     null
   */
  ServingPlugins(
      PluginRegistry registry,
      ClusterView view,
      Map<String, String> options,
      Kind insteadKind,
      String instead) {
    this.registry = registry;
    this.view = view;
    this.options = options;
    this.insteadKind = insteadKind;
    this.instead = instead;
  }

  /** Lets no further call through: whoever calls has been given up, and others are at work. */
  void abandon() {
    abandoned = true;
  }

  boolean abandoned() {
    return abandoned;
  }

  private <P, R> R call(Kind kind, Class<P> type, PluginRegistry.Call<P, R> call)
      throws PluginFault {
    if (abandoned) {
      throw new PluginFault("the plan isn't wanted any more");
    }
    return kind == insteadKind
        ? registry.callNamed(kind.name(), instead, type, call)
        : registry.call(kind, type, call);
  }

  @Override
  public Selection select(
      JobDemand demand, ResourceLedger free, NodeMask candidates, SelectionContext context) {
    return LicensedSelection.of(
        demand, free, () -> CountedSelection.of(demand, one -> selected(one, free, candidates)));
  }

  private Selection selected(JobDemand demand, ResourceLedger free, NodeMask candidates) {
    return inner(
        () ->
            call(
                Kind.SELECTOR,
                Selector.class,
                selector ->
                    checked(selector.select(demand, free, candidates, this), demand, free)));
  }

  /**
   * The answer on the terms of the job's partition. One that doesn't fit what is free is a fault of
   * the selector.
   */
  static Selection checked(Selection selection, JobDemand demand, ResourceLedger free)
      throws PluginFault {
    if (selection == null) {
      throw new PluginFault("the selector gave no answer");
    }
    if (selection instanceof Selection.Placed placed) {
      CoreTerms terms = CoreTerms.of(demand.partition(), demand.request());
      Allocation allocation = placed.allocation().withTerms(terms);
      String problem = free.problem(allocation);
      if (problem != null) {
        throw new PluginFault("the selector's answer is nonsense: " + problem);
      }
      return allocation == placed.allocation() ? placed : new Selection.Placed(allocation);
    }
    return selection;
  }

  @Override
  public int[] choose(TopologyRequest request) {
    return inner(() -> call(Kind.TOPOLOGY, Topology.class, topology -> checked(topology, request)));
  }

  private static int[] checked(Topology topology, TopologyRequest request) throws PluginFault {
    int[] chosen = topology.choose(request);
    if (chosen != null) {
      for (int node : chosen) {
        if (!request.eligible().contains(node)) {
          throw new PluginFault("the topology chose node id " + node + ", not asked");
        }
      }
    }
    return chosen;
  }

  @Override
  public ClusterView view() {
    return view;
  }

  @Override
  public Topology topology() {
    return this;
  }

  /** Where several wirings are configured, each is the matter of the plugin for its kind. */
  @Override
  public Topology topology(TopologySpec wiring) {
    String kind = wiring.kind();
    boolean serving =
        kind.isEmpty()
            || kind.equals(registry.serving(Kind.TOPOLOGY))
            || !registry.usable(Kind.TOPOLOGY.name(), kind);
    return serving
        ? this
        : request ->
            inner(
                () ->
                    registry.callNamed(
                        Kind.TOPOLOGY.name(),
                        kind,
                        Topology.class,
                        topology -> checked(topology, request)));
  }

  @Override
  public Map<String, String> options() {
    return options;
  }

  @Override
  public GresKind gres(String name) {
    return registry.usable("gres", name) ? new GuardedGres(name) : new CountedGres(name);
  }

  private interface PluginCall<R> {
    R run() throws PluginFault;
  }

  private static <R> R inner(PluginCall<R> call) {
    try {
      return call.run();
    } catch (PluginFault e) {
      throw new InnerFault(e);
    }
  }

  /** A kind of generic resource, placement only. */
  private final class GuardedGres implements GresKind {
    private final String name;

    GuardedGres(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect)
        throws GresException {
      throw new GresException("devices are looked for on the node, not in the controller");
    }

    @Override
    public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
      return inner(
          () ->
              registry.callNamed(
                  "gres",
                  name,
                  GresKind.class,
                  gres -> {
                    CoreSet chosen = gres.choose(inventory, free, count, cores);
                    if (chosen != null && (chosen.size() != count || !free.containsAll(chosen))) {
                      throw new PluginFault(
                          "gres/" + name + " chose " + chosen + " of free " + free);
                    }
                    return chosen;
                  }));
    }

    @Override
    public Map<String, String> environment(
        List<GresAllocation> allocations, List<GresDevice> devices) {
      return Map.of();
    }
  }
}
