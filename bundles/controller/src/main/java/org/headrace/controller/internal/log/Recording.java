package org.headrace.controller.internal.log;

import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.RecordingDescriptorConsumer;
import java.util.ArrayList;
import java.util.List;

/**
 * What an archive holds under one number.
 *
 * @param id its number
 * @param start the first position that it still has
 * @param termLength length of a term buffer, in bytes
 * @param segmentLength length of its files, in bytes
 */
record Recording(long id, long start, int termLength, int segmentLength) {
  static List<Recording> ofStream(AeronArchive archive, int stream) {
    List<Recording> found = new ArrayList<>();
    archive.listRecordingsForUri(0, Integer.MAX_VALUE, "aeron:", stream, into(found));
    return found;
  }

  /** At most one. */
  static List<Recording> of(AeronArchive archive, long id) {
    List<Recording> found = new ArrayList<>();
    archive.listRecording(id, into(found));
    return found;
  }

  private static RecordingDescriptorConsumer into(List<Recording> found) {
    return (session,
        correlation,
        id,
        startTime,
        stopTime,
        startPosition,
        stopPosition,
        term,
        segmentLength,
        termLength,
        mtu,
        aeronSession,
        stream,
        channel,
        original,
        source) -> found.add(new Recording(id, startPosition, termLength, segmentLength));
  }
}
