package org.headrace.core.internal;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.event.Event;
import org.headrace.core.Counters;
import org.headrace.core.FileStore;
import org.headrace.core.JobStore;
import org.headrace.core.SnapshotItem;

/** What a machine is made of, for the class that others see of it. */
public final class ClusterMachineParts {
  private final Machine machine;
  private final CommandHandlers handlers;
  private final Publisher publisher;

  public ClusterMachineParts(JobStore jobs, FileStore files) {
    machine = new Machine(jobs, files);
    handlers = new CommandHandlers(machine);
    publisher = new Publisher(machine);
  }

  public CommandHandlers handlers() {
    return handlers;
  }

  public Publisher publisher() {
    return publisher;
  }

  public List<Event> drainEvents() {
    return machine.state.events.drain();
  }

  public long nextDeadline() {
    return machine.state.timers.next();
  }

  public long planGeneration() {
    return machine.state.planGeneration;
  }

  public List<AccountingRecord> accountingBacklog(long afterNumber, int max) {
    return machine.state.outbox.after(afterNumber, max);
  }

  public int accountingQueueLength() {
    return machine.state.outbox.size();
  }

  public Counters counters() {
    return machine.state.tally.counters();
  }

  public void save(Consumer<SnapshotItem> target) {
    new StateWriter(machine, target, false).write();
  }

  public void saveAsWritten(Consumer<SnapshotItem> target) {
    new StateWriter(machine, target, true).write();
  }

  public void load(Iterator<SnapshotItem> items) {
    publisher.reset();
    new StateReader(machine).read(items);
  }

  public long stateHash() {
    return StateWriter.hash(machine);
  }
}
