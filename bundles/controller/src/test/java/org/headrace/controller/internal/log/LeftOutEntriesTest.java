package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.controller.testing.Await;
import org.headrace.controller.testing.Samples;
import org.headrace.core.ClusterMachine;
import org.headrace.core.JobStore;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An entry that the core fails over with an Error costs one restart, and not every one. */
class LeftOutEntriesTest {
  private static final String DEEP = "deep";

  @TempDir Path directory;

  private static final class Ending extends Heard {
    volatile String why;

    @Override
    public void ended(String reason) {
      why = reason;
    }
  }

  private interface Use {
    void of(ReplicatedLog log, Ending heard) throws Exception;
  }

  /** Uses up the stack over jobs of one name, when they are half in the state. */
  private record Failing(JobStore jobs) implements JobStore {
    @Override
    public Job get(long id) {
      return jobs.get(id);
    }

    @Override
    public void put(Job job) {
      if (job.spec().name().equals(DEEP)) {
        throw new StackOverflowError();
      }
      jobs.put(job);
    }

    @Override
    public void remove(long id) {
      jobs.remove(id);
    }

    @Override
    public void forEach(Consumer<Job> action) {
      jobs.forEach(action);
    }

    @Override
    public int size() {
      return jobs.size();
    }

    @Override
    public void clear() {
      jobs.clear();
    }
  }

  private void with(boolean failing, Use use) throws Exception {
    Ending heard = new Ending();
    try (StateStores stores = StateStores.open(100);
        ReplicatedLog log =
            ReplicatedLog.open(
                StateDirectory.open(directory),
                LogMembers.alone(),
                new ClusterMachine(
                    failing ? new Failing(stores.jobs()) : stores.jobs(), stores.files()),
                heard)) {
      use.of(log, heard);
    }
  }

  private static CompletableFuture<Outcome> submit(ReplicatedLog log, String name) {
    return log.append(new Command.SubmitJob(Samples.job(name), Samples.FILES, 0), Samples.ANNA);
  }

  private static long accepted(ReplicatedLog log, String name) throws Exception {
    return ((Outcome.JobAccepted) submit(log, name).get(20, TimeUnit.SECONDS)).jobId();
  }

  private static void configure(ReplicatedLog log) throws Exception {
    log.append(new Command.Configure(Samples.cluster(4, Map.of(), 7001)), Actor.SYSTEM)
        .get(20, TimeUnit.SECONDS);
  }

  private Path noted() {
    return directory.resolve("log").resolve("left-out");
  }

  @Test
  void theNextStartLeavesItOut() throws Exception {
    long[] before = new long[1];
    with(
        true,
        (log, heard) -> {
          heard.awaitLeading();
          configure(log);
          before[0] = accepted(log, "before");
          CompletableFuture<Outcome> deep = submit(log, DEEP);
          CompletableFuture<Outcome> behind = submit(log, DEEP); // in the log, or not any more
          Await.until("the log has ended", () -> heard.why != null);
          log.close();
          for (CompletableFuture<Outcome> answer : List.of(deep, behind)) {
            assertThat(answer.get(20, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                    Outcome.Rejected.class,
                    refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OUTCOME_UNKNOWN));
          }
        });
    assertThat(Files.readAllLines(noted())).singleElement().asString().contains("SubmitJob unseen");
    boolean[] led = new boolean[1];
    for (int start = 0; !led[0] && start < 2; start++) {
      with(
          true,
          (log, heard) -> {
            Await.until("it leads or ends", () -> heard.leads() || heard.why != null);
            led[0] = heard.leads();
            if (led[0]) {
              PublishedState state = heard.latest();
              assertThat(state.job(before[0]).spec().name()).isEqualTo("before");
              assertThat(state.job(before[0] + 1)).isNull();
              assertThat(accepted(log, "after")).isEqualTo(before[0] + 1);
            }
          });
    }
    assertThat(led[0]).as("it starts").isTrue();
    with(true, (log, heard) -> assertThat(heard.awaitLeading().job(before[0] + 1)).isNotNull());
  }

