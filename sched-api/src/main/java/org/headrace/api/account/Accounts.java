package org.headrace.api.account;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All accounts, users and associations at one moment. Immutable.
 *
 * <p>Associations form a tree: users are below their account, accounts below their parent, and all
 * below the root.
 */
public final class Accounts {
  /** What a cluster has before anybody has defined anything: the root, and user root in it. */
  public static final Accounts INITIAL =
      new Accounts(
          0,
          Tres.COMMON,
          List.of(new Account(Account.ROOT, "default root account", "root", List.of())),
          List.of(new AccountUser("root", Account.ROOT, AccountUser.Level.ADMINISTRATOR)),
          List.of(
              Association.of(Account.ROOT, "").withId(1).withQos(List.of("normal"), ""),
              Association.of(Account.ROOT, "root", "").withId(2)));

  private final long version;
  private final Tres tres;
  private final List<Account> accounts;
  private final List<AccountUser> users;
  private final List<Association> associations;
  private final Map<String, Account> accountsByName = new HashMap<>();
  private final Map<String, AccountUser> usersByName = new HashMap<>();
  private final Map<Long, Association> byId = new HashMap<>();
  private final Map<Key, Association> byKey = new HashMap<>();
  private final Map<String, List<Association>> children = new HashMap<>();

  private record Key(String account, String user, String partition) {}

  /**
   * @param version grows with every change; zero as long as nobody has defined anything
   * @param tres trackable resources
   * @param accounts accounts, ascending by name
   * @param users users, ascending by name
   * @param associations associations, ascending by id
   */
  public Accounts(
      long version,
      Tres tres,
      List<Account> accounts,
      List<AccountUser> users,
      List<Association> associations) {
    this.version = version;
    this.tres = tres;
    this.accounts = List.copyOf(accounts);
    this.users = List.copyOf(users);
    this.associations = List.copyOf(associations);
    accounts.forEach(account -> accountsByName.put(account.name(), account));
    users.forEach(user -> usersByName.put(user.name(), user));
    for (Association one : associations) {
      byId.put(one.id(), one);
      byKey.put(new Key(one.account(), one.user(), one.partition()), one);
      String above = one.ofUser() ? one.account() : one.parent();
      if (!above.isEmpty()) {
        children.computeIfAbsent(above, key -> new ArrayList<>()).add(one);
      }
    }
  }

  /** The same with these trackable resources. */
  public Accounts withTres(Tres newTres) {
    return new Accounts(version, newTres, accounts, users, associations);
  }

  /** Grows with every change; zero as long as nobody has defined anything. */
  public long version() {
    return version;
  }

  public Tres tres() {
    return tres;
  }

  /** Ascending by name. */
  public List<Account> accounts() {
    return accounts;
  }

  /** Ascending by name. */
  public List<AccountUser> users() {
    return users;
  }

  /** Ascending by id. */
  public List<Association> associations() {
    return associations;
  }

  /** The account of that name, or null. */
  public Account account(String name) {
    return accountsByName.get(name);
  }

  /** The user of that name, or null. */
  public AccountUser user(String name) {
    return usersByName.get(name);
  }

  /** The association of that id, or null. */
  public Association association(long id) {
    return byId.get(id);
  }

  /** The very association, or null; the empty string for no user or no partition. */
  public Association association(String account, String user, String partition) {
    return byKey.get(new Key(account, user, partition));
  }

  /** Who pays for a job in a partition: the association for it, or else that for all; or null. */
  public Association payer(String account, String user, String partition) {
    Association own = association(account, user, partition);
    return own != null ? own : association(account, user, "");
  }

  /** The association above, or null for the root. */
  public Association above(Association one) {
    String above = one.ofUser() ? one.account() : one.parent();
    return above.isEmpty() ? null : association(above, "", "");
  }

  /** The associations right below an account, ascending by id. */
  public List<Association> below(String account) {
    return children.getOrDefault(account, List.of());
  }

  /** Names of an account and of all accounts below it. */
  public Set<String> subtree(String account) {
    Set<String> found = new HashSet<>();
    collect(account, found);
    return found;
  }

  private void collect(String account, Set<String> found) {
    if (found.add(account)) {
      for (Association one : below(account)) {
        if (!one.ofUser()) {
          collect(one.account(), found);
        }
      }
    }
  }

  /** The limits in force for an association: its own, and what it inherits. */
  public LimitSet limits(Association one) {
    LimitSet limits = one.limits();
    for (Association at = above(one); at != null; at = above(at)) {
      limits = inherit(limits, at.limits());
    }
    return limits;
  }

  private static LimitSet inherit(LimitSet own, LimitSet above) {
    LimitSet result = own;
    for (Map.Entry<Limit, Long> entry : above.numbers().entrySet()) {
      if (entry.getKey().inherited() && own.number(entry.getKey()) == LimitSet.UNLIMITED) {
        result = result.with(entry.getKey(), entry.getValue());
      }
    }
    for (Map.Entry<ResourceLimit, Map<String, Long>> entry : above.resources().entrySet()) {
      if (entry.getKey().inherited()) {
        Map<String, Long> mine = own.resources(entry.getKey());
        for (Map.Entry<String, Long> count : entry.getValue().entrySet()) {
          if (!mine.containsKey(count.getKey())) {
            result = result.with(entry.getKey(), count.getKey(), count.getValue());
          }
        }
      }
    }
    return result;
  }

  /** Names of the qualities of service that an association may use. */
  public List<String> qos(Association one) {
    for (Association at = one; at != null; at = above(at)) {
      if (!at.qos().isEmpty()) {
        return at.qos();
      }
    }
    return List.of();
  }

  /** The quality of service of an association's jobs that name none, or the empty string. */
  public String defaultQos(Association one) {
    for (Association at = one; at != null; at = above(at)) {
      if (!at.defaultQos().isEmpty()) {
        return at.defaultQos();
      }
    }
    List<String> allowed = qos(one);
    return allowed.contains("normal") ? "normal" : allowed.isEmpty() ? "" : allowed.get(0);
  }
}
