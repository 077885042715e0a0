package org.headrace.api.preemption;

import java.util.Locale;
import java.util.Map;
import org.headrace.api.model.Sharing;

/**
 * Jobs of a partition that take turns on the same cores: where its {@code PreemptMode} has {@code
 * GANG}, all with {@code OverSubscribe=FORCE:n}, and with {@code YES:n} those that ask for it. One
 * works at a time, and the others stand still. Stateless.
 */
public final class Turns {
  /** Jobs on a core where the configuration says no number. */
  private static final int USUAL = 4;

  private Turns() {}

  /**
   * How many jobs may have the same core by turns; 1 for a job that shares with nobody.
   *
   * @param options the partition's
   * @param mode its {@code PreemptMode}, or that of the cluster
   * @param asked with whom the job is willing to share
   */
  public static int most(Map<String, String> options, String mode, Sharing asked) {
    String[] words =
        options.getOrDefault("OverSubscribe", "NO").toUpperCase(Locale.ROOT).split(":", 2);
    boolean shared =
        words[0].equals("FORCE") || words[0].equals("YES") && asked == Sharing.OVERSUBSCRIBE;
    if (!shared || !PreemptMode.has(mode, "GANG")) {
      return 1;
    }
    return words.length == 1 || !words[1].matches("[1-9]\\d{0,5}")
        ? USUAL
        : Integer.parseInt(words[1]);
  }
}
