package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthenticationTest {
  private static final String PING = "/slurm/v0.0.44/ping";
  private static final String TOKEN = "X-SLURM-USER-TOKEN";
  private static final String NAME = "X-SLURM-USER-NAME";

  @TempDir Path directory;
  private Api api;

  @BeforeEach
  void open() throws Exception {
    api = new Api(directory);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private void refused(String... headers) {
    Api.Reply reply = api.send("GET", PING, null, headers);
    assertThat(reply.status()).as(String.join(" ", headers)).isEqualTo(401);
    assertThat(reply.error().get("error")).isEqualTo("Authentication failure");
    assertThat(reply.response().headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(api.runs).isEmpty();
  }

  private String caller(String... headers) {
    Api.Reply reply = api.send("GET", PING, null, headers);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    return api.run().caller().user();
  }

  @Test
  void nobodyIsServedWithoutAnIdentity() {
    refused();
    refused(NAME, "root");
    refused(TOKEN, "forged");
    refused(TOKEN, "token-of-stranger");
    refused(TOKEN, "");
    refused("Authorization", "Basic cm9vdDpyb290");
    refused("Authorization", "Bearer forged");
    refused(TOKEN, "token-of-ann", TOKEN, "token-of-root");
    refused(TOKEN, "token-of-ann", "Authorization", "Bearer token-of-root");
    refused(TOKEN, "token-of-ann", NAME, "ann", NAME, "root");
  }

  /** Not even what there is. */
  @Test
  void strangersLearnNothing() {
    for (String path : new String[] {"/openapi/v3", "/nothing", "/slurm/v0.0.44/nothing", "/"}) {
      assertThat(api.send("GET", path, null).status()).as(path).isEqualTo(401);
      assertThat(api.send("POST", path, "{").status()).as(path).isEqualTo(401);
    }
  }

  @Test
  void aTokenSaysWhoAsks() {
    assertThat(caller(TOKEN, "token-of-ann")).isEqualTo("ann");
    assertThat(caller(TOKEN, "token-of-ann", NAME, "ann")).isEqualTo("ann");
    assertThat(caller("Authorization", "Bearer token-of-ann")).isEqualTo("ann");
    assertThat(caller("Authorization", "bearer token-of-bob", TOKEN, "token-of-bob"))
        .isEqualTo("bob");
  }

  @Test
  void onlyTheTrustedSpeakForOthers() {
    refused(TOKEN, "token-of-ann", NAME, "bob");
    refused(TOKEN, "token-of-ann", NAME, "root");
    assertThat(caller(TOKEN, "token-of-root", NAME, "bob")).isEqualTo("bob");
    assertThat(caller(TOKEN, "token-of-slurm", NAME, "ann")).isEqualTo("ann");
    refused(TOKEN, "token-of-root", NAME, "stranger");
    // What runs as root only root decides.
    refused(TOKEN, "token-of-slurm", NAME, "root");
  }

  @Test
  void whereTokensAreNotConfiguredNoneIsBelieved() throws Exception {
    api.close();
    api = new Api(directory, "", false);
    refused(TOKEN, "token-of-ann");
    assertThat(overSocket("")).contains("HTTP/1.1 200");
  }

  @Test
  void theKernelSaysWhoIsAtTheSocket() throws Exception {
    assertThat(overSocket("")).contains("HTTP/1.1 200").contains("\"user\":\"bob\"");
    assertThat(api.run().caller().user()).isEqualTo("bob");
    assertThat(overSocket(NAME + ": root\r\n")).contains("HTTP/1.1 401");
    assertThat(overSocket(TOKEN + ": forged\r\n")).contains("HTTP/1.1 401");
    api.atSocket = "slurm";
    assertThat(overSocket(NAME + ": ann\r\n")).contains("\"user\":\"ann\"");
    assertThat(overSocket(NAME + ": root\r\n")).contains("HTTP/1.1 401");
    api.atSocket = "root";
    assertThat(overSocket(NAME + ": ann\r\n")).contains("\"user\":\"ann\"");
    api.atSocket = "bob";
    assertThat(overSocket(TOKEN + ": token-of-ann\r\n")).contains("\"user\":\"ann\"");
  }

  private String overSocket(String headers) throws Exception {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(api.socket));
      String request = "GET " + PING + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
      channel.write(ByteBuffer.wrap((request + headers + "\r\n").getBytes()));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void healthIsForAll() {
    assertThat(api.send("GET", "/livez", null).status()).isEqualTo(200);
    assertThat(api.send("GET", "/readyz", null).status()).isEqualTo(200);
    assertThat(api.send("GET", "/healthz", null).status()).isEqualTo(200);
    assertThat(api.runs).isEmpty();
  }
}
