package org.headrace.commands.internal.json;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.headrace.commands.internal.cli.Product;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.options.ParsedOptions;

/** The frame of every answer as data: payload, then who answered, errors and warnings. */
public final class Answer {
  private static final String PARSER = "data_parser/v0.0.42";

  private Answer() {}

  /** Writes the payload. */
  @FunctionalInterface
  public interface Payload {
    void write(DataWriter data) throws IOException;
  }

  /** Whether data is asked for rather than text. */
  public static boolean wanted(ParsedOptions options) {
    return options.has("json") || options.has("yaml");
  }

  /** Writes an answer to the client. */
  public static void write(
      Invocation invocation, ParsedOptions options, String cluster, Payload payload)
      throws IOException {
    try (DataWriter data = writer(invocation, options)) {
      data.startObject();
      payload.write(data);
      meta(data, invocation, cluster);
      data.startArray("errors");
      data.endArray();
      data.startArray("warnings");
      data.endArray();
      data.endObject();
    }
    invocation.out().flush();
  }

  private static DataWriter writer(Invocation invocation, ParsedOptions options)
      throws IOException {
    if (options.has("yaml")) {
      return new YamlData(invocation.out());
    }
    Map<String, String> environment = invocation.environment();
    boolean compact = "compact".equals(environment.get("SLURM_JSON"));
    return new JsonData(invocation.out(), !compact);
  }

  private static void meta(DataWriter data, Invocation invocation, String cluster)
      throws IOException {
    String[] words = Product.VERSION.substring(Product.VERSION.indexOf(' ') + 1).split("\\.");
    data.startObject("meta");
    data.startObject("plugin");
    data.field("type", "");
    data.field("name", "");
    data.field("data_parser", PARSER);
    data.field("accounting_storage", "");
    data.endObject();
    data.startObject("client");
    data.field("source", "");
    data.field("user", invocation.caller().user());
    data.field("group", invocation.caller().group());
    data.endObject();
    data.startArray("command");
    data.value(invocation.program());
    for (String argument : invocation.arguments()) {
      data.value(argument);
    }
    data.endArray();
    data.startObject("slurm");
    data.startObject("version");
    List<String> names = List.of("major", "minor", "micro");
    for (int i = 0; i < names.size(); i++) {
      data.field(names.get(i), words[i]);
    }
    data.endObject();
    data.field("release", String.join(".", words));
    data.field("cluster", cluster);
    data.endObject();
    data.endObject();
  }
}
