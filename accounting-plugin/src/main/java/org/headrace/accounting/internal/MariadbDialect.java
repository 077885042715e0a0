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
import org.mariadb.jdbc.MariaDbDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MariaDB. */
final class MariadbDialect implements Dialect {
  private static final Logger LOG = LoggerFactory.getLogger(MariadbDialect.class);
  private static final int TIMEOUT_MILLIS = 60_000;
  private static final int CONNECT_MILLIS = 10_000;

  /** Options a site may give; others of the driver load classes or read local files. */
  private static final Set<String> OPTIONS = Set.of("sslMode", "serverSslCert", "keyStoreType");

  @Override
  public DataSource dataSource(DatabaseSettings settings) throws AccountingException {
    // Statements are prepared on the server: no text of a user is ever put into SQL, escaped or
    // not.
    StringBuilder url =
        new StringBuilder("jdbc:mariadb://")
            .append(settings.urlHost())
            .append(':')
            .append(settings.port())
            .append('/')
            .append(settings.database())
            .append("?useServerPrepStmts=true&allowLocalInfile=false&allowMultiQueries=false")
            .append("&tcpKeepAlive=true&connectTimeout=")
            .append(CONNECT_MILLIS)
            .append("&socketTimeout=")
            .append(TIMEOUT_MILLIS);
    for (Map.Entry<String, String> option : settings.options(OPTIONS).entrySet()) {
      url.append('&').append(option.getKey()).append('=').append(option.getValue());
    }
    try {
      MariaDbDataSource source = new MariaDbDataSource(url.toString());
      source.setUser(settings.user());
      source.setPassword(settings.password());
      return source;
    } catch (SQLException e) {
      throw new AccountingException(
          DatabaseSettings.URL + " has a wrong option: " + e.getMessage(), e);
    }
  }

  @Override
  public void prepareWriter(Connection connection) throws SQLException {
    strict(connection);
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT @@GLOBAL.innodb_flush_log_at_trx_commit")) {
      if (result.next() && result.getInt(1) != 1 && result.getInt(1) != 3) {
        LOG.warn(
            "the accounting server runs with innodb_flush_log_at_trx_commit={}: a crash of its"
                + " machine loses the newest records; 1 keeps them",
            result.getInt(1));
      }
    }
  }

  @Override
  public void prepareReader(Connection connection) throws SQLException {
    strict(connection);
    connection.setReadOnly(true);
  }

  private static void strict(Connection connection) throws SQLException {
    connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
    }
  }

  @Override
  public String typeName(ColumnType type) {
    return switch (type) {
      case INT -> "INT";
      case LONG -> "BIGINT";
      case KEY -> "VARCHAR(" + SearchKey.MAX_LENGTH + ")";
      case DOCUMENT -> "LONGTEXT";
    };
  }

  @Override
  public String tableSuffix() {
    // Without this collation 'A' equals 'a', and "a" equals "a ".
    return " ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4"
        + " COLLATE utf8mb4_nopad_bin";
  }

  @Override
  public String onConflict(String table, List<String> key, List<String> changing) {
    StringBuilder sql = new StringBuilder("ON DUPLICATE KEY UPDATE ");
    for (String column : changing) {
      if (!column.equals(Table.NUMBER)) {
        sql.append(column)
            .append(" = IF(VALUES(")
            .append(Table.NUMBER)
            .append(") > ")
            .append(Table.NUMBER)
            .append(", VALUES(")
            .append(column)
            .append("), ")
            .append(column)
            .append("), ");
      }
    }
    // Assignments are made in order, and those before compare with it: so it is the last.
    return sql.append(Table.NUMBER)
        .append(" = GREATEST(")
        .append(Table.NUMBER)
        .append(", VALUES(")
        .append(Table.NUMBER)
        .append("))")
        .toString();
  }

  @Override
  public String hint(DatabaseSettings settings, SQLException failure) {
    return switch (failure.getErrorCode()) {
      case 1044, 1045, 1698 -> "check AccountingStorageUser, its rights and the password";
      case 1049 -> "create it: CREATE DATABASE " + settings.database();
      case 1153 -> "raise max_allowed_packet of the server";
      default -> "";
    };
  }
}
