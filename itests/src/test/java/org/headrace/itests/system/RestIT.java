package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The REST API of a live cluster: by token over TCP, and by the kernel's word at its socket. */
class RestIT {
  private static final int PORT = Ports.free();
  private static final String USER = ProcessHandle.current().info().user().orElse("root");
  private static final String V = "/slurm/v0.0.44";

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("rest", 1)
          .set("HeadraceRest=unix:@DIR@/run/rest.sock,localhost:" + PORT)
          .set("AuthAltTypes=auth/jwt")
          .set("AuthAltParameters=jwt_key=@DIR@/jwt.key");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static String token;

  /** The key comes after the start: it counts once the configuration is read again. */
  @BeforeAll
  static void keys() throws Exception {
    Path socket = CLUSTER.directory().resolve("run/rest.sock");
    Patience.until(
        "the API is there",
        Patience.LONG,
        () -> Files.exists(socket),
        () -> Files.readString(CLUSTER.log("slurmctld")));
    assertThat(overSocket("GET", V + "/ping", "")).startsWith("HTTP/1.1 200");
    Path key = CLUSTER.directory().resolve("jwt.key");
    Files.write(key, new java.security.SecureRandom().generateSeed(32));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    CLUSTER.command("scontrol", "reconfigure").run().text();
    String text = CLUSTER.command("scontrol", "token", "lifespan=600").run().text();
    assertThat(text).startsWith("SLURM_JWT=");
    token = text.strip().substring("SLURM_JWT=".length());
    Patience.until(
        "the API believes tokens",
        Patience.USUAL,
        () -> send("GET", V + "/ping", null).statusCode() == 200,
        () -> send("GET", V + "/ping", null).body());
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws Exception {
    List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + token));
    if (body != null) {
      headers.addAll(List.of("Content-Type", "application/json"));
    }
    return CLIENT.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + PORT + path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .headers(headers.toArray(String[]::new))
            .build(),
        BodyHandlers.ofString());
  }

  private static String ok(String method, String path, String body) throws Exception {
    HttpResponse<String> response = send(method, path, body);
    assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
    assertThat(response.body()).contains("\"errors\":[]");
    return response.body();
  }

  private static String overSocket(String method, String path, String headers) throws Exception {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(CLUSTER.directory().resolve("run/rest.sock")));
      String request = method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
      channel.write(ByteBuffer.wrap((request + headers + "\r\n").getBytes(StandardCharsets.UTF_8)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String submit(String script, String fields) throws Exception {
    String body =
        "{\"script\": \"#!/bin/sh\\n"
            + script
            + "\\n\", \"job\": {\"environment\": [\"PATH=/bin:/usr/bin\", \"HELLO=world\"],"
            + " \"current_working_directory\": \""
            + CLUSTER.work()
            + "\""
            + fields
            + "}}";
    Matcher id = Pattern.compile("\"job_id\":(\\d+)").matcher(ok("POST", V + "/job/submit", body));
    assertThat(id.find()).isTrue();
    return id.group(1);
  }

  @Test
  void aJobIsSubmittedRunsAndIsAccountedFor() throws Exception {
    String id =
        submit(
            "echo hello $HELLO $SLURM_JOB_ID",
            ", \"name\": \"by-rest\", \"time_limit\": 5, \"standard_output\": \"rest-%j.out\"");
    assertThat(CLUSTER.awaitEnd(id)).isEqualTo("COMPLETED");
    assertThat(CLUSTER.work().resolve("rest-" + id + ".out")).hasContent("hello world " + id);
    assertThat(CLUSTER.jobField(id, "UserId")).startsWith(USER + "(");
    assertThat(ok("GET", V + "/job/" + id, null))
        .contains("\"name\":\"by-rest\"", "\"job_state\":[\"COMPLETED\"]");
    Patience.until(
        "accounting has the job",
        Patience.USUAL,
        () -> ok("GET", "/slurmdb/v0.0.44/job/" + id, null).contains("\"COMPLETED\""),
        () -> ok("GET", "/slurmdb/v0.0.44/job/" + id, null));
    assertThat(ok("GET", "/slurmdb/v0.0.44/jobs?users=" + USER, null)).contains("by-rest");
  }

  @Test
  void aJobThatWaitsIsExplainedChangedAndCancelled() throws Exception {
    String id = submit("sleep 1000", ", \"hold\": true, \"tasks\": 1");
    assertThat(ok("GET", V + "/job/" + id + "/explain", null))
        .contains("\"explanations\":[{")
        .containsIgnoringCase("held");
    assertThat(ok("GET", V + "/jobs/state?job_id=" + id, null)).contains("\"PENDING\"");
    ok("POST", V + "/job/" + id, "{\"name\": \"renamed\", \"time_limit\": 7}");
    assertThat(CLUSTER.jobField(id, "JobName")).isEqualTo("renamed");
    assertThat(CLUSTER.jobField(id, "TimeLimit")).isEqualTo("00:07:00");
    ok("POST", V + "/job/" + id, "{\"hold\": false}");
    CLUSTER.awaitState(id, "RUNNING");
    ok("DELETE", V + "/job/" + id, null);
    assertThat(CLUSTER.awaitEnd(id)).isEqualTo("CANCELLED");
  }

  @Test
  void aNodeIsDrainedAndResumed() throws Exception {
    ok("POST", V + "/node/n1", "{\"state\": [\"DRAIN\"], \"reason\": \"by rest\"}");
    assertThat(ok("GET", V + "/node/n1", null)).contains("\"DRAIN\"", "\"reason\":\"by rest\"");
    ok("POST", V + "/node/n1", "{\"state\": [\"RESUME\"]}");
    assertThat(ok("GET", V + "/node/n1", null)).doesNotContain("\"DRAIN\"");
  }

  /** What was read can be written again; and what is removed is gone. */
  @Test
  void accountsAndReservationsAreMadeAndRemoved() throws Exception {
    String db = "/slurmdb/v0.0.44";
    ok("POST", db + "/qos", "{\"qos\": [{\"name\": \"fast\", \"priority\": 5}]}");
    ok("POST", db + "/accounts", "{\"accounts\": [{\"name\": \"lab\", \"description\": \"d\"}]}");
    ok("POST", db + "/users", "{\"users\": [{\"name\": \"eve\"}]}");
    ok(
        "POST",
        db + "/associations",
        "{\"associations\": [{\"account\": \"lab\", \"user\": \"eve\", \"qos\": [\"fast\"],"
            + " \"max\": {\"tres\": {\"per\": {\"job\": [{\"type\": \"cpu\", \"count\": 4}]}}}}]}");
    ok(
        "POST",
        db + "/users_association",
        "{\"association_condition\": {\"accounts\": [\"lab\"], \"users\": [\"bob\"]}}");
    String list = "sacctmgr -n -P show assoc account=lab format=account,user,qos,maxtres";
    assertThat(CLUSTER.shell(list).run().text())
        .isEqualTo("lab||normal|\nlab|bob|normal|\nlab|eve|fast|cpu=4");
    String config = ok("GET", db + "/config", null);
    ok("POST", db + "/config", config);
    assertThat(CLUSTER.shell(list).run().text()).contains("lab|eve|fast|cpu=4");
    assertThat(ok("DELETE", db + "/association?account=lab&user=eve", null)).contains("U = eve");
    ok("DELETE", db + "/user/bob", null);
    ok("DELETE", db + "/user/eve", null);
    ok("DELETE", db + "/account/lab", null);
    ok("DELETE", db + "/qos/fast", null);
    assertThat(send("DELETE", db + "/account/lab", null).statusCode()).isEqualTo(404);
    String made =
        ok(
            "POST",
            V + "/reservation",
            "{\"name\": \"r\", \"users\": [\""
                + USER
                + "\"], \"node_count\": 1, \"duration\": 5,"
                + " \"start_time\": "
                + (System.currentTimeMillis() / 1000 + 3600)
                + "}");
    assertThat(made).contains("\"reservation_name\":\"r\"");
    ok("POST", V + "/reservation", "{\"name\": \"r\", \"duration\": 6}");
    assertThat(CLUSTER.command("scontrol", "show", "reservation", "r").run().output())
        .contains("Duration=00:06:00");
    ok("DELETE", V + "/reservation/r", null);
    assertThat(send("GET", V + "/reservation/r", null).statusCode()).isEqualTo(404);
  }

  @Test
  void whatThereIsCanBeAskedFor() throws Exception {
    for (String path :
        List.of(
            "ping",
            "diag",
            "jobs",
            "nodes",
            "partitions",
            "reservations",
            "licenses",
            "jobs/state")) {
      assertThat(ok("GET", V + "/" + path, null)).contains("\"cluster\":\"headrace\"");
    }
    assertThat(ok("GET", V + "/ping", null)).contains("\"responding\":true");
    HttpResponse<String> none = send("GET", V + "/job/999999", null);
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(none.body()).contains("\"error_number\":2017");
    assertThat(send("GET", V + "/node/n99", null).statusCode()).isEqualTo(404);
    assertThat(send("GET", V + "/partition/nope", null).statusCode()).isEqualTo(404);
    assertThat(send("GET", V + "/reservation/nope", null).statusCode()).isEqualTo(404);
    assertThat(send("GET", "/openapi/v3", null).body()).contains(V + "/job/{job_id}/explain");
  }

  @Test
  void strangersAreRefusedAndTheSocketKnowsItsClient() throws Exception {
    String good = token;
    assertThat(overSocket("GET", V + "/ping", "")).contains("\"user\":\"" + USER + "\"");
    try {
      token = good.substring(0, good.length() - 4) + "AAAA";
      assertThat(send("GET", V + "/jobs", null).statusCode()).isEqualTo(401);
      assertThat(send("GET", "/livez", null).statusCode()).isEqualTo(200);
      assertThat(send("GET", "/readyz", null).statusCode()).isEqualTo(200);
    } finally {
      token = good;
    }
  }

  /** What the commands would refuse this user, the API refuses as well. */
  @Test
  void othersMayHereWhatTheyMayByCommands() throws Exception {
    Assumptions.assumeTrue(USER.equals("root"), "needs root to speak for others");
    String id = submit("sleep 1000", ", \"hold\": true");
    String own = token;
    try {
      String text = CLUSTER.command("scontrol", "token", "username=nobody").run().text();
      token = text.strip().substring("SLURM_JWT=".length());
      assertThat(ok("GET", V + "/ping", null)).contains("\"user\":\"nobody\"");
      for (HttpResponse<String> refused :
          List.of(
              send("DELETE", V + "/job/" + id, null),
              send("POST", V + "/job/" + id, "{\"comment\": \"mine\"}"),
              send("POST", V + "/node/n1", "{\"state\": \"DOWN\", \"reason\": \"x\"}"),
              send("GET", V + "/reconfigure", null))) {
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(403);
      }
      String mine = submit("id -un >whoami-$SLURM_JOB_ID", "");
      assertThat(CLUSTER.awaitEnd(mine)).isEqualTo("COMPLETED");
      assertThat(CLUSTER.work().resolve("whoami-" + mine)).hasContent("nobody");
    } finally {
      token = own;
    }
    ok("DELETE", V + "/job/" + id, null);
  }
}
