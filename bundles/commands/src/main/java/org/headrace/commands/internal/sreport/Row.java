package org.headrace.commands.internal.sreport;

import java.util.Map;

/**
 * A line of a report.
 *
 * @param texts what it says, by the names of columns in lower case
 */
record Row(Map<String, String> texts) {
  String text(String column) {
    return texts.getOrDefault(column, "");
  }
}
