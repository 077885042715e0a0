package org.headrace.agent.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.FromNode.News;
import org.headrace.protocol.node.FromNode.Report;

/**
 * Reports that the controller doesn't have safe yet. They are repeated on each new connection, and
 * now and then, as a controller that is overloaded asks for them again by saying nothing.
 *
 * <p>Reports aren't written to disk here: the end of a step stays in the launcher's spool until its
 * report is safe, and everything else is asked for again by a controller that misses it. Numbers
 * start at the time of the agent's start, so that a confirmation meant for an agent before this one
 * confirms nothing.
 *
 * <p>Lives on the agent's turn.
 */
final class ReportBook {
  static final long FIRST_REPEAT_MILLIS = 10_000;
  private static final long LONGEST_REPEAT_MILLIS = 60_000;

  private final Turn turn;
  private final Consumer<FromNode> send;
  private final TreeMap<Long, News> unsafe = new TreeMap<>();
  private long next;
  private boolean connected;
  private boolean repeating;
  private long repeatMillis = FIRST_REPEAT_MILLIS;

  /**
   * @param startMillis when the agent started
   * @param send sends to the controller
   */
  ReportBook(Turn turn, long startMillis, Consumer<FromNode> send) {
    this.turn = turn;
    this.send = send;
    next = TimeUnit.MILLISECONDS.toMicros(startMillis);
  }

  /** Reports something, unless the same is on its way already. */
  void add(News news) {
    if (unsafe.containsValue(news)) {
      return;
    }
    long number = ++next;
    unsafe.put(number, news);
    if (connected) {
      send.accept(new Report(number, news));
      repeatLater();
    }
  }

  /** There is a controller: tells it all that it may not have. */
  void connected() {
    connected = true;
    repeatMillis = FIRST_REPEAT_MILLIS;
    sendAll();
  }

  void disconnected() {
    connected = false;
  }

  private void sendAll() {
    unsafe.forEach((number, news) -> send.accept(new Report(number, news)));
    repeatLater();
  }

  private void repeatLater() {
    if (repeating || unsafe.isEmpty()) {
      return;
    }
    repeating = true;
    long upTo = next;
    turn.schedule(repeatMillis, () -> repeat(upTo));
  }

  private void repeat(long upTo) {
    repeating = false;
    if (!connected) {
      return;
    }
    Map<Long, News> old = unsafe.headMap(upTo, true);
    if (!old.isEmpty()) {
      old.forEach((number, news) -> send.accept(new Report(number, news)));
      repeatMillis = Math.min(2 * repeatMillis, LONGEST_REPEAT_MILLIS);
    } else {
      repeatMillis = FIRST_REPEAT_MILLIS;
    }
    repeatLater();
  }

  /** The report of this number is safe; returns what it said, or null if it isn't waited for. */
  News safe(long number) {
    return unsafe.remove(number);
  }

  /** What isn't safe yet, oldest first. */
  List<News> open() {
    return new ArrayList<>(unsafe.values());
  }
}
