package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.headrace.control.front.Account;

/**
 * Reads {@code /etc/passwd} and {@code /etc/group} where {@code nsswitch.conf} names no other
 * source, and asks {@code getent} otherwise, which knows LDAP, SSSD and the like.
 *
 * <p>An id without a name comes as a decimal number. A user who is <em>named</em> like a number
 * would pass for that id, so names of digits are refused when an account has that name or id.
 */
final class SystemAccounts implements Accounts {
  private static final Set<String> LOCAL = Set.of("files", "systemd");
  private static final long GETENT_SECONDS = 10;

  private final Path etc;

  SystemAccounts() {
    this(Path.of("/etc"));
  }

  /** With another folder for {@code passwd}, {@code group} and {@code nsswitch.conf}. */
  SystemAccounts(Path etc) {
    this.etc = etc;
  }

  @Override
  public int uid(String user) throws IOException {
    return id("passwd", "user", user);
  }

  @Override
  public int gid(String group) throws IOException {
    return id("group", "group", group);
  }

  @Override
  public Account userNamed(String name) throws IOException {
    String[] entry = named("passwd", name);
    return entry == null || entry.length < 4
        ? null
        : new Account(
            Integer.parseUnsignedInt(entry[2]), entry[0], Integer.parseUnsignedInt(entry[3]));
  }

  @Override
  public Account groupNamed(String name) throws IOException {
    String[] entry = named("group", name);
    if (entry == null) {
      return null;
    }
    int gid = Integer.parseUnsignedInt(entry[2]);
    return new Account(gid, entry[0], gid);
  }

  /** What is no name can't be asked for. */
  private String[] named(String database, String name) throws IOException {
    boolean possible = !name.isEmpty() && name.indexOf(':') < 0 && name.indexOf('\0') < 0;
    return possible ? find(database, name) : null;
  }

  @Override
  public int[] groups(String user) throws IOException {
    if (onlyLocal("passwd") && onlyLocal("group")) {
      return lines("group")
          .map(line -> line.split(":", -1))
          .filter(f -> f.length > 3 && Arrays.asList(f[3].split(",")).contains(user))
          .mapToInt(f -> Integer.parseUnsignedInt(f[2]))
          .toArray();
    }
    String line = getent("initgroups", user);
    // "user   1000 4 27"; no line, or no numbers: no further groups.
    String[] words = line.isBlank() ? new String[0] : line.strip().split("\\s+");
    return IntStream.range(1, words.length).map(i -> Integer.parseUnsignedInt(words[i])).toArray();
  }

  private int id(String database, String kind, String name) throws IOException {
    String[] entry = find(database, name);
    boolean digits = name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (digits) {
      if (entry != null) {
        throw new IOException(
            "the "
                + kind
                + " named '"
                + name
                + "' can't be told from the id "
                + name
                + "; give it a name that isn't a number");
      }
      return Integer.parseUnsignedInt(name);
    }
    if (entry == null) {
      throw new IOException("there is no " + kind + " '" + name + "' in the system's accounts");
    }
    return Integer.parseUnsignedInt(entry[2]);
  }

  private String[] find(String database, String name) throws IOException {
    List<String> own =
        lines(database)
            .filter(line -> line.startsWith(name + ":") || line.split(":", -1)[2].equals(name))
            .toList();
    for (String line : own) {
      return line.split(":", -1);
    }
    String[] found = getent(database, name).strip().split(":", -1);
    return found.length > 2 ? found : null;
  }

  private Stream<String> lines(String file) throws IOException {
    Path path = etc.resolve(file);
    if (!Files.exists(path)) {
      return Stream.empty();
    }
    return Files.readAllLines(path, StandardCharsets.ISO_8859_1).stream()
        .filter(line -> line.split(":", -1).length > 2 && Character.isDigit(digit(line)));
  }

  /** First character of the id field, or a blank for the "+" lines of old NIS set-ups. */
  private static char digit(String line) {
    String id = line.split(":", -1)[2];
    return id.isEmpty() ? ' ' : id.charAt(0);
  }

  private boolean onlyLocal(String database) throws IOException {
    Path file = etc.resolve("nsswitch.conf");
    if (!Files.exists(file)) {
      return true;
    }
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      String text = line.split("#", 2)[0].strip();
      if (text.startsWith(database + ":")) {
        String[] sources = text.substring(database.length() + 1).strip().split("\\s+");
        return LOCAL.containsAll(Arrays.asList(sources));
      }
    }
    return true;
  }

  private static String getent(String database, String key) throws IOException {
    Process process =
        new ProcessBuilder("getent", "--", database, key)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    try {
      String first =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1)
              .lines()
              .findFirst()
              .orElse("");
      if (!process.waitFor(GETENT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("getent " + database + " gave no answer");
      }
      return first;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking getent " + database, e);
    } finally {
      process.destroyForcibly();
    }
  }
}
