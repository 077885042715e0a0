package org.headrace.commands.internal.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.headrace.api.account.Account;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;

/** The tree of accounts and users in the order in which it is shown. */
public final class AccountTree {
  private final Accounts accounts;
  private final List<Association> found = new ArrayList<>();

  private AccountTree(Accounts accounts) {
    this.accounts = accounts;
  }

  /** All associations: each before what is below it, users of an account before accounts in it. */
  public static List<Association> of(Accounts accounts) {
    AccountTree tree = new AccountTree(accounts);
    tree.collect(accounts.association(Account.ROOT, "", ""));
    return tree.found;
  }

  private void collect(Association one) {
    found.add(one);
    if (!one.ofUser()) {
      accounts.below(one.account()).stream()
          .sorted(
              Comparator.comparing((Association next) -> !next.ofUser())
                  .thenComparing(Association::user)
                  .thenComparing(Association::account)
                  .thenComparing(Association::partition))
          .forEach(this::collect);
    }
  }
}
