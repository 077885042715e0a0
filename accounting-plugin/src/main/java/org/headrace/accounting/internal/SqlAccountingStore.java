package org.headrace.accounting.internal;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.headrace.accounting.internal.DatabaseSettings.Engine;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.api.accounting.AccountingStore;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.JobUse;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.accounting.WorkKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the history in an SQL database. Writing and opening take turns; reading goes on beside
 * them, and a query that runs while the store is opened anew ends on the old connections.
 */
class SqlAccountingStore implements AccountingStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SqlAccountingStore.class);

  private final Engine fixed;
  private final Object writing = new Object();
  private volatile Opened opened;

  private record Opened(Database database, int cluster) {}

  /**
   * A store.
   *
   * @param fixed which database serves; null when the settings may choose
   */
  SqlAccountingStore(Engine fixed) {
    this.fixed = fixed;
  }

  @Override
  public void open(String cluster, Map<String, String> settings) throws AccountingException {
    synchronized (writing) {
      close();
      DatabaseSettings where = DatabaseSettings.of(fixed, settings);
      Database database = database(where);
      boolean ready = false;
      try {
        Schema.upgrade(database.writer(), database.dialect());
        opened = new Opened(database, Schema.clusterId(database.writer(), cluster));
        ready = true;
      } catch (SQLException e) {
        throw failure(database, "can't be opened", e);
      } finally {
        if (!ready) {
          database.close();
        }
      }
      if (fixed == null) {
        LOG.info(
            "accounting_storage/slurmdbd: Headrace needs no slurmdbd; the history of {} is kept in"
                + " {} ({} names another place)",
            cluster,
            where,
            DatabaseSettings.URL);
      } else {
        LOG.info("the history of {} is kept in {}", cluster, where);
      }
    }
  }

  private static Database database(DatabaseSettings where) throws AccountingException {
    try {
      return switch (where.engine()) {
        case SQLITE -> new Database(new SqliteDialect(), where);
        case POSTGRESQL -> new Database(new PostgresqlDialect(), where);
        case MARIADB -> new Database(new MariadbDialect(), where);
      };
    } catch (LinkageError e) {
      String word = where.engine().word();
      throw new AccountingException(
          "the driver of "
              + word
              + " isn't installed: feature:install headrace-accounting-"
              + word
              + " ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  @Override
  public void write(List<AccountingRecord> records) throws AccountingException {
    write(records.size() + " records", records.isEmpty(), writer -> writer.write(records));
  }

  @Override
  public void keep(List<SubmittedFiles> files) throws AccountingException {
    write("scripts of " + files.size() + " jobs", files.isEmpty(), writer -> writer.keep(files));
  }

  private interface Writing {
    void by(HistoryWriter writer) throws SQLException;
  }

  private void write(String what, boolean nothing, Writing work) throws AccountingException {
    synchronized (writing) {
      Opened now = opened();
      if (nothing) {
        return;
      }
      Database database = now.database();
      boolean written = false;
      try {
        work.by(new HistoryWriter(database.writer(), database.dialect(), now.cluster()));
        written = true;
      } catch (SQLException e) {
        throw failure(database, what + " can't be written", e);
      } finally {
        if (!written) {
          // Nothing of a transaction that failed may stay behind for the next one to commit.
          database.dropWriter();
        }
      }
    }
  }

  @Override
  public SubmittedFiles files(long jobId, long submitted) throws AccountingException {
    return read(
        "what a job was submitted with can't be read",
        (connection, cluster) -> new HistoryReader(connection, cluster).files(jobId, submitted));
  }

  @Override
  public List<JobHistory> jobs(JobQuery query) throws AccountingException {
    return read(
        "jobs can't be read",
        (connection, cluster) -> new HistoryReader(connection, cluster).jobs(query));
  }

  @Override
  public List<AccountingRecord.NodeChanged> nodeEvents(long from, long to)
      throws AccountingException {
    return read(
        "node events can't be read",
        (connection, cluster) -> new HistoryReader(connection, cluster).nodeEvents(from, to));
  }

  @Override
  public List<JobUse> use(long from, long to) throws AccountingException {
    return read(
        "what jobs used can't be added up",
        (connection, cluster) -> new UseReader(connection, cluster).use(from, to));
  }

  @Override
  public List<AccountingRecord.BookChanged> bookEvents(long from, long to)
      throws AccountingException {
    return read(
        "changes of accounts can't be read",
        (connection, cluster) -> new HistoryReader(connection, cluster).bookEvents(from, to));
  }

  @Override
  public List<WorkKey> workKeys() throws AccountingException {
    return read(
        "keys of jobs can't be read",
        (connection, cluster) -> new UseReader(connection, cluster).keys());
  }

  private interface Reading<T> {
    T from(Connection connection, int cluster) throws SQLException;
  }

  private <T> T read(String what, Reading<T> work) throws AccountingException {
    Opened now = opened();
    try {
      return now.database().read(connection -> work.from(connection, now.cluster()));
    } catch (SQLException e) {
      throw failure(now.database(), what, e);
    }
  }

  private Opened opened() throws AccountingException {
    Opened now = opened;
    if (now == null) {
      throw new AccountingException("the accounting database isn't open", null);
    }
    return now;
  }

  private static AccountingException failure(Database database, String what, SQLException e) {
    SQLException cause = e;
    // The first exception of a batch only counts; the next one says what was wrong.
    while (cause instanceof BatchUpdateException && cause.getNextException() != null) {
      cause = cause.getNextException();
    }
    String hint = database.dialect().hint(database.settings(), cause);
    return new AccountingException(
        "accounting database "
            + database.settings()
            + ": "
            + what
            + ": "
            + cause.getMessage()
            + (hint.isEmpty() ? "" : " (" + hint + ")"),
        e);
  }

  /** Closes the connections; {@link #open} makes new ones. */
  @Override
  public void close() {
    synchronized (writing) {
      Opened now = opened;
      opened = null;
      if (now != null) {
        now.database().close();
      }
    }
  }
}
