package org.headrace.commands.internal.sprio;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Column;
import org.headrace.control.query.PriorityBreakdown;

/** The columns of sprio by their letters, and the orders that they stand for. */
final class PriorityColumns {
  private static final double HIGHEST = 4_294_967_295.0;
  private static final int MOST_KEYS = 64;

  private final PriorityBreakdown breakdown;
  private final Map<Character, Column<Line>> letters = new HashMap<>();
  private final Map<Character, Comparator<Line>> orders = new HashMap<>();

  /**
   * What a line shows.
   *
   * @param row a job, or null for the weights
   * @param user name of its user
   */
  record Line(PriorityBreakdown.Row row, String user) {
    static final Line WEIGHTS = new Line(null, "");
  }

  /**
   * @param tresWeights weights of trackable resources as they were configured
   */
  PriorityColumns(PriorityBreakdown breakdown, String tresWeights) {
    this.breakdown = breakdown;
    put('i', "JOBID", "Weights", line -> Long.toString(line.row().jobId()));
    put('r', "PARTITION", "", line -> line.row().partition());
    put('u', "USER", "", Line::user);
    put('c', "CLUSTER", "", line -> "(null)");
    put('Y', "PRIORITY", "", line -> Long.toString(line.row().priority()));
    put('y', "PRIORITY", "", this::normal);
    put('N', "NICE", "", line -> Integer.toString(line.row().nice()));
    put('S', "SITE", "1", line -> whole(breakdown.weighted(line.row(), PriorityFactor.SITE)));
    put('t', "TRES", "", line -> tres(line, "%.2f", false));
    put('T', "TRES", tresWeights.isEmpty() ? "(null)" : tresWeights, this::weighted);
    factor('a', "AGE", PriorityFactor.AGE);
    factor('b', "ASSOC", PriorityFactor.ASSOCIATION);
    factor('f', "FAIRSHARE", PriorityFactor.FAIR_SHARE);
    factor('j', "JOBSIZE", PriorityFactor.JOB_SIZE);
    factor('p', "PARTITION", PriorityFactor.PARTITION);
    factor('q', "QOS", PriorityFactor.QOS);
    orders();
  }

  private void put(char letter, String header, String weight, Function<Line, String> value) {
    letters.put(letter, Column.of(header, line -> line.row() == null ? weight : value.apply(line)));
  }

  private void factor(char letter, String header, PriorityFactor factor) {
    String weight = whole(breakdown.weight(factor));
    put(letter, header, weight, line -> decimal(line.row().factor(factor)));
    put(
        Character.toUpperCase(letter),
        header,
        weight,
        line -> whole(breakdown.weighted(line.row(), factor)));
  }

  private void orders() {
    for (char letter : "ctT".toCharArray()) {
      orders.put(letter, (a, b) -> 0);
    }
    orders.put('i', Comparator.comparingLong(line -> line.row().jobId()));
    orders.put('r', Comparator.comparing(line -> line.row().partition()));
    orders.put('u', Comparator.comparing(Line::user));
    orders.put('N', Comparator.comparingInt(line -> line.row().nice()));
    orders.put('y', Comparator.comparingDouble(line -> breakdown.exact(line.row())));
    orders.put('Y', Comparator.comparingLong(line -> line.row().priority()));
    order('a', PriorityFactor.AGE);
    order('f', PriorityFactor.FAIR_SHARE);
    order('j', PriorityFactor.JOB_SIZE);
    order('p', PriorityFactor.PARTITION);
    order('q', PriorityFactor.QOS);
  }

  private void order(char letter, PriorityFactor factor) {
    Comparator<Line> order = Comparator.comparingDouble(line -> line.row().factor(factor));
    orders.put(letter, order);
    orders.put(Character.toUpperCase(letter), order);
  }

  Map<Character, Column<Line>> letters() {
    return letters;
  }

  /**
   * The order that letters ask for, each with an optional sign; lines that are equal in all of them
   * follow in the order of their ids.
   *
   * @throws Refusal for a letter that no order has
   */
  Comparator<Line> order(String text) {
    Comparator<Line> order = (a, b) -> 0;
    int keys = 0;
    for (String word : text.split(",")) {
      boolean descending = word.startsWith("-");
      String plain = word.replaceFirst("^[-+]+", "");
      for (int i = 0; i < plain.length() && keys < MOST_KEYS; i++, keys++) {
        Comparator<Line> key = orders.get(plain.charAt(i));
        if (key == null) {
          throw Refusal.error("sprio", 1, "Invalid sort specification: " + plain.charAt(i));
        }
        order = order.thenComparing(descending ? key.reversed() : key);
      }
    }
    return order.thenComparing(orders.get('i'));
  }

  /** The priority as a part of the highest there is; one that was set by hand as it is. */
  private String normal(Line line) {
    double exact = breakdown.exact(line.row());
    double shown = line.row().fixed() ? exact : Math.max(1, exact) / HIGHEST;
    return String.format(Locale.ROOT, "%.14f", shown);
  }

  private String weighted(Line line) {
    return tres(line, "%.0f", true);
  }

  /** Resources that the job asks for. */
  private String tres(Line line, String format, boolean weighted) {
    StringJoiner text = new StringJoiner(",");
    line.row()
        .tres()
        .forEach(
            (name, part) -> {
              double weight = weighted ? breakdown.tresWeights().getOrDefault(name, 0.0) : 1;
              if (part > 0) {
                text.add(name + "=" + String.format(Locale.ROOT, format, part * weight));
              }
            });
    return text.toString();
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.7f", value);
  }

  private static String whole(double value) {
    return Long.toString((long) Math.rint(value));
  }
}
