package org.headrace.commands.internal.squeue;

import java.io.IOException;
import java.nio.file.FileSystems;

/** Users of this machine. */
final class Users {
  private Users() {}

  /** Whether there is a user of that name; a number always stands for one. */
  static boolean exists(String name) {
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
