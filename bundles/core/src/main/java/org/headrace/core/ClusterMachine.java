package org.headrace.core;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;

/** API under construction. */
public final class ClusterMachine {
  public ClusterMachine(JobStore jobs, FileStore files) {}

  public Outcome apply(Command command, Actor actor, long timeMillis) {
    return new Outcome.Rejected(ErrorCode.INTERNAL, "not ready");
  }

  public List<Event> drainEvents() {
    return List.of();
  }

  public PublishedState publish() {
    return null;
  }

  public long nextDeadline() {
    return Long.MAX_VALUE;
  }

  public long planGeneration() {
    return 0;
  }

  public List<AccountingRecord> accountingBacklog(long afterNumber, int max) {
    return List.of();
  }

  public int accountingQueueLength() {
    return 0;
  }

  public Counters counters() {
    return null;
  }

  public void save(Consumer<SnapshotItem> target) {}

  public void load(Iterator<SnapshotItem> items) {}

  public long stateHash() {
    return 0;
  }
}
