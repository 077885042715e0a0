package org.headrace.controller.internal.log;

import java.util.List;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.event.Event;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;

/** Is told what has been applied. Called on the core's thread, which must not be held up. */
public interface CoreListener {
  /**
   * This member leads from now on, with everything applied that is in the log. It takes commands
   * from {@link #open} on.
   *
   * @param term number of the term; grows from each term of any member to the next
   * @param state the state
   * @param backlog records that accounting hasn't confirmed
   * @param counters figures
   */
  void leading(long term, PublishedState state, List<AccountingRecord> backlog, Counters counters);

  /** The log takes commands from this member. Called on another thread than the core's. */
  default void open() {}

  /**
   * This member, which led, doesn't any more. Called on any thread.
   *
   * @param term number of the term that is over
   */
  default void closed(long term) {}

  /**
   * Another member leads, or it isn't known who does. Called on another thread than the core's.
   *
   * @param member number of the leader, or −1
   */
  default void following(int member) {}

  /**
   * Commands have been applied while this member leads; called before their senders get their
   * answers.
   *
   * @param state the state after them
   * @param events what happened
   * @param counters figures
   */
  void applied(PublishedState state, List<Event> events, Counters counters);

  /**
   * What can wait until the senders of {@link #applied} commands have their answers.
   *
   * @param records what accounting should know
   */
  void answered(PublishedState state, List<Event> events, List<AccountingRecord> records);

  /**
   * The log takes nothing any more, and this process can't mend it; a new one can. Called once, on
   * another thread than the core's.
   */
  default void ended(String why) {}
}
