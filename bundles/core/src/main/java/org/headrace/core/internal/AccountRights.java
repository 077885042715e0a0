package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.AccountUser.Level;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/**
 * Who may change what about accounts: administrators everything, operators all but who may, and
 * coordinators the associations of their accounts and of all accounts below.
 */
final class AccountRights {
  private final ClusterState state;

  AccountRights(ClusterState state) {
    this.state = state;
  }

  /** Why the actor may not make these changes, or null. */
  Outcome.Rejected refusal(Accounts accounts, List<AccountChange> changes, Actor actor) {
    Level level = level(accounts, actor);
    if (level == Level.ADMINISTRATOR) {
      return null;
    }
    Set<String> own = coordinated(accounts, actor);
    for (AccountChange change : changes) {
      boolean may =
          level == Level.OPERATOR
              ? !raises(accounts, change)
              : !own.isEmpty() && coordinatorMay(accounts, change, own);
      if (!may) {
        return refuse(
            ErrorCode.ACCESS_DENIED,
            "user " + actor.user() + " may not change accounts, or not this of them");
      }
    }
    return changes.isEmpty() ? refuse(ErrorCode.ACCESS_DENIED, "nothing to change") : null;
  }

  private Level level(Accounts accounts, Actor actor) {
    if (state.admin(actor)) {
      return Level.ADMINISTRATOR;
    }
    AccountUser known = user(accounts, actor);
    return known == null ? Level.NONE : known.level();
  }

  /** Root is known by its number; who only has its name is nobody. */
  private static AccountUser user(Accounts accounts, Actor actor) {
    return actor.user().equals("root") ? null : accounts.user(actor.user());
  }

  private static Set<String> coordinated(Accounts accounts, Actor actor) {
    Set<String> names = new HashSet<>();
    if (user(accounts, actor) != null) {
      for (Account account : accounts.accounts()) {
        if (account.coordinators().contains(actor.user())) {
          names.addAll(accounts.subtree(account.name()));
        }
      }
    }
    return names;
  }

  private static boolean raises(Accounts accounts, AccountChange change) {
    if (change instanceof AccountChange.PutUser c) {
      AccountUser known = accounts.user(c.user().name());
      return c.user().level() != (known == null ? Level.NONE : known.level());
    }
    return change instanceof AccountChange.DropUser c
        && accounts.user(c.name()) != null
        && accounts.user(c.name()).level() == Level.ADMINISTRATOR;
  }

  private static boolean coordinatorMay(Accounts accounts, AccountChange change, Set<String> own) {
    if (change instanceof AccountChange.PutAssociation c) {
      Association wanted = c.association();
      Association known = accounts.association(wanted.id());
      boolean below = wanted.ofUser() || own.contains(wanted.parent());
      return own.contains(wanted.account())
          && below
          && (known == null || own.contains(known.account()));
    } else if (change instanceof AccountChange.DropAssociation c) {
      Association known = accounts.association(c.id());
      return known != null && known.ofUser() && own.contains(known.account());
    } else if (change instanceof AccountChange.PutUser c) {
      AccountUser known = accounts.user(c.user().name());
      return known == null
          ? c.user().level() == Level.NONE && own.contains(c.user().defaultAccount())
          : known.level() == c.user().level()
              && (known.defaultAccount().equals(c.user().defaultAccount())
                  || own.contains(c.user().defaultAccount()));
    }
    return false;
  }
}
