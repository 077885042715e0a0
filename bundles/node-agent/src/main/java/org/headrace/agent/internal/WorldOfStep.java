package org.headrace.agent.internal;

import java.util.List;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.protocol.node.ToNode;

/** What the tasks of a step are told as tasks of a parallel program. */
final class WorldOfStep {
  private WorldOfStep() {}

  /**
   * Nothing, unless the step asks for it. A step over several components is one program.
   *
   * @param killWait how long processes have between a signal to end and SIGKILL, in milliseconds
   */
  static ParallelWorld of(ToNode.Launch launch, long killWait) {
    Step step = launch.step();
    boolean parallel =
        step.id() != Step.BATCH && StepSpec.PMI.equals(step.spec().attributes().get(StepSpec.MPI));
    if (!parallel) {
      return ParallelWorld.NONE;
    }
    List<Step> steps = step.group().grouped() ? launch.groupSteps() : List.of(step);
    int size = steps.stream().mapToInt(Step::tasks).sum();
    int[] nodes = nodeOfRank(steps, size);
    return new ParallelWorld(
        steps.get(0).jobId() + "." + step.id(),
        size,
        step.group().firstTask(),
        steps.stream().mapToInt(one -> one.parts().size()).sum(),
        RankMapping.of(nodes),
        (int) Math.min(killWait, Integer.MAX_VALUE));
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
