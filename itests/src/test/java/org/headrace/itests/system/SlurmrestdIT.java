package org.headrace.itests.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The daemon that unit files start, in front of a live controller that doesn't listen by itself.
 */
class SlurmrestdIT {
  private static final String V = "/slurm/v0.0.44";
  private static final String USER = ProcessHandle.current().info().user().orElse("root");

  @RegisterExtension
  static final ClusterUnderTest CLUSTER =
      ClusterUnderTest.named("restd", 1)
          .set("AuthAltTypes=auth/jwt")
          .set("AuthAltParameters=jwt_key=@DIR@/jwt.key");

  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private Process front;

  @AfterEach
  void end() throws Exception {
    if (front != null) {
      front.destroy();
      assertThat(front.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static HttpResponse<String> send(int port, String token, String path, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("X-SLURM-USER-TOKEN", token)
            .header("Content-Type", "application/json");
    request.method(
        body == null ? "GET" : "POST",
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  private static boolean answers(int port) throws Exception {
    try {
      return send(port, "none", "/livez", null).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aJobIsSubmittedThroughItByToken() throws Exception {
    Assumptions.assumeTrue(USER.equals("root"), "needs root, whose daemon becomes another user");
    Path key = CLUSTER.directory().resolve("jwt.key");
    Files.write(key, new java.security.SecureRandom().generateSeed(32));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    CLUSTER.command("scontrol", "reconfigure").run().text();
    String text = CLUSTER.command("scontrol", "token", "lifespan=600").run().text();
    String token = text.strip().substring("SLURM_JWT=".length());
    int port = Ports.free();
    Path errors = CLUSTER.work().resolve("slurmrestd.err");
    front =
        CLUSTER
            .daemonCommand("slurmrestd", "-u", "nobody", "-g", "nogroup", "localhost:" + port)
            .start(CLUSTER.work().resolve("slurmrestd.out"), errors);
    Patience.until(
        "the front answers", Patience.LONG, () -> answers(port), () -> Files.readString(errors));
    assertThat(send(port, "", V + "/ping", null).statusCode()).isEqualTo(401);
    assertThat(send(port, "forged", V + "/ping", null).statusCode()).isEqualTo(401);
    HttpResponse<String> ping = send(port, token, V + "/ping", null);
    assertThat(ping.statusCode()).isEqualTo(200);
    assertThat(ping.body()).contains("\"user\":\"root\"", "\"source\":\"127.0.0.1:");
    HttpResponse<String> submitted =
        send(
            port,
            token,
            V + "/job/submit",
            "{\"script\": \"#!/bin/sh\\ntrue\\n\", \"job\": {\"environment\": [\"A=b\"],"
                + " \"current_working_directory\": \""
                + CLUSTER.work()
                + "\"}}");
    Matcher id = Pattern.compile("\"job_id\":(\\d+)").matcher(submitted.body());
    assertThat(id.find()).as(submitted.body()).isTrue();
    assertThat(CLUSTER.awaitEnd(id.group(1))).isEqualTo("COMPLETED");
  }

  @Test
  void asInetdItServesWhoStartsIt() throws Exception {
    Execution answer =
        CLUSTER
            .daemonCommand("slurmrestd")
            .with("SLURMRESTD_SECURITY", "disable_user_check")
            .fed("GET " + V + "/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .run();
    assertThat(answer.output()).startsWith("HTTP/1.1 200").contains("\"user\":\"" + USER + "\"");
    Execution document =
        CLUSTER
            .daemonCommand("slurmrestd", "--generate-openapi-spec")
            .with("SLURMRESTD_SECURITY", "disable_user_check")
            .run();
    assertThat(document.output()).startsWith("{").contains(V + "/job/submit");
  }

  @Test
  void whatItIsAskedForOnItsCommandLine() throws Exception {
    assertThat(CLUSTER.daemonCommand("slurmrestd", "-V").run().output()).startsWith("slurm ");
    if (USER.equals("root")) {
      Execution refused = CLUSTER.daemonCommand("slurmrestd", "localhost:1").run();
      assertThat(refused.status()).isEqualTo(1);
      assertThat(refused.errors())
          .isEqualTo("slurmrestd: fatal: slurmrestd should not be run as the root user.\n");
    }
    Execution.Plan plan = CLUSTER.daemonCommand("slurmrestd", "-a", "list");
    assertThat(plan.with("SLURMRESTD_SECURITY", "disable_user_check").run().errors())
        .isEqualTo(
            "slurmrestd: Possible REST authentication plugins:\n"
                + "slurmrestd: rest_auth/local\nslurmrestd: rest_auth/jwt\n");
    Execution.Plan unknown = CLUSTER.daemonCommand("slurmrestd", "-a", "nope", "localhost:1");
    assertThat(unknown.with("SLURMRESTD_SECURITY", "disable_user_check").run().errors())
        .isEqualTo("slurmrestd: fatal: Unable to find plugin: rest_auth/nope\n");
  }
}
