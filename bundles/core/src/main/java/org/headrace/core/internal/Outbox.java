package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.job.Job;
import org.headrace.api.job.Step;
import org.headrace.core.internal.charge.Enforcement;

/** Records for accounting, numbered, until accounting has them safe. */
final class Outbox {
  private static final int COMPACT_FROM = 1024;

  /** Numbers are without gaps, so that a record is found by its number; those before head went. */
  private final List<AccountingRecord> waiting = new ArrayList<>();

  private final Supplier<Enforcement> told;

  private int head;
  private long next = 1;
  private long time;

  /**
   * @param told what accounting wants to know
   */
  Outbox(Supplier<Enforcement> told) {
    this.told = told;
  }

  void at(long now) {
    time = now;
  }

  long nextNumber() {
    return next;
  }

  void restart(long nextNumber) {
    next = nextNumber;
    waiting.clear();
    head = 0;
  }

  /** Takes over a record with the number it has. */
  void restore(AccountingRecord record) {
    waiting.add(record);
  }

  void job(Job job, List<String> nodes) {
    if (told.get().jobs()) {
      waiting.add(new AccountingRecord.JobChanged(next++, time, job, nodes));
    }
  }

  void step(Step step, long jobStarted, List<String> nodes) {
    if (told.get().steps()) {
      waiting.add(new AccountingRecord.StepChanged(next++, time, step, jobStarted, nodes));
    }
  }

  void node(NodeEntry node, String user) {
    waiting.add(
        new AccountingRecord.NodeChanged(
            next++,
            time,
            node.name(),
            NodeWords.condition(node.state()),
            node.state().acceptsJobs(),
            node.state().reason(),
            user,
            node.view().hardware().cpus()));
  }

  /** A change of accounts or their like; the number and time are given here. */
  void book(AccountingRecord.BookChanged change) {
    waiting.add(
        new AccountingRecord.BookChanged(
            next++,
            time,
            change.actor(),
            change.change(),
            change.kind(),
            change.name(),
            change.account(),
            change.user(),
            change.details()));
  }

  /** Drops what is safe. */
  void safe(long number) {
    while (head < waiting.size() && waiting.get(head).number() <= number) {
      waiting.set(head++, null);
    }
    if (head >= COMPACT_FROM && head > waiting.size() / 2) {
      waiting.subList(0, head).clear();
      head = 0;
    }
  }

  int size() {
    return waiting.size() - head;
  }

  List<AccountingRecord> after(long number, int max) {
    if (size() == 0) {
      return List.of();
    }
    long first = waiting.get(head).number();
    long skipped = Math.min(size(), Math.max(0, number - first + 1));
    int from = head + (int) skipped;
    int to = (int) Math.min(waiting.size(), (long) from + Math.max(0, max));
    return List.copyOf(waiting.subList(from, to));
  }

  void forEach(Consumer<AccountingRecord> action) {
    waiting.subList(head, waiting.size()).forEach(action);
  }
}
