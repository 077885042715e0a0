package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever values fields have: a request is carried out or refused, and never breaks anything. */
class OddValuesTest {
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-1",
          "1.5",
          "1e300",
          "9223372036854775807",
          "-9223372036854775808",
          "\"\"",
          "\" \"",
          "\"x\"",
          "\"1\"",
          "\"-1\"",
          "\"--help\"",
          "\"a,b\"",
          "\"a\\nb\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "[null]",
          "[1]",
          "[\"\"]",
          "[\"a\", \"b\"]",
          "[[]]",
          "[{}]",
          "{}",
          "{\"set\": true}",
          "{\"set\": false}",
          "{\"set\": true, \"number\": null}",
          "{\"set\": true, \"number\": \"x\"}",
          "{\"set\": true, \"number\": 7}",
          "{\"set\": 1, \"number\": 7}",
          "{\"number\": {\"number\": 7}}",
          "{\"set\": true, \"infinite\": true}",
          "{\"infinite\": \"yes\", \"number\": 7}",
          "{\"a\": \"b\"}",
          "{\"a\": {\"b\": []}}",
          "\"4294967294\"",
          "\"" + "x".repeat(5000) + "\"");

  @TempDir Path directory;

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    Stream.of(JobFields.submitted(), JobFields.updated(), NodeChanges.FIELDS, JobSignals.FIELDS)
        .forEach(fields -> fields.forEach(field -> names.add(field.name())));
    return names.stream().distinct().toList();
  }

  private static void check(Api api, String method, String path, String body) {
    Api.Reply reply = api.as("ann", method, path, body, "Content-Type", "application/json");
    assertThat(reply.status()).as(method + " " + path + " " + body + reply.text()).isIn(200, 400);
    for (Api.Run run : api.runs) {
      for (String argument : run.arguments()) {
        assertThat(argument).doesNotContain("\0");
      }
    }
    api.runs.clear();
  }

  private static void checkAll(Api api, String fields) {
    String job = "\"environment\": [\"A=b\"], \"current_working_directory\": \"/tmp\"";
    boolean own = fields.contains("environment") || fields.contains("current_working");
    String all = own ? fields : job + ", " + fields;
    check(
        api,
        "POST",
        "/slurm/v0.0.44/job/submit",
        "{\"script\": \"#!/bin/sh\", \"job\": {" + all + "}}");
    check(api, "POST", "/slurm/v0.0.44/job/1", "{" + fields + "}");
    check(api, "POST", "/slurm/v0.0.44/node/n1", "{" + fields + "}");
    check(api, "DELETE", "/slurm/v0.0.44/jobs", "{" + fields + "}");
  }

  /** Where the field counts. */
  private static void checkOwn(Api api, String name, String field) {
    if (has(JobFields.submitted(), name)) {
      String own = "\"environment\": [\"A=b\"]";
      String all = name.equals("environment") ? field : own + ", " + field;
      check(
          api,
          "POST",
          "/slurm/v0.0.44/job/submit",
          "{\"script\": \"#!/bin/sh\", \"job\": {" + all + "}}");
    }
    if (has(JobFields.updated(), name)) {
      check(api, "POST", "/slurm/v0.0.44/job/1", "{" + field + "}");
    }
    if (has(NodeChanges.FIELDS, name)) {
      check(api, "POST", "/slurm/v0.0.44/node/n1", "{" + field + "}");
    }
    if (has(JobSignals.FIELDS, name)) {
      check(api, "DELETE", "/slurm/v0.0.44/jobs", "{" + field + "}");
    }
  }

  private static boolean has(List<Field> fields, String name) {
    return fields.stream().anyMatch(field -> field.name().equals(name));
  }

  @Test
  void oneAtATime() throws Exception {
    try (Api api = new Api(directory)) {
      api.on("sbatch", call -> id(call.out()));
      for (String name : names()) {
        for (String value : VALUES) {
          checkOwn(api, name, "\"" + name + "\": " + value);
        }
      }
    }
  }

  private static int id(java.io.PrintStream out) {
    out.println("1");
    return 0;
  }

  /** Whatever stands where names, limits and lists should. */
  @Test
  void inAccountsAndReservations() throws Exception {
    try (Api api = new Api(directory)) {
      api.on("sacctmgr", call -> 0);
      for (String value : VALUES) {
        for (String list : List.of("accounts", "users", "qos", "associations", "clusters")) {
          for (String field :
              List.of(
                  "name", "account", "user", "max", "limits", "default", "qos", "coordinators")) {
            String odd = "\"" + field + "\": " + value;
            String body =
                "{\"" + list + "\": [{\"name\": \"a\", \"account\": \"a\", " + odd + "}]}";
            if (!odd.startsWith("\"name") && !odd.startsWith("\"account")) {
              check(api, "POST", "/slurmdb/v0.0.44/" + list, body);
            }
            check(api, "POST", "/slurmdb/v0.0.44/config", "{\"" + list + "\": [{" + odd + "}]}");
          }
          check(api, "POST", "/slurmdb/v0.0.44/config", "{\"" + list + "\": " + value + "}");
        }
        for (String path : List.of("accounts_association", "users_association")) {
          for (String field : List.of("accounts", "users", "association", "partitions")) {
            String body =
                "{\"association_condition\": {\""
                    + field
                    + "\": "
                    + value
                    + "}, \"user\": "
                    + value
                    + "}";
            check(api, "POST", "/slurmdb/v0.0.44/" + path, body);
          }
        }
        for (Field field : ReservationChanges.FIELDS) {
          String body = "{\"" + field.name() + "\": " + value + "}";
          check(api, "POST", "/slurm/v0.0.44/reservation", body);
          check(api, "POST", "/slurm/v0.0.44/reservations", "{\"reservations\": [" + body + "]}");
        }
        check(api, "POST", "/slurm/v0.0.44/nodes", "{\"name\": " + value + ", \"reason\": \"x\"}");
        check(api, "POST", "/slurm/v0.0.44/jobs/requeue", "{\"jobs\": " + value + "}");
      }
    }
  }

  @Test
  void severalTogether() throws Exception {
    Random random = new Random(7);
    List<String> names = names();
    try (Api api = new Api(directory)) {
      api.on("sbatch", call -> id(call.out()));
      for (int round = 0; round < 200; round++) {
        List<String> chosen = new ArrayList<>(names);
        java.util.Collections.shuffle(chosen, random);
        List<String> fields = new ArrayList<>();
        for (String name : chosen.subList(0, 2 + random.nextInt(8))) {
          fields.add("\"" + name + "\": " + VALUES.get(random.nextInt(VALUES.size())));
        }
        checkAll(api, String.join(", ", fields));
      }
    }
  }
}
