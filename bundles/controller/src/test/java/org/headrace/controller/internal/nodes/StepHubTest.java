package org.headrace.controller.internal.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.control.stepio.StepStreams;
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
}
