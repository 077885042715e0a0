package org.headrace.controller.internal.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;

class InputFeedTest {
  private final List<String> sent = new ArrayList<>();
  private final InputFeed feed = new InputFeed(7, 0, this::record);

  private void record(String node, ToNode message) {
    ToNode.Input input = (ToNode.Input) message;
    String text = new String(input.data(), StandardCharsets.UTF_8);
    sent.add(node + " " + input.position() + " " + text + (input.end() ? "." : ""));
  }

  private CompletionStage<Void> add(String text, boolean end) {
    return feed.add(-1, text.getBytes(StandardCharsets.UTF_8), end);
  }

  private static boolean done(CompletionStage<Void> stage) {
    return stage.toCompletableFuture().isDone();
  }

  @Test
  void nothingIsSentBeforeANodeSaysWhereItIs() {
    feed.expect("n1");
    add("abc", false);
    assertThat(sent).isEmpty();
    feed.taken("n1", 0);
    add("de", false);
    assertThat(sent).containsExactly("n1 0 abc", "n1 3 de");
  }

  @Test
  void dataIsPassedOnWhenTheTasksOfAllNodesHaveReadIt() {
    feed.expect("n1");
    feed.expect("n2");
    feed.taken("n1", 0);
    feed.taken("n2", 0);
    CompletionStage<Void> abc = add("abc", false);
    CompletionStage<Void> de = add("de", false);
    feed.taken("n1", 5);
    assertThat(done(abc)).isFalse();
    feed.taken("n2", 3);
    assertThat(done(abc)).isTrue();
    assertThat(done(de)).isFalse();
    feed.ended("n2");
    assertThat(done(de)).isTrue();
  }

  @Test
  void aNodeThatComesBackGetsWhatItDoesNotHave() {
    feed.expect("n1");
    feed.taken("n1", 0);
    add("abc", false);
    add("de", false);
    add("", true);
    feed.taken("n1", 3);
    sent.clear();
    feed.expect("n1");
    feed.taken("n1", 3);
    assertThat(sent).containsExactly("n1 3 de", "n1 5 .");
  }

  @Test
  void aStepThatHadInputBeforeGoesOnWhereEachNodeIs() {
    feed.expect("n1");
    feed.expect("n2");
    feed.taken("n1", 100);
    feed.taken("n2", 90);
    CompletionStage<Void> abc = add("abc", false);
    assertThat(sent).containsExactly("n1 100 abc", "n2 90 abc");
    feed.taken("n1", 103);
    assertThat(done(abc)).isFalse();
    feed.taken("n2", 93);
    assertThat(done(abc)).isTrue();
  }

  @Test
  void aWriterIsNotHeldUpByAStepThatIsOver() {
    feed.expect("n1");
    CompletionStage<Void> before = add("abc", false);
    feed.close();
    assertThat(done(before)).isTrue();
    assertThat(done(add("de", true))).isTrue();
  }
}
