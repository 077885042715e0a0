package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.control.front.Callers;

/**
 * The answer to one request, made by running commands: what they say, then who answered, errors and
 * warnings, in the frame that all answers have. Used by one thread.
 */
final class Answer {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final int MOST_ERRORS = 64 * 1024;
  private static final int MOST_TEXT = 64 * 1024;

  /** What isn't a command's. */
  @FunctionalInterface
  interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  /**
   * How a command ended whose text counts.
   *
   * @param status exit status
   * @param text standard output
   * @param messages lines of standard error but for warnings
   */
  record Said(int status, String text, List<String> messages) {}

  private final Ask ask;
  private final Programs programs;
  private final Callers callers;
  private final DeferredOutput out;
  private final Release release;
  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private JsonGenerator json;

  Answer(Ask ask, Programs programs, Callers callers, Release release, DeferredOutput out)
      throws IOException {
    this.ask = ask;
    this.release = release;
    this.programs = programs;
    this.callers = callers;
    this.out = out;
    begin();
  }

  private void begin() throws IOException {
    json = FACTORY.createGenerator(out);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
  }

  /** The name of the cluster. */
  String cluster() {
    return release.cluster();
  }

  /** Runs a command that answers as JSON, and passes that on. */
  void data(Call call) throws Exception {
    data(call, Map.of());
  }

  /** The same, with other names for some of its fields. */
  void data(Call call, Map<String, String> names) throws Exception {
    BoundedText err = new BoundedText(MOST_ERRORS);
    PayloadCopy copy = new PayloadCopy(json, names);
    int status = programs.run(call, ask.caller(), callers, copy, err);
    List<String> messages = messages(call, err);
    if (status != 0) {
      throw KnownErrors.of(call.program(), messages).raised();
    }
    if (!copy.complete()) {
      throw new IOException(call.program() + " gave no whole answer");
    }
    messages.forEach(
        line -> warn(KnownErrors.words(call.program(), List.of(line)), call.program()));
  }

  /** Runs a command whose lines count, one by one as they come. */
  void lines(Call call, LineOutput.Taker taker) throws Exception {
    BoundedText err = new BoundedText(MOST_ERRORS);
    int status = programs.run(call, ask.caller(), callers, new LineOutput(taker), err);
    List<String> messages = messages(call, err);
    if (status != 0) {
      throw KnownErrors.of(call.program(), messages).raised();
    }
  }

  /** Runs a command whose text counts. */
  Said text(Call call) throws Exception {
    BoundedText text = new BoundedText(MOST_TEXT);
    BoundedText err = new BoundedText(MOST_ERRORS);
    int status = programs.run(call, ask.caller(), callers, text, err);
    if (text.cut()) {
      throw new IOException(call.program() + " said more than " + MOST_TEXT + " bytes");
    }
    return new Said(status, text.text(), messages(call, err));
  }

  /** Runs a command that changes something; its failure is that of the request. */
  Said change(Call call) throws Exception {
    Said said = text(call);
    if (said.status() != 0) {
      throw KnownErrors.of(call.program(), said.messages()).raised();
    }
    return said;
  }

  /** Lines of standard error; those that only warn become warnings. */
  private List<String> messages(Call call, BoundedText err) {
    List<String> messages = new ArrayList<>();
    for (String line : err.lines()) {
      if (line.startsWith(call.program() + ": warning: ")) {
        warn(KnownErrors.words(call.program(), List.of(line)), call.program());
      } else {
        messages.add(line);
      }
    }
    return messages;
  }

  /** Writes fields of the payload. */
  void fields(Fields fields) throws IOException {
    fields.write(json);
  }

  void warn(String description, String source) {
    warnings.add(new Problem(200, 0, "", description, source));
  }

  /** Says that something failed, after which the answer goes on. */
  void error(Problem problem) {
    errors.add(problem);
    out.status(problem.status());
  }

  /**
   * Replaces what was written so far by the failure.
   *
   * @param payload arrays that clients expect, and that stay empty
   */
  void fail(Problem problem, List<String> payload) throws IOException {
    out.restart();
    begin();
    errors.clear();
    error(problem);
    for (String name : payload) {
      json.writeArrayFieldStart(name);
      json.writeEndArray();
    }
  }

  /** Ends and sends it. */
  void finish() throws IOException {
    json.writeObjectFieldStart("meta");
    release.write(json, ask);
    json.writeEndObject();
    json.writeArrayFieldStart("errors");
    for (Problem problem : errors) {
      problem.write(json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("warnings");
    for (Problem problem : warnings) {
      json.writeStartObject();
      json.writeStringField("description", problem.description());
      json.writeStringField("source", problem.source());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.close();
    out.close();
  }
}
