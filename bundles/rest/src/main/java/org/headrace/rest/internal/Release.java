package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/**
 * Who answers, as each answer says it.
 *
 * @param version of the release, such as {@code 26.05.3}
 * @param cluster name of the cluster
 */
record Release(String version, String cluster) {
  /** Writes the fields of {@code meta}. */
  void write(JsonGenerator out, Ask ask) throws IOException {
    out.writeObjectFieldStart("plugin");
    out.writeStringField("type", "openapi/slurmctld");
    out.writeStringField("name", "Slurm OpenAPI slurmctld");
    out.writeStringField("data_parser", "data_parser/" + ask.version());
    out.writeStringField("accounting_storage", "");
    out.writeEndObject();
    out.writeObjectFieldStart("client");
    out.writeStringField("source", ask.source());
    out.writeStringField("user", ask.caller().user());
    out.writeStringField("group", ask.caller().group());
    out.writeEndObject();
    out.writeArrayFieldStart("command");
    out.writeEndArray();
    out.writeObjectFieldStart("slurm");
    out.writeObjectFieldStart("version");
    List<String> names = List.of("major", "minor", "micro");
    String[] words = version.split("\\.");
    for (int i = 0; i < names.size(); i++) {
      out.writeStringField(names.get(i), i < words.length ? words[i] : "");
    }
    out.writeEndObject();
    out.writeStringField("release", version);
    out.writeStringField("cluster", cluster);
    out.writeEndObject();
  }
}
