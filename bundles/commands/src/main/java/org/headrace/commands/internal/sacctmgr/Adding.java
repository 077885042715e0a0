package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.AccountUser.Level;
import org.headrace.api.account.Association;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;

/** {@code sacctmgr add}. */
final class Adding {
  private final Book book;
  private final AssociationWords words;
  private final List<String> names = new ArrayList<>();
  private Association pattern = Association.of("", "");

  Adding(Book book) {
    this.book = book;
    words = new AssociationWords(book);
  }

  /** Returns the exit status. */
  int add(Entity entity, List<Term> terms) throws Exception {
    return switch (entity) {
      case ACCOUNT -> accounts(terms);
      case USER -> users(terms);
      case QOS -> qualities(terms);
      case COORDINATOR -> coordinators(terms);
      default -> book.refuse(" " + entity.name().toLowerCase(Locale.ROOT) + " can't be added");
    };
  }

  private int nothing() {
    book.out.println(" Nothing new added.");
    return 1;
  }

  private boolean named(Term term, String... keys) {
    boolean mine = term.bare() || term.is(keys);
    if (mine && !term.value().equalsIgnoreCase("where")) {
      names.addAll(term.names());
    }
    return mine;
  }

  private boolean toPattern(Term term) {
    String problem = null;
    try {
      Association changed = words.with(pattern, term);
      if (changed != null) {
        pattern = changed;
        return true;
      }
    } catch (LimitTerms.Unknown e) {
      problem = e.getMessage();
    }
    book.refuse(AssociationWords.unknown(term, problem));
    return false;
  }

  private int accounts(List<Term> terms) throws Exception {
    String description = "";
    String organization = "";
    for (Term term : terms) {
      if (term.is("description")) {
        description = term.value().toLowerCase(Locale.ROOT);
      } else if (term.is("organization")) {
        organization = term.value().toLowerCase(Locale.ROOT);
      } else if (!named(term, "names", "accounts") && !term.is("cluster") && !toPattern(term)) {
        return 1;
      }
    }
    if (names.isEmpty()) {
      return book.refuse(" Need name of account to add.");
    }
    String parent = pattern.parent().isEmpty() ? Account.ROOT : pattern.parent();
    if (book.accounts.account(parent) == null) {
      return book.refuse(
          " Parent account '" + parent + "' doesn't exist on cluster " + book.cluster(),
          "        Contact your admin to add this account.",
          " No associations created.");
    }
    names.removeIf(name -> book.accounts.account(name) != null);
    if (names.isEmpty()) {
      return nothing();
    }
    book.out.println(" Adding Account(s)");
    names.forEach(name -> book.out.println("  " + name));
    book.out.println(" Settings");
    book.out.println(
        "  Description     = " + (description.isEmpty() ? "Account Name" : description));
    book.out.println(
        "  Organization    = " + (organization.isEmpty() ? "Parent/Account Name" : organization));
    book.out.println(" Associations");
    for (String name : names) {
      book.out.println(
          String.format(Locale.ROOT, "  A = %-10.10s C = %-10.10s", name, book.cluster()));
      String org = parent.equals(Account.ROOT) ? name : parent;
      book.change(
          new AccountChange.PutAccount(
              new Account(
                  name,
                  description.isEmpty() ? name : description,
                  organization.isEmpty() ? org : organization,
                  List.of())));
      book.change(new AccountChange.PutAssociation(inPlace(pattern, name, "", "", parent)));
    }
    book.out.println(" Settings");
    words.settings(pattern.withParent(parent), true);
    return book.commit(" Problem adding accounts: ");
  }

  private static Association inPlace(
      Association one, String account, String user, String partition, String parent) {
    return new Association(
        0,
        account,
        user,
        partition,
        parent,
        one.shares(),
        one.limits(),
        one.qos(),
        one.defaultQos(),
        one.priority(),
        one.comment());
  }

  private int users(List<Term> terms) throws Exception {
    List<String> accounts = new ArrayList<>();
    List<String> partitions = new ArrayList<>();
    String defaultAccount = "";
    Level level = null;
    boolean alone = false;
    for (Term term : terms) {
      if (term.bare() && term.value().equalsIgnoreCase("withoutassoc")) {
        alone = true;
      } else if (term.is("defaultaccount")) {
        defaultAccount = term.value().toLowerCase(Locale.ROOT);
      } else if (term.is("accounts", "acct")) {
        accounts.addAll(term.names());
      } else if (term.is("partitions")) {
        partitions.addAll(term.list());
      } else if (term.is("adminlevel")) {
        level = Modifying.level(term);
        if (level == null) {
          return book.refuse(AssociationWords.unknown(term, null));
        }
      } else if (!named(term, "names", "users") && !term.is("cluster") && !toPattern(term)) {
        return 1;
      }
    }
    if (names.isEmpty()) {
      return book.refuse(" Need name of user to add.");
    }
    if (accounts.isEmpty() && !defaultAccount.isEmpty()) {
      accounts.add(defaultAccount);
    }
    if (accounts.isEmpty() && alone) {
      return alone(level == null ? Level.NONE : level);
    }
    if (accounts.isEmpty()) {
      return book.refuse(" Need name of account to add user to.");
    }
    for (String account : accounts) {
      if (book.accounts.account(account) == null) {
        return book.refuse(
            " This account '" + account + "' doesn't exist.",
            "        Contact your admin to add this account.",
            " No associations or wckeys created.");
      }
    }
    return users(accounts, partitions.isEmpty() ? List.of("") : partitions, defaultAccount, level);
  }

