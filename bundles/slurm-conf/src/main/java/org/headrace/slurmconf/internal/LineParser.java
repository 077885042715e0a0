package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.List;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.internal.ConfigLine.Setting;
import org.headrace.slurmconf.text.TextFormatException;

/** Splits a logical line into {@code Key=Value} settings; spaces may stand around the sign. */
final class LineParser {
  private final String text;
  private final Position position;
  private final Diagnostics diagnostics;
  private int at;

  LineParser(String text, Position position, Diagnostics diagnostics) {
    this.text = text;
    this.position = position;
    this.diagnostics = diagnostics;
  }

  /** The settings before the first mistake, which is reported. */
  List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    for (skipSpace(); at < text.length(); skipSpace()) {
      Setting setting = setting();
      if (setting == null) {
        return settings;
      }
      settings.add(setting);
    }
    return settings;
  }

  private Setting setting() {
    int start = at;
    while (at < text.length() && isKeyCharacter(text.charAt(at))) {
      at++;
    }
    String key = text.substring(start, at);
    skipSpace();
    if (key.isEmpty() || at >= text.length() || text.charAt(at) != '=') {
      int end = Math.min(text.length(), Math.max(at, start + 1));
      diagnostics.error(
          position,
          "expected Key=Value at "
              + TextFormatException.quote(text.substring(start, wordEnd(end)))
              + " (column "
              + (start + 1)
              + "); a value with spaces needs double quotes");
      return null;
    }
    at++;
    skipSpace();
    String value = value(key);
    return value == null ? null : new Setting(key, value, position);
  }

  private String value(String key) {
    StringBuilder value = new StringBuilder();
    boolean quoted = false;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && isSpace(c)) {
        break;
      } else if (c < ' ' && c != '\t' || c == 0x7f) {
        diagnostics.error(position, "control character in the value of " + key);
        return null;
      } else {
        value.append(c);
      }
      at++;
    }
    if (quoted) {
      diagnostics.error(position, "the value of " + key + " has an opening quote but no closing");
      return null;
    }
    return value.toString();
  }

  private int wordEnd(int from) {
    int end = from;
    while (end < text.length() && !isSpace(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private void skipSpace() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
  }

  private static boolean isKeyCharacter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  }
}
