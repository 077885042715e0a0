package org.headrace.controller.internal.log;

import io.aeron.archive.Archive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.driver.MediaDriver;

/** What differs between the only member of a log and one of several: addresses and patience. */
interface Wiring {
  static Wiring of(LogMembers members, Doorbell doorbell) {
    return members.single() ? new LoneWiring() : new GroupWiring(members, doorbell);
  }

  MediaDriver.Context driver(MediaDriver.Context context);

  Archive.Context archive(Archive.Context context);

  ConsensusModule.Context consensus(ConsensusModule.Context context);
}
