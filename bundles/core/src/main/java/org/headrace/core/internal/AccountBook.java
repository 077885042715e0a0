package org.headrace.core.internal;

import static org.headrace.core.internal.Refusals.refuse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Tres;
import org.headrace.api.job.JobState;
import org.headrace.api.model.QualityOfService;
import org.headrace.control.command.AccountChange;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;
import org.headrace.core.SnapshotItem;

/** Accounts, users, associations and qualities of service, and the only way to change them. */
final class AccountBook {
  private static final JobState[] STATES = JobState.values();

  private final Machine machine;
  private final ClusterState state;
  private final AccountRights rights;
  private final PendingTests pendingTests;
  private Accounts accounts;
  private long nextAssociation;
  private long nextQos;

  AccountBook(Machine machine) {
    this.machine = machine;
    this.state = machine.state;
    rights = new AccountRights(state);
    pendingTests = new PendingTests(machine);
    clear();
  }

  Accounts accounts() {
    return accounts;
  }

  void clear() {
    accounts = Accounts.INITIAL;
    nextAssociation = 1 + accounts.associations().size();
    nextQos = QualityOfService.NORMAL.id() + 1;
  }

  SnapshotItem.AccountBook item() {
    return new SnapshotItem.AccountBook(
        accounts.version(),
        accounts.tres().names(),
        accounts.accounts(),
        accounts.users(),
        accounts.associations(),
        nextAssociation,
        nextQos);
  }

  void restore(SnapshotItem.AccountBook item) {
    accounts =
        new Accounts(
            item.version(),
            new Tres(item.tres()),
            item.accounts(),
            item.users(),
            item.associations());
    nextAssociation = item.nextAssociation();
    nextQos = item.nextQos();
  }

  /** Takes over which resources the configuration has tracked; none is ever dropped. */
  void configured() {
    String names = state.configuration.setting("AccountingStorageTRES", "");
    accounts = accounts.withTres(accounts.tres().with(Tres.list(names)));
    state.recount(accounts);
  }

  Outcome define(Command.DefineQos command, Actor actor) {
    AccountChange change =
        command.remove()
            ? new AccountChange.DropQos(command.qos().name())
            : new AccountChange.PutQos(command.qos());
    return change(new Command.ChangeAccounts(accounts.version(), List.of(change)), actor);
  }

  Outcome change(Command.ChangeAccounts command, Actor actor) {
    Outcome.Rejected denied = rights.refusal(accounts, command.changes(), actor);
    if (denied != null) {
      return denied;
    }
    if (command.version() != accounts.version()) {
      return refuse(
          ErrorCode.ACCOUNTS_CHANGED,
          "accounts have changed since version " + command.version() + "; read them again");
    }
    Draft draft = new Draft();
    Set<Association> gone = new HashSet<>();
    for (AccountChange change : command.changes()) {
      Outcome.Rejected problem = draft.make(change, gone);
      if (problem != null) {
        return problem;
      }
    }
    Accounts changed = draft.accounts();
    Outcome.Rejected problem = AccountRules.problem(changed, draft.qualities);
    problem = problem != null ? problem : inUse(gone);
    if (problem != null) {
      return problem;
    }
    new BookNotes(accounts, changed, state.configuration.qualities(), actor.user())
        .of(command.changes())
        .forEach(state.outbox::book);
    accounts = changed;
    nextAssociation = draft.nextAssociation;
    nextQos = draft.nextQos;
    state.configuration.qualities().clear();
    state.configuration.qualities().putAll(draft.qualities);
    state.recount(accounts);
    state.restructured();
    pendingTests.testAll();
    return Outcome.DONE;
  }

  /** Refuses to take away what jobs that wait or run are charged to. */
  private Outcome.Rejected inUse(Set<Association> gone) {
    if (gone.isEmpty()) {
      return null;
    }
    List<Long> users = new ArrayList<>();
    state
        .table
        .peek()
        .forEach(
            (id, page, row) -> {
              if (!STATES[page.state[row]].ended() && users.isEmpty()) {
                String account = page.shape[row].charge().account();
                if (gone.stream().anyMatch(one -> one.account().equals(account))
                    && gone.contains(payer(id, account))) {
                  users.add(id);
                }
              }
            });
    return users.isEmpty()
        ? null
        : refuse(ErrorCode.ASSOCIATION_IN_USE, "job " + users.get(0) + " is charged to it");
  }

  private Association payer(long jobId, String account) {
    var job = machine.jobs.get(jobId);
    return accounts.payer(account, job.spec().owner().user(), job.status().partition());
  }

  /** What the changes make of it. */
  private final class Draft {
    private final TreeMap<String, Account> byName = new TreeMap<>();
    private final TreeMap<String, AccountUser> users = new TreeMap<>();
    private final TreeMap<Long, Association> associations = new TreeMap<>();
    final TreeMap<String, QualityOfService> qualities =
        new TreeMap<>(state.configuration.qualities());
    long nextAssociation = AccountBook.this.nextAssociation;
    long nextQos = AccountBook.this.nextQos;

    Draft() {
      accounts.accounts().forEach(one -> byName.put(one.name(), one));
      accounts.users().forEach(one -> users.put(one.name(), one));
      accounts.associations().forEach(one -> associations.put(one.id(), one));
    }

    Outcome.Rejected make(AccountChange change, Set<Association> gone) {
      if (change instanceof AccountChange.PutAccount c) {
        byName.put(c.account().name(), c.account());
      } else if (change instanceof AccountChange.PutUser c) {
        users.put(c.user().name(), c.user());
      } else if (change instanceof AccountChange.PutAssociation c) {
        return put(c.association());
      } else if (change instanceof AccountChange.PutQos c) {
        QualityOfService known = qualities.get(c.qos().name());
        qualities.put(c.qos().name(), c.qos().withId(known == null ? nextQos++ : known.id()));
      } else {
        return drop(change, gone);
      }
      return null;
    }

    private Outcome.Rejected put(Association one) {
      if (one.id() == 0) {
        associations.put(nextAssociation, one.withId(nextAssociation));
        nextAssociation++;
        return null;
      }
      return associations.put(one.id(), one) == null
          ? refuse(ErrorCode.INVALID_ACCOUNT, "no association with id " + one.id())
          : null;
    }

    private Outcome.Rejected drop(AccountChange change, Set<Association> gone) {
      if (change instanceof AccountChange.DropAssociation c) {
        Association old = associations.remove(c.id());
        if (old != null) {
          gone.add(old);
        }
        return old == null
            ? refuse(ErrorCode.INVALID_ACCOUNT, "no association with id " + c.id())
            : null;
      } else if (change instanceof AccountChange.DropAccount c) {
        return byName.remove(c.name()) == null
            ? refuse(ErrorCode.INVALID_ACCOUNT, "no account " + c.name())
            : null;
      } else if (change instanceof AccountChange.DropUser c) {
        return users.remove(c.name()) == null
            ? refuse(ErrorCode.INVALID_ARGUMENT, "no user " + c.name())
            : null;
      } else if (change instanceof AccountChange.DropQos c) {
        return qualities.remove(c.name()) == null
            ? refuse(ErrorCode.INVALID_QOS, "no quality of service " + c.name())
            : null;
      }
      return refuse(ErrorCode.INVALID_ARGUMENT, "unknown change " + change);
    }

    Accounts accounts() {
      return new Accounts(
          accounts.version() + 1,
          accounts.tres(),
          new ArrayList<>(byName.values()),
          new ArrayList<>(users.values()),
          new ArrayList<>(associations.values()));
    }
  }
}
