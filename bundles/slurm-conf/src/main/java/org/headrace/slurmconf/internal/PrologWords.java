package org.headrace.slurmconf.internal;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.headrace.slurmconf.text.TextFormatException;

/** Which words of {@code PrologFlags} count. */
final class PrologWords {
  private static final Set<String> COUNT =
      new TreeSet<>(Set.of("Alloc", "Contain", "DeferBatch", "NoHold", "Serial", "X11"));

  private PrologWords() {}

  /** Warns of words without effect; refuses what contradicts itself. */
  static void check(Typed typed, Diagnostics diagnostics) {
    Set<String> chosen = new TreeSet<>();
    for (String word : typed.list("PrologFlags")) {
      if (COUNT.stream().noneMatch(word::equalsIgnoreCase)) {
        diagnostics.warning(
            typed.position("PrologFlags"),
            "PrologFlags: "
                + TextFormatException.quote(word)
                + " has no effect; those that have one are "
                + String.join(", ", COUNT));
      }
      chosen.add(word.toLowerCase(Locale.ROOT));
    }
    if (chosen.contains("nohold") && chosen.contains("contain")) {
      typed.error("PrologFlags", "PrologFlags: NoHold and Contain exclude each other");
    }
  }
}
