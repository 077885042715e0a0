package org.headrace.controller.internal.planning;

import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of the form {@code a,b=1}. */
final class Options {
  private Options() {}

  static Map<String, String> parse(String text) {
    Map<String, String> options = new LinkedHashMap<>();
    if (text == null) {
      return options;
    }
    for (String part : text.split(",")) {
      String trimmed = part.trim();
      int equals = trimmed.indexOf('=');
      if (equals > 0) {
        options.put(trimmed.substring(0, equals), trimmed.substring(equals + 1));
      } else if (!trimmed.isEmpty()) {
        options.put(trimmed, "");
      }
    }
    return options;
  }
}
