package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.headrace.control.front.InputListener;
import org.headrace.control.front.Invocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that {@code sbin/slurmrestd} has taken and brings to the controller. */
@Timeout(60)
class SlurmrestdCommandTest {
  private static final String PING = "/slurm/v0.0.44/ping";

  @TempDir Path directory;
  private Api api;
  private RestServer server;
  private final List<Client> clients = new ArrayList<>();

  private void open(String limits) throws IOException {
    api = new Api(directory, limits, true);
    server = api.withoutAddresses();
  }

  @AfterEach
  void close() {
    clients.forEach(client -> client.gone.complete(null));
    server.close();
    api.close();
  }

  /** A front with one client; bob runs it. */
  private final class Client {
    final CompletableFuture<Void> gone;
    final CompletableFuture<InputListener> input = new CompletableFuture<>();
    final CompletableFuture<Integer> ended = new CompletableFuture<>();
    final PipedInputStream answer = new PipedInputStream(1024);

    Client(String... arguments) throws Exception {
      this(new CompletableFuture<>(), arguments);
    }

    Client(CompletableFuture<Void> gone, String... arguments) throws Exception {
      this.gone = gone;
      PrintStream out = new PrintStream(new PipedOutputStream(answer), false);
      Invocation invocation =
          (Invocation)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {Invocation.class},
                  (proxy, method, values) ->
                      switch (method.getName()) {
                        case "arguments" -> List.of(arguments);
                        case "caller" -> new Api.People().named("bob");
                        case "out" -> out;
                        case "disconnected" -> gone;
                        case "streamInput" -> input.complete((InputListener) values[0]);
                        default -> throw new UnsupportedOperationException(method.getName());
                      });
      Thread thread =
          new Thread(
              () -> {
                try {
                  ended.complete(new SlurmrestdCommand(() -> server).run(invocation));
                } catch (Exception e) {
                  ended.completeExceptionally(e);
                }
                out.close();
              });
      thread.setDaemon(true);
      thread.start();
      clients.add(this);
    }

    Client says(String text) throws Exception {
      input.get().data(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Client asks(String path, String... headers) throws Exception {
      String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
      return says("GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
    }

    /** All until the server closes. */
    String answer() throws IOException {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      answer.transferTo(all);
      return all.toString(StandardCharsets.UTF_8);
    }

    /** Reads on to these words. */
    String until(String words) throws IOException {
      StringBuilder read = new StringBuilder();
      while (read.indexOf(words) < 0) {
        int next = answer.read();
        assertThat(next).as(read.toString()).isNotNegative();
        read.append((char) next);
      }
      return read.toString();
    }
  }

  @Test
  void whoRunsTheFrontNeedsNoTokenWhereTheFrontVouches() throws Exception {
    open("");
    Client client = new Client("--proof=local,jwt", "--from=unix").asks(PING, "Connection: close");
    assertThat(client.answer()).startsWith("HTTP/1.1 200").contains("\"source\":\"unix\"");
    assertThat(client.ended.get()).isZero();
    assertThat(api.run().caller().user()).isEqualTo("bob");
  }

  @Test
  void othersNeedTokensAndAreWhoTheTokenSays() throws Exception {
    open("");
    String close = "Connection: close";
    assertThat(new Client("--proof=jwt").asks(PING, close).answer()).startsWith("HTTP/1.1 401");
    assertThat(new Client("--proof=jwt").asks(PING, close, "X-SLURM-USER-NAME: bob").answer())
        .startsWith("HTTP/1.1 401");
    assertThat(new Client().asks(PING, close).answer()).startsWith("HTTP/1.1 401");
    assertThat(api.runs).isEmpty();
    String token = "X-SLURM-USER-TOKEN: token-of-ann";
    assertThat(new Client("--proof=jwt").asks(PING, close, token).answer())
        .startsWith("HTTP/1.1 200");
    assertThat(api.run().caller().user()).isEqualTo("ann");
    assertThat(new Client("--proof=local").asks(PING, close, token).answer())
        .startsWith("HTTP/1.1 401");
    assertThat(new Client("--proof=local").asks(PING, close, "X-SLURM-USER-NAME: root").answer())
        .startsWith("HTTP/1.1 401");
    assertThat(api.runs).isEmpty();
  }

  @Test
  void aConnectionServesSeveralRequestsThatComeInPieces() throws Exception {
    open("");
    Client client = new Client("--proof=local");
    for (int i = 0; i < 3; i++) {
      for (char one : ("GET " + PING + " HTTP/1.1\r\nHost: x\r\n\r\n").toCharArray()) {
        client.says(String.valueOf(one));
      }
      assertThat(client.until("\"warnings\":[]}")).startsWith("HTTP/1.1 200");
    }
    assertThat(api.runs).hasSize(3);
    client.input.get().end();
    assertThat(client.ended.get()).isZero();
  }

  @Test
  void aClientThatHasSaidAllStillGetsItsAnswer() throws Exception {
    open("");
    Client client = new Client("--proof=local").asks(PING, "Connection: close");
    client.input.get().end();
    assertThat(client.answer()).startsWith("HTTP/1.1 200");
  }

  @Test
  void longAnswersGoAsTheyAreTaken() throws Exception {
    open("");
    int count = 300_000;
    api.on(
        "scontrol",
        invocation -> {
          invocation.out().print("{\"pings\": [0");
          for (int i = 1; i < count; i++) {
            invocation.out().print(",1234567");
          }
          invocation.out().print("]}");
          return 0;
        });
    String answer = new Client("--proof=local").asks(PING, "Connection: close").answer();
    assertThat(answer).startsWith("HTTP/1.1 200").contains("\"warnings\":[]}");
    assertThat(answer.chars().filter(c -> c == '7').count()).isGreaterThanOrEqualTo(count - 1);
  }

  @Test
  void bytesBeforeARequestIsCompleteDontHoldAConnectionForEver() throws Exception {
    open("request_timeout=1");
    Client client = new Client("--proof=local").says("GET " + PING);
    assertThat(client.answer()).isEmpty();
    assertThat(client.ended.get()).isZero();
  }

  @Test
  void connectionsAreBounded() throws Exception {
    open("max_connections=2");
    Client first = new Client("--proof=local").asks(PING);
    first.until("\"warnings\":[]}");
    Client second = new Client("--proof=local").asks(PING);
    second.until("\"warnings\":[]}");
    assertThat(new Client("--proof=local").answer()).startsWith("HTTP/1.1 503");
    first.gone.complete(null);
    assertThat(first.ended.get(10, TimeUnit.SECONDS)).isZero();
    Client third = new Client("--proof=local").asks(PING, "Connection: close");
    assertThat(third.answer()).startsWith("HTTP/1.1 200");
  }

  @Test
  void aClientThatIsGoneBeforeItIsServedTakesNoPlace() throws Exception {
    open("max_connections=1");
    Client gone = new Client(CompletableFuture.completedFuture(null), "--proof=local");
    assertThat(gone.ended.get(10, TimeUnit.SECONDS)).isZero();
    Client next = new Client("--proof=local").asks(PING, "Connection: close");
    assertThat(next.answer()).startsWith("HTTP/1.1 200");
  }

  @Test
  void itIsNoCommandForUsers() throws Exception {
    open("");
    Client client = new Client("localhost:6820");
    assertThatThrownBy(client.ended::get).hasMessageContaining("sbin/slurmrestd");
  }
}
