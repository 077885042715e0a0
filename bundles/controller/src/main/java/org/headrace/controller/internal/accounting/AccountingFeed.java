package org.headrace.controller.internal.accounting;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobUse;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.accounting.WorkKey;
import org.headrace.api.job.Job;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.query.History;
import org.headrace.controller.internal.plugins.Kind;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.controller.internal.plugins.PluginRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands records to the accounting plugin, in order and in batches. Until the plugin has written
 * them they stay in the core's state, and so in the log: a database that is away loses nothing.
 */
public final class AccountingFeed implements History, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AccountingFeed.class);
  private static final int MAX_BATCH = 2_000;
  private static final long LONGEST_WAIT_MILLIS = 10_000;
  private static final long GATHER_MILLIS = 100;
  private static final long CATCH_UP_MILLIS = 2_000;

  private final PluginRegistry registry;
  private final BiFunction<Command, Actor, CompletableFuture<Outcome>> log;
  private final KeptFiles kept;
  private final Deque<AccountingRecord> queue = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "accounting-feed");
  private final Runnable whenChanged = this::pluginsChanged;
  private String cluster = "";
  private Map<String, String> settings = Map.of();
  private String openedPlugin;
  private long offered;
  private long written;
  private int asking;
  private boolean failing;
  private volatile boolean closed;

  /**
   * @param log appends a command to the log
   * @param files the files of a job, while it is known; else null
   */
  public AccountingFeed(
      PluginRegistry registry,
      BiFunction<Command, Actor, CompletableFuture<Outcome>> log,
      LongFunction<JobFiles> files) {
    kept = new KeptFiles(files);
    this.registry = registry;
    this.log = log;
    thread.setDaemon(true);
    registry.onChange(whenChanged);
  }

  public void start() {
    thread.start();
  }

  /** Takes over settings; the database is opened anew if they differ. */
  public synchronized void configure(String clusterName, Map<String, String> newSettings) {
    if (!clusterName.equals(cluster) || !newSettings.equals(settings)) {
      cluster = clusterName;
      settings = newSettings;
      openedPlugin = null;
      notifyAll();
    }
  }

  private synchronized void pluginsChanged() {
    openedPlugin = null;
    notifyAll();
  }

  /** Takes records, in order. */
  public synchronized void offer(List<AccountingRecord> records) {
    if (!records.isEmpty()) {
      boolean wasEmpty = queue.isEmpty();
      queue.addAll(records);
      offered = records.get(records.size() - 1).number();
      if (wasEmpty || queue.size() >= MAX_BATCH) {
        notifyAll();
      }
    }
  }

  /** Number of records that aren't written yet. */
  public synchronized int queueLength() {
    return queue.size();
  }

  private void run() {
    long wait = 100;
    openEarly();
    while (!closed) {
      try {
        List<AccountingRecord> batch = nextBatch();
        if (write(batch)) {
          wait = 100;
        } else {
          pause(wait);
          wait = Math.min(wait * 2, LONGEST_WAIT_MILLIS);
        }
      } catch (InterruptedException e) {
        if (closed) {
          return;
        }
      } catch (RuntimeException e) {
        LOG.error("Accounting failed; going on", e);
      }
    }
  }

  /**
   * Opens the database before there is a record: a driver that unpacks itself at its first use
   * can't do so any more on a disk that has become full, and never recovers. What fails here is
   * reported with the first record.
   */
  private void openEarly() {
    try {
      synchronized (this) {
        while (cluster.isEmpty()) {
          wait();
        }
      }
      onStore(store -> null);
    } catch (InterruptedException e) {
      // The loop sees whether this is the end.
    } catch (AccountingException e) {
      LOG.debug("The accounting database isn't there yet", e);
    }
  }

  private synchronized void pause(long millis) throws InterruptedException {
    wait(millis);
  }

  private synchronized List<AccountingRecord> nextBatch() throws InterruptedException {
    while (queue.isEmpty() || cluster.isEmpty()) {
      wait();
    }
    gather();
    List<AccountingRecord> batch = new ArrayList<>();
    for (AccountingRecord next : queue) {
      if (batch.size() == MAX_BATCH) {
        break;
      }
      batch.add(next);
    }
    return batch;
  }

  /**
   * Gives records a moment to become many: each batch costs a sync of the database, on the disk
   * that the log needs, and an entry of the log. Whoever asks for history doesn't wait for that.
   */
  private void gather() throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GATHER_MILLIS);
    long left = GATHER_MILLIS;
    while (left > 0 && asking == 0 && queue.size() < MAX_BATCH && !closed) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    }
  }

  private boolean write(List<AccountingRecord> batch) {
    try {
      onStore(
          store -> {
            // First, as after a crash in between they would not be offered again.
            List<Job> refused = kept.keep(batch, settings(), store);
            store.write(batch);
            kept.again(refused, settings(), store);
            return null;
          });
    } catch (AccountingException e) {
      failed(e);
      return false;
    }
    long last = batch.get(batch.size() - 1).number();
    synchronized (this) {
      for (int i = 0; i < batch.size(); i++) {
        queue.removeFirst();
      }
      written = last;
      if (failing) {
        failing = false;
        LOG.info("Accounting is back; {} records are waiting", queue.size());
      }
      notifyAll();
    }
    log.apply(new Command.AccountingSafe(last), Actor.SYSTEM);
    return true;
  }

  private synchronized Map<String, String> settings() {
    return settings;
  }

  private interface StoreCall<R> {
    R on(AccountingStore store) throws AccountingException;
  }

  /** A database that is away is no fault of the plugin: the exception passes as a value. */
  private <R> R onStore(StoreCall<R> call) throws AccountingException {
    Object[] answer = new Object[1];
    AccountingException away;
    try {
      away =
          registry.call(
              Kind.ACCOUNTING,
              AccountingStore.class,
              store -> {
                try {
                  openIfNeeded(store);
                  answer[0] = call.on(store);
                  return null;
                } catch (AccountingException e) {
                  return e;
                }
              });
    } catch (PluginFault e) {
      throw new AccountingException(e.getMessage(), e);
    }
    if (away != null) {
      throw away;
    }
    @SuppressWarnings("unchecked")
    R result = (R) answer[0];
    return result;
  }

  private synchronized void failed(AccountingException e) {
    openedPlugin = null;
    if (!failing) {
      failing = true;
      LOG.error("Accounting is away, records wait: {}", e.getMessage());
    }
  }

  private synchronized void openIfNeeded(AccountingStore store) throws AccountingException {
    String plugin = registry.serving(Kind.ACCOUNTING);
    if (!String.valueOf(plugin).equals(openedPlugin)) {
      store.open(cluster, settings);
      openedPlugin = plugin;
    }
  }

  @Override
  public List<JobHistory> jobs(JobQuery query) throws AccountingException {
    awaitWritten();
    return onStore(store -> store.jobs(query));
  }

  @Override
  public List<AccountingRecord.NodeChanged> nodeEvents(long from, long to)
      throws AccountingException {
    awaitWritten();
    return onStore(store -> store.nodeEvents(from, to));
  }

  @Override
  public SubmittedFiles files(long jobId, long submitted) throws AccountingException {
    awaitWritten();
    return onStore(store -> store.files(jobId, submitted));
  }

  @Override
  public List<JobUse> use(long from, long to) throws AccountingException {
    awaitWritten();
    return onStore(store -> store.use(from, to));
  }

  @Override
  public List<AccountingRecord.BookChanged> bookEvents(long from, long to)
      throws AccountingException {
    awaitWritten();
    return onStore(store -> store.bookEvents(from, to));
  }

  @Override
  public List<WorkKey> workKeys() throws AccountingException {
    awaitWritten();
    return onStore(AccountingStore::workKeys);
  }

  /** What was offered before the question is written before the answer, if the database works. */
  private synchronized void awaitWritten() {
    long wanted = offered;
    long end = System.currentTimeMillis() + CATCH_UP_MILLIS;
    asking++;
    notifyAll();
    try {
      long left = CATCH_UP_MILLIS;
      while (left > 0 && written < wanted && !queue.isEmpty() && !failing) {
        wait(left);
        left = end - System.currentTimeMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      asking--;
    }
  }

  @Override
  public void close() {
    closed = true;
    registry.forget(whenChanged);
    thread.interrupt();
  }
}
