package org.headrace.controller.internal.nodes;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.headrace.protocol.node.ToNode;

/**
 * Input of a step on its way to the step's nodes. Keeps each piece until all nodes have it, so that
 * a node that was away misses nothing; a piece counts as passed on when the tasks of all nodes have
 * read it, which is what holds a fast writer back. Lives on the thread of the links.
 */
final class InputFeed {
  private final long jobId;
  private final int stepId;
  private final BiConsumer<String, ToNode> send;
  private final Map<String, Reader> readers = new LinkedHashMap<>();
  private final ArrayDeque<Piece> pieces = new ArrayDeque<>();
  private final Map<String, Long> before = new HashMap<>();
  private long written;
  private boolean closed;

  /** A piece, at its place in what this feed was given. */
  private record Piece(
      int task, byte[] data, boolean end, long position, CompletableFuture<Void> passedOn) {
    private long limit() {
      return position + data.length;
    }
  }

  /** How far one node is; it is sent nothing before it has said that. */
  private static final class Reader {
    private boolean known;
    private long taken;
  }

  InputFeed(long jobId, int stepId, BiConsumer<String, ToNode> send) {
    this.jobId = jobId;
    this.stepId = stepId;
    this.send = send;
  }

  /** The node has part in the step, or is back: it is going to say how far it is. */
  void expect(String node) {
    readers.computeIfAbsent(node, any -> new Reader()).known = false;
  }

  /** The node's tasks have read so many bytes since the step began. */
  void taken(String node, long bytes) {
    Reader reader = readers.get(node);
    if (reader == null) {
      return;
    }
    // Not zero where the step had input before this feed, from an earlier controller.
    reader.taken = bytes - before.computeIfAbsent(node, any -> bytes);
    if (!reader.known) {
      reader.known = true;
      pieces.stream()
          .filter(piece -> piece.end() || piece.limit() > reader.taken)
          .forEach(piece -> send(node, piece));
    }
    passOn();
  }

  /** The node's tasks have ended, and read no more. */
  void ended(String node) {
    readers.remove(node);
    passOn();
  }

  /** Sends data, and the end of the input with it or by itself. */
  CompletionStage<Void> add(int task, byte[] data, boolean end) {
    Piece piece = new Piece(task, data, end, written, new CompletableFuture<>());
    if (closed) {
      piece.passedOn().complete(null);
      return piece.passedOn();
    }
    written += data.length;
    pieces.add(piece);
    readers.forEach(
        (node, reader) -> {
          if (reader.known) {
            send(node, piece);
          }
        });
    passOn();
    return piece.passedOn();
  }

  private void send(String node, Piece piece) {
    long position = before.getOrDefault(node, 0L) + piece.position();
    send.accept(
        node, new ToNode.Input(jobId, stepId, piece.task(), piece.data(), piece.end(), position));
  }

  /** The end of the input stays, for a node that was away when it came. */
  private void passOn() {
    long all = readers.values().stream().mapToLong(reader -> reader.taken).min().orElse(written);
    while (!pieces.isEmpty() && !pieces.peek().end() && pieces.peek().limit() <= all) {
      pieces.poll().passedOn().complete(null);
    }
  }

  /** Nobody reads any more: whoever writes is not held up. */
  void close() {
    closed = true;
    pieces.forEach(piece -> piece.passedOn().complete(null));
    pieces.clear();
  }
}
