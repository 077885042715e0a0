package org.headrace.commands.internal.sacctmgr;

import java.util.List;
import java.util.TreeSet;

/** Lists of names that are set, added to and taken from. */
final class Names {
  private Names() {}

  /** Names of qualities of service in a word; all of them have to be there. */
  static List<String> known(Book book, Term term) throws LimitTerms.Unknown {
    List<String> names = term.clears() ? List.of() : term.names();
    for (String name : names) {
      if (!book.qualities().contains(name)) {
        throw new LimitTerms.Unknown(
            "You gave a bad qos '"
                + name
                + "'. Valid QOS's are "
                + String.join(",", book.qualities()));
      }
    }
    return names;
  }

  /** The names that come of a word, in the order of the alphabet. */
  static List<String> changed(List<String> before, Term term, List<String> names) {
    TreeSet<String> changed = new TreeSet<>(term.operator() == '=' ? List.of() : before);
    if (term.operator() == '-') {
      names.forEach(changed::remove);
    } else {
      changed.addAll(names);
    }
    return List.copyOf(changed);
  }
}
