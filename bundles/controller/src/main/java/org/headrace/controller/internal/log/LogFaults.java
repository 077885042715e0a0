package org.headrace.controller.internal.log;

import io.aeron.cluster.service.ClusterTerminationException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentTerminationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agents of one member report. An agent doesn't survive an {@link Error}, such as a page
 * of a mapped file that a full disk has no room for, and the others would wait for it for ever; so
 * the log has ended then.
 *
 * <p>Safe for any thread.
 */
final class LogFaults implements ErrorHandler {
  private static final Logger LOG = LoggerFactory.getLogger(LogFaults.class);

  /** What the archive says of files that aren't what was written to them. */
  private static final Pattern DAMAGE =
      Pattern.compile(
          "(checksum mismatch|unexpected end of recording|segment file not created"
              + "|unknown recording)[^,;:(\\[]*");

  /** The consensus module tries again and again, and a file that isn't there yet may come. */
  private static final int DAMAGES = 3;

  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicInteger damages = new AtomicInteger();
  private volatile String damage;

  @Override
  public void onError(Throwable error) {
    if (error instanceof ClusterTerminationException asked && asked.isExpected()) {
      end();
    } else if (error instanceof Error || error instanceof AgentTerminationException) {
      LOG.error("A part of the replicated log has failed for good", error);
      end();
    } else {
      LOG.warn("Replicated log: {}", error.toString());
      noteDamage(String.valueOf(error.getMessage()));
    }
  }

  private void noteDamage(String message) {
    Matcher matcher = DAMAGE.matcher(message);
    if (matcher.find()) {
      damage = matcher.group().strip();
      damages.incrementAndGet();
    }
  }

  /** What is wrong with the files of log and snapshots, if that was found; else null. */
  String damage() {
    return damage;
  }

  /** Whether that was found so often that another try would find it again. */
  boolean damaged() {
    return damages.get() >= DAMAGES;
  }

  /**
   * Threads for agents, whose end by an error is heard of also if the agent can't report it: it
   * does so by way of a mapped file first.
   */
  ThreadFactory threads() {
    return threads(0);
  }

  /**
   * The same, with room for so many bytes of stack; 0 for the usual. Memory that is never reached
   * is never used.
   */
  ThreadFactory threads(long stackBytes) {
    return agent -> {
      Thread thread = new Thread(null, agent, "log-part", stackBytes);
      thread.setUncaughtExceptionHandler((where, error) -> died(where, error));
      return thread;
    };
  }

  private void died(Thread thread, Throwable error) {
    LOG.error("Thread {} of the replicated log has died", thread.getName(), error);
    end();
  }

  /** A part of the log has ended. */
  void end() {
    ended.set(true);
  }

  /** Whether a part of the log has ended. */
  boolean ended() {
    return ended.get();
  }
}
