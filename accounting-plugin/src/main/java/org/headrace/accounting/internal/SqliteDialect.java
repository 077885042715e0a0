package org.headrace.accounting.internal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.headrace.api.accounting.AccountingException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/** SQLite: one file, for a cluster that doesn't want to run a database server. */
final class SqliteDialect implements Dialect {
  private static final int BUSY_MILLIS = 10_000;

  /** Primary result codes of SQLite; the extended ones carry them in their low byte. */
  private static final int CODE_CORRUPT = 11;

  private static final int CODE_FULL = 13;
  private static final int CODE_CANT_OPEN = 14;
  private static final int CODE_NOT_A_DATABASE = 26;

  @Override
  public DataSource dataSource(DatabaseSettings settings) throws AccountingException {
    Path file = settings.file();
    createPrivately(file);
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // FULL syncs the log at each commit; NORMAL could lose what write() had promised to keep.
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(BUSY_MILLIS);
    config.setTransactionMode(SQLiteConfig.TransactionMode.DEFERRED);
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    config.setCacheSize(-16 * 1024);
    SQLiteDataSource source = new SQLiteDataSource(config);
    source.setUrl("jdbc:sqlite:" + file);
    return source;
  }

  /** Other users must not read the history: SQLite gives its log files the mode of the main one. */
  private static void createPrivately(Path file) throws AccountingException {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isRegularFile(file)) {
        throw new AccountingException("accounting database " + file + " is not a file", e);
      }
    } catch (IOException e) {
      throw new AccountingException(
          "cannot create accounting database " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void prepareWriter(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // A longer log between checkpoints writes a page that changes often only once.
      statement.execute("PRAGMA wal_autocheckpoint = 8000");
      statement.execute("PRAGMA journal_size_limit = 67108864");
    }
  }

  @Override
  public void prepareReader(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA query_only = 1");
    }
  }

  @Override
  public String typeName(ColumnType type) {
    return switch (type) {
      case INT, LONG -> "INTEGER";
      case KEY, DOCUMENT -> "TEXT";
    };
  }

  @Override
  public String tableSuffix() {
    return "";
  }

  @Override
  public String onConflict(String table, List<String> key, List<String> changing) {
    return Dialect.standardOnConflict(table, key, changing);
  }

  @Override
  public String hint(DatabaseSettings settings, SQLException failure) {
    return switch (failure.getErrorCode() & 0xff) {
      case CODE_CORRUPT, CODE_NOT_A_DATABASE ->
          "the file is damaged or not a database; restore "
              + settings.file()
              + " from a backup, or move it away to start with an empty one";
      case CODE_FULL -> "the disk of " + settings.file() + " is full; records wait until it isn't";
      case CODE_CANT_OPEN -> "check owner and mode of " + settings.file() + " and its directory";
      default -> "";
    };
  }
}
