package org.headrace.controller.internal.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.event.Event;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;

/** What a log tells its listener. */
class Heard implements CoreListener {
  private final BlockingQueue<PublishedState> open = new LinkedBlockingQueue<>();
  private volatile PublishedState atBegin;
  private volatile PublishedState latest;
  private volatile boolean leads;
  private volatile int leader = -1;

  @Override
  public void leading(
      long term, PublishedState state, List<AccountingRecord> backlog, Counters counters) {
    atBegin = state;
    latest = state;
  }

  @Override
  public void open() {
    leads = true;
    open.add(atBegin);
  }

  @Override
  public void closed(long term) {
    leads = false;
  }

  @Override
  public void following(int member) {
    leader = member;
  }

  @Override
  public void applied(PublishedState state, List<Event> events, Counters counters) {
    latest = state;
  }

  @Override
  public void answered(PublishedState state, List<Event> events, List<AccountingRecord> records) {}

  /** Waits until the log takes commands; the state is that of before. */
  PublishedState awaitLeading() throws InterruptedException {
    PublishedState state = open.poll(60, TimeUnit.SECONDS);
    assertThat(state).as("leads within a minute").isNotNull();
    return state;
  }

  boolean leads() {
    return leads;
  }

  /** Whom it follows, or −1. */
  int leader() {
    return leader;
  }

  /** The state as the last leader of this process saw it. */
  PublishedState latest() {
    return latest;
  }
}
