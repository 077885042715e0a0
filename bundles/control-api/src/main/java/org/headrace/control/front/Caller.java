package org.headrace.control.front;

import java.util.Arrays;
import java.util.Objects;

/**
 * Who runs a command. The kernel says so for the connection; nothing in it comes from the client.
 *
 * @param uid numeric user id
 * @param gid numeric id of the effective group at the time of the connection
 * @param user user name, or the uid in decimal if it has no name
 * @param group group name, or the gid in decimal if it has no name
 * @param groups all groups of the user including {@code gid}, sorted; copied in and out
 */
public record Caller(int uid, int gid, String user, String group, int[] groups) {
  /** Checks and copies. */
  public Caller {
    Objects.requireNonNull(user, "user");
    Objects.requireNonNull(group, "group");
    groups = groups.clone();
    Arrays.sort(groups);
  }

  @Override
  public int[] groups() {
    return groups.clone();
  }

  /** Whether this is the superuser. */
  public boolean isRoot() {
    return uid == 0;
  }

  /** Whether the caller is in the group with this id, as effective or supplementary group. */
  public boolean inGroup(int groupId) {
    return gid == groupId || Arrays.binarySearch(groups, groupId) >= 0;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Caller that
        && uid == that.uid
        && gid == that.gid
        && user.equals(that.user)
        && group.equals(that.group)
        && Arrays.equals(groups, that.groups);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * uid + gid) + Arrays.hashCode(groups);
  }

  @Override
  public String toString() {
    return user + "(" + uid + ":" + gid + " " + Arrays.toString(groups) + ")";
  }
}
