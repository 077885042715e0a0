package org.headrace.commands.internal.format;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.job.Job;
import org.headrace.control.definition.ClusterDefinition;
import org.headrace.control.definition.PartitionDefinition;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.front.Caller;
import org.headrace.control.query.JobRow;
import org.headrace.control.query.Snapshot;

/** What of the cluster a user may see: {@code PrivateData}, and hidden partitions. */
public final class Visibility {
  private final Caller caller;
  private final Accounts accounts;
  private final boolean administrator;
  private final boolean operator;
  private final Set<String> secrets;
  private final Set<String> hidden = new HashSet<>();
  private final Set<String> coordinated = new HashSet<>();

  /**
   * What the caller may see.
   *
   * @param all true to show hidden partitions too
   */
  public Visibility(Snapshot snapshot, Caller caller, boolean all) {
    this.caller = caller;
    ClusterDefinition definition = snapshot.definition();
    accounts = snapshot.accounts();
    administrator = caller.isRoot() || definition.administrators().contains(caller.user());
    // Root is known by its number; who only has its name is nobody.
    AccountUser known = caller.user().equals("root") ? null : accounts.user(caller.user());
    operator = administrator || known != null && known.level() != AccountUser.Level.NONE;
    String setting = definition.settings().getOrDefault("PrivateData", "");
    secrets = Set.copyOf(List.of(setting.toLowerCase(Locale.ROOT).split("\\s*,\\s*")));
    for (PartitionDefinition partition : definition.partitions()) {
      if (partition.hidden() && !all) {
        hidden.add(partition.name());
      }
    }
    for (Account account : accounts.accounts()) {
      if (account.coordinators().contains(caller.user())) {
        coordinated.addAll(accounts.subtree(account.name()));
      }
    }
  }

  private boolean secret(String what) {
    return !operator && (secrets.contains(what) || secrets.contains("all"));
  }

  /** Whether a job may be shown: one's own, and those of accounts that one coordinates. */
  public boolean job(Job job) {
    return !secret("jobs")
        || job.spec().owner().uid() == caller.uid()
        || coordinated.contains(job.spec().charge().account());
  }

  /** False if {@link #job} certainly is, for a job that hasn't been read. */
  public boolean row(JobRow row) {
    return !secret("jobs") || row.user() == caller.uid() || !coordinated.isEmpty();
  }

  /** Whether nodes may be shown. */
  public boolean nodes() {
    return !secret("nodes");
  }

  /** Whether partitions may be shown. */
  public boolean partitions() {
    return !secret("partitions");
  }

  /** Whether a partition is shown. */
  public boolean partition(String name) {
    return hidden.isEmpty() || !hidden.contains(name);
  }

  /** Whether a reservation may be shown: one that lets the caller in, by name and some account. */
  public boolean reservation(ReservationDefinition one) {
    if (!secret("reservations")) {
      return true;
    }
    return one.users().admits(caller.user())
        && (one.groups().names().isEmpty() || one.groups().ids().stream().anyMatch(caller::inGroup))
        && (one.accounts().names().isEmpty()
            || accounts.associations().stream()
                .filter(own -> own.user().equals(caller.user()))
                .anyMatch(own -> one.accounts().admits(own.account())));
  }

  /** Whether what an association has used may be shown. */
  public boolean usage(Association one) {
    return !secret("usage") || concerns(one);
  }

  /** Whether a user may be shown. */
  public boolean user(String name) {
    return !secret("users") || name.equals(caller.user());
  }

  /** Whether an account may be shown. */
  public boolean account(String name) {
    return !secret("accounts") || coordinated.contains(name);
  }

  /** Whether an association may be shown. */
  public boolean association(Association one) {
    return !secret("users") || concerns(one);
  }

  private boolean concerns(Association one) {
    return one.ofUser() && one.user().equals(caller.user()) || coordinated.contains(one.account());
  }

  /** Whether the caller sees to what others do. */
  public boolean operator() {
    return operator;
  }

  public boolean administrator() {
    return administrator;
  }
}
