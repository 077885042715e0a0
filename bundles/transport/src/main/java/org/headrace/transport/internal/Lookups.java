package org.headrace.transport.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Finds out the addresses of names. A name service that doesn't answer holds up the thread that
 * asks it, so that this isn't the one that carries everybody's messages.
 *
 * <p>For use on one thread, on which answers are given as well.
 */
final class Lookups implements AutoCloseable {
  /** Many of a cluster's names can be without an answer at a time. */
  private static final int THREADS = 16;

  private static final long IDLE_SECONDS = 10;

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");

  private final DutyThread.Names names;
  private final Executor thread;
  private final ThreadPoolExecutor askers;

  /**
   * @param names who is asked, by other threads
   * @param thread where answers are given
   */
  Lookups(DutyThread.Names names, Executor thread) {
    this.names = names;
    this.thread = thread;
    askers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Lookups::asker);
    askers.allowCoreThreadTimeOut(true);
  }

  private static Thread asker(Runnable work) {
    Thread thread = new Thread(work, "name-lookup");
    thread.setDaemon(true);
    return thread;
  }

  /** The address that is written as numbers; null if it is a name. */
  static InetAddress literal(String host) {
    if (host.indexOf(':') < 0 && !IPV4.matcher(host).matches()) {
      return null;
    }
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /**
   * Asks for a name's address.
   *
   * @param answer is given the address, or null where there is none for now; at once if {@code
   *     host} is an address itself
   */
  void ask(String host, Consumer<InetAddress> answer) {
    InetAddress literal = literal(host);
    if (literal != null) {
      answer.accept(literal);
      return;
    }
    askers.execute(
        () -> {
          InetAddress found = find(host);
          thread.execute(() -> answer.accept(found));
        });
  }

  private InetAddress find(String host) {
    try {
      return names.address(host);
    } catch (UnknownHostException | RuntimeException e) {
      return null; // A name that can't be one at all is told of by the latter.
    }
  }

  /** Whoever waits for an answer yet gets none. */
  @Override
  public void close() {
    askers.shutdownNow();
  }
}