  /** It has been answered, and nodes may run it: the state without it would be another one. */
  @Test
  void whatWasAppliedOnceIsNotLeftOut() throws Exception {
    with(
        false,
        (log, heard) -> {
          heard.awaitLeading();
          configure(log);
          accepted(log, DEEP);
        });
    for (int start = 0; start < 2; start++) {
      with(true, (log, heard) -> Await.until("the log has ended", () -> heard.why != null));
      assertThat(noted()).doesNotExist();
    }
    with(
        false,
        (log, heard) -> assertThat(heard.awaitLeading().job(1).spec().name()).isEqualTo(DEEP));
  }

  @Test
  void whatComesBehindItIsLeftOutUntilTheMemberLeads() throws Exception {
    StackOverflowError error = new StackOverflowError();
    Path file = directory.resolve("left-out");
    Parts.Key first = new Parts.Key(-5, 1);
    Parts.Key second = new Parts.Key(-5, 2);
    Parts.Key third = new Parts.Key(-5, 3);
    LeftOutEntries leads = new LeftOutEntries(file, true);
    leads.leading();
    assertThat(file).doesNotExist();
    leads.failed(first, Command.SubmitJob.class, error);

    LeftOutEntries replay = new LeftOutEntries(file, true);
    replay.failed(new Parts.Key(-5, 0), Command.SubmitJob.class, error); // seen before
    assertThat(replay.has(first)).isTrue();
    replay.failed(second, Command.SubmitJob.class, error);

    replay = new LeftOutEntries(file, true);
    assertThat(replay.has(new Parts.Key(-5, 0))).isFalse();
    assertThat(replay.has(first)).isTrue();
    assertThat(replay.has(second)).isTrue();
    replay.leading();

    replay = new LeftOutEntries(file, true);
    assertThat(replay.has(second)).isTrue();
    replay.failed(third, Command.SubmitJob.class, error);
    assertThat(new LeftOutEntries(file, true).has(third)).isFalse();
    assertThat(new LeftOutEntries(file, true).has(first)).isTrue();
  }

  /**
   * Else what is seen from then on would be taken for unseen where a later replay fails over it.
   */
  @Test
  void whatCannotBeNotedKeepsTheMemberFromLeading() throws Exception {
    StackOverflowError error = new StackOverflowError();
    Path file = directory.resolve("left-out");
    Parts.Key entry = new Parts.Key(-5, 1);
    LeftOutEntries leads = new LeftOutEntries(file, true);
    leads.leading();
    leads.failed(entry, Command.SubmitJob.class, error);
    List<String> noted = Files.readAllLines(file);

    Files.createDirectory(directory.resolve("left-out.new")); // so that nothing is written
    LeftOutEntries replay = new LeftOutEntries(file, true);
    assertThat(replay.has(entry)).isTrue();
    assertThatThrownBy(replay::leading).isInstanceOf(IOException.class);
    replay.failed(new Parts.Key(-5, 2), Command.SubmitJob.class, error);
    assertThat(file).hasContent(String.join("\n", noted));
    assertThat(error.getSuppressed()).isEmpty();
  }

  @Test
  void oneOfSeveralMembersDecidesNothingAlone() throws Exception {
    Path file = directory.resolve("left-out");
    Parts.Key entry = new Parts.Key(7, 8);
    LeftOutEntries leads = new LeftOutEntries(file, false);
    leads.leading();
    leads.failed(entry, Command.SubmitJob.class, new StackOverflowError());
    assertThat(file).doesNotExist();
    Files.writeString(file, "7 8 SubmitJob\n");
    assertThat(new LeftOutEntries(file, false).has(entry)).isTrue();
    Files.writeString(file, "seven\n");
    assertThatThrownBy(() -> new LeftOutEntries(file, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("\"seven\" names no entry of the log");
  }
}
