package org.headrace.controller.internal.log;

import io.aeron.archive.Archive;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.driver.MediaDriver;
import java.io.IOException;
import org.agrona.ErrorHandler;

/** What differs between the only member of a log and one of several: addresses and patience. */
interface Wiring {
  static Wiring of(LogMembers members, Doorbell doorbell) {
    return members.single() ? new LoneWiring() : new GroupWiring(members, doorbell);
  }

  MediaDriver.Context driver(MediaDriver.Context context);

  Archive.Context archive(Archive.Context context);

  ConsensusModule.Context consensus(ConsensusModule.Context context);

  /**
   * What is to be done when the archive runs, before the member takes part.
   *
   * @throws IOException if the member can't take part
   */
  default Next beforeJoining(
      StateDirectory directory, AeronArchive.Context ownArchive, ErrorHandler errors)
      throws IOException {
    return Next.JOIN;
  }

  /** What a member does next that has started its archive. */
  enum Next {
    /** Takes part. */
    JOIN,
    /** Ends driver and archive, sets its log aside, and starts them with an empty one. */
    SET_LOG_ASIDE,
    /** Ends driver and archive, and starts them anew: they still hold what a transfer used. */
    START_AGAIN
  }
}
