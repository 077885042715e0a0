package org.headrace.bench.internal.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.BenchException;

/**
 * What {@code headrace status --json} prints.
 *
 * @param conf configuration file
 * @param socket socket of the front door
 * @param daemons the controller and the nodes
 */
record ClusterStatus(String conf, String socket, List<Daemon> daemons) {
  private static final String CONTROLLER = "slurmctld";

  /** One daemon; {@code state} is {@code running} or {@code gone}. */
  record Daemon(String name, String state, long pid, String directory) {}

  static ClusterStatus ask(Path script, Path directory) {
    List<String> command =
        List.of(script.toString(), "status", "--json", "--dir", directory.toString());
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      byte[] printed = process.getInputStream().readAllBytes();
      return parse(new String(printed, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new BenchException("cannot ask " + script + " status: " + e.getMessage(), e);
    }
  }

  static ClusterStatus parse(String json) throws IOException {
    Map<String, String> top = new HashMap<>();
    List<Daemon> daemons = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("status --json printed no object: " + json.strip());
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        if (parser.nextToken() == JsonToken.START_ARRAY) {
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            daemons.add(daemon(parser));
          }
        } else {
          top.put(name, parser.getText());
        }
      }
    }
    return new ClusterStatus(
        top.getOrDefault("conf", ""), top.getOrDefault("socket", ""), List.copyOf(daemons));
  }

  private static Daemon daemon(JsonParser parser) throws IOException {
    Map<String, String> fields = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      if (parser.currentToken() == null) {
        throw new IOException("status --json is cut off");
      }
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, parser.getText());
    }
    try {
      return new Daemon(
          fields.getOrDefault("name", ""),
          fields.getOrDefault("state", ""),
          Long.parseLong(fields.getOrDefault("pid", "")),
          fields.getOrDefault("directory", ""));
    } catch (NumberFormatException e) {
      throw new IOException("status --json has a daemon without a process id: " + fields, e);
    }
  }

  boolean allRun() {
    return !daemons.isEmpty() && daemons.stream().allMatch(d -> d.state().equals("running"));
  }

  Daemon controller() {
    return daemons.stream()
        .filter(daemon -> daemon.name().equals(CONTROLLER))
        .findFirst()
        .orElseThrow(() -> new BenchException("the cluster has no controller of its own"));
  }

  List<Daemon> agents() {
    return daemons.stream().filter(daemon -> !daemon.name().equals(CONTROLLER)).toList();
  }
}
