package org.headrace.transport.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;
import org.headrace.transport.SealedChannel;
import org.headrace.transport.Standing;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes arrive as they were written, and those of strangers, recordings and changes don't. */
@Timeout(60)
class SealedChannelTest {
  private static final int MILLIS = 20_000;

  private final KeySigner signer = new KeySigner(1, 2, 3);
  private final List<AutoCloseable> open = new ArrayList<>();
  private ServerSocketChannel server;
  private InetSocketAddress address;

  @BeforeEach
  void listen() throws IOException {
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    address = (InetSocketAddress) server.getLocalAddress();
    open.add(server);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private SealedChannel keep(SealedChannel channel) {
    open.add(channel);
    return channel;
  }

  /** Accepts the next connection and reads all that comes. */
  private CompletableFuture<byte[]> received(Standing standing) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            SealedChannel channel =
                keep(
                    SealedChannel.accepted(
                        server.accept(), new KeySigner(1, 2, 3), () -> standing));
            return readAll(channel);
          } catch (IOException e) {
            throw new CompletionException(e);
          }
        });
  }

  private static byte[] readAll(SealedChannel channel) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(8 << 20);
    while (channel.read(all) >= 0) {
      // In blocking mode there is always more to wait for.
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  @Test
  void bytesArriveInOrder() throws Exception {
    CompletableFuture<byte[]> received = received(Standing.SERVES);
    byte[] sent = random(3_000_017);
    SealedChannel client = keep(SealedChannel.connect(address, signer, MILLIS));
    assertThat(client.write(ByteBuffer.wrap(sent, 0, 17))).isEqualTo(17);
    assertThat(client.write(ByteBuffer.wrap(sent, 17, 3_000_000))).isEqualTo(3_000_000);
    client.close();
    assertThat(Arrays.equals(received.get(), sent)).isTrue();
  }

  /** The writer doesn't wait for a reader that is slow, and goes on where it was. */
  @Test
  void aWriterThatDoesNotWaitLosesNothing() throws Exception {
    byte[] sent = random(5 << 20);
    CompletableFuture<SealedChannel> accepted =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                SealedChannel channel =
                    SealedChannel.accepted(
                        server.accept(), new KeySigner(1, 2, 3), () -> Standing.SERVES);
                while (!channel.established()) {
                  channel.read(ByteBuffer.allocate(1));
                }
                return keep(channel);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
    CompletableFuture<SealedChannel> connected =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                SealedChannel channel = SealedChannel.connect(address, signer, MILLIS);
                // The first byte lets the other end's blocking read return.
                channel.write(ByteBuffer.wrap(sent, 0, 1));
                return keep(channel);
              } catch (IOException e) {
                throw new CompletionException(e);
              }
            });
    SealedChannel writer = connected.get();
    SealedChannel reader = accepted.get();
    writer.socket().configureBlocking(false);
    reader.socket().configureBlocking(false);
    ByteBuffer source = ByteBuffer.wrap(sent, 1, sent.length - 1);
    ByteBuffer target = ByteBuffer.allocate(sent.length);
    while (writer.write(source) > 0 && source.hasRemaining()) {
      // Until the buffers of the kernel are full.
    }
    assertThat(source.hasRemaining()).isTrue();
    while (target.position() < sent.length - 1) {
      ByteBuffer part = ByteBuffer.allocate(10_007);
      reader.read(part);
      target.put(part.flip().slice(0, Math.min(part.remaining(), target.remaining())));
      writer.write(source);
    }
    byte[] got = Arrays.copyOf(target.array(), target.position());
    int from = got.length == sent.length ? 0 : 1;
    assertThat(Arrays.equals(got, Arrays.copyOfRange(sent, from, sent.length))).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"WAITS", "FOLLOWS"})
  void whoDoesNotServeSaysSo(Standing standing) throws Exception {
    CompletableFuture<byte[]> received = received(standing);
    assertThatThrownBy(() -> SealedChannel.connect(address, signer, MILLIS))
        .isInstanceOf(SealedChannel.Declined.class)
        .hasMessageContaining("doesn't lead")
        .extracting(declined -> ((SealedChannel.Declined) declined).standing())
        .isEqualTo(standing);
    assertThat(received.get()).isEmpty();
  }

  @Test
  void anotherKeyIsRefused() throws Exception {
    CompletableFuture<byte[]> received = received(Standing.SERVES);
    assertThatThrownBy(() -> SealedChannel.connect(address, new KeySigner(9), 2000))
        .isInstanceOfAny(IOException.class, SocketTimeoutException.class)
        .isNotInstanceOf(SealedChannel.Declined.class);
    assertThatThrownBy(received::get)
        .hasRootCauseMessage("the other end isn't of this cluster: it has another key");
  }

  /** Somebody between the two who changes what the client says, and keeps what the server says. */
  private SealedChannel through(UnaryOperator<byte[]> change, List<byte[]> recorded)
      throws IOException {
    ServerSocketChannel between = ServerSocketChannel.open();
    open.add(between);
    between.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread thread =
        new Thread(
            () -> {
              try (SocketChannel near = between.accept();
                  SocketChannel far = SocketChannel.open(address)) {
                byte[] hello = near.socket().getInputStream().readNBytes(20 + 32);
                recorded.add(hello);
                far.write(ByteBuffer.wrap(hello));
                byte[] answer = far.socket().getInputStream().readNBytes(20 + 1 + 32);
                near.write(ByteBuffer.wrap(answer));
                byte[] rest = near.socket().getInputStream().readAllBytes();
                recorded.add(rest);
                far.write(ByteBuffer.wrap(change.apply(rest)));
              } catch (IOException e) {
                recorded.add(e.toString().getBytes());
              }
            });
    thread.setDaemon(true);
    thread.start();
    return keep(
        SealedChannel.connect((InetSocketAddress) between.getLocalAddress(), signer, MILLIS));
  }

  private void say(SealedChannel client, String... words) throws IOException {
    for (String word : words) {
      client.write(ByteBuffer.wrap(word.getBytes()));
    }
    client.close();
  }

  @Test
  void aConversationThatIsSentAgainIsRefused() throws Exception {
    CompletableFuture<byte[]> received = received(Standing.SERVES);
    List<byte[]> recorded = new ArrayList<>();
    say(through(bytes -> bytes, recorded), "cancel ", "all");
    assertThat(new String(received.get())).isEqualTo("cancel all");
    CompletableFuture<byte[]> again = received(Standing.SERVES);
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.getOutputStream().write(recorded.get(0));
      socket.getOutputStream().write(recorded.get(1));
      assertThatThrownBy(again::get)
          .hasRootCauseMessage("a record isn't the one that is due on this connection");
    }
  }

  @Test
  void recordsThatAreChangedRepeatedSwappedOrLeftOutAreRefused() throws Exception {
    int one = 4 + 2 + 32;
    List<UnaryOperator<byte[]>> changes =
        List.of(
            bytes -> with(bytes, 4, (byte) 'x'),
            bytes -> with(bytes, bytes.length - 1, (byte) (bytes[bytes.length - 1] + 1)),
            bytes -> concat(Arrays.copyOf(bytes, one), bytes),
            bytes -> Arrays.copyOfRange(bytes, one, bytes.length),
            bytes ->
                concat(Arrays.copyOfRange(bytes, one, 2 * one), Arrays.copyOfRange(bytes, 0, one)));
    for (UnaryOperator<byte[]> change : changes) {
      CompletableFuture<byte[]> received = received(Standing.SERVES);
      say(through(change, new ArrayList<>()), "ab", "cd");
      assertThatThrownBy(received::get)
          .hasRootCauseMessage("a record isn't the one that is due on this connection");
    }
    CompletableFuture<byte[]> received = received(Standing.SERVES);
    say(through(bytes -> with(bytes, 0, (byte) 127), new ArrayList<>()), "ab");
    assertThatThrownBy(received::get).rootCause().hasMessageContaining("1 to 16384 fit");
  }

  private static byte[] with(byte[] bytes, int at, byte value) {
    byte[] copy = bytes.clone();
    copy[at] = value;
    return copy;
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}
