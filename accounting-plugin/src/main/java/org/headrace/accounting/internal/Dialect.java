package org.headrace.accounting.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;
import org.headrace.api.accounting.AccountingException;

/** What differs between the databases. */
sealed interface Dialect permits SqliteDialect, PostgresqlDialect, MariadbDialect {
  /**
   * Makes a source of connections without touching the network.
   *
   * @throws AccountingException if the settings are wrong or the driver isn't installed
   */
  DataSource dataSource(DatabaseSettings settings) throws AccountingException;

  /** Prepares a connection that writes: what has been committed on it must survive a crash. */
  void prepareWriter(Connection connection) throws SQLException;

  /** Prepares a connection that only reads. */
  void prepareReader(Connection connection) throws SQLException;

  /** Type of a column in a CREATE TABLE. */
  String typeName(ColumnType type);

  /** What follows the closing parenthesis of a CREATE TABLE. */
  String tableSuffix();

  /** What turns an INSERT into one that replaces an older row and leaves a newer one alone. */
  String onConflict(String table, List<String> key, List<String> changing);

  /** What the failure means and what to do about it, or the empty string for nothing to add. */
  String hint(DatabaseSettings settings, SQLException failure);

  /** The clause that SQLite and PostgreSQL share. */
  static String standardOnConflict(String table, List<String> key, List<String> changing) {
    StringBuilder sql = new StringBuilder("ON CONFLICT (").append(String.join(", ", key));
    sql.append(") DO UPDATE SET ");
    for (int i = 0; i < changing.size(); i++) {
      String column = changing.get(i);
      sql.append(i == 0 ? "" : ", ").append(column).append(" = excluded.").append(column);
    }
    return sql.append(" WHERE excluded.")
        .append(Table.NUMBER)
        .append(" > ")
        .append(table)
        .append('.')
        .append(Table.NUMBER)
        .toString();
  }
}
