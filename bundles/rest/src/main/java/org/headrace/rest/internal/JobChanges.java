package org.headrace.rest.internal;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Changes a job by {@code scontrol}. */
final class JobChanges {
  private JobChanges() {}

  static void run(Ask ask, Answer answer) throws Exception {
    String id = JobSignals.id(ask);
    JobWords job = new JobWords(ask.body(), "#", ZoneId.systemDefault(), answer::warn);
    List<String> changes = job.changes();
    Boolean hold = job.hold();
    if (changes.isEmpty() && hold == null) {
      throw Problem.bad("The request changes nothing: name fields of the job", "body").raised();
    }
    if (!changes.isEmpty()) {
      List<String> words = new ArrayList<>(List.of("update", "JobId=" + id));
      words.addAll(changes);
      answer.change(Call.of("scontrol", words));
    }
    if (hold != null) {
      answer.change(Call.of("scontrol", hold ? "hold" : "release", id));
    }
    answer.fields(
        out -> {
          out.writeArrayFieldStart("results");
          out.writeStartObject();
          out.writeNumberField("job_id", JobSignals.number(id));
          out.writeStringField("step_id", id);
          out.writeNumberField("error_code", 0);
          out.writeStringField("error", "No error");
          out.writeStringField("why", "");
          out.writeEndObject();
          out.writeEndArray();
        });
  }
}
