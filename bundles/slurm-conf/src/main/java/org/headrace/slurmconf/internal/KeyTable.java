package org.headrace.slurmconf.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The cluster-level keys, from a table beside this class. */
public final class KeyTable {
  private static final KeyTable INSTANCE = new KeyTable();

  /** Values that ask for nothing, whatever the default is. */
  private static final Pattern NOTHING = Pattern.compile("(?i)(.*/)?(none|no|0|)");

  private final Map<String, Key> keys = new LinkedHashMap<>();

  /** One key: how its value reads, its default and how commands show it. */
  public record Key(String name, String type, String absent, String shown, String note) {
    /** Whether a change takes effect only after a restart. */
    public boolean needsRestart() {
      return note.equals("restart");
    }

    boolean isGone() {
      return note.equals("gone");
    }

    /** Whether this value asks for something that isn't there. */
    boolean isInert(String value) {
      return note.equals("inert")
          && !value.equalsIgnoreCase(absent)
          && !NOTHING.matcher(value).matches();
    }

    /** The key that replaced this one, or empty. */
    String successor() {
      return note.startsWith("old=") ? note.substring(4) : "";
    }
  }

  private KeyTable() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                KeyTable.class.getResourceAsStream("cluster-keys.txt"), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          String[] cells = line.split("\\|", -1);
          keys.put(
              cells[0].toUpperCase(Locale.ROOT),
              new Key(cells[0], cells[1], cells[2], cells[3], cells[4]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The one table. */
  public static KeyTable get() {
    return INSTANCE;
  }

  /** All keys in the order in which {@code scontrol show config} prints them. */
  public List<Key> all() {
    return List.copyOf(keys.values());
  }

  /** A key by its name in any case, or null. */
  public Key find(String name) {
    return keys.get(name.toUpperCase(Locale.ROOT));
  }

  /** Names in their usual spelling. */
  List<String> names() {
    return keys.values().stream().map(Key::name).toList();
  }
}
