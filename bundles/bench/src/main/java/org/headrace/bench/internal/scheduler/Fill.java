package org.headrace.bench.internal.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.NodeView;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.api.scheduler.Decision;

/**
 * Fills a machine by hand, without a scheduler: wide jobs on whole nodes, and nodes that narrow
 * jobs share. One shared node in eight keeps a few cores free that few jobs can use.
 */
final class Fill {
  private static final int WIDEST = 32;

  /** So that about half of the nodes are shared. */
  private static final int NARROW_SHARE = 16;

  private static final int MOST_SCRAPS = 3;

  private final Random random = new Random(7);
  private final Jobs jobs;
  private final Core core;

  Fill(Core core) {
    this.core = core;
    jobs = new Jobs(7, core.state().nodes().size());
  }

  /** Starts jobs on all nodes. */
  void fill() {
    List<Decision> starts = new ArrayList<>();
    List<NodeView> cpu = new ArrayList<>();
    List<NodeView> gpu = new ArrayList<>();
    for (NodeView node : core.state().nodes()) {
      (node.gres().isEmpty() ? cpu : gpu).add(node);
    }
    for (int at = 0; at < cpu.size(); ) {
      if (random.nextInt(NARROW_SHARE) > 0) {
        share(cpu.get(at++), starts);
      } else {
        int width = Math.min(cpu.size() - at, 1 + random.nextInt(WIDEST));
        whole("batch", cpu.subList(at, at + width), starts);
        at += width;
      }
    }
    for (int at = 0; at < gpu.size(); ) {
      int width = Math.min(gpu.size() - at, 1 << random.nextInt(5));
      whole("gpu", gpu.subList(at, at + width), starts);
      at += width;
    }
    core.carryOut(starts);
  }

  private void whole(String partition, List<NodeView> nodes, List<Decision> starts) {
    List<NodeAllocation> parts = new ArrayList<>();
    for (NodeView node : nodes) {
      parts.add(part(node, 0, node.hardware().cores(), true));
    }
    starts.add(start(partition, new Allocation(parts, false)));
  }

  private void share(NodeView node, List<Decision> starts) {
    int cores = node.hardware().cores();
    int keep = random.nextInt(8) == 0 ? 1 + random.nextInt(MOST_SCRAPS) : 0;
    for (int core = 0; core < cores - keep; ) {
      int width = Math.min(cores - keep - core, 1 << random.nextInt(6));
      NodeAllocation part = part(node, core, width, false);
      starts.add(start("batch", new Allocation(List.of(part), false)));
      core += width;
    }
  }

  private static NodeAllocation part(NodeView node, int first, int width, boolean all) {
    int[] cores = new int[width];
    for (int i = 0; i < width; i++) {
      cores[i] = first + i;
    }
    List<GresAllocation> gres =
        all
            ? node.gres().stream()
                .map(
                    one ->
                        new GresAllocation(
                            one.name(), one.type(), one.deviceNumbers(), one.count()))
                .toList()
            : List.of();
    long memory = node.hardware().memory() * width / node.hardware().cores();
    return new NodeAllocation(node.id(), CoreSet.of(cores), width, memory, gres, 1);
  }

  private Decision start(String partition, Allocation allocation) {
    int nodes = allocation.nodes().size();
    ResourceRequest request =
        ResourceRequest.singleCpu()
            .withNodes(nodes, nodes)
            .withLayout(new TaskLayout(nodes, 1, 1, 0, 0, false, ""));
    long limit = (1 + random.nextInt(24 * 60)) * 60_000L;
    JobSpec spec = jobs.job(partition, request, limit);
    return new Decision.Start(core.submit(spec), partition, allocation);
  }
}
