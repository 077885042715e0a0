package org.headrace.accounting.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/** A condition in SQL with the values of its question marks. No value is ever part of the text. */
final class Conditions {
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /** Adds a condition that must hold, too. */
  Conditions and(String condition, Object... bound) {
    sql.append(sql.isEmpty() ? "" : " AND ").append(condition);
    Collections.addAll(values, bound);
    return this;
  }

  Conditions and(Conditions other) {
    return and("(" + other.sql + ")", other.values.toArray());
  }

  /** Adds an alternative. */
  Conditions or(String condition, Object... bound) {
    sql.append(sql.isEmpty() ? "" : " OR ").append(condition);
    Collections.addAll(values, bound);
    return this;
  }

  Conditions or(Conditions other) {
    return or("(" + other.sql + ")", other.values.toArray());
  }

  /** {@code column IN (?, ?, …)}. */
  static String in(String column, Collection<?> among) {
    return column + " IN (" + String.join(", ", Collections.nCopies(among.size(), "?")) + ")";
  }

  boolean isEmpty() {
    return sql.isEmpty();
  }

  String sql() {
    return sql.toString();
  }

  List<Object> values() {
    return values;
  }

  static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
    int position = 1;
    for (Object value : values) {
      if (value instanceof Integer number) {
        statement.setInt(position++, number);
      } else if (value instanceof Long number) {
        statement.setLong(position++, number);
      } else {
        statement.setString(position++, (String) value);
      }
    }
  }
}
