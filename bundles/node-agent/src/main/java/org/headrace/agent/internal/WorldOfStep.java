package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.protocol.node.ToNode;

/** What the tasks of a step are told as tasks of a parallel program. */
final class WorldOfStep {
  private WorldOfStep() {}

  /**
   * Nothing, unless the step asks for it. A step over several components is one program.
   *
   * @param node name of this node
   * @param killWait how long processes have between a signal to end and SIGKILL, in milliseconds
   */
  static ParallelWorld of(ToNode.Launch launch, String node, long killWait) {
    Step step = launch.step();
    String kind =
        step.id() == Step.BATCH ? "" : step.spec().attributes().getOrDefault(StepSpec.MPI, "");
    boolean pmix = kind.equals(StepSpec.PMIX);
    if (!pmix && !kind.equals(StepSpec.PMI)) {
      return ParallelWorld.NONE;
    }
    List<Step> steps = step.group().grouped() ? launch.groupSteps() : List.of(step);
    int size = steps.stream().mapToInt(Step::tasks).sum();
    int[] nodes = nodeOfRank(steps, size);
    return new ParallelWorld(
        (pmix ? "slurm.pmix." : "") + steps.get(0).jobId() + "." + step.id(),
        size,
        step.group().firstTask(),
        steps.stream().mapToInt(one -> one.parts().size()).sum(),
        RankMapping.of(nodes),
        (int) Math.min(killWait, Integer.MAX_VALUE),
        pmix ? placement(launch, node, nodes) : "");
  }

  /** Names of nodes and the ranks that each has. */
  private static String placement(ToNode.Launch launch, String node, int[] nodeOfRank) {
    StepGroup group = launch.step().group();
    List<String> names = group.grouped() ? launch.groupNodes() : launch.stepNodes();
    List<StringBuilder> ranks = new ArrayList<>();
    names.forEach(name -> ranks.add(new StringBuilder(name)));
    for (int first = 0; first < nodeOfRank.length; ) {
      int end = first + 1;
      while (end < nodeOfRank.length && nodeOfRank[end] == nodeOfRank[first]) {
        end++;
      }
      StringBuilder text = ranks.get(nodeOfRank[first]);
      text.append(text.indexOf(":") < 0 ? ':' : ',').append(first);
      if (end - first > 1) {
        text.append('-').append(end - 1);
      }
      first = end;
    }
    int here = group.firstNode() + launch.stepNodes().indexOf(node);
    return here + "\n" + String.join(";", ranks);
  }

  /**
   * A node that is in several components counts once in each: they are separate from each other.
   */
  private static int[] nodeOfRank(List<Step> steps, int size) {
    int[] nodes = new int[size];
    int first = 0;
    int node = 0;
    for (Step step : steps) {
      for (Step.Part part : step.parts()) {
        for (int rank : part.taskRanks()) {
          nodes[first + rank] = node;
        }
        node++;
      }
      first += step.tasks();
    }
    return nodes;
  }
}
