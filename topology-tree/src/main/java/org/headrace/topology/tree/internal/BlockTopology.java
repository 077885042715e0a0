package org.headrace.topology.tree.internal;

import java.util.Arrays;
import org.headrace.api.topology.Topology;
import org.headrace.api.topology.TopologyRequest;
import org.osgi.service.component.annotations.Component;

/**
 * Blocks of closely coupled nodes, such as racks with a switch for their GPUs: where a job goes
 * says {@link BlockChoice}.
 */
@Component(service = Topology.class, property = "headrace.plugin=topology/block")
public final class BlockTopology implements Topology {
  /** How many numbers of nodes are tried, from the smallest, where a job leaves them open. */
  private static final int SIZES_TRIED = 32;

  private final Known<Blocks> known = new Known<>(Blocks::of);

  @Override
  public int[] choose(TopologyRequest request) {
    BlockChoice choice = new BlockChoice(request, known.of(request));
    int fewest = fewest(request);
    int most = Math.min(request.maxNodes(), request.eligible().size());
    for (int count = fewest; count <= most && count < fewest + tried(request); count++) {
      int[] found = choice.of(count);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static int tried(TopologyRequest request) {
    String text = request.wiring().options().getOrDefault("topomaxsizeunroll", "");
    return text.matches("[1-9]\\d{0,8}") ? Integer.parseInt(text) : SIZES_TRIED;
  }

  /** No fewer nodes have room for the job, wherever they are. */
  private static int fewest(TopologyRequest request) {
    int[] capacities =
        Arrays.stream(request.eligible().toArray())
            .map(request.capacity())
            .map(one -> -one)
            .sorted()
            .toArray();
    long sum = 0;
    int count = 0;
    while (count < capacities.length && sum < request.needed()) {
      sum -= capacities[count++];
    }
    return sum < request.needed()
        ? Integer.MAX_VALUE - 1
        : Math.max(count, Math.max(request.minNodes(), request.required().size()));
  }
}
