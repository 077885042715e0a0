package org.headrace.slurmconf.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Names written short: {@code n[1-3,7]x[0-1],b,c[001-010]}. Zero padding is kept, several bracketed
 * parts multiply, and the order is that of {@code scontrol show hostnames}. Stateless.
 */
public final class Hostlist {
  /** How many names an expression may stand for unless the caller says otherwise. */
  public static final int DEFAULT_LIMIT = 1_000_000;

  private Hostlist() {}

  /**
   * All names of an expression, in the order written and with repetitions kept.
   *
   * @throws TextFormatException when the expression is malformed or stands for more than {@link
   *     #DEFAULT_LIMIT} names
   */
  public static List<String> expand(String expression) {
    return expand(expression, DEFAULT_LIMIT);
  }

  /**
   * All names of an expression.
   *
   * @param limit how many names at most; more are refused before any is made
   * @throws TextFormatException when the expression is malformed or too large
   */
  public static List<String> expand(String expression, int limit) {
    return names(expression, HostlistParser.parse(expression), limit);
  }

  /**
   * All names of an expression about files, such as {@code /dev/nvidia[0-3]}; blanks are part of
   * names.
   *
   * @param limit how many names at most; more are refused before any is made
   * @throws TextFormatException when the expression is malformed or too large
   */
  public static List<String> expandFiles(String expression, int limit) {
    return names(expression, HostlistParser.parseFiles(expression), limit);
  }

  private static List<String> names(String expression, List<HostTerm> terms, int limit) {
    long count = count(terms);
    if (count > limit) {
      throw new TextFormatException(
          "hostlist "
              + TextFormatException.quote(expression)
              + " stands for "
              + (count == Long.MAX_VALUE ? "far too many" : Long.toString(count))
              + " names; at most "
              + limit
              + " are allowed here");
    }
    List<String> names = new ArrayList<>((int) count);
    for (HostTerm term : terms) {
      term.appendTo(names);
    }
    return List.copyOf(names);
  }

  /**
   * How many names an expression stands for, repetitions counted, without making them.
   *
   * @return the count, or {@link Long#MAX_VALUE} if it does not fit
   */
  public static long count(String expression) {
    return count(HostlistParser.parse(expression));
  }

  private static long count(List<HostTerm> terms) {
    long total = 0;
    for (HostTerm term : terms) {
      long size = term.size();
      if (size == Long.MAX_VALUE || total > Long.MAX_VALUE - size) {
        return Long.MAX_VALUE;
      }
      total += size;
    }
    return total;
  }

  /** The names in the order given, neighbours joined, as {@code scontrol show hostlist} prints. */
  public static String compress(Collection<String> names) {
    HostlistWriter writer = new HostlistWriter();
    for (String name : names) {
      writer.add(HostName.of(name));
    }
    return writer.finish();
  }

  /** The names sorted and joined, as {@code scontrol show hostlistsorted} prints them. */
  public static String compressSorted(Collection<String> names) {
    List<HostName> sorted = new ArrayList<>(names.size());
    for (String name : names) {
      sorted.add(HostName.of(name));
    }
    sorted.sort(null);
    HostlistWriter writer = new HostlistWriter();
    sorted.forEach(writer::add);
    return writer.finish();
  }
}
