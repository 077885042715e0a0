package org.headrace.slurmconf.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.internal.ConfigLine.Setting;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * The settings of one line as typed values, with DEFAULT rows behind them. A bad value is reported
 * at its own line and reads as the default, so that one pass finds all mistakes.
 */
final class Row {
  private final Position position;
  private final Map<String, Setting> settings;
  private final Diagnostics diagnostics;

  private Row(Position position, Map<String, Setting> settings, Diagnostics diagnostics) {
    this.position = position;
    this.settings = settings;
    this.diagnostics = diagnostics;
  }

  /**
   * A line's settings.
   *
   * @param known the keys such a line may have; others are reported and dropped
   * @param aliases other spellings, upper case, to known keys
   */
  static Row of(
      ConfigLine line,
      Collection<String> known,
      Map<String, String> aliases,
      Diagnostics diagnostics) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    Set<String> upper = new LinkedHashSet<>();
    known.forEach(key -> upper.add(key.toUpperCase(Locale.ROOT)));
    for (Setting setting : line.settings()) {
      String key = setting.key().toUpperCase(Locale.ROOT);
      key = aliases.getOrDefault(key, key).toUpperCase(Locale.ROOT);
      if (!upper.contains(key) && diagnostics.isFullOfWarnings()) {
        continue;
      }
      if (!upper.contains(key)) {
        diagnostics.warning(
            line.position(),
            "unknown key "
                + TextFormatException.quote(setting.key())
                + " on a "
                + line.first().key()
                + " line is ignored"
                + Spelling.hint(setting.key(), known));
      } else if (settings.put(key, setting) != null) {
        diagnostics.warning(
            line.position(), setting.key() + " is given twice on this line; the last one counts");
      }
    }
    return new Row(line.position(), settings, diagnostics);
  }

  /** This row with another behind it. */
  Row over(Row defaults) {
    Map<String, Setting> merged = new LinkedHashMap<>(defaults.settings);
    merged.putAll(settings);
    return new Row(position, merged, diagnostics);
  }

  Position position() {
    return position;
  }

  boolean has(String key) {
    return settings.containsKey(key.toUpperCase(Locale.ROOT));
  }

  private Setting find(String key) {
    return settings.get(key.toUpperCase(Locale.ROOT));
  }

  Position positionOf(String key) {
    Setting setting = find(key);
    return setting == null ? position : setting.position();
  }

  void error(String key, String message) {
    diagnostics.error(positionOf(key), message);
  }

  void warning(String key, String message) {
    diagnostics.warning(positionOf(key), message);
  }

  String text(String key, String absent) {
    Setting setting = find(key);
    return setting == null ? absent : setting.value();
  }

  private <T> T read(String key, T absent, Function<String, T> reader) {
    Setting setting = find(key);
    if (setting == null) {
      return absent;
    }
    try {
      return reader.apply(setting.value());
    } catch (TextFormatException e) {
      error(key, setting.key() + ": " + e.getMessage());
      return absent;
    }
  }

  long integer(String key, long min, long max, long absent) {
    return read(key, absent, value -> Values.integer(value, min, max));
  }

  /** A count where UNLIMITED, INFINITE and -1 mean the given number. */
  long countOr(String key, long max, long unlimited, long absent) {
    return read(
        key,
        absent,
        value -> SlurmDuration.isInfinite(value) ? unlimited : Values.integer(value, 0, max));
  }

  boolean flag(String key, boolean absent) {
    return read(key, absent, Values::flag);
  }

  long minutes(String key, long absent) {
    return read(key, absent, SlurmDuration::parseMinutes);
  }

  /** Plain numbers are seconds here. */
  long seconds(String key, long absent) {
    return read(key, absent, Values::seconds);
  }

  long memory(String key, long absent) {
    return read(
        key, absent, value -> SlurmDuration.isInfinite(value) ? 0L : Sizes.parseMemory(value));
  }

  double decimal(String key, double absent) {
    return read(key, absent, Values::decimal);
  }

  List<String> list(String key) {
    return Values.list(text(key, ""));
  }

  Map<String, String> options(String key) {
    return Values.options(text(key, ""));
  }

  List<String> hosts(String key) {
    return read(key, List.of(), Hostlist::expand);
  }

  <E extends Enum<E>> E choice(String key, Class<E> type, E absent) {
    return read(key, absent, value -> Values.choice(value, type));
  }

  /** Names that must begin with a letter or digit and hold no odd characters. */
  String name(String key) {
    String value = text(key, "");
    if (!value.matches("[A-Za-z0-9_][A-Za-z0-9_.+-]{0,254}")) {
      error(
          key,
          find(key).key()
              + " "
              + TextFormatException.quote(value)
              + " may hold letters, digits and _ . + - only");
    }
    return value;
  }

  List<String> keys() {
    return new ArrayList<>(settings.keySet());
  }
}
