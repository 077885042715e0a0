package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send what they shouldn't, or don't send what they should. */
@Timeout(60)
class HostileRequestTest {
  private static final String SUBMIT = "/slurm/v0.0.44/job/submit";
  private static final String HEADERS =
      " HTTP/1.1\r\nHost: x\r\nX-SLURM-USER-TOKEN: token-of-ann\r\n";

  @TempDir Path directory;
  private Api api;

  @BeforeEach
  void open() throws Exception {
    api =
        new Api(directory, "max_body=100000,request_timeout=2,max_connections=20,threads=4", true);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("localhost", api.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** What comes back for these bytes until the server closes, or nothing but the end. */
  private String raw(String bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return all(socket);
    }
  }

  private static String all(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return ""; // Cut off.
    }
  }

  private void stillServes() {
    api.runs.clear();
    assertThat(api.get("/slurm/v0.0.44/ping").status()).isEqualTo(200);
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWhateverItsLengthIsSaidToBe() throws Exception {
    Api.Reply reply = api.post(SUBMIT, "{\"script\": \"" + "x".repeat(200_000) + "\"}");
    assertThat(reply.status()).isEqualTo(413);
    assertThat(reply.error().get("description").toString()).contains("max_body");
    String chunk = "8000\r\n" + "x".repeat(0x8000) + "\r\n";
    String head = "POST " + SUBMIT + HEADERS + "Content-Type: application/json\r\n";
    assertThat(
            raw(head + "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(6)))
        .startsWith("HTTP/1.1 413");
    assertThat(api.runs).isEmpty();
    stillServes();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "null",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":1,\"a\":2}",
        "{a:1}",
        "{\"a\":NaN}",
        "{\"a\":\"\u0001\"}",
        "{\"a\":1e999999999}x",
        "\ufeff",
        "{\"a\":99999999999999999999}"
      })
  void whatIsNoJsonObjectIsRefused(String body) {
    assertThat(api.post(SUBMIT, body).status()).isEqualTo(400);
    assertThat(api.runs).isEmpty();
  }

  @Test
  void deepJsonIsRefused() {
    for (String[] pair : new String[][] {{"[", "]"}, {"{\"a\":", "}"}}) {
      String deep = pair[0].repeat(10_000) + "1" + pair[1].repeat(10_000);
      assertThat(api.post(SUBMIT, "{\"job\": " + deep + "}").status()).isEqualTo(400);
    }
    String number = "{\"job\": " + "9".repeat(50_000) + "}";
    assertThat(api.post(SUBMIT, number).status()).isEqualTo(400);
    assertThat(api.runs).isEmpty();
    stillServes();
  }

  /** Each takes far more memory than its text. */
  @Test
  void tooManyValuesAreRefused() {
    api.close();
    try {
      api = new Api(directory, "max_body=1000000", true);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    String many = "{},".repeat(JsonInput.MOST_VALUES) + "{}";
    Api.Reply reply = api.post(SUBMIT, "{\"job\": [" + many + "]}");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.text()).contains("more than " + JsonInput.MOST_VALUES + " values");
    stillServes();
  }

  @Test
  void allBodiesTogetherHaveABound() throws Exception {
    api.close();
    api = new Api(directory, "max_body=100000,max_bodies=60000", true);
    for (int i = 0; i < 5; i++) { // What is refused is given back, and what is done as well.
      Api.Reply reply = api.post(SUBMIT, "{\"script\": \"" + "x".repeat(70_000) + "\"}");
      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.text()).contains("max_bodies");
      assertThat(api.post(SUBMIT, "{\"script\": \"" + "x".repeat(40_000) + "\"}").status())
          .isEqualTo(400);
    }
    stillServes();
  }

  @Test
  void otherTypesOfContentAreRefused() {
    for (String type :
        List.of("text/plain", "application/x-www-form-urlencoded", "application/jsonx")) {
      assertThat(api.as("ann", "POST", SUBMIT, "{}", "Content-Type", type).status()).isEqualTo(415);
    }
    assertThat(api.as("ann", "POST", SUBMIT, "{}").status()).isEqualTo(415);
    assertThat(api.as("ann", "GET", "/slurm/v0.0.44/ping", null, "Accept", "text/html").status())
        .isEqualTo(406);
    assertThat(api.runs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/slurm/v0.0.44/node/../ping",
        "/slurm/v0.0.44/node/%2e%2e/ping",
        "/slurm/v0.0.44/node/..%2fping",
        "/slurm/v0.0.44/node/n1%00",
        "/slurm/v0.0.44/node/n1%0a",
        "/slurm/v0.0.44/node/%",
        "/slurm/v0.0.44/node/%zz",
        "/slurm/v0.0.44/node/%ff",
        "/slurm/v0.0.44/node/n1;x=y/..",
        "/slurm/v0.0.44//ping",
        "/./slurm/v0.0.44/ping",
        "/slurm/v0.0.44/node/a%5Cb",
        "/slurm/v0.0.44/node/--help",
        "/slurm/v0.0.44/job/--help",
        "/slurm/v0.0.44/job/1%20name=x",
        "/slurm/v0.0.44/partition/%20",
        "/slurm/v0.0.44/reservation/-a",
        "http://evil/slurm/v0.0.44/node/%2e%2e",
        "*",
        "/slurm/v0.0.44/jobs?x=%zz"
      })
  void pathsWithTricksReachNoCommand(String path) throws Exception {
    String answer = raw("GET " + path + HEADERS + "Connection: close\r\n\r\n");
    assertThat(answer).matches("(?s)HTTP/1.1 (400|404) .*");
    assertThat(api.runs).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /slurm/v0.0.44/ping HTTP/1.1\r\nX-SLURM-USER-TOKEN: token-of-ann\r\n\r\n",
        "GET /slurm/v0.0.44/ping HTTP/9.9\r\nHost: x\r\n\r\n",
        "\r\n\r\n\0\0\0nonsense\r\n\r\n",
        "GET /slurm/v0.0.44/ping" + HEADERS + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST " + SUBMIT + HEADERS + "Content-Length: -1\r\n\r\n",
        "POST "
            + SUBMIT
            + HEADERS
            + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x",
        "POST " + SUBMIT + HEADERS + "Transfer-Encoding: chunked, identity\r\n\r\n",
        "GET /slurm/v0.0.44/ping" + HEADERS + " folded: x\r\n\r\n",
        "GET /slurm/v0.0.44/ping" + HEADERS + "A\0: x\r\n\r\n",
      })
  void whatIsNoHttpIsRefusedAndTheConnectionEnds(String request) throws Exception {
    assertThat(raw(request)).matches("(?s)(HTTP/1.1 (400|505|501|411) .*)?");
    assertThat(api.runs).isEmpty();
    stillServes();
  }

