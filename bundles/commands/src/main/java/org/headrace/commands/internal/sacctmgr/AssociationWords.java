package org.headrace.commands.internal.sacctmgr;

import java.util.List;
import java.util.Locale;
import org.headrace.api.account.Association;
import org.headrace.api.account.LimitSet;

/** Changes an association word by word. */
final class AssociationWords {
  private final Book book;

  AssociationWords(Book book) {
    this.book = book;
  }

  /** The association with what a word says of it; null for a word about something else. */
  Association with(Association one, Term term) throws LimitTerms.Unknown {
    if (term.is("fairshare", "shares")) {
      return one.withShares(shares(term));
    } else if (term.is("qoslevel", "qos")) {
      List<String> names = Names.known(book, term);
      List<String> before = term.operator() == '=' ? List.of() : book.accounts.qos(one);
      return one.withQos(Names.changed(before, term, names), one.defaultQos());
    } else if (term.is("defaultqos")) {
      List<String> names = Names.known(book, term);
      return one.withQos(one.qos(), names.isEmpty() ? "" : names.get(0));
    } else if (term.is("priority")) {
      return one.withPriority(term.clears() ? 0 : number(term));
    } else if (term.is("comment")) {
      return one.withComment(term.value());
    } else if (term.is("parent") && !one.ofUser()) {
      return one.withParent(term.value().toLowerCase(Locale.ROOT));
    }
    LimitSet limits = LimitTerms.ASSOCIATION.with(one.limits(), term, book.accounts.tres());
    return limits == null ? null : one.withLimits(limits);
  }

  private static long shares(Term term) throws LimitTerms.Unknown {
    if (term.value().equalsIgnoreCase("parent")) {
      return Association.PARENT;
    }
    return term.clears() ? 1 : number(term);
  }

  private static long number(Term term) throws LimitTerms.Unknown {
    try {
      return Math.max(0, Long.parseLong(term.value()));
    } catch (NumberFormatException e) {
      throw new LimitTerms.Unknown("Invalid value for " + term.key() + " (" + term.value() + ")");
    }
  }

  /** Prints what is said of a new association. */
  void settings(Association one, boolean ofAccount) {
    line("Fairshare", one.shares() == 1 ? "" : Listing.shares(one));
    LimitTerms.settings(one.limits(), false).forEach(this::line);
    line("Parent", ofAccount ? one.parent() : "");
    line("Priority", one.priority() == 0 ? "" : Long.toString(one.priority()));
    line("QOS", String.join(",", one.qos()));
    line("DefQOS", one.defaultQos());
  }

  private void line(String key, String value) {
    if (!value.isEmpty()) {
      book.out.println(String.format(Locale.ROOT, "  %-13s = %s", key, value));
    }
  }

  /** Says what of a word isn't understood, and what might be meant. */
  static String[] unknown(Term term, String before) {
    String[] lines = {" Unknown option: " + term.raw(), " Use keyword 'where' to modify condition"};
    return before == null ? lines : new String[] {"sacctmgr: error: " + before, lines[0], lines[1]};
  }
}
