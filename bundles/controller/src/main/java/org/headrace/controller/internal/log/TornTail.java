package org.headrace.controller.internal.log;

import io.aeron.archive.client.ArchiveException;
import io.aeron.logbuffer.FrameDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.BitUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An entry at the end of the log of which only a part reached the file, since the machine or the
 * process died while it was written. Nobody was told that it was safe: its place in the log only
 * counts once it is written whole. So it is cut off.
 */
final class TornTail {
  private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);
  private static final Pattern COMPLAINT =
      Pattern.compile("incomplete last fragment straddling page boundary in file: (.*\\.rec)");

  private TornTail() {}

  /** The file whose end the archive complains about, or null if it complains about other things. */
  static Path fileOf(ArchiveException complaint) {
    Matcher matcher = COMPLAINT.matcher(String.valueOf(complaint.getMessage()));
    return matcher.find() ? Path.of(matcher.group(1)) : null;
  }

  /** Cuts the last entry off. */
  static void cut(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      long size = channel.size();
      long last = lastFrame(channel, size);
      LOG.warn("The last entry in {} was not written whole and is cut off at {}", file, last);
      channel.truncate(last);
      channel.write(ByteBuffer.allocate(1), size - 1);
      channel.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException("The end of " + file + " can't be mended", e);
    }
  }

  private static long lastFrame(FileChannel channel, long size) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long last = 0;
    long next = 0;
    while (next < size) {
      length.clear();
      if (channel.read(length, next) < Integer.BYTES || length.getInt(0) <= 0) {
        break;
      }
      last = next;
      next += BitUtil.align(length.getInt(0), FrameDescriptor.FRAME_ALIGNMENT);
    }
    return last;
  }
}
