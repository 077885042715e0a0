package org.headrace.sim.internal.gpu;

import java.util.List;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;

/**
 * A task of one node.
 *
 * @param cores cores, from 1
 * @param memory memory in MiB
 * @param gpus whole GPUs, or zero
 * @param share thousandths of one GPU where {@code gpus} is zero, or zero
 */
record GpuTask(int cores, long memory, int gpus, int share) {
  /** What it adds to the load, in thousandths of a GPU. */
  long load() {
    return gpus * (long) GpuCluster.UNITS + share;
  }

  /** The request, in the core's words: {@code -n1 -cN --mem=M --gres=gpu:N}, or {@code shard:N}. */
  ResourceRequest request() {
    ResourceRequest one = ResourceRequest.singleCpu();
    List<GresRequest> gres =
        gpus > 0
            ? List.of(new GresRequest("gpu", "", gpus, GresRequest.Scope.NODE))
            : share > 0
                ? List.of(new GresRequest("shard", "", share, GresRequest.Scope.NODE))
                : List.of();
    return one.withNodes(1, 1)
        .withLayout(new TaskLayout(1, cores, 0, 0, 0, false, ""))
        .withMemory(memory == 0 ? MemoryRequest.NONE : MemoryRequest.perNode(memory))
        .withGres(gres);
  }
}
