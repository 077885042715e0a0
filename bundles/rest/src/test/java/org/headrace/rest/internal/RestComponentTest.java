package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.headrace.control.Control;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.headrace.control.query.Snapshot;
import org.headrace.testkit.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the API is there, and when not. */
class RestComponentTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> settings = new HashMap<>();
  private int port;
  private RestComponent component;
  private volatile String key = "one";

  /** Believes tokens that begin with the key that was there when it was opened. */
  private final TokenAuthority authority =
      given -> {
        String opened = key;
        return new Tokens() {
          @Override
          public String issue(String user, Instant now, Duration life) {
            throw new UnsupportedOperationException();
          }

          @Override
          public String user(String token, Instant now) throws TokenException {
            if (!token.startsWith(opened)) {
              throw new TokenException("another key");
            }
            return token.substring(opened.length());
          }
        };
      };

  @BeforeEach
  void choosePort() {
    port = Ports.free();
    settings.put("AuthAltTypes", "auth/jwt");
  }

  @AfterEach
  void end() {
    component.deactivate();
  }

  private void start() {
    Snapshot snapshot =
        fake(
            Snapshot.class,
            new ClusterDefinition(
                "c", List.of(), List.of(), null, Map.of(), null, List.of(), settings));
    component = new RestComponent(fake(Control.class, snapshot), new Api.People());
    component.setAuthority(authority);
    component.addCommand(
        new UserCommand() {
          @Override
          public String name() {
            return "scontrol";
          }

          @Override
          public String summary() {
            return "";
          }

          @Override
          public int run(Invocation invocation) {
            boolean version = invocation.arguments().contains("version");
            invocation.out().print(version ? "slurm 26.05.3\n" : "{\"pings\":[]}");
            return 0;
          }
        },
        Map.of());
    component.activate();
  }

  /** Answers every question with the one value. */
  private static <T> T fake(Class<T> type, Object answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> answer));
  }

  /** The status of a request, or zero if nobody listens. */
  private int status(String token) {
    try {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/slurm/v0.0.44/ping"))
                  .header("X-SLURM-USER-TOKEN", token)
                  .build(),
              BodyHandlers.ofString())
          .statusCode();
    } catch (java.io.IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void await(String token, int wanted) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    int now = status(token);
    while (now != wanted && System.nanoTime() < end) {
      LockSupport.parkNanos(10_000_000);
      now = status(token);
    }
    assertThat(now).isEqualTo(wanted);
  }

  @Test
  void itIsOffUntilTheConfigurationHasAnAddressAndWhenItHasNoneAnyMore() throws Exception {
    start();
    component.inForce(settings);
    assertThat(status("oneann")).isZero();
    settings.put("HeadraceRest", "localhost:" + port);
    component.inForce(settings);
    await("oneann", 200);
    settings.put("HeadraceRest", "nonsense"); // Is logged, and nothing else changes.
    component.inForce(settings);
    component.settle();
    assertThat(status("oneann")).isEqualTo(200);
    settings.put("HeadraceRest", "");
    component.inForce(settings);
    await("oneann", 0);
  }

  @Test
  void anAddressThatIsTakenIsTriedAgain() throws Exception {
    settings.put("HeadraceRest", "localhost:" + port);
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getByName("localhost"))) {
      start();
      component.settle();
      assertThat(other.isBound()).isTrue();
    }
    await("oneann", 200);
  }

  @Test
  void newKeysCountAndNoConnectionIsLostForThem() {
    settings.put("HeadraceRest", "localhost:" + port);
    start();
    await("oneann", 200);
    assertThat(status("twoann")).isEqualTo(401);
    key = "two";
    component.inForce(settings);
    await("twoann", 200);
    assertThat(status("oneann")).isEqualTo(401);
    component.unsetAuthority(authority);
    await("twoann", 401);
    component.setAuthority(authority);
    await("twoann", 200);
    settings.remove("AuthAltTypes");
    component.inForce(settings);
    await("twoann", 401);
  }

  @Test
  void connectionsThatAreBroughtAreServedWithoutAnAddressUntilTheSettingsChange() throws Exception {
    start();
    RestServer first = component.server();
    assertThat(component.server()).isSameAs(first);
    Tunnel tunnel = first.tunnel(Proof.BY_TOKEN, "a test");
    first.open(tunnel);
    String head = "GET /slurm/v0.0.44/ping HTTP/1.1\r\nHost: x\r\nX-SLURM-USER-TOKEN: oneann\r\n";
    tunnel.data((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
    assertThat(new String(tunnel.take(), StandardCharsets.UTF_8)).startsWith("HTTP/1.1 200");
    settings.put("HeadraceRestParameters", "threads=2");
    component.inForce(settings);
    component.settle();
    assertThat(tunnel.take()).isNull();
    assertThat(component.server()).isNotSameAs(first);
  }
}
