package org.headrace.commands.internal.sacctmgr;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A word of a command line: a key, what is done with it, and a value; or a bare word.
 *
 * @param key in lower case; empty for a bare word
 * @param operator {@code =}, or {@code +} and {@code -} for values that are added and taken away
 * @param value without quotes around it
 * @param raw the word as it was given
 */
record Term(String key, char operator, String value, String raw) {
  static Term of(String word) {
    int equals = word.indexOf('=');
    if (equals <= 0) {
      return new Term("", '=', word, word);
    }
    char before = word.charAt(equals - 1);
    boolean sign = (before == '+' || before == '-') && equals > 1;
    String key = word.substring(0, sign ? equals - 1 : equals);
    String value = word.substring(equals + 1);
    if (value.length() > 1 && (value.startsWith("'") || value.startsWith("\""))) {
      value = value.replaceAll("^['\"]|['\"]$", "");
    }
    return new Term(key.toLowerCase(Locale.ROOT), sign ? before : '=', value, word);
  }

  boolean bare() {
    return key.isEmpty();
  }

  /** Values that are separated by commas. */
  List<String> list() {
    return Arrays.stream(value.split(",")).map(String::strip).filter(t -> !t.isEmpty()).toList();
  }

  /** The same; of nothing, the empty one: what has no partition, for example. */
  List<String> listOrEmpty() {
    return value.isEmpty() ? List.of("") : list();
  }

  /** Values in lower case, as names of accounts, users and qualities of service are. */
  List<String> names() {
    return list().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  /** True for a key of one of these names, or for the beginning of one, three letters at least. */
  boolean is(String... names) {
    for (String name : names) {
      if (name.equals(key) || key.length() > 2 && name.startsWith(key)) {
        return true;
      }
    }
    return false;
  }

  /** True for a value that takes away what there is. */
  boolean clears() {
    return value.isEmpty() || value.equals("-1");
  }
}
