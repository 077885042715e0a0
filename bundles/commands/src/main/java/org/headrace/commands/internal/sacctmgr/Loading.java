package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Association;
import org.headrace.control.command.AccountChange;

/**
 * Takes accounts and users from the lines of a {@link FlatFile}: makes those that are new, and
 * changes of the others what the file mentions. All or nothing of it is carried out.
 */
final class Loading {
  /** A line that asks for what can't be done. */
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(FlatFile.Line line, String message) {
      super(" line(" + line.number() + "): " + message, null, false, false);
    }
  }

  private record Key(String account, String user, String partition) {
    static Key of(Association one) {
      return new Key(one.account(), one.user(), one.partition());
    }
  }

  private final Book book;
  private final AssociationWords words;
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final Map<String, AccountUser> users = new LinkedHashMap<>();
  private final Map<Key, Association> associations = new LinkedHashMap<>();
  private String parent = Account.ROOT;

  /**
   * @param clean true to begin with nothing but the root account and user root
   */
  Loading(Book book, boolean clean) {
    this.book = book;
    words = new AssociationWords(book);
    for (Account one : book.accounts.accounts()) {
      if (!clean || one.name().equals(Account.ROOT)) {
        accounts.put(one.name(), one);
      }
    }
    for (AccountUser one : book.accounts.users()) {
      if (!clean || one.name().equals("root")) {
        users.put(one.name(), one);
      }
    }
    for (Association one : book.accounts.associations()) {
      if (!clean || one.account().equals(Account.ROOT) && one.user().matches("|root")) {
        associations.put(Key.of(one), one);
      }
    }
  }

  /**
   * Reads what the lines say and carries it out.
   *
   * @param cluster name that stands for that of the file, or the empty string
   * @return exit status
   */
  int load(String text, String cluster) throws Exception {
    try {
      List<FlatFile.Line> lines = FlatFile.read(text);
      if (lines.isEmpty()) {
        book.out.println(" Nothing new added.");
        return 1;
      }
      if (!lines.get(0).title().equals("Cluster")) {
        return book.refuse(
            " You need to specify a cluster name first with 'Cluster - $NAME' in your file");
      }
      String name = cluster.isEmpty() ? lines.get(0).name() : cluster;
      if (!name.equals(book.cluster())) {
        return book.refuse(
            " Cluster '" + name + "' isn't this one, which is '" + book.cluster() + "'.",
            " Use cluster=" + book.cluster() + " to load the file here.");
      }
      book.out.println("For cluster " + name);
      for (FlatFile.Line line : lines) {
        take(line);
      }
    } catch (FlatFile.Misformatted | Refused e) {
      return book.refuse(e.getMessage());
    }
    changes();
    if (book.unchanged()) {
      book.out.println(" Nothing new added.");
      return 0;
    }
    return book.commit(" Problem with requests: ");
  }

  private void take(FlatFile.Line line) throws Refused {
    String name = line.name().toLowerCase(Locale.ROOT);
    switch (line.title()) {
      case "Cluster" ->
          put(line, new Key(Account.ROOT, "", ""), Association.of(Account.ROOT, ""), List.of());
      case "Parent" -> {
        if (!accounts.containsKey(name)) {
          throw new Refused(line, "parent '" + name + "' has to be defined before it is named");
        }
        parent = name;
      }
      case "Account" -> account(line, name);
      default -> user(line, line.name());
    }
  }

  private void account(FlatFile.Line line, String name) throws Refused {
    Account known = accounts.get(name);
    String above = parent.equals(Account.ROOT) ? name : parent;
    String description = value(line, "Description", known == null ? name : known.description());
    String organization = value(line, "Organization", known == null ? above : known.organization());
    List<String> leaders = known == null ? List.of() : known.coordinators();
    accounts.put(name, new Account(name, description, organization, leaders));
    Key key = new Key(name, "", "");
    put(line, key, Association.of(name, parent), List.of("description", "organization"));
    associations.computeIfPresent(
        key, (same, one) -> one.account().equals(Account.ROOT) ? one : one.withParent(parent));
  }

  private void user(FlatFile.Line line, String name) throws Refused {
    AccountUser known = users.get(name);
    String preset = value(line, "DefaultAccount", known == null ? parent : known.defaultAccount());
    AccountUser.Level level = known == null ? AccountUser.Level.NONE : known.level();
    for (Term term : line.settings()) {
      if (term.key().equals("adminlevel")) {
        level = Modifying.level(term);
        if (level == null) {
          throw new Refused(line, "AdminLevel is None, Operator or Administrator");
        }
      }
    }
    users.put(name, new AccountUser(name, preset.toLowerCase(Locale.ROOT), level));
    for (String led : value(line, "Coordinator", "").toLowerCase(Locale.ROOT).split(",")) {
      if (!led.isEmpty()) {
        lead(line, led, name);
      }
    }
    String partition = value(line, "Partition", "");
    put(
        line,
        new Key(parent, name, partition),
        Association.of(parent, name, partition),
        List.of("defaultaccount", "adminlevel", "coordinator", "partition"));
  }

  private void lead(FlatFile.Line line, String name, String user) throws Refused {
    Account account = accounts.get(name);
    if (account == null) {
      throw new Refused(line, "coordinator of '" + name + "', an account that isn't defined");
    }
    TreeSet<String> all = new TreeSet<>(account.coordinators());
    all.add(user);
    accounts.put(
        name, new Account(name, account.description(), account.organization(), List.copyOf(all)));
  }

  private static String value(FlatFile.Line line, String key, String otherwise) {
    return line.settings().stream()
        .filter(term -> term.key().equalsIgnoreCase(key))
        .map(Term::value)
        .reduce(otherwise, (first, second) -> second);
  }

  /** Has an association say what the line does, but for words that aren't about it. */
  private void put(FlatFile.Line line, Key key, Association fresh, List<String> others)
      throws Refused {
    Association one = associations.getOrDefault(key, fresh);
    for (Term term : line.settings()) {
      if (others.contains(term.key())) {
        continue;
      }
      Association changed;
      try {
        changed = words.with(one, term);
      } catch (LimitTerms.Unknown e) {
        throw new Refused(line, e.getMessage());
      }
      if (changed == null) {
        throw new Refused(line, "Unknown option: " + term.raw());
      }
      one = changed;
    }
    associations.put(key, one);
  }

  /** Says what changes, and notes it. */
  private void changes() {
    dropped();
    List<String> fresh = new ArrayList<>();
    accounts.forEach(
        (name, account) -> {
          Account before = book.accounts.account(name);
          if (before == null) {
            fresh.add(name);
          } else {
            said("description", "Account " + name, before.description(), account.description());
            said("organization", "Account " + name, before.organization(), account.organization());
          }
          if (!account.equals(before)) {
            book.change(new AccountChange.PutAccount(account));
          }
        });
    added("Accounts", fresh);
    users.forEach(
        (name, user) -> {
          AccountUser before = book.accounts.user(name);
          if (before == null) {
            fresh.add(name);
          } else {
            said("Admin Level", who(name), level(before), level(user));
            said("Default Account", who(name), before.defaultAccount(), user.defaultAccount());
          }
          if (!user.equals(before)) {
            book.change(new AccountChange.PutUser(user));
          }
        });
    added("Users", fresh);
    associations.forEach((key, one) -> association(key, one, fresh));
    added("Associations", fresh);
  }

  private void association(Key key, Association one, List<String> fresh) {
    Association before = book.accounts.association(key.account(), key.user(), key.partition());
    if (before == null) {
      String place = key.partition().isEmpty() ? "" : " in partition " + key.partition();
      fresh.add(one.ofUser() ? key.user() + " of " + key.account() + place : key.account());
    } else {
      String whose = one.ofUser() ? who(key.user()) : "Account " + key.account();
      Map<String, String> old = facts(before);
      Map<String, String> now = facts(one);
      TreeSet<String> labels = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
      labels.addAll(old.keySet());
      labels.addAll(now.keySet());
      for (String label : labels) {
        said(label, whose, old.getOrDefault(label, ""), now.getOrDefault(label, ""));
      }
    }
    Association kept = before == null ? one : one.withId(before.id());
    if (!kept.equals(before)) {
      book.change(new AccountChange.PutAssociation(kept));
    }
  }

  private static String level(AccountUser user) {
    return Listing.level(user.level());
  }

  private static Map<String, String> facts(Association one) {
    Map<String, String> facts = new LinkedHashMap<>(LimitTerms.settings(one.limits(), false));
    facts.put("fairshare", Listing.shares(one));
    facts.put("Parent", one.parent());
    facts.put("Priority", one.priority() == 0 ? "" : Long.toString(one.priority()));
    facts.put("QOS", String.join(",", one.qos()));
    facts.put("Default QOS", one.defaultQos());
    return facts;
  }

  private static String who(String user) {
    return "User    " + user;
  }

  private void dropped() {
    List<String> gone = new ArrayList<>();
    for (Association one : book.accounts.associations()) {
      if (!associations.containsKey(Key.of(one))) {
        book.change(new AccountChange.DropAssociation(one.id()));
        gone.add((one.ofUser() ? one.user() + " of " : "") + one.account());
      }
    }
    for (AccountUser one : book.accounts.users()) {
      if (!users.containsKey(one.name())) {
        book.change(new AccountChange.DropUser(one.name()));
      }
    }
    for (Account one : book.accounts.accounts()) {
      if (!accounts.containsKey(one.name())) {
        book.change(new AccountChange.DropAccount(one.name()));
      }
    }
    if (!gone.isEmpty()) {
      book.out.println(" Deleted");
      gone.forEach(name -> book.out.println("  " + name));
    }
  }

  private void added(String what, List<String> names) {
    if (!names.isEmpty()) {
      book.out.println(" Added " + what);
      names.forEach(name -> book.out.println("  " + name));
      names.clear();
    }
  }

  private void said(String label, String whose, String before, String after) {
    if (before.equals(after)) {
      return;
    }
    String[] words = whose.split(" +", 2);
    book.out.println(
        String.format(
            Locale.ROOT,
            " Changed %-20s  for %-7s %-10s %8s -> %s",
            label,
            words[0],
            words[1],
            before.isEmpty() ? "None" : before,
            after.isEmpty() ? "None" : after));
  }
}
