package org.headrace.slurmconf.text;

/** Joins names as they come: neighbours with one prefix share a bracket, runs become ranges. */
final class HostlistWriter {
  private final StringBuilder out = new StringBuilder();
  private final StringBuilder ranges = new StringBuilder();
  private String prefix = "";
  private boolean open;
  private boolean bracketed;
  private HostName first;
  private HostName last;

  void add(HostName name) {
    if (!name.hasNumber()) {
      closeGroup();
      separate();
      out.append(name.prefix());
      return;
    }
    if (!open || !prefix.equals(name.prefix())) {
      closeGroup();
      open = true;
      bracketed = false;
      prefix = name.prefix();
      first = name;
    } else if (!follows(name)) {
      closeRange();
      ranges.append(',');
      bracketed = true;
      first = name;
    }
    last = name;
  }

  String finish() {
    closeGroup();
    return out.toString();
  }

  /** 09 and 10 are neighbours, 9 and 010 are not: the padding of the first must give the next. */
  private boolean follows(HostName name) {
    if (name.number() != last.number() + 1) {
      return false;
    }
    int natural = Long.toString(name.number()).length();
    return name.digits() == Math.max(natural, first.digits());
  }

  private void closeRange() {
    ranges.append(first.numberText());
    if (last.number() != first.number()) {
      ranges.append('-').append(last.numberText());
      bracketed = true;
    }
  }

  private void closeGroup() {
    if (!open) {
      return;
    }
    closeRange();
    separate();
    out.append(prefix);
    if (bracketed) {
      out.append('[').append(ranges).append(']');
    } else {
      out.append(ranges);
    }
    ranges.setLength(0);
    open = false;
  }

  private void separate() {
    if (out.length() > 0) {
      out.append(',');
    }
  }
}
