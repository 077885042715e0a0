package org.headrace.controller.internal.log;

import java.util.List;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.event.Event;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;

/** Is told what has been applied. Called on the core's thread, which must not be held up. */
public interface CoreListener {
  /**
   * This member leads from now on, with everything applied that is in the log.
   *
   * @param state the state
   * @param backlog records that accounting hasn't confirmed
   * @param counters figures
   */
  void leading(PublishedState state, List<AccountingRecord> backlog, Counters counters);

  /**
   * Commands have been applied; called before their senders get their answers.
   *
   * @param state the state after them
   * @param events what happened
   * @param records what accounting should know
   * @param counters figures
   */
  void applied(
      PublishedState state, List<Event> events, List<AccountingRecord> records, Counters counters);

  /**
   * The log takes nothing any more, and this process can't mend it; a new one can. Called once, on
   * another thread than the core's.
   */
  default void ended(String why) {}
}
