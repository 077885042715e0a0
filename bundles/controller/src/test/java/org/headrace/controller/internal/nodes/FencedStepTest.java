package org.headrace.controller.internal.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.headrace.controller.internal.nodes.FencedStep.Place;
import org.headrace.protocol.node.ToNode;
import org.junit.jupiter.api.Test;

class FencedStepTest {
  private static final Place A = new Place(1, "a");
  private static final Place B = new Place(1, "b");
  private static final Place C = new Place(2, "b");

  private final List<String> sent = new ArrayList<>();
  private FencedStep step = step();

  /** What a controller knows that has just taken over: nothing. */
  private FencedStep step() {
    return new FencedStep(1000, 0, 3, List.of(A, B, C), this::send, new Handout(this::send));
  }

  private void send(String node, ToNode message) {
    sent.add(node + " " + text(message));
  }

  private static String text(ToNode message) {
    if (message instanceof ToNode.Fenced fenced) {
      return fenced.jobId()
          + " fence "
          + fenced.round()
          + " "
          + new String(fenced.pairs(), StandardCharsets.UTF_8);
    } else if (message instanceof ToNode.AskShare ask) {
      return ask.jobId() + " ask " + ask.round();
    }
    ToNode.StepFailed failed = (ToNode.StepFailed) message;
    return failed.jobId() + " failed " + failed.why();
  }

  private void share(Place place, int round, String pairs) {
    step.share(place, round, pairs.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> sent() {
    List<String> news = List.copyOf(sent);
    sent.clear();
    return news;
  }

  private void allShare(int round) {
    share(C, round, "c");
    share(A, round, "a");
    share(B, round, "b");
  }

  @Test
  void allGetWhatAllBroughtInTheOrderOfTheNodes() {
    share(C, 1, "c");
    share(A, 1, "a");
    assertThat(sent()).isEmpty();
    share(B, 1, "b");
    assertThat(sent())
        .containsExactlyInAnyOrder("a 1 fence 1 abc", "b 1 fence 1 abc", "b 2 fence 1 abc");
    assertThat(step.bytes()).isEqualTo(3);
  }

  @Test
  void nothingIsKeptOfAFenceThatAllHavePassed() {
    allShare(1);
    step.passed(A, 1);
    step.passed(B, 1);
    assertThat(step.bytes()).isEqualTo(3);
    step.passed(C, 1);
    assertThat(step.bytes()).isZero();
    sent();
    // Said again after a break of the connection: nobody waits for that any more.
    share(A, 1, "a");
    step.passed(A, 1);
    assertThat(step.bytes()).isZero();
    assertThat(sent()).isEmpty();
  }

  @Test
  void whoComesToTheNextFenceHasPassedTheLast() {
    allShare(1);
    sent();
    share(A, 2, "x");
    share(B, 2, "y");
    share(C, 2, "z");
    assertThat(sent())
        .containsExactlyInAnyOrder("a 1 fence 2 xyz", "b 1 fence 2 xyz", "b 2 fence 2 xyz");
    assertThat(step.bytes()).isEqualTo(3);
  }

  @Test
  void whoSaysItAgainIsToldAgain() {
    share(A, 1, "a");
    share(A, 1, "a");
    assertThat(step.bytes()).isEqualTo(1);
    share(B, 1, "b");
    share(C, 1, "c");
    sent();
    share(B, 1, "b");
    assertThat(sent()).containsExactly("b 1 fence 1 abc");
  }

  @Test
  void aNewControllerAsksForWhatOnlyTheLastOneHad() {
    // A has passed the fence in which the others wait.
    step.passed(A, 5);
    assertThat(sent()).isEmpty();
    share(B, 5, "b");
    assertThat(sent()).containsExactly("a 1 ask 5");
    share(C, 5, "c");
    sent();
    share(A, 5, "a");
    assertThat(sent()).containsExactlyInAnyOrder("b 1 fence 5 abc", "b 2 fence 5 abc");
    step.passed(B, 5);
    step.passed(C, 5);
    assertThat(step.bytes()).isZero();
  }

  @Test
  void itAsksAlsoWhoSaysLaterThatItHasPassed() {
    share(B, 5, "b");
    share(C, 5, "c");
    step.passed(A, 5);
    assertThat(sent()).containsExactly("a 1 ask 5");
    // It has come to the next one in the meantime.
    share(A, 6, "next");
    share(A, 5, "a");
    assertThat(sent()).contains("b 1 fence 5 abc", "b 2 fence 5 abc");
    share(B, 6, "");
    share(C, 6, "");
    assertThat(sent()).contains("a 1 fence 6 next", "b 1 fence 6 next", "b 2 fence 6 next");
  }

  /** A share may have megabytes, and many may wait for it. */
  @Test
  void itAsksOnceUntilTheWayThereBreaks() {
    step.passed(A, 5);
    share(B, 5, "b");
    share(C, 5, "c");
    share(B, 5, "b");
    step.passed(A, 5);
    assertThat(sent()).containsExactly("a 1 ask 5");
    step.lostSight("b");
    step.passed(A, 5);
    assertThat(sent()).isEmpty();
    step.lostSight("a");
    step.passed(A, 5);
    assertThat(sent()).containsExactly("a 1 ask 5");
  }

  @Test
  void nodesThatNameAnyFencesEndTheStep() {
    for (int round = 1; round <= FencedStep.MAX_ROUNDS; round++) {
      share(A, round, "x");
    }
    assertThat(sent()).isEmpty();
    share(A, FencedStep.MAX_ROUNDS + 1, "x");
    assertThat(sent()).contains("b 1 failed its nodes are in more than 4 different barriers");
    assertThat(step.bytes()).isZero();
    step = step();
    for (int round = 9; round <= 9 + FencedStep.MAX_ROUNDS; round++) {
      step.passed(A, round);
    }
    assertThat(sent()).contains("b 1 failed its nodes are in more than 4 different barriers");
  }

  @Test
  void afterAnEndNobodyWaitsForWhatNeverComes() {
    share(A, 1, "a");
    share(B, 1, "b");
    assertThat(step.missesForEver(Set.of(A, B, C))).isFalse();
    assertThat(step.missesForEver(Set.of(A, B))).isTrue();
    step.fail("why");
    assertThat(sent()).containsExactly("a 1 failed why", "b 1 failed why", "b 2 failed why");
    assertThat(step.bytes()).isZero();
    // Whom the word may not have reached.
    share(B, 1, "b");
    assertThat(sent()).containsExactly("b 1 failed why");
  }

  @Test
  void whoHasBroughtItsShareMayEnd() {
    allShare(1);
    assertThat(step.missesForEver(Set.of(B))).isFalse();
    step.passed(B, 1);
    assertThat(step.missesForEver(Set.of())).isFalse();
  }

  @Test
  void whoHasNoTasksThereIsNotHeard() {
    share(new Place(9, "x"), 1, "x");
    step.passed(new Place(9, "x"), 1);
    allShare(1);
    assertThat(sent()).hasSize(3);
  }
}
