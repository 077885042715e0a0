package org.headrace.controller.internal.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Usage;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.Reason;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.event.Event;
import org.headrace.controller.testing.Samples;
import org.headrace.core.PublishedState;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;

class FencesTest {
  private final List<ToNode> sent = new ArrayList<>();
  private final Fences fences = new Fences((node, message) -> sent.add(message));
  private final Map<Long, Job> jobs = new HashMap<>();
  private final Map<Long, List<Step>> steps = new HashMap<>();

  /** The little that fences look at. A node that isn't known is called after its number. */
  private void publish() {
    fences.published(
        (PublishedState)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PublishedState.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "job" -> jobs.get((Long) arguments[0]);
                      case "steps" -> steps.getOrDefault((Long) arguments[0], List.of());
                      case "node" -> null;
                      default -> throw new UnsupportedOperationException(method.getName());
                    }));
  }

  private void job(long id, int restarts) {
    job(id, restarts, Samples.job());
  }

  private void job(long id, int restarts, JobSpec spec) {
    JobStatus status =
        new JobStatus(
            JobState.RUNNING,
            Set.of(),
            Reason.NONE,
            1,
            "main",
            1,
            1,
            1,
            1,
            0,
            0,
            null,
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            restarts,
            JobArray.NONE,
            0,
            -1,
            0,
            0);
    jobs.put(id, new Job(id, 0, Job.NO_TASK, spec, status));
  }

  private static Step step(long job, StepGroup group, long ended, List<Step.Part> parts) {
    return step(job, group, ended, parts, Map.of(StepSpec.MPI, StepSpec.PMI));
  }

  private static Step step(
      long job,
      StepGroup group,
      long ended,
      List<Step.Part> parts,
      Map<String, String> attributes) {
    StepSpec spec =
        new StepSpec(
            "step",
            2,
            List.of(),
            List.of(),
            0,
            new TaskLayout(2, 1, 0, 0, 0, false, ""),
            MemoryRequest.NONE,
            List.of(),
            StepSpec.StepSharing.WHOLE,
            List.of("x"),
            "/",
            "",
            "",
            "",
            false,
            false,
            0,
            Map.of(),
            false,
            0,
            attributes);
    JobState state = ended == 0 ? JobState.RUNNING : JobState.COMPLETED;
    return new Step(job, 0, spec, parts, state, 1, ended, ExitStatus.SUCCESS, Usage.NONE, group);
  }

  private static Step.Part part(int node, boolean done) {
    return new Step.Part(node, CoreSet.firstOf(1), 1, 0, List.of(), List.of(node - 1), done);
  }

  /** A step on node-1 and node-2. */
  private void step(boolean firstDone, long ended) {
    List<Step.Part> parts = List.of(part(1, firstDone || ended > 0), part(2, ended > 0));
    steps.put(7L, List.of(step(7, StepGroup.NONE, ended, parts)));
    publish();
  }

  private void start() {
    job(7, 0);
    step(false, 0);
  }

  private void changed(long job) {
    fences.on(new Event.StepChanged(1, 1, steps.get(job).get(0), 0));
  }

  private void share(long job, String node, int round, int bytes) {
    fences.share(node, new FromNode.Share(job, 0, 0, round, new byte[bytes]));
  }

  private String failure() {
    return sent.stream()
        .map(message -> message instanceof ToNode.StepFailed failed ? failed.why() : "")
        .reduce("", (before, why) -> why);
  }

  @Test
  void nodesMeet() {
    start();
    share(7, "node-1", 1, 3);
    share(7, "node-2", 1, 4);
    assertThat(sent).hasSize(2);
    assertThat(((ToNode.Fenced) sent.get(0)).pairs()).hasSize(7);
  }

  @Test
  void whatIsSaidOfAnotherRunOrAfterTheEndCountsForNothing() {
    start();
    share(7, "node-1", 1, 3);
    fences.share("node-2", new FromNode.Share(7, 1, 0, 1, new byte[0]));
    fences.share("node-2", new FromNode.Share(8, 0, 0, 1, new byte[0]));
    step(false, 5);
    share(7, "node-2", 1, 4);
    assertThat(sent).isEmpty();
  }

  @Test
  void aRunThatIsDoneAgainBeginsAnew() {
    start();
    share(7, "node-1", 1, 3);
    job(7, 1);
    publish();
    fences.share("node-2", new FromNode.Share(7, 1, 0, 1, new byte[2]));
    assertThat(sent).isEmpty();
    fences.share("node-1", new FromNode.Share(7, 1, 0, 1, new byte[2]));
    assertThat(((ToNode.Fenced) sent.get(0)).pairs()).hasSize(4);
  }

  @Test
  void whoWaitsForANodeThatHasEndedIsEnded() {
    start();
    share(7, "node-2", 1, 4);
    step(true, 0);
    changed(7);
    assertThat(failure()).contains("wait in a barrier for others, on another node");
  }

  /** Of the end of a part, the core says nothing while others go on. */
  @Test
  void theReportOfANodeIsEnough() {
    for (boolean before : new boolean[] {true, false}) {
      start();
      if (before) {
        share(7, "node-2", 1, 4);
      }
      fences.partEnded("node-1", 7, 0, 0);
      if (!before) {
        share(7, "node-2", 1, 4);
      }
      assertThat(failure()).contains("wait in a barrier for others, on another node");
      sent.clear();
      step(false, 9);
      changed(7);
    }
  }

  @Test
  void whoComesAfterTheOthersHaveEndedIsEnded() {
    start();
    step(true, 0);
    changed(7);
    assertThat(sent).isEmpty();
    share(7, "node-2", 1, 4);
    assertThat(failure()).contains("wait in a barrier for others, on another node");
  }

  @Test
  void whatTasksPutIsBounded() {
    start();
    share(7, "node-1", 1, Fences.MAX_STEP_BYTES);
    assertThat(failure()).isEmpty();
    share(7, "node-2", 1, 1);
    assertThat(failure()).isEqualTo("its tasks put more than 16777216 bytes of keys and values");
  }

  @Test
  void whatAllStepsHaveIsBoundedAndComesFreeAgain() {
    for (long job = 1; job <= 4; job++) {
      job(job, 0);
      List<Step.Part> parts = List.of(part(1, false), part(2, false));
      steps.put(job, List.of(step(job, StepGroup.NONE, 0, parts)));
    }
    publish();
    share(1, "node-1", 1, Fences.MAX_STEP_BYTES);
    share(2, "node-1", 1, Fences.MAX_STEP_BYTES);
    assertThat(failure()).isEmpty();
    share(3, "node-1", 1, 1);
    assertThat(failure()).contains("try again later");
    sent.clear();
    steps.put(1L, List.of(step(1, StepGroup.NONE, 9, List.of(part(1, true), part(2, true)))));
    publish();
    changed(1);
    share(4, "node-1", 1, Fences.MAX_STEP_BYTES - 1);
    assertThat(sent).isEmpty();
  }

  /** A job of another user on node-1 and node-2, and what fails of whom. */
  private void jobOf(long id, int uid) {
    Owner owner = new Owner(uid, uid, "u" + uid, "g");
    job(id, 0, JobSpec.of("job", owner, Execution.plain(true, "/tmp", 022, true)));
    List<Step.Part> parts = List.of(part(1, false), part(2, false));
    steps.put(id, List.of(step(id, StepGroup.NONE, 0, parts)));
    publish();
  }

  private Set<Long> failed() {
    return sent.stream()
        .filter(ToNode.StepFailed.class::isInstance)
        .map(message -> ((ToNode.StepFailed) message).jobId())
        .collect(Collectors.toSet());
  }

  @Test
  void whoHasMostMakesRoomForOthers() {
    jobOf(1, 2001);
    jobOf(2, 2001);
    jobOf(3, 2002);
    share(1, "node-1", 1, Fences.MAX_STEP_BYTES - 1);
    share(2, "node-1", 1, Fences.MAX_STEP_BYTES);
    share(3, "node-1", 1, 1000);
    assertThat(failed()).containsExactly(2L);
    share(3, "node-2", 1, 1000);
    assertThat(sent.get(sent.size() - 1)).isInstanceOf(ToNode.Fenced.class);
  }

  /** The nodes of the first have all under way that may be, and never say that they have it. */
  @Test
  void whoNeverTakesWhatIsSentKeepsUpNobodyElse() {
    jobOf(1, 2001);
    jobOf(2, 2001);
    jobOf(3, 2002);
    share(1, "node-1", 1, Fences.MAX_STEP_BYTES);
    share(1, "node-2", 1, 0);
    share(2, "node-1", 1, 10);
    share(2, "node-2", 1, 10);
    assertThat(sent).hasSize(2);
    sent.clear();
    share(3, "node-1", 1, 10);
    share(3, "node-2", 1, 10);
    assertThat(sent)
        .singleElement()
        .isInstanceOfSatisfying(
            ToNode.Fenced.class, fenced -> assertThat(fenced.jobId()).isEqualTo(3));
    fences.passed("node-1", new FromNode.FencePassed(3, 0, 0, 1));
    assertThat(sent).hasSize(2);
    fences.passed("node-1", new FromNode.FencePassed(1, 0, 0, 1));
    assertThat(sent).hasSize(4);
  }

  /** Components 7 and 8, which share node-2. */
  private void components(boolean both) {
    job(7, 0);
    job(8, 0);
    StepGroup group =
        new StepGroup(List.of(7L, 8L), 0, 0, List.of(1, 2, 2), List.of(1, 1, 1), List.of(1, 1, 1));
    steps.put(7L, List.of(step(7, group, 0, List.of(part(1, false), part(2, false)))));
    steps.put(8L, both ? List.of(step(8, group, 0, List.of(part(2, false)))) : List.of());
    publish();
  }

  @Test
  void componentsAreOneProgram() {
    components(true);
    share(8, "node-2", 1, 1);
    share(7, "node-1", 1, 2);
    assertThat(sent).isEmpty();
    share(7, "node-2", 1, 4);
    assertThat(sent).hasSize(3);
    assertThat(((ToNode.Fenced) sent.get(2)).pairs()).hasSize(7);
    assertThat(fences.endedBy("node-2", new FromNode.StepAborted(8, 0, 0, "why")))
        .extracting(Step::jobId)
        .containsExactly(7L, 8L);
    assertThat(fences.endedBy("node-2", new FromNode.StepAborted(8, 1, 0, "why"))).isEmpty();
  }

  /** Any node of the cluster could end any step otherwise. */
  @Test
  void onlyANodeOfTheStepMayEndIt() {
    components(true);
    assertThat(fences.endedBy("node-3", new FromNode.StepAborted(7, 0, 0, "why"))).isEmpty();
    assertThat(fences.endedBy("node-1", new FromNode.StepAborted(8, 0, 0, "why"))).isEmpty();
    assertThat(fences.endedBy("node-1", new FromNode.StepAborted(7, 0, 0, "why"))).hasSize(2);
  }

  @Test
  void aNodeThatHasNoPartInTheStepEndsNobodysWait() {
    start();
    share(7, "node-2", 1, 4);
    fences.partEnded("node-3", 7, 0, 0);
    assertThat(sent).isEmpty();
  }

  /** With --no-kill the job goes on without the node, and so do its steps. */
  @Test
  void whoWaitsForANodeThatTheJobHasLostIsEnded() {
    start();
    share(7, "node-2", 1, 4);
    step(true, 0);
    fences.on(new Event.NodeLeft(1, 1, jobs.get(7L)));
    assertThat(failure()).contains("wait in a barrier for others, on another node");
  }

  /** Both have brought all there is: the second gets it once the first has it, or is gone. */
  @Test
  void whatGoesToTheNodesIsSentBitByBit() {
    int half = Fences.MAX_STEP_BYTES / 2;
    job(7, 0);
    List<Step.Part> parts = new ArrayList<>();
    for (int node = 1; node <= 4; node++) {
      parts.add(part(node, false));
    }
    steps.put(7L, List.of(step(7, StepGroup.NONE, 0, parts)));
    publish();
    share(7, "node-1", 1, half);
    share(7, "node-2", 1, half);
    share(7, "node-3", 1, 0);
    share(7, "node-4", 1, 0);
    assertThat(sent).hasSize(2);
    fences.passed("node-1", new FromNode.FencePassed(7, 0, 0, 1));
    assertThat(sent).hasSize(3);
    fences.disconnected("node-2");
    assertThat(sent).hasSize(4);
    share(7, "node-2", 1, half); // It is back, and waits until there is room.
    assertThat(sent).hasSize(4);
    fences.passed("node-3", new FromNode.FencePassed(7, 0, 0, 1));
    assertThat(sent).hasSize(5);
    assertThat(((ToNode.Fenced) sent.get(4)).pairs()).hasSize(2 * half);
  }

  @Test
  void aStepThatIsNoParallelProgramHasNoFences() {
    start();
    List<Step.Part> parts = List.of(part(1, false), part(2, false));
    steps.put(7L, List.of(step(7, StepGroup.NONE, 0, parts, Map.of())));
    publish();
    share(7, "node-1", 1, 3);
    share(7, "node-2", 1, 3);
    assertThat(fences.endedBy("node-1", new FromNode.StepAborted(7, 0, 0, "why"))).isEmpty();
    assertThat(sent).isEmpty();
  }

  @Test
  void aComponentThatIsNotThereAnyMoreIsMissed() {
    components(false);
    share(7, "node-1", 1, 2);
    assertThat(failure()).isEqualTo("a component of the job has ended");
  }
}
