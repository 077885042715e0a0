package org.headrace.commands.internal.text;

import java.io.IOException;
import java.nio.file.FileSystems;

/** Users of this machine. */
public final class Users {
  private Users() {}

  /** Whether there is a group of that name; a number always stands for one. */
  public static boolean groupExists(String name) {
    if (name.matches("\\d{1,10}")) {
      return true;
    }
    try {
      FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  /** Whether there is a user of that name; a number always stands for one. */
  public static boolean exists(String name) {
    if (name.matches("\\d{1,10}")) {
      return true;
    }
    try {
      FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
