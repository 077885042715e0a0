package org.headrace.accounting.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import javax.sql.DataSource;
import org.headrace.api.accounting.AccountingException;

/**
 * Connections to one database: one that writes, and a few that read. The writing one is for one
 * thread at a time; {@link #read} is for many.
 */
final class Database implements AutoCloseable {
  private static final int MAX_READERS = 8;
  private static final int MAX_IDLE = 4;
  private static final int VALID_SECONDS = 5;

  private final Dialect dialect;
  private final DatabaseSettings settings;
  private final DataSource source;
  private final Semaphore readers = new Semaphore(MAX_READERS, true);
  private final Deque<Connection> idle = new ArrayDeque<>();
  private Connection writer;
  private boolean closed;

  Database(Dialect dialect, DatabaseSettings settings) throws AccountingException {
    this.dialect = dialect;
    this.settings = settings;
    this.source = dialect.dataSource(settings);
  }

  Dialect dialect() {
    return dialect;
  }

  DatabaseSettings settings() {
    return settings;
  }

  /** The connection that writes; in a transaction. Connects anew after {@link #dropWriter}. */
  Connection writer() throws SQLException {
    if (writer == null) {
      Connection connection = connect();
      try {
        dialect.prepareWriter(connection);
        connection.setAutoCommit(false);
        writer = connection;
      } finally {
        if (writer == null) {
          closeQuietly(connection);
        }
      }
    }
    return writer;
  }

  /** Gives the writing connection up, and with it whatever it hadn't committed. */
  void dropWriter() {
    if (writer != null) {
      closeQuietly(writer);
      writer = null;
    }
  }

  /** Work on a connection. */
  @FunctionalInterface
  interface Query<T> {
    T run(Connection connection) throws SQLException;
  }

  /** Runs a query, once more on a new connection when an idle one turned out to be dead. */
  <T> T read(Query<T> query) throws SQLException {
    readers.acquireUninterruptibly();
    try {
      Connection pooled = takeIdle();
      if (pooled != null) {
        try {
          return runAndReturn(query, pooled);
        } catch (SQLException e) {
          if (isAlive(pooled)) {
            closeQuietly(pooled);
            throw e;
          }
          closeQuietly(pooled);
          closeIdle();
        }
      }
      Connection fresh = connect();
      try {
        dialect.prepareReader(fresh);
        fresh.setAutoCommit(false);
        return runAndReturn(query, fresh);
      } catch (SQLException | RuntimeException e) {
        closeQuietly(fresh);
        throw e;
      }
    } finally {
      readers.release();
    }
  }

  private <T> T runAndReturn(Query<T> query, Connection connection) throws SQLException {
    T result = query.run(connection);
    connection.rollback();
    synchronized (idle) {
      if (!closed && idle.size() < MAX_IDLE) {
        idle.push(connection);
        return result;
      }
    }
    closeQuietly(connection);
    return result;
  }

  private Connection takeIdle() {
    synchronized (idle) {
      return idle.poll();
    }
  }

  private static boolean isAlive(Connection connection) {
    try {
      connection.rollback();
      return connection.isValid(VALID_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  private Connection connect() throws SQLException {
    // Drivers look their own parts up by the context class loader, which here may be anyone's.
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(source.getClass().getClassLoader());
    try {
      return source.getConnection();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private void closeIdle() {
    synchronized (idle) {
      idle.forEach(Database::closeQuietly);
      idle.clear();
    }
  }

  private static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone either way, and why we close it has been told.
    }
  }

  /** Closes what isn't in use; queries that are running end undisturbed. */
  @Override
  public void close() {
    synchronized (idle) {
      closed = true;
    }
    dropWriter();
    closeIdle();
  }
}
