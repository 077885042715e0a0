package org.headrace.api.launcher;

import java.util.List;

/**
 * Whose processes a step's are. Numbers come from the authenticated submission or the node's user
 * database, never from a client's say.
 *
 * @param uid user number
 * @param gid primary group number
 * @param supplementaryGids further groups
 * @param userName login name, for messages
 */
public record UserIdentity(int uid, int gid, List<Integer> supplementaryGids, String userName) {

  public UserIdentity {
    supplementaryGids = List.copyOf(supplementaryGids);
  }
}
