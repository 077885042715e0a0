package org.headrace.accounting.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.headrace.api.accounting.AccountingException;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL. */
final class PostgresqlDialect implements Dialect {
  private static final int CONNECT_SECONDS = 10;
  private static final int SOCKET_SECONDS = 60;

  /** Options a site may give; others of the driver load classes or write files. */
  private static final Set<String> OPTIONS =
      Set.of("sslmode", "sslrootcert", "sslcert", "sslkey", "channelBinding", "currentSchema");

  @Override
  public DataSource dataSource(DatabaseSettings settings) throws AccountingException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {settings.host()});
    source.setPortNumbers(new int[] {settings.port()});
    source.setDatabaseName(settings.database());
    source.setUser(settings.user());
    source.setPassword(settings.password());
    source.setApplicationName("headrace-accounting");
    source.setConnectTimeout(CONNECT_SECONDS);
    source.setLoginTimeout(CONNECT_SECONDS);
    source.setSocketTimeout(SOCKET_SECONDS);
    source.setTcpKeepAlive(true);
    source.setReWriteBatchedInserts(true);
    try {
      for (Map.Entry<String, String> option : settings.options(OPTIONS).entrySet()) {
        source.setProperty(option.getKey(), option.getValue());
      }
    } catch (SQLException e) {
      throw new AccountingException(
          DatabaseSettings.URL + " has a wrong option: " + e.getMessage(), e);
    }
    return source;
  }

  @Override
  public void prepareWriter(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      requireUtf8(statement);
      // A site may have it off for speed; what write() has acknowledged must survive all the same.
      String durability = show(statement, "SHOW synchronous_commit");
      if (durability.equals("off")) {
        statement.execute("SET synchronous_commit TO on");
      }
    }
  }

  private static void requireUtf8(Statement statement) throws SQLException {
    String encoding = show(statement, "SHOW server_encoding");
    if (!encoding.equals("UTF8")) {
      throw new SQLException(
          "the database has the encoding "
              + encoding
              + "; create it with ENCODING 'UTF8' TEMPLATE template0");
    }
  }

  private static String show(Statement statement, String sql) throws SQLException {
    try (ResultSet result = statement.executeQuery(sql)) {
      return result.next() ? result.getString(1) : "";
    }
  }

  @Override
  public void prepareReader(Connection connection) throws SQLException {
    connection.setReadOnly(true);
  }

  @Override
  public String typeName(ColumnType type) {
    return switch (type) {
      case INT -> "INTEGER";
      case LONG -> "BIGINT";
      case KEY -> "VARCHAR(" + SearchKey.MAX_LENGTH + ") COLLATE \"C\"";
      case DOCUMENT -> "TEXT";
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
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    return switch (state) {
      case "28P01", "28000" -> "check AccountingStorageUser and the password";
      case "3D000" ->
          "create it: CREATE DATABASE "
              + settings.database()
              + " OWNER "
              + settings.user()
              + " ENCODING 'UTF8'";
      case "42501" -> "the user needs the right to create tables in it";
      default -> "";
    };
  }
}
