package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;

/** {@code sacctmgr delete}. */
final class Deleting {
  private final Book book;
  private final List<String> names = new ArrayList<>();
  private final List<Predicate<Association>> conditions = new ArrayList<>();

  Deleting(Book book) {
    this.book = book;
  }

  /** Returns the exit status. */
  int delete(Entity entity, List<Term> terms) throws Exception {
    for (Term term : terms) {
      if (!condition(entity, term)) {
        return book.refuse(" Unknown condition: " + term.raw());
      }
    }
    if (names.isEmpty() && conditions.isEmpty()) {
      return book.refuse(" No conditions given to delete.");
    }
    return switch (entity) {
      case ACCOUNT -> accounts();
      case USER -> conditions.isEmpty() ? users() : associations();
      case QOS -> qualities();
      case COORDINATOR -> coordinators();
      default -> book.refuse(" " + entity.name().toLowerCase(Locale.ROOT) + " can't be deleted");
    };
  }

  private boolean condition(Entity entity, Term term) {
    List<String> wanted = term.names();
    boolean own = entity == Entity.ACCOUNT;
    if (term.bare() || term.is("names") || term.is(own ? "accounts" : "users")) {
      names.addAll(term.value().equalsIgnoreCase("where") ? List.of() : wanted);
    } else if (term.is("accounts", "acct")) {
      conditions.add(one -> wanted.contains(one.account()));
    } else if (term.is("partitions")) {
      List<String> partitions = term.listOrEmpty();
      conditions.add(one -> partitions.contains(one.partition()));
    } else {
      return term.is("cluster");
    }
    return true;
  }

  private int nothing() {
    book.out.println(" Nothing deleted");
    return 1;
  }

  private int commit() throws Exception {
    return book.commit(" Error with request: ");
  }

  private int accounts() throws Exception {
    if (names.contains(Account.ROOT)) {
      return book.refuse(
          " You are not allowed to remove the root account.", " Use remove cluster instead.");
    }
    names.removeIf(name -> book.accounts.account(name) == null);
    if (names.isEmpty()) {
      return nothing();
    }
    Set<String> all = new TreeSet<>();
    names.forEach(name -> all.addAll(book.accounts.subtree(name)));
    List<String> clinging = new ArrayList<>();
    for (AccountUser user : book.accounts.users()) {
      if (!names.contains(user.defaultAccount())) {
        continue;
      }
      clinging.add(
          String.format(
              Locale.ROOT,
              "  C = %-15s A = %-10s U = %-9s",
              book.cluster(),
              user.defaultAccount(),
              user.name()));
    }
    if (!clinging.isEmpty()) {
      book.out.println(" Error with request: You can not remove the default account of a user");
      clinging.forEach(book.out::println);
      book.out.println(" Please either remove the accounts listed above from list and resubmit,");
      book.out.println(" or change these users' default accounts to remove the account(s).");
      book.out.println(" Changes Discarded");
      return 1;
    }
    for (Association one : book.accounts.associations()) {
      if (all.contains(one.account())) {
        book.change(new AccountChange.DropAssociation(one.id()));
      }
    }
    all.forEach(name -> book.change(new AccountChange.DropAccount(name)));
    list(" Deleting accounts...", names);
    return commit();
  }

  private int users() throws Exception {
    names.removeIf(name -> book.accounts.user(name) == null);
    if (names.isEmpty()) {
      return nothing();
    }
    for (Account account : book.accounts.accounts()) {
      List<String> left = new ArrayList<>(account.coordinators());
      if (left.removeAll(names)) {
        book.change(new AccountChange.PutAccount(with(account, left)));
      }
    }
    for (Association one : book.accounts.associations()) {
      if (names.contains(one.user())) {
        book.change(new AccountChange.DropAssociation(one.id()));
      }
    }
    names.forEach(name -> book.change(new AccountChange.DropUser(name)));
    list(" Deleting users...", names);
    return commit();
  }

