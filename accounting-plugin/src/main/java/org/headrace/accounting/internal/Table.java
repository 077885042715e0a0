package org.headrace.accounting.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table whose rows each keep the newest record of their subject.
 *
 * @param <R> what a row is made from
 * @param name table name
 * @param key columns of the primary key
 * @param columns all columns
 */
record Table<R>(String name, List<String> key, List<Column<R>> columns) {
  /** The column that holds the number of the record that the row comes from. */
  static final String NUMBER = "record_number";

  String create(Dialect dialect) {
    String definitions =
        columns.stream()
            .map(column -> column.name() + " " + dialect.typeName(column.type()) + " NOT NULL")
            .collect(Collectors.joining(", "));
    return "CREATE TABLE IF NOT EXISTS "
        + name
        + " ("
        + definitions
        + ", PRIMARY KEY ("
        + String.join(", ", key)
        + "))"
        + dialect.tableSuffix();
  }

  /** Inserts a row, or replaces an older one; leaves a newer one alone. */
  String upsert(Dialect dialect) {
    String names = columns.stream().map(Column::name).collect(Collectors.joining(", "));
    String marks = columns.stream().map(column -> "?").collect(Collectors.joining(", "));
    List<String> changing =
        columns.stream().map(Column::name).filter(column -> !key.contains(column)).toList();
    return "INSERT INTO "
        + name
        + " ("
        + names
        + ") VALUES ("
        + marks
        + ") "
        + dialect.onConflict(name, key, changing);
  }

  void bind(PreparedStatement statement, R row) throws SQLException {
    for (int i = 0; i < columns.size(); i++) {
      columns.get(i).bind(statement, i + 1, row);
    }
  }
}
