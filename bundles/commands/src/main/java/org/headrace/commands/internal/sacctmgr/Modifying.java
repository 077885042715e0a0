package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.AccountUser.Level;
import org.headrace.api.account.Association;
import org.headrace.api.account.LimitSet;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;

/** {@code sacctmgr modify ENTITY [where] CONDITIONS set SETTINGS}. */
final class Modifying {
  private final Book book;
  private final AssociationWords words;
  private final List<String> names = new ArrayList<>();
  private final List<Predicate<Association>> conditions = new ArrayList<>();
  private final List<Term> settings = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();

  Modifying(Book book) {
    this.book = book;
    words = new AssociationWords(book);
  }

  /** Returns the exit status. */
  int modify(Entity entity, List<Term> terms) throws Exception {
    boolean set = false;
    for (Term term : terms) {
      String word = term.bare() ? term.value().toLowerCase(Locale.ROOT) : "";
      if (word.equals("set")) {
        set = true;
      } else if (word.equals("where")) {
        set = false;
      } else if (set) {
        settings.add(term);
      } else if (!condition(entity, term)) {
        return book.refuse(
            " Unknown condition: " + term.raw(), " Use keyword 'set' to modify value");
      }
    }
    if (settings.isEmpty()) {
      return book.refuse(" You didn't give me anything to set");
    }
    return switch (entity) {
      case ACCOUNT -> accounts();
      case USER -> users();
      case QOS -> qualities();
      case CLUSTER -> cluster();
      default -> book.refuse(" No valid entity in modify command");
    };
  }

  private boolean condition(Entity entity, Term term) {
    List<String> wanted = term.names();
    if (term.bare()
        || term.is("names")
        || entity == Entity.USER && term.is("users")
        || entity == Entity.ACCOUNT && term.is("accounts", "acct")) {
      names.addAll(wanted);
    } else if (term.is("accounts", "acct")) {
      conditions.add(one -> wanted.contains(one.account()));
    } else if (term.is("partitions")) {
      List<String> partitions = term.listOrEmpty();
      conditions.add(one -> partitions.contains(one.partition()));
    } else if (term.is("parents")) {
      conditions.add(one -> wanted.contains(one.parent()));
    } else {
      return term.is("cluster");
    }
    return true;
  }

  private boolean named(String name) {
    return names.isEmpty() || names.contains(name);
  }

  private int nothing() {
    book.out.println(" Nothing modified");
    return 1;
  }

  /** A word that isn't understood: said, and remembered by null. */
  private Association settled(Association one, Term term) {
    String problem = null;
    try {
      Association next = words.with(one, term);
      if (next != null) {
        return next;
      }
    } catch (LimitTerms.Unknown e) {
      problem = e.getMessage();
    }
    book.refuse(AssociationWords.unknown(term, problem));
    return null;
  }

  /** All settings on one association, noted as a change; false when a word isn't understood. */
  private boolean change(Association one, List<Term> terms) {
    Association next = one;
    for (Term term : terms) {
      next = settled(next, term);
      if (next == null) {
        return false;
      }
    }
    book.change(new AccountChange.PutAssociation(next));
    changed.addAll(affected(one, next));
    return true;
  }

  /** An association, and the users below it that inherit from it what has changed. */
  private List<String> affected(Association before, Association after) {
    List<String> lines = new ArrayList<>();
    lines.add(inPlace(book, before));
    if (before.ofUser()) {
      return lines;
    }
    for (String account : Listing.sorted(List.copyOf(book.accounts.subtree(before.account())))) {
      book.accounts.below(account).stream()
          .filter(Association::ofUser)
          .sorted(Comparator.comparingLong(Association::id).reversed())
          .filter(one -> inherits(one, before, after))
          .forEach(one -> lines.add(inPlace(book, one)));
    }
    return lines;
  }

  private static boolean inherits(Association one, Association before, Association after) {
    LimitSet own = one.limits();
    boolean number =
        java.util.Arrays.stream(org.headrace.api.account.Limit.values())
            .filter(limit -> limit.inherited() && own.number(limit) == LimitSet.UNLIMITED)
            .anyMatch(limit -> before.limits().number(limit) != after.limits().number(limit));
    boolean resource =
        java.util.Arrays.stream(org.headrace.api.account.ResourceLimit.values())
            .filter(org.headrace.api.account.ResourceLimit::inherited)
            .anyMatch(
                limit -> !before.limits().resources(limit).equals(after.limits().resources(limit)));
    return number || resource || one.qos().isEmpty() && !before.qos().equals(after.qos());
  }

  private int accounts() throws Exception {
    List<Term> placed = new ArrayList<>(settings);
    List<Term> own = new ArrayList<>();
    settings.stream().filter(t -> t.is("description", "organization")).forEach(own::add);
    placed.removeAll(own);
    List<String> accounts = new ArrayList<>();
    for (Account account : book.accounts.accounts()) {
      Association place = book.accounts.association(account.name(), "", "");
      if (!named(account.name()) || conditions.stream().anyMatch(c -> !c.test(place))) {
        continue;
      }
      if (!placed.isEmpty() && !change(place, placed)) {
        return 1;
      }
      if (!own.isEmpty()) {
        book.change(new AccountChange.PutAccount(described(account, own)));
        accounts.add("  " + account.name());
      }
    }
    if (book.unchanged()) {
      return nothing();
    }
    print(" Modified accounts...", accounts);
    print(" Modified account associations...", changed);
    return book.commit(" Error with request: ");
  }

