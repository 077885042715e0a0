package org.headrace.client;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireWriter;

/** Streams standard input as far as the server's credit goes, on a thread of its own. */
final class StandardInput {
  private final Conversation conversation;
  private final Semaphore credit = new Semaphore(0);
  private Thread pump;

  StandardInput(Conversation conversation) {
    this.conversation = conversation;
  }

  void credit(int bytes) {
    credit.release(bytes);
    if (pump == null) {
      pump = new Thread(this::pump, "stdin");
      pump.setDaemon(true);
      pump.start();
    }
  }

  private void pump() {
    byte[] chunk = new byte[Frames.CHUNK];
    try {
      while (true) {
        credit.acquireUninterruptibly();
        int more = Math.min(credit.availablePermits(), chunk.length - 1);
        credit.acquireUninterruptibly(more);
        int n = System.in.read(chunk, 0, 1 + more);
        if (n < 0) {
          conversation.send(WireWriter.frame(Frames.STDIN_END).toFrame());
          return;
        }
        credit.release(1 + more - n);
        conversation.send(WireWriter.frame(Frames.STDIN_DATA).raw(chunk, 0, n).toFrame());
      }
    } catch (IOException e) {
      // The main thread sees the lost connection and reports it.
      return;
    }
  }
}
