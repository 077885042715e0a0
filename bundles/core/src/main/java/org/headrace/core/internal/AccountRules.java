package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.LimitSet;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** What must hold of accounts, users, associations and qualities of service as a whole. */
final class AccountRules {
  /** Most associations; each costs some hundred bytes of memory on every controller. */
  private static final int MOST = 1_000_000;

  private static final int LONGEST_NAME = 250;

  private final Accounts accounts;
  private final Map<String, QualityOfService> qualities;

  private AccountRules(Accounts accounts, Map<String, QualityOfService> qualities) {
    this.accounts = accounts;
    this.qualities = qualities;
  }

  /** What is wrong, or null. */
  static Outcome.Rejected problem(Accounts accounts, Map<String, QualityOfService> qualities) {
    return new AccountRules(accounts, qualities).problem();
  }

  private Outcome.Rejected problem() {
    if (accounts.associations().size() > MOST) {
      return refuse(ErrorCode.INVALID_ACCOUNT, "more than " + MOST + " associations");
    }
    Outcome.Rejected problem = accounts();
    problem = problem != null ? problem : users();
    problem = problem != null ? problem : qualities();
    Set<List<String>> keys = new HashSet<>();
    for (Association one : accounts.associations()) {
      if (!keys.add(List.of(one.account(), one.user(), one.partition()))) {
        return refuse(ErrorCode.INVALID_ACCOUNT, label(one) + " is there twice");
      }
      problem = problem != null ? problem : association(one);
    }
    return problem;
  }

  private Outcome.Rejected accounts() {
    if (accounts.account(Account.ROOT) == null) {
      return refuse(ErrorCode.INVALID_ACCOUNT, "account root is needed");
    }
    for (Account account : accounts.accounts()) {
      if (!isName(account.name())) {
        return refuse(ErrorCode.INVALID_ACCOUNT, badName("an account", account.name()));
      }
      Association own = accounts.association(account.name(), "", "");
      if (own == null) {
        return refuse(ErrorCode.INVALID_ACCOUNT, "account " + account.name() + " has no place");
      }
      if (account.name().equals(Account.ROOT) != own.parent().isEmpty()) {
        return refuse(ErrorCode.INVALID_ACCOUNT, "every account but root has one above it");
      }
      for (String coordinator : account.coordinators()) {
        if (accounts.user(coordinator) == null) {
          return refuse(ErrorCode.INVALID_ARGUMENT, "no user " + coordinator);
        }
      }
    }
    return null;
  }

  private Outcome.Rejected users() {
    for (AccountUser user : accounts.users()) {
      if (!isName(user.name())) {
        return refuse(ErrorCode.INVALID_ARGUMENT, badName("a user", user.name()));
      }
      String account = user.defaultAccount();
      boolean member =
          account.isEmpty()
              || accounts.below(account).stream().anyMatch(one -> one.user().equals(user.name()));
      if (!member) {
        return refuse(
            ErrorCode.INVALID_ACCOUNT,
            "default account " + account + " of user " + user.name() + " isn't one of theirs");
      }
    }
    return null;
  }

  private Outcome.Rejected qualities() {
    if (!qualities.containsKey(QualityOfService.NORMAL.name())) {
      return refuse(ErrorCode.INVALID_QOS, "quality of service normal is needed");
    }
    for (QualityOfService qos : qualities.values()) {
      if (!isName(qos.name()) || qos.priority() < 0) {
        return refuse(
            ErrorCode.INVALID_QOS,
            "a quality of service needs a name, and a priority of at least 0");
      }
      if (negative(qos.limits()) || !(qos.usageFactor() >= 0) || !(qos.limitFactor() >= 0)) {
        return refuse(ErrorCode.INVALID_QOS, "limits and factors of " + qos.name() + " below 0");
      }
      for (String other : qos.preempts()) {
        if (!qualities.containsKey(other)) {
          return refuse(ErrorCode.INVALID_QOS, "no quality of service " + other);
        }
      }
    }
    return null;
  }

  private Outcome.Rejected association(Association one) {
    if (accounts.account(one.account()) == null) {
      return refuse(ErrorCode.INVALID_ACCOUNT, "no account " + one.account());
    }
    if (one.ofUser() ? accounts.user(one.user()) == null : !one.partition().isEmpty()) {
      return refuse(ErrorCode.INVALID_ARGUMENT, label(one) + " is for a user who isn't there");
    }
    if (!one.ofUser() && !one.parent().isEmpty()) {
      Set<String> seen = new HashSet<>();
      for (Association at = one; !at.parent().isEmpty(); at = accounts.above(at)) {
        if (accounts.association(at.parent(), "", "") == null || !seen.add(at.account())) {
          return refuse(
              ErrorCode.INVALID_ACCOUNT,
              "account " + at.account() + " is below " + at.parent() + ", which leads nowhere");
        }
      }
    }
    if (negative(one.limits()) || one.shares() < 0 || one.priority() < 0) {
      return refuse(ErrorCode.INVALID_ARGUMENT, label(one) + " has a limit below 0");
    }
    for (String qos : one.qos()) {
      if (!qualities.containsKey(qos)) {
        return refuse(ErrorCode.INVALID_QOS, "no quality of service " + qos);
      }
    }
    return one.defaultQos().isEmpty() || qualities.containsKey(one.defaultQos())
        ? null
        : refuse(ErrorCode.INVALID_QOS, "no quality of service " + one.defaultQos());
  }

  private static boolean negative(LimitSet limits) {
    return limits.numbers().values().stream().anyMatch(value -> value < 0)
        || limits.resources().values().stream()
            .anyMatch(counts -> counts.values().stream().anyMatch(value -> value < 0));
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= LONGEST_NAME
        && name.chars().noneMatch(c -> c <= ' ' || c == ',' || c == '=' || c == 127);
  }

  private static String badName(String what, String name) {
    return what
        + " can't be called '"
        + name
        + "'; a name has 1 to "
        + LONGEST_NAME
        + " characters without blanks, commas and equals signs";
  }

  private static String label(Association one) {
    return "association of account "
        + one.account()
        + (one.ofUser() ? " and user " + one.user() : "")
        + (one.partition().isEmpty() ? "" : " in partition " + one.partition());
  }
}
