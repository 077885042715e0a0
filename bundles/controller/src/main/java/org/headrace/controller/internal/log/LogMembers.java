package org.headrace.controller.internal.log;

import java.util.List;
import org.headrace.api.credential.MessageSigner;

/**
 * Who keeps the log.
 *
 * @param addresses names or addresses of the members, the same list on each; of one, nobody hears
 * @param self which of them this process is, from 0 on
 * @param firstPort the first of the UDP ports that each uses on its address
 * @param signer signs what members say to each other; null where there is one only
 */
public record LogMembers(List<String> addresses, int self, int firstPort, MessageSigner signer) {
  /** How many ports a member uses. */
  public static final int PORTS = 5;

  public LogMembers {
    addresses = List.copyOf(addresses);
    if (addresses.size() > 1 && signer == null) {
      throw new IllegalArgumentException("several members have to sign what they say");
    }
  }

  /** A log that one member keeps. */
  public static LogMembers alone() {
    return new LogMembers(List.of("localhost"), 0, 0, null);
  }

  public boolean single() {
    return addresses.size() == 1;
  }
}
