package org.headrace.slurmconf.internal;

import org.headrace.slurmconf.text.TextFormatException;

/** A port or a range of ports, {@code 6817} or {@code 6817-6820}. */
record Ports(int first, int last) {
  private static final int MAX_PORT = 65535;

  static Ports parse(String value) {
    if (value.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
      int dash = value.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? value : value.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(value.substring(dash + 1));
      if (first <= last && last <= MAX_PORT && (first > 0 || last == 0)) {
        return new Ports(first, last);
      }
    }
    throw new TextFormatException(
        TextFormatException.quote(value)
            + " is not a port from 1 to "
            + MAX_PORT
            + " or a range such as 6817-6820");
  }
}
