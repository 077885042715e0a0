package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.job.Owner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node's files say about users. Used only for what the submission doesn't carry: home and
 * shell where the environment has none, and groups where none were sent.
 */
final class UserDatabase {
  private static final Logger LOG = LoggerFactory.getLogger(UserDatabase.class);
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  /** Names of the variables that {@link #defaults} gives. */
  static final List<String> DEFAULTS = List.of("PATH", "USER", "LOGNAME", "HOME", "SHELL");

  private final Path etc;

  UserDatabase() {
    this(Path.of("/etc"));
  }

  /**
   * @param etc directory of {@code passwd} and {@code group}
   */
  UserDatabase(Path etc) {
    this.etc = etc;
  }

  /** Variables that every program may expect. */
  Map<String, String> defaults(Owner owner) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("PATH", DEFAULT_PATH);
    variables.put("USER", owner.user());
    variables.put("LOGNAME", owner.user());
    for (String[] entry : entries("passwd", 7)) {
      if (entry[2].equals(Integer.toString(owner.uid()))) {
        variables.put("HOME", entry[5]);
        variables.put("SHELL", entry[6].isEmpty() ? "/bin/sh" : entry[6]);
        break;
      }
    }
    return variables;
  }

  /** The user's groups: the given one and those that list the user. */
  List<Integer> groups(String user, int gid) {
    List<Integer> groups = new ArrayList<>(List.of(gid));
    for (String[] entry : entries("group", 4)) {
      boolean member = Arrays.asList(entry[3].split(",")).contains(user);
      if (member && entry[2].matches("\\d{1,9}") && !groups.contains(Integer.valueOf(entry[2]))) {
        groups.add(Integer.valueOf(entry[2]));
      }
    }
    return groups;
  }

  private List<String[]> entries(String file, int fields) {
    try {
      return Files.readAllLines(etc.resolve(file), StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.split(":", -1))
          .filter(entry -> entry.length >= fields)
          .toList();
    } catch (IOException e) {
      LOG.warn("{} can't be read: {}", etc.resolve(file), e.toString());
      return List.of();
    }
  }
}
