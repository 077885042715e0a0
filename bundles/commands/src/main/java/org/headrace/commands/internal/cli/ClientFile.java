package org.headrace.commands.internal.cli;

import java.util.List;
import org.headrace.control.front.Invocation;

/** A file that is written where the client is, as its user, relative to its working directory. */
public final class ClientFile {
  /**
   * Characters of a piece: an argument of a program may have 128 KiB, and they three bytes each.
   */
  private static final int CHUNK = 40 * 1024;

  private ClientFile() {}

  /**
   * Writes a text in the place of what was there.
   *
   * @return whether it was written; if not, the client has been told the system's words
   */
  public static boolean write(Invocation invocation, String text, String file) throws Exception {
    int from = 0;
    do {
      int to = Math.min(text.length(), from + CHUNK);
      if (to < text.length() && Character.isHighSurrogate(text.charAt(to - 1))) {
        to--;
      }
      String redirect = from == 0 ? ">" : ">>";
      List<String> argv =
          List.of(
              "/bin/sh",
              "-c",
              "printf %s \"$1\" " + redirect + "\"$2\"",
              "sh",
              text.substring(from, to),
              file);
      int status = invocation.runChild(argv, invocation.environment()).toCompletableFuture().get();
      if (status != 0) {
        return false;
      }
      from = to;
    } while (from < text.length());
    return true;
  }
}
