package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cancels or signals jobs by {@code scancel}. */
final class JobSignals {
  static final List<Field> FIELDS =
      List.of(
          new Field("account", Field.Kind.TEXT, "account", "", "jobs of this account"),
          new Field("job_name", Field.Kind.TEXT, "name", "", "jobs of this name"),
          new Field("jobs", Field.Kind.TEXTS, "*", "", "ids of jobs"),
          new Field("nodes", Field.Kind.TEXTS, "nodelist", "", "jobs on these nodes"),
          new Field("partition", Field.Kind.TEXT, "partition", "", "jobs of this partition"),
          new Field("qos", Field.Kind.TEXT, "qos", "", "jobs of this quality of service"),
          new Field("reservation", Field.Kind.TEXT, "reservation", "", "jobs of this reservation"),
          new Field("signal", Field.Kind.TEXT, "signal", "", "signal; else they are cancelled"),
          new Field("job_state", Field.Kind.TEXTS, "state", "", "jobs in this state"),
          new Field("user_id", Field.Kind.TEXT, "user", "", "jobs of this user"),
          new Field("user_name", Field.Kind.TEXT, "user", "", "jobs of this user"),
          new Field("wckey", Field.Kind.TEXT, "wckey", "", "jobs with this key"),
          new Field("flags", Field.Kind.TEXTS, "*", "", "BATCH_JOB, FULL_JOB or HURRY"));

  private static final String ID = "\\d{1,10}([_+]\\d{1,10}|_\\[[\\d,:-]{1,1000}])?(\\.\\w{1,20})?";
  private static final Pattern FAILED =
      Pattern.compile("Kill job error on job(?: step)? id (\\S+): (.*)");

  private final Ask ask;
  private final Answer answer;

  JobSignals(Ask ask, Answer answer) {
    this.ask = ask;
    this.answer = answer;
  }

  /** The job that the path names. */
  static String id(Ask ask) throws Problem.Raised {
    return checked(ask.path().get("job_id"), "job_id");
  }

  private static String checked(String id, String where) throws Problem.Raised {
    if (!id.matches(ID)) {
      throw new Problem(
              Problem.BAD_REQUEST,
              2017,
              "Invalid job id specified",
              "'" + id + "' is no job",
              where)
          .raised();
    }
    return id;
  }

  /** Those that a body lists; without a list, none. */
  private static List<String> ids(Object jobs) throws Problem.Raised {
    List<String> ids = new ArrayList<>();
    for (String id : jobs == null ? List.<String>of() : Values.texts(jobs, "#/jobs")) {
      ids.add(checked(id, "#/jobs"));
    }
    return ids;
  }

  /** The number of the job itself: without task, component and step. */
  static long number(String id) {
    return Long.parseLong(id.replaceFirst("\\D.*", ""));
  }

  /** The job of the path. */
  void one() throws Exception {
    List<String> words = new ArrayList<>();
    if (!ask.query("signal").isEmpty()) {
      words.add("--signal=" + Values.checked(ask.query("signal"), "signal"));
    }
    flags(ask.all("flags"), words);
    words.add(id(ask));
    answer.change(Call.of("scancel", words));
    status(List.of(id(ask)), Map.of());
  }

  /** The jobs that the body chooses. */
  void several() throws Exception {
    List<String> words = new ArrayList<>();
    List<String> ids = ids(ask.body().get("jobs"));
    AtomicBoolean chosen = new AtomicBoolean(!ids.isEmpty());
    Field.each(
        FIELDS,
        ask.body(),
        "#",
        answer,
        (field, value, place) -> {
          switch (field.name()) {
            case "jobs" -> {
              // They come last.
            }
            case "flags" -> flags(String.join(",", Values.texts(value, place)), words);
            default -> {
              String word = field.word(value, place);
              if (word != null && !word.isEmpty()) {
                words.add("--" + field.option() + "=" + word);
                chosen.compareAndSet(false, !field.name().equals("signal"));
              }
            }
          }
        });
    if (!chosen.get()) {
      throw Problem.bad("The request chooses no jobs: write {\"jobs\": [\"1\"]}", "body").raised();
    }
    words.addAll(ids);
    Answer.Said said = answer.text(Call.of("scancel", words));
    Map<String, String> failures = failures(said);
    if (said.status() != 0 && failures.isEmpty()) {
      throw KnownErrors.of("scancel", said.messages()).raised();
    }
    for (Map.Entry<String, String> failure : failures.entrySet()) {
      answer.error(
          KnownErrors.of(
              "scancel", List.of("job " + failure.getKey() + ": " + failure.getValue())));
    }
    status(ids, failures);
  }

  /** The jobs of the body, which are to run again: each by itself, as some may not. */
  void requeued() throws Exception {
    List<String> ids = ids(ask.body().get("jobs"));
    if (ids.isEmpty()) {
      throw Problem.bad("The request names no jobs: write {\"jobs\": [\"1\"]}", "body").raised();
    }
    Map<String, String> failures = new LinkedHashMap<>();
    for (String id : ids) {
      Answer.Said said = answer.text(Call.of("scontrol", "requeue", id));
      if (said.status() != 0) {
        Problem problem = KnownErrors.of("scontrol", said.messages());
        answer.error(problem);
        failures.put(id, problem.description());
      }
    }
    status(ids, failures);
  }

  private static Map<String, String> failures(Answer.Said said) {
    Map<String, String> failures = new LinkedHashMap<>();
    for (String line : said.messages()) {
      Matcher failed = FAILED.matcher(line);
      if (failed.find()) {
        failures.put(failed.group(1), failed.group(2));
      }
    }
    return failures;
  }

  private static void flags(String flags, List<String> words) throws Problem.Raised {
    for (String flag : flags.split(",")) {
      switch (flag.strip().toUpperCase(Locale.ROOT)) {
        case "BATCH_JOB" -> words.add("--batch");
        case "FULL_JOB" -> words.add("--full");
        case "HURRY" -> words.add("--hurry");
        case "" -> {
          // None.
        }
        default ->
            throw Problem.bad(
                    "flag '" + flag + "' is none of BATCH_JOB, FULL_JOB and HURRY", "flags")
                .raised();
      }
    }
  }

  private void status(List<String> ids, Map<String, String> failures) throws Exception {
    answer.fields(
        out -> {
          out.writeArrayFieldStart("status");
          for (String id : ids) {
            String failure = failures.getOrDefault(id, "");
            Problem problem =
                failure.isEmpty() ? null : KnownErrors.of("scancel", List.of(failure));
            out.writeStartObject();
            out.writeObjectFieldStart("error");
            out.writeStringField("string", problem == null ? "No error" : problem.error());
            out.writeNumberField("code", problem == null ? 0 : problem.number());
            out.writeStringField("message", failure);
            out.writeEndObject();
            out.writeStringField("step_id", id);
            out.writeObjectFieldStart("job_id");
            out.writeBooleanField("set", true);
            out.writeBooleanField("infinite", false);
            out.writeNumberField("number", number(id));
            out.writeEndObject();
            out.writeObjectFieldStart("federation");
            out.writeStringField("sibling", "");
            out.writeEndObject();
            out.writeEndObject();
          }
          out.writeEndArray();
        });
  }
}
