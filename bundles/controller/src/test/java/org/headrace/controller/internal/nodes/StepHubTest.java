package org.headrace.controller.internal.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepGroup;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Usage;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.control.event.Event;
import org.headrace.control.stepio.StepStreams;
import org.headrace.control.stepio.StepStreams.Connection;
import org.headrace.core.PublishedState;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;

class StepHubTest {
  private final List<ToNode> sent = new ArrayList<>();
  private final StepHub hub =
      new StepHub((node, message) -> sent.add(message), Runnable::run, Runnable::run);

  /** A listener may be on its way from another controller: its output must not be dropped. */
  @Test
  void onlyAQuestionIsAnsweredThatNobodyListens() {
    hub.output("n1", new FromNode.Output(1, 0, 0, false, new byte[10], 0));
    assertThat(sent).isEmpty();
    hub.output("n1", new FromNode.Output(1, 0, 0, false, new byte[0], 0));
    assertThat(sent).containsExactly(new ToNode.Attach(1, 0, false));
  }

  @Test
  void nobodyCanListenToAStepThatIsNotKnown() {
    List<String> heard = new ArrayList<>();
    hub.attach(
        1,
        0,
        Map.of(),
        new StepStreams.OutputListener() {
          @Override
          public void output(String node, int task, boolean error, byte[] data) {
            heard.add(new String(data));
          }

          @Override
          public void taskEnded(int task, int code, int signal, String node) {}

          @Override
          public void closed() {
            heard.add("closed");
          }
        });
    assertThat(heard).containsExactly("closed");
  }

  private static final class Heard implements StepStreams.OutputListener {
    private final List<String> said = new ArrayList<>();

    @Override
    public void output(String node, int task, boolean error, byte[] data) {
      said.add(node + "/" + task + (error ? "!" : ":") + new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void taskEnded(int task, int code, int signal, String node) {
      said.add(task + " ended " + code);
    }

    @Override
    public void closed() {
      said.add("closed");
    }
  }

  private static Step step(long ended) {
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
            Map.of());
    JobState state = ended == 0 ? JobState.RUNNING : JobState.COMPLETED;
    return new Step(
        1, 0, spec, List.of(), state, 1, ended, ExitStatus.SUCCESS, Usage.NONE, StepGroup.NONE);
  }

  private void runStep() {
    hub.published(
        (PublishedState)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PublishedState.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "steps" -> List.of(step(0));
                      default -> throw new UnsupportedOperationException(method.getName());
                    }));
  }

  private void say(String text, long position) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    hub.output("n1", new FromNode.Output(1, 0, 0, false, bytes, position));
  }

  @Test
  void whoWatchesHearsTheSameAsWhoStartedTheStep() {
    runStep();
    Heard own = new Heard();
    Heard other = new Heard();
    Connection first = hub.attach(1, 0, Map.of(), own);
    say("a", 0);
    Connection second = hub.watch(1, 0, other);
    say("b", 1);
    say("b", 1); // Once more, after a break of the way.
    hub.taskEnded("n1", new FromNode.TaskEnded(1, 0, 0, new ExitStatus(3, 0)));
    hub.taskEnded("n1", new FromNode.TaskEnded(1, 0, 0, new ExitStatus(3, 0)));
    assertThat(other.said).containsExactly("n1/0:a", "n1/0:b", "0 ended 3");
    second.close();
    say("c", 2);
    assertThat(own.said).contains("n1/0:c");
    assertThat(other.said).endsWith("closed").doesNotContain("n1/0:c");
    first.close();
  }

  @Test
  void whoWatchesHearsOfTheEnd() {
    runStep();
    hub.attach(1, 0, Map.of(), new Heard());
    Heard other = new Heard();
    hub.watch(1, 0, other);
    hub.on(new Event.StepChanged(1, 1, step(5), 0));
    assertThat(other.said).containsExactly("closed");
    hub.published(null);
    Heard late = new Heard();
    hub.watch(1, 0, late);
    assertThat(late.said).containsExactly("closed");
  }

  @Test
  void whoWatchesAndDoesNotReadHoldsUpNobody() {
    runStep();
    Heard own = new Heard();
    hub.attach(1, 0, Map.of(), own);
    Heard slow = new Heard();
    Heard quick = new Heard();
    hub.watch(1, 0, slow);
    Connection reads = hub.watch(1, 0, quick);
    String piece = "x".repeat(1 << 20);
    for (int i = 0; i < 6; i++) {
      say(piece, (long) i << 20);
      reads.consumed(piece.length());
    }
    assertThat(slow.said).hasSize(5).endsWith("closed");
    assertThat(quick.said).hasSize(6);
    assertThat(own.said).hasSize(6);
  }

  /** Not more than there is room for. */
  @Test
  void whoComesLateHearsTheLatest() {
    runStep();
    hub.attach(1, 0, Map.of(), new Heard());
    for (int i = 0; i < 300; i++) {
      say(Integer.toString(i % 10), i);
    }
    Heard late = new Heard();
    hub.watch(1, 0, late);
    assertThat(late.said).hasSize(128).endsWith("n1/0:9");
  }

  @Test
  void inputOfWhoWatchesGoesToTheTasks() {
    runStep();
    Connection own = hub.attach(1, 0, Map.of(), new Heard());
    Connection other = hub.watch(1, 0, new Heard());
    assertThat(other.input(0, new byte[] {1}, false).toCompletableFuture()).isDone();
    own.close();
    assertThat(other.input(0, new byte[] {1}, false).toCompletableFuture()).isDone();
  }
}