  private static Account described(Account account, List<Term> terms) {
    Account next = account;
    for (Term term : terms) {
      String value = term.value().toLowerCase(Locale.ROOT);
      boolean description = term.is("description");
      next =
          new Account(
              next.name(),
              description ? value : next.description(),
              description ? next.organization() : value,
              next.coordinators());
    }
    return next;
  }

  private int cluster() throws Exception {
    book.out.println(" Setting");
    book.out.println("  Default Limits:");
    Association root = book.accounts.association(Account.ROOT, "", "");
    if (!change(root, settings)) {
      return 1;
    }
    Association pattern = Association.of("", "");
    for (Term term : settings) {
      pattern = settled(pattern, term);
    }
    words.settings(pattern, false);
    changed.set(0, "  C = " + pad(book.cluster(), 10) + " A = root");
    print(" Modified cluster defaults for associations...", changed);
    return book.commit(" Error with request: ");
  }

  private int users() throws Exception {
    List<Term> own = new ArrayList<>();
    settings.stream().filter(t -> t.is("adminlevel", "defaultaccount")).forEach(own::add);
    List<Term> placed = new ArrayList<>(settings);
    placed.removeAll(own);
    List<String> users = new ArrayList<>();
    for (AccountUser user : book.accounts.users()) {
      if (!named(user.name())) {
        continue;
      }
      if (!own.isEmpty()) {
        AccountUser next = changed(user, own);
        if (next == null) {
          return 1;
        }
        book.change(new AccountChange.PutUser(next));
        users.add("  " + user.name());
      }
      for (Association one : book.accounts.associations()) {
        boolean mine =
            one.user().equals(user.name()) && conditions.stream().allMatch(c -> c.test(one));
        if (mine && !placed.isEmpty() && !change(one, placed)) {
          return 1;
        }
      }
    }
    if (book.unchanged()) {
      return nothing();
    }
    print(" Modified users...", users);
    print(" Modified user associations...", changed);
    return book.commit(" Error with request: ");
  }

  private AccountUser changed(AccountUser user, List<Term> terms) {
    AccountUser next = user;
    for (Term term : terms) {
      if (term.is("adminlevel")) {
        Level level = level(term);
        if (level == null) {
          book.refuse(AssociationWords.unknown(term, null));
          return null;
        }
        next = new AccountUser(next.name(), next.defaultAccount(), level);
        continue;
      }
      String account = term.value().toLowerCase(Locale.ROOT);
      if (book.accounts.below(account).stream().noneMatch(a -> a.user().equals(user.name()))) {
        book.out.println(
            " Can't modify because these users aren't associated with new default account '"
                + account
                + "'...");
        book.out.println("  U = " + user.name() + " C = " + book.cluster());
        return null;
      }
      next = new AccountUser(next.name(), account, next.level());
    }
    return next;
  }

  private int qualities() throws Exception {
    for (String name : book.qualities()) {
      if (!named(name)) {
        continue;
      }
      QualityOfService known = book.snapshot.qos(name);
      QosWords qos = new QosWords(book, known);
      for (Term term : settings) {
        String problem = null;
        boolean understood = false;
        try {
          understood = qos.add(term);
        } catch (LimitTerms.Unknown e) {
          problem = e.getMessage();
        }
        if (!understood) {
          return unknownOfQos(book, term, problem);
        }
      }
      book.change(new AccountChange.PutQos(qos.done()));
      changed.add("  " + name);
    }
    if (book.unchanged()) {
      return nothing();
    }
    print(" Modified qos...", changed);
    return book.commit(" Error with request: ");
  }

  private void print(String heading, List<String> lines) {
    if (!lines.isEmpty()) {
      book.out.println(heading);
      lines.forEach(book.out::println);
    }
  }

  /** What is said of a word about a quality of service is said on standard output. */
  static int unknownOfQos(Book book, Term term, String problem) {
    String[] lines = AssociationWords.unknown(term, null);
    if (problem != null) {
      book.refuse("sacctmgr: error: " + problem);
    }
    for (String line : lines) {
      book.out.println(line);
    }
    return 1;
  }

  /** The level in a word, or null. */
  static Level level(Term term) {
    String value = term.value().toLowerCase(Locale.ROOT);
    if (value.isEmpty()) {
      return null;
    }
    for (Level level : Level.values()) {
      if (level.name().toLowerCase(Locale.ROOT).startsWith(value)) {
        return level;
      }
    }
    return null;
  }

  private static String pad(String text, int width) {
    return String.format(Locale.ROOT, "%-" + width + "." + width + "s", text);
  }

  /** An association as lists of changes name it. */
  private static String inPlace(Book book, Association one) {
    String cluster = "  C = " + pad(book.cluster(), 10);
    if (!one.ofUser()) {
      return cluster + " A = " + one.account() + " of " + one.parent();
    }
    String partition = one.partition().isEmpty() ? "" : " P = " + one.partition();
    return cluster + " A = " + pad(one.account(), 20) + " U = " + pad(one.user(), 9) + partition;
  }

  /** A user's association as lists of new ones name it. */
  static String inFull(Book book, Association one) {
    String partition = one.partition().isEmpty() ? "" : " P = " + pad(one.partition(), 10);
    return "  U = "
        + pad(one.user(), 9)
        + " A = "
        + pad(one.account(), 10)
        + " C = "
        + pad(book.cluster(), 10)
        + partition;
  }
}
