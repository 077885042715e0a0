package org.headrace.frontdoor.internal;

import java.io.IOException;
import org.headrace.control.front.Account;

/** Numbers and groups of users, as the system's name services have them. */
interface Accounts {
  /** The id of the user with this name. */
  int uid(String user) throws IOException;

  /** The id of the group with this name. */
  int gid(String group) throws IOException;

  /** The user with this name or number, or null. */
  Account userNamed(String name) throws IOException;

  /** The group with this name or number, or null. */
  Account groupNamed(String name) throws IOException;

  /** Ids of the groups that list this user as a member, in any order. */
  int[] groups(String user) throws IOException;
}