  /** Users that are in no account yet, as the REST API adds them. */
  private int alone(Level level) throws Exception {
    names.removeIf(name -> book.accounts.user(name) != null);
    if (names.isEmpty()) {
      return nothing();
    }
    names.forEach(name -> book.change(new AccountChange.PutUser(new AccountUser(name, "", level))));
    book.out.println(" Adding User(s)");
    names.forEach(name -> book.out.println("  " + name));
    return book.commit(" Problem adding users: ");
  }

  private int users(
      List<String> accounts, List<String> partitions, String defaultAccount, Level level)
      throws Exception {
    List<Association> made = new ArrayList<>();
    TreeSet<String> fresh = new TreeSet<>();
    for (String name : names) {
      for (String account : accounts) {
        for (String partition : partitions) {
          if (book.accounts.association(account, name, partition) == null) {
            made.add(inPlace(pattern, account, name, partition, ""));
          }
        }
      }
      AccountUser known = book.accounts.user(name);
      if (known == null) {
        fresh.add(name);
      }
      String own = known == null ? accounts.get(0) : known.defaultAccount();
      own = own.isEmpty() ? accounts.get(0) : own;
      Level before = known == null ? Level.NONE : known.level();
      AccountUser wanted =
          new AccountUser(
              name,
              defaultAccount.isEmpty() ? own : defaultAccount,
              level == null ? before : level);
      if (!wanted.equals(known)) {
        book.change(new AccountChange.PutUser(wanted));
      }
    }
    if (made.isEmpty()) {
      return nothing();
    }
    made.forEach(one -> book.change(new AccountChange.PutAssociation(one)));
    if (!fresh.isEmpty()) {
      book.out.println(" Adding User(s)");
      fresh.forEach(name -> book.out.println("  " + name));
      if (!defaultAccount.isEmpty() || level != null) {
        book.out.println(" Settings =");
        if (!defaultAccount.isEmpty()) {
          book.out.println("  Default Account = " + defaultAccount);
        }
        if (level != null) {
          book.out.println("  Admin Level     = " + Listing.level(level));
        }
      }
    }
    book.out.println(" Associations =");
    made.forEach(one -> book.out.println(Modifying.inFull(book, one)));
    book.out.println(" Non Default Settings");
    words.settings(pattern, false);
    return book.commit(" Problem adding user associations: ");
  }

  private int qualities(List<Term> terms) throws Exception {
    List<Term> settings = new ArrayList<>();
    for (Term term : terms) {
      if (!named(term, "names") || term.is("name") && term.operator() != '=') {
        settings.add(term);
      }
    }
    if (names.isEmpty()) {
      return book.refuse(" Need name of qos to add.");
    }
    names.removeIf(name -> book.snapshot.qos(name) != null);
    List<String> lines = List.of();
    for (String name : names) {
      QosWords qos = new QosWords(book, new QualityOfService(name, 0));
      for (Term term : settings) {
        String problem = null;
        boolean known = false;
        try {
          known = qos.add(term);
        } catch (LimitTerms.Unknown e) {
          problem = e.getMessage();
        }
        if (!known) {
          return Modifying.unknownOfQos(book, term, problem);
        }
      }
      book.change(new AccountChange.PutQos(qos.done()));
      lines = qos.settings();
    }
    if (names.isEmpty()) {
      return nothing();
    }
    book.out.println(" Adding QOS(s)");
    names.forEach(name -> book.out.println("  " + name));
    book.out.println(" Settings");
    lines.forEach(book.out::println);
    return book.commit(" Problem adding QOS: ");
  }

  private int coordinators(List<Term> terms) throws Exception {
    List<String> accounts = new ArrayList<>();
    for (Term term : terms) {
      if (term.is("accounts", "acct")) {
        accounts.addAll(term.names());
      } else if (!named(term, "names", "users")) {
        return book.refuse(AssociationWords.unknown(term, null));
      }
    }
    TreeSet<String> changed = new TreeSet<>();
    for (String name : accounts) {
      Account account = book.accounts.account(name);
      if (account == null) {
        return book.refuse(" You specified a non-existent account '" + name + "'");
      }
      TreeSet<String> all = new TreeSet<>(account.coordinators());
      if (all.addAll(names)) {
        changed.add(name);
        book.change(
            new AccountChange.PutAccount(
                new Account(
                    name, account.description(), account.organization(), List.copyOf(all))));
      }
    }
    if (changed.isEmpty()) {
      return nothing();
    }
    book.out.println(" Adding Coordinator User(s)");
    names.forEach(name -> book.out.println("  " + name));
    book.out.println(" To Account(s) and all sub-accounts");
    changed.forEach(name -> book.out.println("  " + name));
    return book.commit(" Problem adding coordinator: ");
  }
}
