package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** States of jobs: what one asks for again and again, and so it is short. */
final class JobStates {
  private JobStates() {}

  static void run(Ask ask, Answer answer) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("--noheader", "--all", "--states=all", "--format=%i|%T"));
    String ids = ask.all("job_id");
    if (!ids.isEmpty()) {
      if (!ids.matches("[0-9_+\\[\\],-]+")) {
        throw Problem.bad("job_id has no ids of jobs: " + ids, "job_id").raised();
      }
      words.add("--jobs=" + ids);
    }
    answer.fields(out -> out.writeArrayFieldStart("jobs"));
    answer.lines(Call.of("squeue", words), line -> answer.fields(out -> state(line, out)));
    answer.fields(JsonGenerator::writeEndArray);
  }

  private static void state(String line, JsonGenerator out) throws IOException {
    String[] parts = line.split("\\|", 2);
    out.writeStartObject();
    out.writeStringField("job_id", parts[0].strip());
    out.writeArrayFieldStart("state");
    out.writeString(parts.length > 1 ? parts[1].strip() : "");
    out.writeEndArray();
    out.writeEndObject();
  }
}
