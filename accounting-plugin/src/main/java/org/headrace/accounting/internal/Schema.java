package org.headrace.accounting.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Makes the tables, and brings those of an older release up to date. Each step can be run again, as
 * MariaDB can't undo half a step.
 */
final class Schema {
  private static final String VERSIONS =
      "CREATE TABLE IF NOT EXISTS headrace_schema"
          + " (version INTEGER NOT NULL, applied_at %s NOT NULL, PRIMARY KEY (version))%s";

  private Schema() {}

  /** The steps; step {@code i} leads to version {@code i + 1}. Only ever appended to. */
  private static List<List<String>> steps(Dialect dialect) {
    return List.of(
        List.of(
            "CREATE TABLE IF NOT EXISTS headrace_clusters (id INTEGER NOT NULL, name "
                + dialect.typeName(ColumnType.KEY)
                + " NOT NULL, last_record "
                + dialect.typeName(ColumnType.LONG)
                + " NOT NULL, PRIMARY KEY (id))"
                + dialect.tableSuffix(),
            "CREATE UNIQUE INDEX IF NOT EXISTS headrace_clusters_name ON headrace_clusters (name)",
            Tables.JOBS.create(dialect),
            Tables.STEPS.create(dialect),
            Tables.NODE_EVENTS.create(dialect),
            index("headrace_jobs_window", "cluster_id, window_end, window_begin"),
            index("headrace_jobs_user", "cluster_id, uid, window_end")),
        List.of(
            index("headrace_jobs_array", "cluster_id, array_id, array_task"),
            index("headrace_jobs_account", "cluster_id, account, window_end"),
            index("headrace_jobs_name", "cluster_id, name"),
            index("headrace_jobs_state", "cluster_id, state, window_end")),
        List.of(Tables.FILES.create(dialect)),
        List.of(Tables.BOOK_EVENTS.create(dialect)));
  }

  private static String index(String name, String columns) {
    return "CREATE INDEX IF NOT EXISTS " + name + " ON headrace_jobs (" + columns + ")";
  }

  /** Version that this release writes. */
  static int currentVersion(Dialect dialect) {
    return steps(dialect).size();
  }

  /** Brings the tables to the current version. */
  static void upgrade(Connection connection, Dialect dialect) throws SQLException {
    upgrade(connection, dialect, currentVersion(dialect));
  }

  /** Brings the tables to {@code target}, as the release of that version would. */
  static void upgrade(Connection connection, Dialect dialect, int target) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          String.format(VERSIONS, dialect.typeName(ColumnType.LONG), dialect.tableSuffix()));
      int version = version(statement);
      if (version > target) {
        throw new SQLException(
            "its tables have version "
                + version
                + " and this release knows "
                + target
                + "; run the newer release, or restore the backup made before the upgrade");
      }
      for (int next = version; next < target; next++) {
        for (String sql : steps(dialect).get(next)) {
          statement.execute(sql);
        }
        try (PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO headrace_schema (version, applied_at) VALUES (?, ?)")) {
          insert.setInt(1, next + 1);
          insert.setLong(2, System.currentTimeMillis());
          insert.executeUpdate();
        }
      }
    }
    connection.commit();
  }

  private static int version(Statement statement) throws SQLException {
    try (ResultSet result = statement.executeQuery("SELECT MAX(version) FROM headrace_schema")) {
      return result.next() ? result.getInt(1) : 0;
    }
  }

  /** Number of the cluster in the tables; gives it one when it is new. */
  static int clusterId(Connection connection, String cluster) throws SQLException {
    String name = SearchKey.of(cluster);
    try (PreparedStatement find =
        connection.prepareStatement("SELECT id FROM headrace_clusters WHERE name = ?")) {
      find.setString(1, name);
      try (ResultSet result = find.executeQuery()) {
        if (result.next()) {
          return result.getInt(1);
        }
      }
    }
    int id = 1;
    try (PreparedStatement highest =
            connection.prepareStatement("SELECT COALESCE(MAX(id), 0) FROM headrace_clusters");
        ResultSet result = highest.executeQuery()) {
      id += result.next() ? result.getInt(1) : 0;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO headrace_clusters (id, name, last_record) VALUES (?, ?, 0)")) {
      insert.setInt(1, id);
      insert.setString(2, name);
      insert.executeUpdate();
    }
    connection.commit();
    return id;
  }
}
