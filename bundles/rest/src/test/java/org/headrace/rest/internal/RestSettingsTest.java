package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestSettingsTest {
  @Test
  void withoutAnAddressItIsOff() {
    assertThat(RestSettings.of(Map.of()).addresses()).isEmpty();
  }

  @Test
  void addressesAreThoseOfSlurmrestd() {
    RestSettings settings =
        RestSettings.of(Map.of("HeadraceRest", "unix:/run/r.sock, localhost:6820,[::1]:1,:2,*:3"));
    assertThat(settings.addresses())
        .containsExactly(
            new Listen.Unix(Path.of("/run/r.sock")),
            new Listen.Tcp("localhost", 6820),
            new Listen.Tcp("::1", 1),
            new Listen.Tcp(null, 2),
            new Listen.Tcp(null, 3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:relative", "localhost", "x:70000", "x:", "x:-1", "unix:"})
  void whatIsNoAddressIsRefused(String address) {
    assertThatThrownBy(() -> RestSettings.of(Map.of("HeadraceRest", address)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("HeadraceRest: '" + address + "'");
  }

  @Test
  void limitsHaveNames() {
    RestSettings settings =
        RestSettings.of(
            Map.of(
                "HeadraceRestParameters",
                "max_connections=1,threads=2,max_body=3,max_bodies=6,idle_timeout=4,request_timeout=5"));
    assertThat(settings).isEqualTo(new RestSettings(List.of(), 1, 2, 3, 6, 4000, 5000));
    for (String wrong : List.of("threads=0", "threads", "colour=1", "threads=x")) {
      assertThatThrownBy(() -> RestSettings.of(Map.of("HeadraceRestParameters", wrong)))
          .hasMessageContaining("HeadraceRestParameters: '" + wrong.split("=")[0]);
    }
  }

  @Test
  void aSocketThatNobodyServesIsReplacedAndAnythingElseIsLeft(@TempDir Path directory)
      throws Exception {
    Path path = directory.resolve("rest.sock");
    try (Api first = new Api(directory)) {
      assertThatThrownBy(() -> new Api(directory)).hasMessageContaining("another program");
      assertThat(first.get("/livez").status()).isEqualTo(200);
    }
    Files.deleteIfExists(path);
    Files.writeString(path, "precious");
    assertThatThrownBy(() -> new Api(directory)).hasMessageContaining("is no socket");
    assertThat(path).hasContent("precious");
    Files.delete(path);
    try (var left =
        java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
      left.bind(java.net.UnixDomainSocketAddress.of(path));
    }
    new Api(directory).close();
  }
}
