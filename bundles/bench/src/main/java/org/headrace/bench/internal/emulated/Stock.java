package org.headrace.bench.internal.emulated;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.api.job.Owner;
import org.headrace.bench.internal.BenchException;
import org.headrace.bench.internal.Progress;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.controller.internal.log.CoreListener;
import org.headrace.controller.internal.log.LogMembers;
import org.headrace.controller.internal.log.ReplicatedLog;
import org.headrace.controller.internal.log.StateDirectory;
import org.headrace.core.ClusterMachine;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;

/**
 * Puts very many pending jobs into the state of a controller that doesn't run: the same commands by
 * the same log and core, but without clients, and thousands at a time, so that each sync on the
 * disk serves many.
 */
final class Stock implements CoreListener {
  private static final int UNDER_WAY = 5_000;
  private static final int TOLD = 10_000;
  private static final long START_MINUTES = 10;

  private final CompletableFuture<PublishedState> leading = new CompletableFuture<>();
  private final Semaphore places = new Semaphore(UNDER_WAY);
  private final Progress progress;
  private volatile PublishedState state;
  private volatile Outcome refused;

  private Stock(Progress progress) {
    this.progress = progress;
  }

  /**
   * Submits copies of the jobs that wait there.
   *
   * @param directory where the controller keeps its state
   */
  static void fill(Path directory, int count, Progress progress) throws IOException {
    Stock stock = new Stock(progress);
    ClusterMachine machine = new ClusterMachine(new HeapJobStore(), new HeapFileStore());
    try (ReplicatedLog log =
        ReplicatedLog.open(StateDirectory.open(directory), LogMembers.alone(), machine, stock)) {
      stock.submit(log, count);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("the log in " + directory + " doesn't open", e);
    }
  }

  private void submit(ReplicatedLog log, int count)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<Command.SubmitJob> kinds = kinds(leading.get(START_MINUTES, TimeUnit.MINUTES));
    for (int i = 0; i < count && refused == null; i++) {
      Command.SubmitJob one = kinds.get(i % kinds.size());
      Owner owner = one.spec().owner();
      places.acquire();
      log.append(one, new Actor(owner.uid(), owner.gid(), owner.user(), owner.group(), false))
          .thenAccept(this::answered);
      if (i % TOLD == 0) {
        progress.step("%,d of %,d jobs put in".formatted(i, count));
      }
    }
    places.acquire(UNDER_WAY);
    if (refused != null) {
      throw new BenchException("a copy of a job was refused: " + refused);
    }
  }

  private void answered(Outcome outcome) {
    if (!(outcome instanceof Outcome.JobAccepted)) {
      refused = outcome;
    }
    places.release();
  }

  private static List<Command.SubmitJob> kinds(PublishedState state) {
    List<Job> waiting = new ArrayList<>();
    state.jobs(row -> row.state() == JobState.PENDING, waiting::add);
    if (waiting.isEmpty()) {
      throw new BenchException("no job waits there that could be copied");
    }
    return waiting.stream()
        .map(job -> new Command.SubmitJob(job.spec(), state.files(job.id()), 0))
        .toList();
  }

  @Override
  public void leading(
      long term, PublishedState newState, List<AccountingRecord> backlog, Counters counters) {
    state = newState;
  }

  @Override
  public void open() {
    leading.complete(state);
  }

  @Override
  public void applied(PublishedState newState, List<Event> events, Counters counters) {
    state = newState;
  }

  @Override
  public void answered(
      PublishedState newState, List<Event> events, List<AccountingRecord> records) {
    // Accounting takes them when the controller runs again.
  }

  @Override
  public void ended(String why) {
    leading.completeExceptionally(new IOException(why));
  }
}
