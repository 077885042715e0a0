package org.headrace.slurmconf.internal;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What must hold of the settings of preemption. */
final class PreemptionRules {
  private static final List<String> MODES =
      List.of("OFF", "CANCEL", "REQUEUE", "SUSPEND", "GANG", "WITHIN", "PRIORITY");
  private static final List<String> NUMBERS =
      List.of("reorder_count", "min_exempt_priority", "suspend_grace_time");

  private PreemptionRules() {}

  /** What is wrong, beginning with the key and a colon; empty if nothing is. */
  static String problem(String type, Set<String> mode, Map<String, String> parameters) {
    for (String word : new TreeSet<>(mode)) {
      if (!MODES.contains(word)) {
        return "PreemptMode: " + word + " is not one of " + String.join(", ", MODES);
      }
    }
    if (mode.contains("SUSPEND") && !mode.contains("GANG")) {
      return "PreemptMode: SUSPEND needs GANG, which lets jobs go on; write SUSPEND,GANG";
    }
    boolean on = !type.isEmpty() && !type.equals("preempt/none");
    boolean off =
        !mode.contains("CANCEL") && !mode.contains("REQUEUE") && !mode.contains("SUSPEND");
    if (on && off) {
      return "PreemptMode: "
          + type
          + " needs a way that holds where nothing else is said; write CANCEL, REQUEUE or"
          + " SUSPEND,GANG";
    }
    for (String name : NUMBERS) {
      String value = parameters.get(name);
      if (value != null && !value.matches("\\d{1,18}")) {
        return "PreemptParameters: " + name + "=" + value + " is not a whole number from 0 on";
      }
    }
    return "";
  }
}
