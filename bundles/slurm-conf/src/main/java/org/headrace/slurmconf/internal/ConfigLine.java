package org.headrace.slurmconf.internal;

import java.util.List;
import org.headrace.slurmconf.Position;

/** One logical line: comment removed, continuations joined, split into settings. */
public record ConfigLine(Position position, List<Setting> settings) {

  /** One {@code Key=Value}; the key as written, the value without quotes. */
  public record Setting(String key, String value, Position position) {
    boolean is(String name) {
      return key.equalsIgnoreCase(name);
    }
  }

  Setting first() {
    return settings.get(0);
  }
}