  private static Account with(Account account, List<String> coordinators) {
    return new Account(account.name(), account.description(), account.organization(), coordinators);
  }

  private int associations() throws Exception {
    List<String> lines = new ArrayList<>();
    Set<Long> gone = new HashSet<>();
    for (Association one : book.accounts.associations()) {
      boolean named = names.isEmpty() || names.contains(one.user());
      if (one.ofUser() && named && conditions.stream().allMatch(c -> c.test(one))) {
        gone.add(one.id());
        book.change(new AccountChange.DropAssociation(one.id()));
        lines.add(place(one));
      }
    }
    if (lines.isEmpty()) {
      return nothing();
    }
    for (AccountUser user : book.accounts.users()) {
      List<Association> left =
          book.accounts.associations().stream()
              .filter(one -> one.user().equals(user.name()) && !gone.contains(one.id()))
              .toList();
      boolean keeps = left.stream().anyMatch(one -> one.account().equals(user.defaultAccount()));
      if (!keeps && left.isEmpty() && !user.defaultAccount().isEmpty()) {
        book.change(new AccountChange.PutUser(new AccountUser(user.name(), "", user.level())));
      }
    }
    book.out.println(" Deleting user associations...");
    lines.forEach(book.out::println);
    return commit();
  }

  private String place(Association one) {
    String partition = one.partition().isEmpty() ? "" : " P = " + one.partition();
    return String.format(
        Locale.ROOT,
        "  C = %-10.10s A = %-10.10s U = %-9.9s%s",
        book.cluster(),
        one.account(),
        one.user(),
        partition);
  }

  private int qualities() throws Exception {
    names.removeIf(name -> book.snapshot.qos(name) == null);
    if (names.isEmpty()) {
      return nothing();
    }
    List<String> defaults = new ArrayList<>();
    for (Association one : book.accounts.associations()) {
      if (names.contains(one.defaultQos())) {
        defaults.add(
            String.format(
                Locale.ROOT,
                "  DefQOS = %-10s C = %-10.10s A = %-20.20s%s",
                one.defaultQos(),
                book.cluster(),
                one.account(),
                one.ofUser() ? String.format(Locale.ROOT, " U = %-9.9s", one.user()) : ""));
      }
    }
    if (!defaults.isEmpty()) {
      book.out.println(" Associations listed below have these as their Default QOS.");
      defaults.forEach(book.out::println);
      book.out.println(" Please either remove the qos' listed above from list and resubmit,");
      book.out.println(" or change the default qos to remove the qos.");
      book.out.println(" Changes Discarded");
      return 1;
    }
    for (Association one : book.accounts.associations()) {
      List<String> left = new ArrayList<>(one.qos());
      if (left.removeAll(names)) {
        book.change(new AccountChange.PutAssociation(one.withQos(left, one.defaultQos())));
      }
    }
    for (QualityOfService one : book.snapshot.qualitiesOfService()) {
      List<String> left = new ArrayList<>(one.preempts());
      if (!names.contains(one.name()) && left.removeAll(names)) {
        QosWords words = new QosWords(book, one);
        words.preempts(left);
        book.change(new AccountChange.PutQos(words.done()));
      }
    }
    names.forEach(name -> book.change(new AccountChange.DropQos(name)));
    list(" Deleting QOS(s)...", names);
    return commit();
  }

  private int coordinators() throws Exception {
    for (Account account : book.accounts.accounts()) {
      Association place = book.accounts.association(account.name(), "", "");
      List<String> left = new ArrayList<>(account.coordinators());
      if (conditions.stream().allMatch(c -> c.test(place)) && left.removeAll(names)) {
        book.change(new AccountChange.PutAccount(with(account, left)));
      }
    }
    if (book.unchanged()) {
      return nothing();
    }
    list(" Removing Coordinator User(s)", names);
    return commit();
  }

  private void list(String heading, List<String> lines) {
    book.out.println(heading);
    lines.forEach(name -> book.out.println("  " + name));
  }
}
