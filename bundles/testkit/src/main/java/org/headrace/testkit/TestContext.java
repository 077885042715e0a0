package org.headrace.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.headrace.api.gres.ConfiguredGres;
import org.headrace.api.gres.GresKind;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresDevice;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.PendingJob;
import org.headrace.api.scheduler.PendingJobs;
import org.headrace.api.scheduler.PlanningContext;
import org.headrace.api.selector.CountedSelection;
import org.headrace.api.selector.LicensedSelection;
import org.headrace.api.selector.SelectionContext;
import org.headrace.api.selector.Selector;
import org.headrace.api.topology.Topology;

/**
 * Context of one planning call.
 *
 * @param now the present, in epoch milliseconds
 * @param selector selector
 * @param selection what the selector gets
 * @param options settings of the scheduler
 */
public record TestContext(
    long now, Selector selector, SelectionContext selection, Map<String, String> options)
    implements PlanningContext {

  /** A queue of the given rows. */
  public static PendingJobs queue(List<PendingJob> jobs) {
    List<PendingJob> rows = List.copyOf(jobs);
    return new PendingJobs() {
      @Override
      public int size() {
        return rows.size();
      }

      @Override
      public PendingJob get(int row) {
        return rows.get(row);
      }
    };
  }

  /**
   * Context of one selection; resources are placed by count unless {@code kinds} says otherwise.
   */
  public static SelectionContext selection(
      ClusterView view, Topology topology, Map<String, String> options, GresKind... kinds) {
    return new SelectionContext() {
      @Override
      public ClusterView view() {
        return view;
      }

      @Override
      public Topology topology() {
        return topology;
      }

      @Override
      public GresKind gres(String name) {
        for (GresKind kind : kinds) {
          if (kind.name().equals(name)) {
            return kind;
          }
        }
        return new FirstFree(name);
      }

      @Override
      public Map<String, String> options() {
        return options;
      }
    };
  }

  /** Licences and lists of node counts are the planning's affair: a selector knows of neither. */
  @Override
  public Selector selector() {
    return (demand, free, candidates, with) ->
        LicensedSelection.of(
            demand,
            free,
            () -> CountedSelection.of(demand, one -> selector.select(one, free, candidates, with)));
  }

  @Override
  public RandomGenerator random() {
    return new Random(1);
  }

  @Override
  public boolean cancelled() {
    return false;
  }

  /** Takes the devices of the lowest numbers. */
  private record FirstFree(String name) implements GresKind {
    @Override
    public List<GresInventory> discover(List<ConfiguredGres> configured, String autoDetect) {
      return List.of();
    }

    @Override
    public CoreSet choose(GresInventory inventory, CoreSet free, int count, CoreSet cores) {
      int[] members = free.toArray();
      return members.length < count ? null : CoreSet.of(Arrays.copyOf(members, count));
    }

    @Override
    public Map<String, String> environment(
        List<GresAllocation> allocations, List<GresDevice> devices) {
      return Map.of();
    }
  }
}
