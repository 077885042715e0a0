package org.headrace.control.command;

/**
 * On whose behalf a command is given. Comes from an authenticated channel, never from the command's
 * own text.
 *
 * @param uid user id
 * @param gid group id
 * @param user user name
 * @param group group name
 * @param system true for the controller itself, which may do what no user may
 */
public record Actor(int uid, int gid, String user, String group, boolean system) {
  /** The controller itself. */
  public static final Actor SYSTEM = new Actor(0, 0, "root", "root", true);
}
