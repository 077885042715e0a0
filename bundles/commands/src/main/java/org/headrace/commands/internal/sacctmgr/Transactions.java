package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Kind;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.query.History;
import org.headrace.slurmconf.text.TextFormatException;

/** {@code sacctmgr show transactions}: who has changed accounts and their like, from accounting. */
final class Transactions {
  private static final String COLUMNS = "Time,Action,Actor,Where,Info";

  private final Book book;
  private final History history;
  private final TimeTexts times;
  private final List<Predicate<BookChanged>> conditions = new ArrayList<>();
  private final Map<String, Field<BookChanged>> fields = new LinkedHashMap<>();
  private String format = "";
  private boolean associations;
  private long from;
  private long to = Long.MAX_VALUE;

  Transactions(Book book, History history, TimeTexts times) {
    this.book = book;
    this.history = history;
    this.times = times;
  }

  int show(List<Term> terms, Listing.Style style) throws AccountingException {
    for (Term term : terms) {
      String problem = understood(term);
      if (problem != null) {
        return book.refuse(problem);
      }
    }
    if (!book.visibility.operator()) {
      return book.refuse(
          " Your uid isn't that of an operator, who may see what others have changed.");
    }
    put("Time", 19, one -> times.point(one.time()));
    put("TimeStamp", "Time", 19, one -> times.point(one.time()));
    put("Action", 20, Transactions::action);
    put("Actor", 10, BookChanged::actor);
    put("Where", 20, Transactions::where);
    put("Info", 20, BookChanged::details);
    put("User", 10, Transactions::user);
    put("Account", 10, Transactions::account);
    put("Cluster", 10, one -> book.cluster());
    String usual = COLUMNS + (associations ? ",User,Account,Cluster" : "");
    FieldTable<BookChanged> table = Listing.table(format.isEmpty() ? usual : format, fields, style);
    if (style.headings()) {
      table.header().forEach(book.out::println);
    }
    for (BookChanged change : history.bookEvents(from, Math.min(to, times.now()))) {
      if (conditions.stream().allMatch(condition -> condition.test(change))) {
        book.out.println(table.row(change));
      }
    }
    return 0;
  }

  private void put(String name, int width, Function<BookChanged, String> value) {
    put(name, name, width, value);
  }

  private void put(String name, String heading, int width, Function<BookChanged, String> value) {
    fields.put(name.toLowerCase(Locale.ROOT), new Field<>(heading, width, value));
  }

  /** Null for a word that is understood, else what is to be said. */
  private String understood(Term term) {
    try {
      if (term.bare() && term.value().matches("(?i)where|withassoc(iations)?")) {
        associations |= !term.value().equalsIgnoreCase("where");
      } else if (term.is("format")) {
        format = term.value();
      } else if (term.is("actions")) {
        String wanted = term.value().toLowerCase(Locale.ROOT);
        conditions.add(one -> action(one).toLowerCase(Locale.ROOT).equals(wanted));
      } else if (term.is("actors")) {
        conditions.add(one -> term.list().contains(one.actor()));
      } else if (term.is("accounts", "acct")) {
        conditions.add(one -> term.names().contains(account(one)));
      } else if (term.is("users")) {
        conditions.add(one -> term.names().contains(user(one)));
      } else if (term.is("clusters")) {
        conditions.add(one -> term.list().contains(book.cluster()));
      } else if (term.is("start")) {
        from = times.parsePast(term.value());
      } else if (term.is("end")) {
        to = times.parsePast(term.value());
      } else {
        return " Unknown condition: " + term.raw();
      }
      return null;
    } catch (TextFormatException e) {
      return " Invalid value in " + term.raw() + ": " + e.getMessage();
    }
  }

  private static String account(BookChanged one) {
    return one.kind() == Kind.ACCOUNT ? one.name() : one.account();
  }

  private static String user(BookChanged one) {
    return one.kind() == Kind.USER ? one.name() : one.user();
  }

  private static String action(BookChanged one) {
    String verb =
        switch (one.change()) {
          case ADDED -> "Add ";
          case CHANGED -> "Modify ";
          case REMOVED -> "Remove ";
        };
    return verb
        + switch (one.kind()) {
          case ACCOUNT -> "Accounts";
          case USER -> "Users";
          case ASSOCIATION -> "Associations";
          case QOS -> "QOS";
        };
  }

  private static String where(BookChanged one) {
    boolean association = one.kind() == Kind.ASSOCIATION;
    String condition = association ? "id_assoc=" + one.name() : "name='" + one.name() + "'";
    return switch (one.change()) {
      case ADDED -> association ? condition : one.name();
      case CHANGED -> "(" + condition + ")";
      case REMOVED -> condition;
    };
  }
}
