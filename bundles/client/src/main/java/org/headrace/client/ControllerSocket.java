package org.headrace.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where the controller listens: environment, configuration, or the usual place. */
final class ControllerSocket {
  private static final String USUAL = "/run/headrace/headrace.sock";
  private static final String KEY = "headracesocket";

  private ControllerSocket() {}

  /** Sockets to be tried in turn, at least one. */
  static List<Path> find(Map<String, String> environment) throws ClientException {
    String chosen = environment.getOrDefault("HEADRACE_SOCKET", "");
    if (chosen.isEmpty()) {
      String conf = environment.getOrDefault("SLURM_CONF", "");
      return List.of(configured(Path.of(conf.isEmpty() ? "/etc/slurm/slurm.conf" : conf)));
    }
    List<Path> places =
        Arrays.stream(chosen.split(":")).filter(s -> !s.isEmpty()).map(Path::of).toList();
    if (places.isEmpty()) {
      throw new ClientException("HEADRACE_SOCKET=" + chosen + " names no socket");
    }
    return places;
  }

  private static Path configured(Path file) {
    String found = USUAL;
    for (String line : lines(file)) {
      String trimmed = line.strip();
      int equals = trimmed.indexOf('=');
      if (equals < 0
          || !trimmed.substring(0, equals).strip().toLowerCase(Locale.ROOT).equals(KEY)) {
        continue;
      }
      String value = trimmed.substring(equals + 1).strip().replaceFirst("^\"", "");
      found = value.split("[ \t\"#]", 2)[0];
    }
    return Path.of(found.isEmpty() ? USUAL : found);
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // No readable configuration here: the usual place then, and the connection tells.
      return List.of();
    }
  }
}
