package org.headrace.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Change;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Kind;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;

/** What accounting is told of changes of accounts, so that it can be looked up who made them. */
final class BookNotes {
  private static final int MOST = 500;

  private final Accounts before;
  private final Accounts after;
  private final Map<String, QualityOfService> qualities;
  private final String actor;

  /**
   * @param before the accounts as they were
   * @param after as they are now
   * @param qualities qualities of service as they were
   * @param actor who has changed them
   */
  BookNotes(
      Accounts before, Accounts after, Map<String, QualityOfService> qualities, String actor) {
    this.before = before;
    this.after = after;
    this.qualities = qualities;
    this.actor = actor;
  }

  /** One for each change that makes a difference; numbers and times are still to be given. */
  List<BookChanged> of(List<AccountChange> changes) {
    List<BookChanged> notes = new ArrayList<>();
    for (AccountChange change : changes) {
      BookChanged note = note(change);
      if (note != null) {
        notes.add(note);
      }
    }
    return notes;
  }

  private BookChanged note(AccountChange change) {
    if (change instanceof AccountChange.PutAccount c) {
      Account one = c.account();
      return put(Kind.ACCOUNT, one.name(), before.account(one.name()), one, details(one));
    } else if (change instanceof AccountChange.PutUser c) {
      AccountUser one = c.user();
      return put(Kind.USER, one.name(), before.user(one.name()), one, details(one));
    } else if (change instanceof AccountChange.PutAssociation c) {
      return association(c.association());
    } else if (change instanceof AccountChange.PutQos c) {
      QualityOfService known = qualities.get(c.qos().name());
      QualityOfService one = c.qos().withId(known == null ? 0 : known.id());
      return put(Kind.QOS, one.name(), known, one, details(one));
    } else if (change instanceof AccountChange.DropAccount c) {
      return new BookChanged(0, 0, actor, Change.REMOVED, Kind.ACCOUNT, c.name(), "", "", "");
    } else if (change instanceof AccountChange.DropUser c) {
      return new BookChanged(0, 0, actor, Change.REMOVED, Kind.USER, c.name(), "", "", "");
    } else if (change instanceof AccountChange.DropQos c) {
      return new BookChanged(0, 0, actor, Change.REMOVED, Kind.QOS, c.name(), "", "", "");
    } else if (change instanceof AccountChange.DropAssociation c) {
      Association gone = byId(before, c.id());
      return gone == null ? null : association(Change.REMOVED, gone, "");
    }
    return null;
  }

  private BookChanged put(Kind kind, String name, Object known, Object one, String details) {
    Change change = known == null ? Change.ADDED : Change.CHANGED;
    return one.equals(known)
        ? null
        : new BookChanged(0, 0, actor, change, kind, name, "", "", details);
  }

  private BookChanged association(Association one) {
    Association known = one.id() == 0 ? null : byId(before, one.id());
    Association now =
        one.id() == 0 ? after.association(one.account(), one.user(), one.partition()) : one;
    return now == null || now.equals(known)
        ? null
        : association(known == null ? Change.ADDED : Change.CHANGED, now, details(now));
  }

  private BookChanged association(Change change, Association one, String details) {
    return new BookChanged(
        0,
        0,
        actor,
        change,
        Kind.ASSOCIATION,
        Long.toString(one.id()),
        one.account(),
        one.user(),
        details);
  }

  private static Association byId(Accounts accounts, long id) {
    for (Association one : accounts.associations()) {
      if (one.id() == id) {
        return one;
      }
    }
    return null;
  }

  /** Descriptions and names may be as long as a message; what is remembered of them isn't. */
  private static String quoted(String text) {
    if (text.length() <= MOST) {
      return "'" + text + "'";
    }
    int end = Character.isHighSurrogate(text.charAt(MOST - 1)) ? MOST - 1 : MOST;
    return "'" + text.substring(0, end) + "+'";
  }

  private static String details(Account one) {
    StringJoiner details = new StringJoiner(", ");
    details.add("description=" + quoted(one.description()));
    details.add("organization=" + quoted(one.organization()));
    if (!one.coordinators().isEmpty()) {
      details.add("coordinators=" + quoted(String.join(",", one.coordinators())));
    }
    return details.toString();
  }

  private static String details(AccountUser one) {
    return "default_acct=" + quoted(one.defaultAccount()) + ", admin_level=" + one.level();
  }

  private static String details(Association one) {
    StringJoiner details = new StringJoiner(", ");
    details.add("acct=" + quoted(one.account()));
    details.add(
        one.ofUser() ? "user=" + quoted(one.user()) : "parent_acct=" + quoted(one.parent()));
    if (!one.partition().isEmpty()) {
      details.add("partition=" + quoted(one.partition()));
    }
    details.add("shares=" + one.shares());
    if (one.priority() != 0) {
      details.add("priority=" + one.priority());
    }
    if (!one.qos().isEmpty()) {
      details.add("qos=" + quoted(String.join(",", one.qos())));
    }
    if (!one.defaultQos().isEmpty()) {
      details.add("def_qos=" + quoted(one.defaultQos()));
    }
    limits(one.limits(), details);
    return details.toString();
  }

  private static String details(QualityOfService one) {
    StringJoiner details = new StringJoiner(", ");
    details.add("description=" + quoted(one.description()));
    details.add("priority=" + one.priority());
    if (!one.flags().isEmpty()) {
      details.add(
          "flags="
              + quoted(String.join(",", one.flags().stream().sorted().map(Enum::name).toList())));
    }
    if (!one.preempts().isEmpty()) {
      details.add("preempt=" + quoted(String.join(",", one.preempts())));
    }
    limits(one.limits(), details);
    return details.toString();
  }

  /** In the order of the limits, and of the names of resources. */
  private static void limits(LimitSet limits, StringJoiner details) {
    for (Limit limit : Limit.values()) {
      if (limits.number(limit) != LimitSet.UNLIMITED) {
        details.add(word(limit) + "=" + limits.number(limit));
      }
    }
    for (ResourceLimit limit : ResourceLimit.values()) {
      StringJoiner counts = new StringJoiner(",");
      new TreeMap<>(limits.resources(limit))
          .forEach((name, count) -> counts.add(name + "=" + count));
      if (counts.length() > 0) {
        details.add(word(limit) + "=" + quoted(counts.toString()));
      }
    }
  }

  private static String word(Enum<?> limit) {
    return limit.name().toLowerCase(Locale.ROOT);
  }
}
