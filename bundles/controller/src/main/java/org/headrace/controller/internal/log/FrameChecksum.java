package org.headrace.controller.internal.log;

import io.aeron.archive.checksum.Checksum;
import org.agrona.UnsafeApi;

/**
 * Lets the archive tell, after the process was killed, an entry that is whole from one that isn't.
 * Without it Aeron goes by empty pages, and refuses to start on an entry that happens to contain
 * one. Against accidents only; Aeron's own checksums need the JDK's internals opened.
 */
final class FrameChecksum implements Checksum {
  private static final long PRIME = 0x9E3779B97F4A7C15L;

  /** Frames are padded to a multiple of 32 bytes. */
  @Override
  public int compute(long address, int offset, int length) {
    long hash = length;
    long end = address + offset + length;
    for (long at = address + offset; at < end; at += Long.BYTES) {
      hash = (hash ^ UnsafeApi.getLong(at)) * PRIME;
      hash ^= hash >>> 29;
    }
    return (int) (hash >>> 32);
  }
}
