package org.headrace.authkey.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.headrace.api.credential.CredentialException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeySignerTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  @TempDir Path directory;

  private Path key(String name, String content, String mode) throws IOException {
    Path file = Files.writeString(directory.resolve(name), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  private static KeySigner opened(Path file) throws CredentialException {
    KeySigner signer = new KeySigner("", false);
    signer.open(Map.of("HeadraceKeyFile", file.toString()));
    return signer;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void signsAsTheStandardSaysAndLeavesTheMessageAlone() throws Exception {
    KeySigner signer = opened(key("k", KEY + "\n", "rw-------"));
    ByteBuffer message = bytes("the message");
    byte[] signature = signer.sign(message);
    assertThat(message.position()).isZero();
    assertThat(signature).hasSize(signer.signatureLength());
    // printf 'the message' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
    assertThat(java.util.HexFormat.of().formatHex(signature))
        .isEqualTo("3ecede360ab02aaf4b66125bbc674791b356ee8a65a3e88132d023b9dfd10e35");
    assertThat(signer.verify(message, signature)).isTrue();
  }

  @Test
  void everyChangedBitOfMessageOrSignatureIsRefused() throws Exception {
    KeySigner signer = opened(key("k", KEY, "r--------"));
    byte[] message = "payload".getBytes(StandardCharsets.UTF_8);
    byte[] signature = signer.sign(ByteBuffer.wrap(message));
    for (int bit = 0; bit < message.length * 8; bit++) {
      message[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(signer.verify(ByteBuffer.wrap(message), signature)).isFalse();
      message[bit / 8] ^= (byte) (1 << bit % 8);
    }
    for (int bit = 0; bit < signature.length * 8; bit++) {
      byte[] changed = signature.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(signer.verify(ByteBuffer.wrap(message), changed)).isFalse();
    }
    assertThat(signer.verify(ByteBuffer.wrap(message), new byte[0])).isFalse();
    assertThat(signer.verify(ByteBuffer.wrap(message, 0, 6), signature)).isFalse();
  }

  @Test
  void anotherKeyMakesAnotherSignature() throws Exception {
    byte[] signature = opened(key("a", KEY, "rw-------")).sign(bytes("m"));
    KeySigner other = opened(key("b", KEY.replace('0', '1'), "rw-------"));
    assertThat(other.verify(bytes("m"), signature)).isFalse();
  }

  @Test
  void threadsDoNotDisturbEachOther() throws Exception {
    KeySigner signer = opened(key("k", KEY, "rw-------"));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Boolean>> work =
          IntStream.range(0, 400)
              .<Callable<Boolean>>mapToObj(
                  i -> () -> signer.verify(bytes("m" + i), signer.sign(bytes("m" + i))))
              .toList();
      for (var result : threads.invokeAll(work)) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aShortKeyIsRefused() throws Exception {
    Path file = key("k", "short\n\n", "rw-------");
    assertThatThrownBy(() -> opened(file))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("5 bytes")
        .hasMessageContaining("at least 32");
  }

  @Test
  void aKeyThatOthersCanReadIsRefused() throws Exception {
    for (String mode : List.of("rw-r-----", "rw----r--", "rwx------", "rw--w----")) {
      Path file = key("k", KEY, mode);
      assertThatThrownBy(() -> opened(file))
          .isInstanceOf(CredentialException.class)
          .hasMessageContaining(mode)
          .hasMessageContaining("chmod 0600 " + file);
    }
  }

  @Test
  void aKeyOfAnotherUserIsRefused() throws Exception {
    Path file = key("k", KEY, "rw-------");
    Assumptions.assumeTrue(
        (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0,
        "needs root to give a file away");
    Files.setAttribute(file, "unix:uid", 65534);
    assertThatThrownBy(() -> opened(file))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("belongs to uid 65534");
  }

  @Test
  void aDirectoryIsNoKey() {
    assertThatThrownBy(() -> opened(directory))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("not a regular file");
  }

  @Test
  void aControllerMakesTheKeyAndANodeFindsIt() throws Exception {
    String conf = directory.resolve("slurm.conf").toString();
    KeySigner controller = new KeySigner(conf, true);
    controller.open(Map.of());
    Path file = directory.resolve("headrace.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    KeySigner node = new KeySigner(conf, false);
    node.open(Map.of());
    assertThat(node.verify(bytes("m"), controller.sign(bytes("m")))).isTrue();
    String made = Files.readString(file);
    new KeySigner(conf, true).open(Map.of());
    assertThat(Files.readString(file)).isEqualTo(made);
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aControllerThatCannotWriteBesideTheConfigurationUsesItsState() throws Exception {
    KeySigner controller = new KeySigner(directory.resolve("missing/slurm.conf").toString(), true);
    controller.open(Map.of("StateSaveLocation", directory.toString()));
    assertThat(directory.resolve("headrace.key")).exists();
  }

  /** Each would make one of its own, and none would believe another. */
  @Test
  void oneOfSeveralControllersMakesNoKey() {
    KeySigner one = new KeySigner(directory.resolve("slurm.conf").toString(), true);
    assertThatThrownBy(() -> one.open(Map.of("SlurmctldHost", "a,b(127.0.0.2),c")))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("need the same one")
        .hasMessageContaining(directory.resolve("headrace.key").toString());
    assertThat(directory.resolve("headrace.key")).doesNotExist();
  }

  @Test
  void aNodeWithoutAKeySaysWhereItBelongs() {
    KeySigner node = new KeySigner(directory.resolve("slurm.conf").toString(), false);
    assertThatThrownBy(() -> node.open(Map.of()))
        .isInstanceOf(CredentialException.class)
        .hasMessageContaining("missing")
        .hasMessageContaining(directory.resolve("headrace.key").toString());
    assertThatThrownBy(() -> node.sign(bytes("m"))).isInstanceOf(IllegalStateException.class);
  }
}
