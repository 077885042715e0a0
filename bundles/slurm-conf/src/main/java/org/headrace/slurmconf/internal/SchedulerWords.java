package org.headrace.slurmconf.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.slurmconf.text.TextFormatException;

/** Which words of {@code SchedulerParameters} are without effect, or not known at all. */
final class SchedulerWords {
  private static final Map<String, String> EFFECTS = read();

  private SchedulerWords() {}

  private static Map<String, String> read() {
    Map<String, String> effects = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                SchedulerWords.class.getResourceAsStream("scheduler-parameters.txt"),
                StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(row -> effects.put(row[0], row[1]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Collections.unmodifiableMap(effects);
  }

  /** All that are known, with {@code counts}, {@code needless} or {@code nothing}. */
  static Map<String, String> effects() {
    return EFFECTS;
  }

  /**
   * Warns of words that change nothing although they would in Slurm, and of those that are none.
   * Plugins of others may have words of their own, so only with a scheduler of ours is a word that
   * isn't known a slip.
   */
  static void check(Typed typed, Diagnostics diagnostics) {
    Collection<String> words = typed.options("SchedulerParameters").keySet();
    boolean ours = typed.text("SchedulerType").matches("sched/(backfill|builtin)");
    for (String word : words) {
      String effect = EFFECTS.get(word);
      if (effect == null && ours) {
        diagnostics.warning(
            typed.position("SchedulerParameters"),
            "SchedulerParameters: "
                + TextFormatException.quote(word)
                + " isn't known and has no effect"
                + Spelling.hint(word, EFFECTS.keySet()));
      } else if ("nothing".equals(effect)) {
        diagnostics.warning(
            typed.position("SchedulerParameters"),
            "SchedulerParameters: " + word + " has no effect");
      }
    }
  }
}
