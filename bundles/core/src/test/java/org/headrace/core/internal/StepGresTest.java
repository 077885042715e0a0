package org.headrace.core.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.TaskLayout;
import org.junit.jupiter.api.Test;

class StepGresTest {
  /** A job that has five shards of GPU 1, and three of GPU 2. */
  private final NodeAllocation held =
      new NodeAllocation(0, CoreSet.of(0), 1, 0, List.of(shards(CoreSet.of(1, 2), 5L, 3L)), 1);

  private static GresAllocation shards(CoreSet devices, Long... portions) {
    long sum = List.of(portions).stream().mapToLong(Long::longValue).sum();
    return new GresAllocation("shard", "", devices, sum, List.of(portions));
  }

  private static StepSpec spec(StepSharing sharing, GresRequest... gres) {
    return spec(sharing, Map.of(), gres);
  }

  private static StepSpec spec(
      StepSharing sharing, Map<String, String> attributes, GresRequest... gres) {
    return new StepSpec(
        "step",
        1,
        List.of(),
        List.of(),
        0,
        TaskLayout.SINGLE,
        MemoryRequest.NONE,
        List.of(gres),
        sharing,
        List.of("/bin/true"),
        "/tmp",
        "",
        "",
        "",
        false,
        false,
        022,
        Map.of(),
        false,
        0,
        attributes);
  }

  private static GresRequest shard(long count, Scope scope) {
    return new GresRequest("shard", "", count, scope);
  }

  private static Step running(StepSpec spec, GresAllocation... gres) {
    Step.Part part = new Step.Part(0, CoreSet.of(0), 1, 0, List.of(gres), List.of(0), false);
    return new Step(
        1, 0, spec, List.of(part), JobState.RUNNING, 0, 0, ExitStatus.SUCCESS, Usage.NONE);
  }

  /** As with srun --gres=none; without a word it has all that its job has. */
  @Test
  void aStepMayHaveNone() {
    StepSpec none = spec(StepSharing.WHOLE, Map.of(StepSpec.NO_GRES, "1"));
    assertThat(new StepGres(none, List.of()).take(held, 1)).isEmpty();
    StepSpec all = spec(StepSharing.WHOLE);
    assertThat(new StepGres(all, List.of()).take(held, 1)).isEqualTo(held.gres());
  }

  @Test
  void aStepGetsWhatOthersOfItsJobLeaveOfEachDevice() {
    StepSpec six = spec(StepSharing.EXACT, shard(6, Scope.NODE));
    assertThat(new StepGres(six, List.of()).take(held, 1))
        .containsExactly(shards(CoreSet.of(1, 2), 5L, 1L));
    Step other = running(spec(StepSharing.EXACT, shard(4, Scope.NODE)), shards(CoreSet.of(1), 4L));
    StepGres beside = new StepGres(six, List.of(other));
    assertThat(beside.free(held, shard(6, Scope.NODE))).isEqualTo(4);
    assertThat(
            new StepGres(spec(StepSharing.EXACT, shard(3, Scope.NODE)), List.of(other))
                .take(held, 1))
        .containsExactly(shards(CoreSet.of(1, 2), 1L, 2L));
    assertThat(
            new StepGres(spec(StepSharing.OVERLAP, shard(5, Scope.NODE)), List.of(other))
                .take(held, 1))
        .as("which shares what others have")
        .containsExactly(shards(CoreSet.of(1), 5L));
    assertThat(new StepGres(spec(StepSharing.EXACT), List.of(other)).take(held, 1))
        .as("who wishes for nothing has all")
        .isEqualTo(held.gres());
  }

  @Test
  void theShareOfATaskIsOfOneDevice() {
    GresRequest two = shard(2, Scope.TASK);
    StepGres gres = new StepGres(spec(StepSharing.EXACT, two), List.of());
    assertThat(gres.free(held, two))
        .as("two tasks' of the first, one's of the second")
        .isEqualTo(6);
    assertThat(gres.take(held, 3)).containsExactly(shards(CoreSet.of(1, 2), 4L, 2L));
    assertThat(gres.take(held, 2)).containsExactly(shards(CoreSet.of(1), 4L));
  }

  @Test
  void severalWishesOfAKindGetDifferentDevices() {
    NodeAllocation whole =
        new NodeAllocation(
            0,
            CoreSet.of(0),
            1,
            0,
            List.of(new GresAllocation("gpu", "", CoreSet.of(1, 3, 5), 3)),
            1);
    GresRequest one = new GresRequest("gpu", "", 1, Scope.NODE);
    GresRequest each = new GresRequest("gpu", "", 1, Scope.TASK);
    assertThat(new StepGres(spec(StepSharing.EXACT, one, each), List.of()).take(whole, 2))
        .extracting(GresAllocation::devices)
        .containsExactly(CoreSet.of(1), CoreSet.of(3, 5));
  }

  @Test
  void whatTheJobDoesNotHaveIsNamed() {
    assertThat(shortage(shard(8, Scope.JOB)).ofJob()).isNull();
    assertThat(shortage(shard(9, Scope.JOB)).ofJob().message())
        .isEqualTo("asked for 9 shard; the job has 8 in all");
    assertThat(shortage(shard(8, Scope.NODE)).ofNodes()).isNull();
    assertThat(shortage(shard(9, Scope.NODE)).ofNodes().message())
        .isEqualTo("asked for 9 shard on each node; the job has at most 8 on a node");
    assertThat(shortage(new GresRequest("shard", "a100", 1, Scope.TASK)).ofNodes().message())
        .isEqualTo("asked for 1 shard:a100 for each task; the job has at most 0 on a node");
  }

  private StepShortage shortage(GresRequest wanted) {
    return new StepShortage(List.of(held), spec(StepSharing.EXACT, wanted));
  }
}
