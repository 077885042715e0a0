package org.headrace.transport;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.function.Supplier;
import org.headrace.api.credential.MessageSigner;
import org.headrace.transport.internal.SealedRecords;

/**
 * A TCP connection between two daemons of the cluster. What is read is what the other end wrote for
 * this connection, in order and once: each record is signed together with the random numbers of
 * both ends, its direction and its place. It isn't secret.
 *
 * <p>The end that connects says {@code OPEN} with its random number; the other answers with its
 * own, and its {@link Standing}. Not thread-safe, but reading and writing may be done by two
 * threads.
 */
public final class SealedChannel implements ByteChannel {
  /**
   * When a connection to a machine that has gone away ends: after so many seconds of silence, asked
   * so often. In the JDK these options can be had by name only, without another module.
   */
  private static final Map<String, Integer> KEEP_ALIVE =
      Map.of("TCP_KEEPIDLE", 10, "TCP_KEEPINTERVAL", 5, "TCP_KEEPCOUNT", 3);

  private final SocketChannel channel;
  private final SealedRecords records;
  private final Supplier<Standing> standing;
  private final ByteBuffer raw;
  private ByteBuffer plain = ByteBuffer.allocate(0);
  private ByteBuffer sealed = ByteBuffer.allocate(0);
  private int sealedPlain;

  /** The other end has proved that it is of this cluster, and doesn't serve now. */
  public static final class Declined extends IOException {
    private static final long serialVersionUID = 1L;

    private final Standing standing;

    Declined(InetSocketAddress address, Standing standing) {
      super("the controller at " + address + " doesn't lead");
      this.standing = standing;
    }

    /** What it says of itself. */
    public Standing standing() {
      return standing;
    }
  }

  private SealedChannel(SocketChannel channel, SealedRecords records, Supplier<Standing> standing)
      throws IOException {
    this.channel = channel;
    this.records = records;
    this.standing = standing;
    raw = ByteBuffer.allocate(records.maxRecord());
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    for (SocketOption<?> option : channel.supportedOptions()) {
      Integer value = KEEP_ALIVE.get(option.name());
      if (value != null) {
        channel.setOption(integer(option), value);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static SocketOption<Integer> integer(SocketOption<?> option) {
    return (SocketOption<Integer>) option;
  }

  /**
   * Connects, and waits for the other end's proof.
   *
   * @param millis how long to wait at most for each of connection and proof
   * @return in blocking mode
   * @throws Declined if the other end doesn't serve
   * @throws IOException if nobody is there, or it is none of this cluster
   */
  public static SealedChannel connect(InetSocketAddress address, MessageSigner signer, int millis)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.socket().connect(address, millis);
      SealedRecords records = SealedRecords.ofClient(signer);
      SealedChannel sealed = new SealedChannel(channel, records, () -> Standing.SERVES);
      channel.socket().setSoTimeout(millis);
      channel.socket().getOutputStream().write(records.open());
      byte[] answer = new byte[records.answerLength()];
      new DataInputStream(channel.socket().getInputStream()).readFully(answer);
      channel.socket().setSoTimeout(0);
      Standing other = records.takeAnswer(answer);
      if (other != Standing.SERVES) {
        throw new Declined(address, other);
      }
      return sealed;
    } catch (EOFException e) {
      channel.close();
      throw new IOException("it closed the connection; it has another key, or no room", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * The other end of a connection that was accepted. Its proof is read and answered by {@link
   * #read}, in either mode.
   *
   * @param standing what to answer; if this one doesn't serve, the channel is at its end after that
   */
  public static SealedChannel accepted(
      SocketChannel channel, MessageSigner signer, Supplier<Standing> standing) throws IOException {
    return new SealedChannel(channel, SealedRecords.ofServer(signer), standing);
  }

  /** The connection, to be waited for by a selector, and for nothing else. */
  public SocketChannel socket() {
    return channel;
  }

  /** Whether the other end has proved itself. */
  public boolean established() {
    return records.established();
  }

  /** Whether bytes can be read that a selector knows nothing of. */
  public boolean hasUnread() {
    return plain.hasRemaining();
  }

  /**
   * Reads what there is; 0 doesn't mean that nothing came. Asks the network at most once.
   *
   * @throws IOException if what came isn't the other end's
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    int start = target.position();
    boolean asked = false;
    while (target.hasRemaining()) {
      if (plain.hasRemaining()) {
        int count = Math.min(plain.remaining(), target.remaining());
        target.put(plain.slice(plain.position(), count));
        plain.position(plain.position() + count);
      } else if (!takeRecord()) {
        if (asked) {
          break;
        }
        asked = true;
        if (channel.read(raw) < 0) {
          return target.position() == start ? -1 : target.position() - start;
        }
      }
    }
    return target.position() - start;
  }

  /** Takes the next record, or what introduces the other end; false if it isn't complete yet. */
  private boolean takeRecord() throws IOException {
    raw.flip();
    try {
      if (records.established()) {
        ByteBuffer next = records.take(raw);
        plain = next == null ? plain : next;
        return next != null;
      }
      byte[] opening = new byte[records.openLength()];
      if (raw.remaining() < opening.length) {
        return false;
      }
      raw.get(opening);
      Standing own = standing.get();
      ByteBuffer answer = ByteBuffer.wrap(records.takeOpen(opening, own));
      // So few bytes always fit into the buffer of a new connection.
      if (channel.write(answer) < answer.capacity()) {
        throw new IOException("a new connection takes no answer");
      }
      if (own != Standing.SERVES) {
        channel.shutdownOutput();
      }
      return true;
    } finally {
      raw.compact();
    }
  }

  /**
   * Writes some of the bytes. Where 0 is returned in non-blocking mode, the same bytes must come
   * again once the connection takes more; others may follow them.
   */
  @Override
  public int write(ByteBuffer source) throws IOException {
    int written = 0;
    while (source.hasRemaining()) {
      if (!sealed.hasRemaining()) {
        sealedPlain = Math.min(source.remaining(), SealedRecords.MAX_PAYLOAD);
        sealed = ByteBuffer.wrap(records.seal(source.slice(source.position(), sealedPlain)));
      }
      channel.write(sealed);
      if (sealed.hasRemaining()) {
        return written;
      }
      source.position(source.position() + sealedPlain);
      written += sealedPlain;
    }
    return written;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
