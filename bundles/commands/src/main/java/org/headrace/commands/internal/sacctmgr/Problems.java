package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.control.front.Invocation;

/** {@code sacctmgr show problem}: accounts that nobody can use, and users that nobody is. */
final class Problems {
  private final Book book;
  private final Invocation invocation;
  private final Map<String, Field<Problem>> fields = new LinkedHashMap<>();

  private record Problem(String account, String user, String text) {}

  Problems(Book book, Invocation invocation) {
    this.book = book;
    this.invocation = invocation;
  }

  int show(List<Term> terms, Listing.Style style) throws IOException {
    String format = "Cluster,Account,User,Problem";
    List<String> accounts = new ArrayList<>();
    List<String> users = new ArrayList<>();
    for (Term term : terms) {
      if (term.is("format")) {
        format = term.value();
      } else if (term.is("accounts")) {
        accounts.addAll(term.names());
      } else if (term.is("users")) {
        users.addAll(term.names());
      } else if (!term.is("cluster") && !term.value().equalsIgnoreCase("where")) {
        return book.refuse(" Unknown condition: " + term.raw());
      }
    }
    put("Cluster", 10, one -> book.cluster());
    put("Account", 10, Problem::account);
    put("User", 10, Problem::user);
    put("Problem", 40, Problem::text);
    FieldTable<Problem> table = Listing.table(format, fields, style);
    if (style.headings()) {
      table.header().forEach(book.out::println);
    }
    for (Problem one : problems()) {
      boolean wanted =
          (accounts.isEmpty() || accounts.contains(one.account))
              && (users.isEmpty() || users.contains(one.user));
      if (wanted && book.visibility.administrator()) {
        book.out.println(table.row(one));
      }
    }
    return 0;
  }

  private List<Problem> problems() throws IOException {
    List<Problem> found = new ArrayList<>();
    for (Account account : book.accounts.accounts()) {
      boolean used = book.accounts.below(account.name()).stream().findAny().isPresent();
      if (!used && !account.name().equals(Account.ROOT)) {
        found.add(new Problem(account.name(), "", "Account has no users"));
      }
    }
    for (AccountUser user : book.accounts.users()) {
      if (invocation.user(user.name()) == null) {
        found.add(new Problem("", user.name(), "User does not have a uid"));
      }
    }
    return found;
  }

  private void put(String name, int width, Function<Problem, String> value) {
    fields.put(name.toLowerCase(Locale.ROOT), new Field<>(name, width, value));
  }
}
