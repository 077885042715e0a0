package org.headrace.accounting.internal;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.headrace.api.accounting.AccountingException;

/**
 * Where the database is. Made from the settings of {@code slurm.conf}; {@code
 * HeadraceAccountingUrl} replaces those that say where, {@code HeadraceAccountingPassFile} the one
 * that says the password.
 *
 * @param engine which database
 * @param file file of SQLite; null for the others
 * @param host server; empty for SQLite, as are the rest
 * @param port its port
 * @param database database on it
 * @param user who we are there
 * @param password password, or the empty string
 * @param given further options of the driver
 */
record DatabaseSettings(
    Engine engine,
    Path file,
    String host,
    int port,
    String database,
    String user,
    String password,
    Map<String, String> given) {
  static final String URL = "HeadraceAccountingUrl";
  static final String PASS_FILE = "HeadraceAccountingPassFile";

  private static final int MAX_PORT = 65535;
  private static final String PORT_RANGE = "it is a number from 1 to " + MAX_PORT;
  private static final String DEFAULT_NAME = "headrace";
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_$.-]{1,63}");
  private static final Pattern OPTION = Pattern.compile("[A-Za-z0-9_./:-]*");

  DatabaseSettings {
    given = Map.copyOf(given);
  }

  /** A database that can hold the history. */
  enum Engine {
    SQLITE("sqlite", 0),
    POSTGRESQL("postgresql", 5432),
    MARIADB("mariadb", 3306);

    private final String word;
    private final int defaultPort;

    Engine(String word, int defaultPort) {
      this.word = word;
      this.defaultPort = defaultPort;
    }

    String word() {
      return word;
    }

    static Engine of(String word) throws AccountingException {
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "sqlite" -> SQLITE;
        case "postgresql", "postgres" -> POSTGRESQL;
        case "mariadb", "mysql" -> MARIADB;
        default -> throw wrong(URL, word, "it starts with sqlite:, postgresql:// or mariadb://");
      };
    }
  }

  /**
   * Reads the settings.
   *
   * @param fixed the engine that was chosen by name, or null when the URL may choose, and SQLite
   *     serves without one
   */
  static DatabaseSettings of(Engine fixed, Map<String, String> settings)
      throws AccountingException {
    Map<String, String> named = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    named.putAll(settings);
    String url = value(named, URL);
    if (!url.isEmpty()) {
      return fromUrl(fixed, url, named);
    }
    Engine engine = fixed == null ? Engine.SQLITE : fixed;
    if (engine == Engine.SQLITE) {
      String place = fixed == null ? "" : value(named, "AccountingStorageLoc");
      return sqlite(place.startsWith("/") ? place : "", named);
    }
    return server(
        engine,
        orElse(value(named, "AccountingStorageHost"), "localhost"),
        port(value(named, "AccountingStoragePort"), engine),
        orElse(value(named, "AccountingStorageLoc"), DEFAULT_NAME),
        orElse(value(named, "AccountingStorageUser"), DEFAULT_NAME),
        password(named),
        Map.of());
  }

  private static DatabaseSettings fromUrl(Engine fixed, String url, Map<String, String> named)
      throws AccountingException {
    int colon = url.indexOf(':');
    Engine engine = Engine.of(colon < 0 ? url : url.substring(0, colon));
    if (fixed != null && fixed != engine) {
      throw wrong(
          URL,
          engine.word(),
          "AccountingStorageType says accounting_storage/" + fixed.word() + "; make both agree");
    }
    if (engine == Engine.SQLITE) {
      return sqlite(colon < 0 ? "" : url.substring(colon + 1).replaceFirst("^//(?=/)", ""), named);
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      // Not the whole URL: somebody may have put a password into it.
      throw new AccountingException(
          URL + " can't be read at character " + e.getIndex() + ": " + e.getReason(), null);
    }
    String user = orElse(uri.getUserInfo(), value(named, "AccountingStorageUser"));
    if (user.contains(":")) {
      throw wrong(
          URL, "", "it holds a password; put that into the file that " + PASS_FILE + " names");
    }
    String path = orElse(uri.getPath(), "");
    return server(
        engine,
        orElse(uri.getHost(), "localhost").replaceAll("^\\[|]$", ""),
        uri.getPort() > 0 ? uri.getPort() : engine.defaultPort,
        path.length() > 1 ? path.substring(1) : DEFAULT_NAME,
        orElse(user, DEFAULT_NAME),
        password(named),
        query(orElse(uri.getQuery(), "")));
  }

  private static Map<String, String> query(String query) throws AccountingException {
    Map<String, String> options = new TreeMap<>();
    for (String option : query.isEmpty() ? new String[0] : query.split("&")) {
      int equals = option.indexOf('=');
      if (equals <= 0 || !OPTION.matcher(option.substring(equals + 1)).matches()) {
        throw wrong(URL, option, "options are name=value, of letters, digits and _./:-");
      }
      options.put(option.substring(0, equals), option.substring(equals + 1));
    }
    return options;
  }

  private static DatabaseSettings sqlite(String place, Map<String, String> named)
      throws AccountingException {
    String directory = value(named, "directory");
    if (place.isEmpty() && directory.isEmpty()) {
      throw new AccountingException(
          "no place for the accounting database: neither a directory nor " + URL + " is set", null);
    }
    if (place.indexOf('?') >= 0 || place.indexOf(0) >= 0 || place.startsWith(":")) {
      throw wrong(URL, place, "sqlite: takes the path of a file");
    }
    Path file =
        place.isEmpty() ? Path.of(directory, "accounting.db") : Path.of(directory).resolve(place);
    return new DatabaseSettings(Engine.SQLITE, file.toAbsolutePath(), "", 0, "", "", "", Map.of());
  }

  private static DatabaseSettings server(
      Engine engine,
      String host,
      int port,
      String database,
      String user,
      String password,
      Map<String, String> options)
      throws AccountingException {
    if (!HOST.matcher(host).matches()) {
      throw wrong("AccountingStorageHost", host, "it is the name or address of one server");
    }
    if (port > MAX_PORT) {
      throw wrong("AccountingStoragePort", Integer.toString(port), PORT_RANGE);
    }
    if (!NAME.matcher(database).matches()) {
      throw wrong("AccountingStorageLoc", database, "it is the name of a database on " + host);
    }
    if (!NAME.matcher(user).matches()) {
      throw wrong("AccountingStorageUser", user, "it is the name of a user of the database");
    }
    return new DatabaseSettings(engine, null, host, port, database, user, password, options);
  }

  private static int port(String text, Engine engine) throws AccountingException {
    if (text.isEmpty() || text.equals("0")) {
      return engine.defaultPort;
    }
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw wrong("AccountingStoragePort", text, PORT_RANGE);
  }

  private static String password(Map<String, String> named) throws AccountingException {
    String file = value(named, PASS_FILE);
    if (file.isEmpty()) {
      return value(named, "AccountingStoragePass");
    }
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(Path.of(file));
      if (mode.contains(PosixFilePermission.GROUP_READ)
          || mode.contains(PosixFilePermission.OTHERS_READ)) {
        throw wrong(PASS_FILE, file, "others can read it; chmod 600 " + file);
      }
      return Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new AccountingException(PASS_FILE + "=" + file + " can't be read: " + e, e);
    }
  }

  /** The options that were given, all of which must be among {@code allowed}. */
  Map<String, String> options(Set<String> allowed) throws AccountingException {
    for (String name : given.keySet()) {
      if (!allowed.contains(name)) {
        throw wrong(URL, name, "options of " + engine.word() + " are " + new TreeSet<>(allowed));
      }
    }
    return given;
  }

  /** Host as it is written in a URL. */
  String urlHost() {
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  /** The database in words, without the password. */
  String place() {
    return engine == Engine.SQLITE
        ? file.toString()
        : engine.word() + "://" + user + "@" + urlHost() + ":" + port + "/" + database;
  }

  @Override
  public String toString() {
    return place();
  }

  private static String value(Map<String, String> named, String name) {
    return orElse(named.get(name), "").strip();
  }

  private static String orElse(String value, String otherwise) {
    return value == null || value.isEmpty() ? otherwise : value;
  }

  private static AccountingException wrong(String name, String value, String right) {
    return new AccountingException(name + "=" + value + " is wrong: " + right, null);
  }
}
