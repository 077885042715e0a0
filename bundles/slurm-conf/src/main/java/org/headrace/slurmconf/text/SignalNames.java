package org.headrace.slurmconf.text;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Signals by name and number (Linux on x86 and ARM). Stateless. */
public final class SignalNames {
  /** The highest signal number of Linux. */
  public static final int MAX_SIGNAL = 64;

  private static final String[] NAMES = {
    "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU",
    "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS"
  };
  private static final Map<String, Integer> NUMBERS = new TreeMap<>();

  static {
    for (int i = 1; i < NAMES.length; i++) {
      NUMBERS.put(NAMES[i], i);
    }
    NUMBERS.put("IOT", 6);
    NUMBERS.put("CLD", 17);
    NUMBERS.put("POLL", 29);
    NUMBERS.put("RTMIN", 34);
    NUMBERS.put("RTMAX", 64);
  }

  private SignalNames() {}

  /**
   * Reads {@code USR1}, {@code SIGUSR1}, in either case, or {@code 10}.
   *
   * @return 1 to {@link #MAX_SIGNAL}
   * @throws TextFormatException when there is no such signal
   */
  public static int parse(String text) {
    if (text.matches("[0-9]{1,4}")) {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= MAX_SIGNAL) {
        return number;
      }
    } else {
      String name = text.toUpperCase(Locale.ROOT);
      Integer number = NUMBERS.get(name.startsWith("SIG") ? name.substring(3) : name);
      if (number != null) {
        return number;
      }
    }
    throw new TextFormatException(
        "signal "
            + TextFormatException.quote(text)
            + " is not known; use a name such as USR1 or a number from 1 to "
            + MAX_SIGNAL);
  }

  /** The name without {@code SIG}, or the number where it has none. */
  public static String name(int number) {
    return number > 0 && number < NAMES.length ? NAMES[number] : Integer.toString(number);
  }
}
