package org.headrace.commands.internal.squeue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinesOutTest {
  private final StringBuilder read = new StringBuilder();
  private final AtomicInteger flushes = new AtomicInteger();
  private boolean gone;

  private final OutputStream client =
      new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          if (gone) {
            throw new IOException("gone");
          }
          read.append(new String(bytes, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {
          flushes.incrementAndGet();
        }
      };

  private final LinesOut out = new LinesOut(new PrintStream(client, false, StandardCharsets.UTF_8));

  @Test
  void manyLinesGoOutInFewPieces() {
    IntStream.range(0, 10_000).forEach(i -> out.line("line ü " + i));
    out.end();
    assertThat(read.toString())
        .isEqualTo(
            IntStream.range(0, 10_000)
                .mapToObj(i -> "line ü " + i + "\n")
                .collect(Collectors.joining()));
    assertThat(flushes.get()).isLessThan(20);
    assertThat(out.failed()).isFalse();
  }

  @Test
  void itIsToldThatNobodyReadsAnyMore() {
    gone = true;
    int lines = 0;
    while (!out.failed()) {
      out.line("line " + lines++);
    }
    assertThat(lines).isLessThan(10_000);
  }
}
