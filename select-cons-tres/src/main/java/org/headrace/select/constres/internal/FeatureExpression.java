package org.headrace.select.constres.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A constraint on features, in the grammar of {@code sbatch --constraint}: {@code a&b}, {@code
 * a|b}, parentheses, {@code a*2} (so many nodes), {@code [a|b]} (all nodes alike). Operators bind
 * from left to right.
 */
final class FeatureExpression {
  /** Combinations beyond this are refused, because each costs a search. */
  private static final int MAX_ALTERNATIVES = 64;

  /**
   * One way to satisfy the constraint.
   *
   * @param every what each node must have
   * @param quotas how many nodes must have what, in addition
   */
  record Alternative(Predicate<Set<String>> every, List<Quota> quotas) {
    private Alternative and(Alternative other) {
      List<Quota> both = new ArrayList<>(quotas);
      both.addAll(other.quotas);
      return new Alternative(every.and(other.every), List.copyOf(both));
    }
  }

  /**
   * A number of nodes with a property.
   *
   * @param has the property
   * @param count how many nodes
   */
  record Quota(Predicate<Set<String>> has, int count) {}

  private static final Alternative ANY = new Alternative(features -> true, List.of());

  private final String text;
  private int at;
  private int depth;

  private FeatureExpression(String text) {
    this.text = text;
  }

  /**
   * The ways to satisfy {@code text}, in the order in which they are to be tried.
   *
   * @throws IllegalArgumentException if the text is malformed; says where
   */
  static List<Alternative> parse(String text) {
    if (text.isBlank()) {
      return List.of(ANY);
    }
    FeatureExpression parser = new FeatureExpression(text);
    List<Alternative> result = parser.expression(false);
    if (parser.at < text.length()) {
      throw parser.error("unexpected '" + text.charAt(parser.at) + "'");
    }
    return result;
  }

  /** Every combination of one of {@code left} with one of {@code right}. */
  static List<Alternative> both(List<Alternative> left, List<Alternative> right) {
    List<Alternative> result = new ArrayList<>();
    for (Alternative one : left) {
      for (Alternative other : right) {
        result.add(one.and(other));
      }
    }
    if (result.size() > MAX_ALTERNATIVES) {
      throw new IllegalArgumentException(
          "constraint has more than " + MAX_ALTERNATIVES + " alternatives");
    }
    return result;
  }

  private List<Alternative> expression(boolean matching) {
    List<Alternative> left = term(matching);
    while (at < text.length() && (peek() == '&' || peek() == '|' || peek() == ',')) {
      char operator = text.charAt(at++);
      List<Alternative> right = term(matching);
      left = operator == '|' ? either(left, right, matching) : both(left, right);
    }
    return left;
  }

  /** In brackets, and with quotas, alternatives stay apart; elsewhere a node may have either. */
  private List<Alternative> either(
      List<Alternative> left, List<Alternative> right, boolean matching) {
    if (!matching && simple(left) && simple(right)) {
      return List.of(new Alternative(left.get(0).every().or(right.get(0).every()), List.of()));
    }
    List<Alternative> result = new ArrayList<>(left);
    result.addAll(right);
    return result;
  }

  private static boolean simple(List<Alternative> ways) {
    return ways.size() == 1 && ways.get(0).quotas().isEmpty();
  }

  private List<Alternative> term(boolean matching) {
    if (++depth > 100) {
      throw error("nested too deeply");
    }
    List<Alternative> result;
    if (at < text.length() && (peek() == '(' || peek() == '[')) {
      char open = text.charAt(at++);
      result = expression(matching || open == '[');
      expect(open == '(' ? ')' : ']');
    } else {
      String name = name();
      result = List.of(new Alternative(features -> features.contains(name), List.of()));
    }
    depth--;
    if (at < text.length() && peek() == '*') {
      at++;
      result = counted(result, count());
    }
    return result;
  }

  private static List<Alternative> counted(List<Alternative> ways, int count) {
    return ways.stream()
        .map(way -> new Alternative(ANY.every(), List.of(new Quota(way.every(), count))))
        .toList();
  }

  private String name() {
    int start = at;
    while (at < text.length() && "&|,()[]*".indexOf(peek()) < 0) {
      at++;
    }
    String name = text.substring(start, at).trim();
    if (name.isEmpty()) {
      throw error("a feature name is missing");
    }
    return name;
  }

  private int count() {
    int start = at;
    while (at < text.length() && Character.isDigit(peek())) {
      at++;
    }
    if (at == start || at - start > 6 || text.startsWith("0", start)) {
      throw error("a number of nodes from 1 to 999999 is missing");
    }
    return Integer.parseInt(text.substring(start, at));
  }

  private char peek() {
    return text.charAt(at);
  }

  private void expect(char wanted) {
    if (at >= text.length() || peek() != wanted) {
      throw error("'" + wanted + "' is missing");
    }
    at++;
  }

  private IllegalArgumentException error(String problem) {
    return new IllegalArgumentException(
        "constraint \"" + text + "\": " + problem + " at position " + (at + 1));
  }
}
