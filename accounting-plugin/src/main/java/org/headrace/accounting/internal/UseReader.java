package org.headrace.accounting.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.api.accounting.JobUse;
import org.headrace.api.accounting.WorkKey;

/** Adds up in the database what jobs used in a period, however many they were. */
final class UseReader {
  private static final String OWN = "user_name, account, wckey, partition_name, gid, cpus";

  private final Connection connection;
  private final int cluster;

  UseReader(Connection connection, int cluster) {
    this.connection = connection;
    this.cluster = cluster;
  }

  List<JobUse> use(long from, long to) throws SQLException {
    List<JobUse> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql(from, to))) {
      statement.setInt(1, cluster);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(
              new JobUse(
                  text(row, 1),
                  text(row, 2),
                  text(row, 3),
                  text(row, 4),
                  row.getInt(5),
                  row.getInt(6),
                  row.getLong(7),
                  row.getDouble(8),
                  row.getDouble(9),
                  row.getDouble(10),
                  row.getDouble(11),
                  row.getDouble(12)));
        }
      }
    }
    return found;
  }

  /** Keys and who has used them. */
  List<WorkKey> keys() throws SQLException {
    String sql =
        "SELECT DISTINCT wckey, user_name FROM "
            + Tables.JOBS.name()
            + " WHERE cluster_id = ? AND wckey <> '' ORDER BY wckey, user_name";
    List<WorkKey> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, cluster);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          found.add(new WorkKey(text(row, 1), text(row, 2)));
        }
      }
    }
    return found;
  }

  private static String text(ResultSet row, int column) throws SQLException {
    String text = row.getString(column);
    return text == null ? "" : text;
  }

  /**
   * Of each run that has started, the parts of its time before and after that which lie in the
   * period; one that hasn't started counts nothing.
   */
  private static String sql(long from, long to) {
    String begin = "CASE WHEN started < %1$d THEN %1$d ELSE started END";
    String end = "CASE WHEN ended = 0 OR ended > %2$d THEN %2$d ELSE ended END";
    String ran = "CASE WHEN started < %2$d THEN (" + end + ") - (" + begin + ") ELSE 0 END";
    String since = "CASE WHEN window_begin < %1$d THEN %1$d ELSE window_begin END";
    String until = "CASE WHEN started > %2$d THEN %2$d ELSE started END";
    String waited = "CASE WHEN started > %1$d THEN (" + until + ") - (" + since + ") ELSE 0 END";
    String each =
        "SELECT "
            + OWN
            + ", memory_mib, nodes, gpus, "
            + waited
            + " AS waited,"
            + " CASE WHEN started < %2$d THEN 1 ELSE 0 END AS is_run, "
            + ran
            + " AS ran"
            + " FROM "
            + Tables.JOBS.name()
            + " WHERE cluster_id = ? AND started > 0"
            + " AND window_begin < %2$d AND window_end > %1$d";
    String sums =
        "SUM(is_run), SUM(1.0 * ran * cpus), SUM(1.0 * ran * memory_mib), SUM(1.0 * ran * nodes),"
            + " SUM(1.0 * ran * gpus), SUM(1.0 * waited * cpus)";
    String all =
        "SELECT "
            + OWN
            + ", "
            + sums
            + " FROM ("
            + each
            + ") r GROUP BY "
            + OWN
            + " ORDER BY "
            + OWN;
    return String.format(Locale.ROOT, all, from, to);
  }
}
