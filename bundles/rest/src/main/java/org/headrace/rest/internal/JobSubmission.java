package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Submits a batch job, or the components of a heterogeneous one, by {@code sbatch}. */
final class JobSubmission {
  private static final int ENVIRONMENT_MISSING = 2127;
  private static final int SCRIPT_MISSING = 2009;
  private static final Set<String> WHOLE = Set.of("script", "job", "jobs");

  /** Variables of the request are the job's, and choose nothing: only its fields do. */
  private static final String INPUT_VARIABLES =
      "SBATCH_.*|SLURM_(CLUSTERS|CONF|EXIT_ERROR|EXIT_IMMEDIATE|HINT|HOSTFILE|DIST_PLANESIZE|JWT)";

  private final Ask ask;
  private final Answer answer;

  JobSubmission(Ask ask, Answer answer) {
    this.ask = ask;
    this.answer = answer;
  }

  void run() throws Exception {
    for (String name : ask.body().keySet()) {
      if (!WHOLE.contains(name)) {
        answer.warn("Ignoring unknown field " + name, "#/" + name);
      }
    }
    List<Map<String, Object>> jobs = jobs();
    String script = script(jobs.get(0));
    Map<String, String> environment = environment(jobs.get(0));
    ZoneId zone = JobWords.zone(environment);
    List<String> arguments = new ArrayList<>(List.of("--parsable", "--ignore-directives"));
    for (int i = 0; i < jobs.size(); i++) {
      String where = jobs.size() == 1 ? "#/job" : "#/jobs/" + i;
      if (i > 0) {
        arguments.add(":");
      }
      arguments.addAll(new JobWords(jobs.get(i), where, zone, answer::warn).options());
    }
    List<String> argv =
        jobs.get(0).get("argv") == null
            ? List.of()
            : Values.texts(jobs.get(0).get("argv"), "#/job/argv");
    String name = argv.isEmpty() ? "" : fileName(argv.get(0));
    if (!argv.isEmpty()) {
      arguments.add("--");
      arguments.add(name);
      arguments.addAll(argv.subList(1, argv.size()));
    }
    submit(
        new Call(
            "sbatch",
            arguments,
            environment,
            directory(jobs.get(0)),
            script.getBytes(StandardCharsets.UTF_8),
            name));
  }

  private void submit(Call call) throws Exception {
    Answer.Said said = answer.change(call);
    String id = said.text().strip().split(";")[0];
    if (!id.matches("\\d+")) {
      throw new IOException("sbatch gave no id of a job: " + said.text());
    }
    String message = KnownErrors.words("sbatch", said.messages());
    answer.fields(
        out -> {
          out.writeObjectFieldStart("result");
          result(out, id, message);
          out.writeNumberField("error_code", 0);
          out.writeStringField("error", "");
          out.writeEndObject();
          result(out, id, message);
        });
  }

  private static void result(JsonGenerator out, String id, String message) throws IOException {
    out.writeNumberField("job_id", Long.parseLong(id));
    out.writeStringField("step_id", "batch");
    out.writeStringField("job_submit_user_msg", message);
  }

  private List<Map<String, Object>> jobs() throws Problem.Raised {
    Object several = ask.body().get("jobs");
    Object one = ask.body().get("job");
    List<?> all = several instanceof List<?> list ? list : one == null ? List.of() : List.of(one);
    if (all.isEmpty()) {
      throw Problem.bad("The request has no job: write {\"job\": {...}}", "#/job").raised();
    }
    List<Map<String, Object>> jobs = new ArrayList<>();
    for (Object job : all) {
      jobs.add(object(job));
    }
    return jobs;
  }

  private static Map<String, Object> object(Object value) throws Problem.Raised {
    if (!(value instanceof Map<?, ?> map)) {
      throw Problem.bad("A job is an object with fields", "#/job").raised();
    }
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((key, one) -> object.put(key.toString(), one));
    return object;
  }

  private String script(Map<String, Object> first) throws Problem.Raised {
    Object script = ask.body().getOrDefault("script", first.get("script"));
    if (!(script instanceof String text) || text.isBlank()) {
      throw new Problem(
              Problem.BAD_REQUEST,
              SCRIPT_MISSING,
              "Job script not specified",
              "The request has no script: write {\"script\": \"#!/bin/sh\\n...\"}",
              "#/script")
          .raised();
    }
    if (text.lines().anyMatch(line -> line.startsWith("#SBATCH"))) {
      answer.warn(
          "#SBATCH lines of the script don't count in the REST API: write the fields of the job",
          "#/script");
    }
    return text;
  }

  private static Map<String, String> environment(Map<String, Object> first) throws Problem.Raised {
    Map<String, String> given =
        new JobWords(first, "#/job", ZoneId.of("UTC"), (a, b) -> {}).environment();
    if (given == null) {
      throw new Problem(
              Problem.BAD_REQUEST,
              ENVIRONMENT_MISSING,
              "environment must be set",
              "The job has no environment: write [\"PATH=/bin:/usr/bin\"]",
              "#/job/environment")
          .raised();
    }
    given.keySet().removeIf(name -> name.matches(INPUT_VARIABLES));
    return given;
  }

  private String directory(Map<String, Object> first) throws Problem.Raised {
    Object given = first.get("current_working_directory");
    String where = "#/job/current_working_directory";
    String directory = given == null ? "" : Values.checked(given.toString(), where);
    if (directory.isEmpty()) {
      answer.warn("The job's working directory is /, since the request names none", where);
      return "/";
    }
    if (!directory.startsWith("/")) {
      throw Problem.bad(where + " is no absolute path", where).raised();
    }
    return directory;
  }

  /** Without folders: nothing is read but what came with the request. */
  private static String fileName(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.isEmpty() ? "script" : name;
  }
}
