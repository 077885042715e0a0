package org.headrace.rest.internal;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.rest.internal.Route.Parameter;

/** Asks accounting for jobs by {@code sacct}. */
final class AccountedJobs {
  /** Parameters of the query, and the options that say the same. */
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("account", "accounts"),
          Map.entry("end_time", "endtime"),
          Map.entry("groups", "group"),
          Map.entry("job_name", "name"),
          Map.entry("node", "nodelist"),
          Map.entry("partition", "partition"),
          Map.entry("qos", "qos"),
          Map.entry("start_time", "starttime"),
          Map.entry("state", "state"),
          Map.entry("step", "jobs"),
          Map.entry("users", "user"),
          Map.entry("wckey", "wckeys"));

  static final List<Parameter> QUERY =
      List.of(
          new Parameter("account", "accounts, by commas"),
          new Parameter("end_time", "jobs before this time (epoch seconds, or as sacct takes it)"),
          new Parameter("groups", "groups, by commas"),
          new Parameter("job_name", "names, by commas"),
          new Parameter("node", "jobs on these nodes"),
          new Parameter("partition", "partitions, by commas"),
          new Parameter("qos", "qualities of service, by commas"),
          new Parameter("start_time", "jobs since this time; without it those of today"),
          new Parameter("state", "states, by commas"),
          new Parameter("step", "ids of jobs or steps, by commas"),
          new Parameter("users", "users, by commas; without it those whose jobs may be seen"),
          new Parameter("wckey", "keys, by commas"));

  private AccountedJobs() {}

  static void several(Ask ask, Answer answer) throws Exception {
    List<String> words = new ArrayList<>(List.of("--json"));
    if (ask.query("users").isEmpty()) {
      words.add("--allusers");
    }
    for (Map.Entry<String, List<String>> one : ask.query().entrySet()) {
      String option = OPTIONS.get(one.getKey());
      String value = Values.checked(String.join(",", one.getValue()), one.getKey());
      if (option == null) {
        answer.warn("Ignoring unknown or unsupported parameter " + one.getKey(), one.getKey());
      } else if (!value.isEmpty()) {
        words.add("--" + option + "=" + (option.endsWith("time") ? time(value) : value));
      }
    }
    answer.data(Call.of("sacct", words));
  }

  private static String time(String value) {
    return value.matches("\\d{6,12}")
        ? DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            Instant.ofEpochSecond(Long.parseLong(value)).atZone(ZoneId.systemDefault()))
        : value;
  }

  static void one(Ask ask, Answer answer) throws Exception {
    answer.data(Call.of("sacct", "--json", "--allusers", "--jobs=" + JobSignals.id(ask)));
  }
}
