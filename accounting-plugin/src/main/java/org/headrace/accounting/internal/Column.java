package org.headrace.accounting.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * A column of a table.
 *
 * @param <R> what a row is made from
 * @param name column name
 * @param type what it holds
 * @param value its value in a row: an Integer, a Long or a String, as the type says
 */
record Column<R>(String name, ColumnType type, Function<R, Object> value) {

  static <R> Column<R> ofInt(String name, ToIntFunction<R> value) {
    return new Column<>(name, ColumnType.INT, value::applyAsInt);
  }

  static <R> Column<R> ofLong(String name, ToLongFunction<R> value) {
    return new Column<>(name, ColumnType.LONG, value::applyAsLong);
  }

  static <R> Column<R> ofKey(String name, Function<R, String> value) {
    return new Column<>(name, ColumnType.KEY, row -> SearchKey.of(value.apply(row)));
  }

  static <R> Column<R> ofDocument(String name, Function<R, String> value) {
    return new Column<>(name, ColumnType.DOCUMENT, value::apply);
  }

  void bind(PreparedStatement statement, int position, R row) throws SQLException {
    Object bound = value.apply(row);
    switch (type) {
      case INT -> statement.setInt(position, (Integer) bound);
      case LONG -> statement.setLong(position, (Long) bound);
      case KEY, DOCUMENT -> statement.setString(position, (String) bound);
    }
  }
}
