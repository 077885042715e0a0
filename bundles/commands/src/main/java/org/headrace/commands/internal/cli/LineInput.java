package org.headrace.commands.internal.cli;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.headrace.control.front.InputListener;

/** Standard input as lines, for questions to the user. */
public final class LineInput implements InputListener {
  private static final int LONGEST = 4096;
  private static final String END = new String("end");

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  @Override
  public CompletionStage<Void> data(byte[] bytes) {
    for (byte next : bytes) {
      if (next == '\n') {
        finish();
      } else if (line.size() < LONGEST) {
        line.write(next);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void end() {
    if (line.size() > 0) {
      finish();
    }
    lines.add(END);
  }

  private void finish() {
    lines.add(line.toString(StandardCharsets.UTF_8));
    line.reset();
  }

  /** The next line without its end, or null when there are no more. */
  public String next() throws InterruptedException {
    String next = lines.take();
    if (next == END) {
      lines.add(END);
      return null;
    }
    return next;
  }
}
