package org.headrace.controller.testing;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.headrace.api.job.Job;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.core.ClusterMachine;
import org.headrace.core.PublishedState;
import org.headrace.core.heap.HeapFileStore;
import org.headrace.core.heap.HeapJobStore;

/** The core behind a log that is nothing but a lock. */
public final class MachineLog {
  private final ClusterMachine machine =
      new ClusterMachine(new HeapJobStore(), new HeapFileStore());
  private Consumer<PublishedState> reader = state -> {};

  /** Has a reader told of each new state. */
  public synchronized void reader(Consumer<PublishedState> newReader) {
    reader = newReader;
    reader.accept(machine.publish());
  }

  public synchronized CompletableFuture<Outcome> append(Command command, Actor actor) {
    Outcome outcome = machine.apply(command, actor, System.currentTimeMillis());
    machine.drainEvents();
    reader.accept(machine.publish());
    return CompletableFuture.completedFuture(outcome);
  }

  /** Carries a command out that has to be accepted. */
  public Outcome system(Command command) {
    Outcome outcome = append(command, Actor.SYSTEM).join();
    if (outcome instanceof Outcome.Rejected rejected) {
      throw new AssertionError(rejected.message());
    }
    return outcome;
  }

  public long submit() {
    return ((Outcome.JobAccepted) append(Samples.submission(), Samples.ANNA).join()).jobId();
  }

  public synchronized Job job(long id) {
    return machine.publish().job(id);
  }
}