  @Test
  void aHeadThatIsTooLargeIsRefused() throws Exception {
    String answer = raw("GET /livez HTTP/1.1\r\nHost: x\r\nA: " + "x".repeat(40_000) + "\r\n\r\n");
    assertThat(answer).matches("(?s)(HTTP/1.1 4(31|14) .*)?");
    stillServes();
  }

  /** Never silent, and never at an end: a byte now and then. */
  @Test
  void whoeverDribblesItsRequestIsCutOff() throws Exception {
    try (Socket head = connect();
        Socket body = connect()) {
      head.getOutputStream().write("GET /livez HTTP/1.1\r\nHost: x\r\nA: ".getBytes());
      body.getOutputStream()
          .write(
              ("POST "
                      + SUBMIT
                      + HEADERS
                      + "Content-Type: application/json\r\nContent-Length: 9999\r\n\r\n{")
                  .getBytes());
      assertThat(dribbled(head.getOutputStream(), head.getInputStream())).isTrue();
      assertThat(dribbled(body.getOutputStream(), body.getInputStream())).isTrue();
    }
    assertThat(api.runs).isEmpty();
    stillServes();
  }

  /** Sends on until the server has had enough. */
  private static boolean dribbled(OutputStream out, InputStream in) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (System.nanoTime() < end) {
      try {
        out.write(' ');
        out.flush();
        if (in.available() > 0 && in.read() < 0) {
          return true;
        }
        if (in.available() > 0) {
          in.readNBytes(in.available());
          return true; // It has answered, which ends it as well.
        }
      } catch (SocketException e) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(50); // The pace of this client.
    }
    return false;
  }

  @Test
  void silentConnectionsDoNotKeepOthersOutForLong() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        silent.add(connect());
      }
      stillServes();
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  /** More at one time than there are threads: they wait, and are served. */
  @Test
  void requestsBeyondTheThreadsWait() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    api.on(
        "scontrol",
        call -> {
          go.await();
          call.out().print("{}");
          return 0;
        });
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Socket client = connect();
      client
          .getOutputStream()
          .write(("GET /slurm/v0.0.44/ping" + HEADERS + "Connection: close\r\n\r\n").getBytes());
      clients.add(client);
    }
    while (api.runs.size() < 4) {
      Thread.onSpinWait();
    }
    assertThat(api.runs.size()).isLessThanOrEqualTo(6);
    go.countDown();
    for (Socket client : clients) {
      assertThat(all(client)).startsWith("HTTP/1.1 200");
      client.close();
    }
  }

  @Test
  void answersTellNothingOfTheServersInsides() throws Exception {
    String answer = raw("GET /slurm/v0.0.44/ping HTTP/1.1\r\n\r\n");
    assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("jetty");
    assertThat(answer).doesNotContain("java.").doesNotContain("\tat ");
  }
}
