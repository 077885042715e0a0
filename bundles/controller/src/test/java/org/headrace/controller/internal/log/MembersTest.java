package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.headrace.controller.testing.Await;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members, each a process: what happens when one of them is killed. */
class MembersTest {
  private static final int PATIENCE = 120;
  private static final String FIRST_SEGMENT = "log/archive/0-0.rec";

  @TempDir Path directory;
  private final List<Member> members = new ArrayList<>();
  private int submitted;

  private void start() throws IOException {
    start("key", "key", "key");
  }

  private void start(String... keys) throws IOException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String net = "127." + random.nextInt(1, 255) + "." + random.nextInt(1, 255) + ".";
    List<String> addresses = List.of(net + 1, net + 2, net + 3);
    int port = Ports.free(5);
    for (int i = 0; i < 3; i++) {
      members.add(new Member(directory.resolve("state-" + i), i, port, keys[i], addresses));
      members.get(i).start();
    }
    Member leader = leader();
    leader.tell("configure");
    assertThat(answer(leader)).isEqualTo("configured Done");
  }

  @AfterEach
  void end() {
    members.forEach(Member::close);
  }

  private static String answer(Member member) {
    try {
      return member.answer();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for one. */
  private Member leader() {
    Await.until("a leader", PATIENCE, () -> members.stream().filter(Member::leads).count() == 1);
    return members.stream().filter(Member::leads).findFirst().orElseThrow();
  }

  /** Waits until it follows who leads: on a loaded machine the lead may change meanwhile. */
  private Member followedBy(Member member) throws IOException {
    try {
      Await.until(
          "it follows",
          PATIENCE,
          () -> member.follows() >= 0 && members.get(member.follows()).leads());
    } catch (AssertionError e) {
      for (Member each : members) {
        e.addSuppressed(new AssertionError(each.state()));
      }
      throw e;
    }
    return members.get(member.follows());
  }

  private List<Member> followers(Member leader) {
    return members.stream().filter(member -> member != leader).toList();
  }

  private void submit(Member leader, int count) {
    for (int i = 0; i < count; i++) {
      leader.tell("submit j" + submitted++);
    }
  }

  private void submitAndAwait(Member leader, int count) {
    int first = submitted;
    submit(leader, count);
    for (int i = first; i < submitted; i++) {
      String name = "j" + i;
      Await.until(name, PATIENCE, () -> leader.accepted().containsKey(name));
    }
  }

  private Map<String, Long> accepted() {
    Map<String, Long> all = new TreeMap<>();
    members.forEach(member -> all.putAll(member.accepted()));
    return all;
  }

  /** Everything that was acknowledged is there with its number, and nothing is there twice. */
  private void check(Member leader) throws InterruptedException {
    Map<String, List<Long>> jobs = leader.jobs();
    accepted()
        .forEach((name, id) -> assertThat(jobs.get(name)).as("job " + name).containsExactly(id));
    jobs.forEach((name, ids) -> assertThat(ids).as("job " + name).hasSize(1));
    members.forEach(
        member ->
            member
                .rejected()
                .forEach(
                    (name, code) -> {
                      if (!code.equals("OUTCOME_UNKNOWN")) {
                        assertThat(jobs).as(code).doesNotContainKey(name);
                      }
                    }));
  }

  @Test
  void aLeaderKilledUnderSubmissionsLosesNothing() throws Exception {
    start();
    for (int round = 0; round < 3; round++) {
      Member leader = leader();
      int before = leader.accepted().size();
      submit(leader, 500);
      Await.until("some are in", PATIENCE, () -> leader.accepted().size() > before + 50);
      leader.kill();
      Member next = leader();
      assertThat(next).isNotSameAs(leader);
      submitAndAwait(next, 20);
      check(next);
      leader.start();
      followedBy(leader);
    }
    assertThat(accepted()).hasSizeGreaterThan(200);
  }

  @Test
  void withoutAFollowerTheLogGoesOnAndAloneItTakesNothing() throws Exception {
    start();
    Member leader = leader();
    List<Member> followers = followers(leader);
    submitAndAwait(leader, 20);
    followers.get(0).kill();
    submitAndAwait(leader, 20);
    followers.get(1).kill();
    submit(leader, 20);
    Await.until("its lead is over", PATIENCE, () -> !leader.leads());
    submit(leader, 5);
    Await.until("all are answered", PATIENCE, () -> leader.rejected().size() == 25);
    assertThat(leader.accepted()).hasSize(40);
    assertThat(leader.rejected().get("j64")).isEqualTo("NOT_LEADER");
    for (Member follower : followers) {
      follower.start();
    }
    Member next = leader();
    submitAndAwait(next, 5);
    check(next);
  }

  /** It could be anybody. */
  @Test
  void aMemberWithoutTheClustersKeyIsNotHeard() throws Exception {
    start("key", "key", "another");
    Member stranger = members.get(2);
    Await.until("it is up", PATIENCE, stranger::up);
    Member leader = leader();
    Await.until(
        "it was heard of", PATIENCE, () -> leader.logged("without the cluster's signature"));
    submitAndAwait(leader, 20);
    assertThat(leader).isNotSameAs(stranger);
    assertThat(stranger.follows()).isEqualTo(-1);
    assertThat(stranger.leads()).isFalse();
    check(leader);
  }

  @Test
  void aMemberThatMissedSnapshotsCatchesUp() throws Exception {
    start();
    Member away = followers(leader()).get(0);
    away.kill();
    for (int round = 0; round < 3; round++) {
      Member leader = leader();
      submitAndAwait(leader, 50);
      snapshot(leader);
    }
    away.start();
    proveItHasAll(followedBy(away), away);
  }

  @Test
  void aMemberWhoseMissingLogWasDeletedTakesASnapshotOver() throws Exception {
    start();
    Member leader = leader();
    Member away = followers(leader).get(0);
    submitAndAwait(leader, 5);
    away.kill();
    makeLarge(leader);
    away.start();
    proveItHasAll(followedBy(away), away);
  }

  /** The transfer waits for a leader, of which there can be none. */
  @Test
  void aMemberKilledWhileItTakesASnapshotOverHasItsOwnLogStill() throws Exception {
    start();
    Member leader = leader();
    Member away = followers(leader).get(0);
    Member third = followers(leader).get(1);
    submitAndAwait(leader, 5);
    away.kill();
    makeLarge(leader);
    third.kill();
    away.start();
    Path aside = away.directory().resolve("log/aside/archive");
    Await.until("its log is set aside", PATIENCE, () -> Files.isDirectory(aside));
    away.kill();
    away.start();
    Await.until("it begins again", PATIENCE, () -> away.logged("came to no end"));
    Await.until("its log is set aside", PATIENCE, () -> Files.isDirectory(aside));
    third.start();
    Member next = followedBy(away);
    assertThat(aside).doesNotExist();
    proveItHasAll(next, away);
  }

  @Test
  void aMemberThatLostItsDiskGetsAllFromTheOthers() throws Exception {
    start();
    Member leader = leader();
    Member away = followers(leader).get(0);
    submitAndAwait(leader, 20);
    away.kill();
    snapshot(leader);
    submitAndAwait(leader, 20);
    try (Stream<Path> files = Files.walk(away.directory())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    away.start();
    proveItHasAll(followedBy(away), away);
  }

  /**
   * Makes the log so large that its beginning is deleted: what is before the last snapshot but one
   * is, and that has more than a segment before it.
   */
  private void makeLarge(Member leader) {
    assertThat(leader.directory().resolve(FIRST_SEGMENT)).exists();
    for (int i = 0; i < 12; i++) {
      leader.tell("submit-large j" + submitted++);
    }
    for (int round = 0; round < 2; round++) {
      submitAndAwait(leader, 1);
      snapshot(leader);
    }
    leader.tell("trim");
    Await.until("trimmed", () -> !Files.exists(leader.directory().resolve(FIRST_SEGMENT)));
  }

  /** With the third member gone, what is acknowledged is on two of them; then the leader goes. */
  private void proveItHasAll(Member leader, Member returned) throws Exception {
    Member third = followers(leader).stream().filter(m -> m != returned).findFirst().orElseThrow();
    third.kill();
    submitAndAwait(leader, 20);
    leader.kill();
    third.start();
    Await.until("the one that was away leads", PATIENCE, returned::leads);
    submitAndAwait(returned, 5);
    check(returned);
  }

  /** Asks until it is taken: on a loaded machine the lead may change after the first time. */
  private void snapshot(Member member) {
    long before = lastSnapshot(member);
    Await.until(
        "a snapshot",
        PATIENCE,
        () -> {
          members.stream().filter(Member::leads).forEach(leader -> leader.tell("snapshot"));
          return lastSnapshot(member) > before;
        });
  }

  private static long lastSnapshot(Member member) {
    try {
      return member.lastSnapshot();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
