package org.headrace.commands.internal.sacctmgr;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;

/** Accounts and users as lines of a {@link FlatFile}. */
final class Dumping {
  private static final String HEADER =
      """
      # Accounts and users of a cluster, as sacctmgr load takes them.
      # A line has a title (Cluster, Parent, Account or User), a dash, a name, and settings
      # with colons between them; those that are left out stay as they are.
      # Accounts and users belong to the last Parent line above them.
      """;

  private static final Comparator<Association> BY_NAME =
      Comparator.comparing(Association::user)
          .thenComparing(Association::account)
          .thenComparing(one -> one.partition().isEmpty())
          .thenComparing(Association::partition);

  private final Accounts accounts;
  private final StringBuilder text = new StringBuilder(HEADER);

  private Dumping(Accounts accounts) {
    this.accounts = accounts;
  }

  static String of(String cluster, Accounts accounts) {
    Dumping dumping = new Dumping(accounts);
    Association root = accounts.association(Account.ROOT, "", "");
    dumping.line("Cluster", cluster, dumping.settings(root));
    dumping.below(Account.ROOT);
    return dumping.text.toString();
  }

  private void below(String parent) {
    List<Association> children = accounts.below(parent);
    if (children.isEmpty()) {
      return;
    }
    line("Parent", parent, Map.of());
    List<Association> users =
        children.stream().filter(Association::ofUser).sorted(BY_NAME).toList();
    List<Association> inner =
        children.stream().filter(one -> !one.ofUser()).sorted(BY_NAME).toList();
    for (Association one : users) {
      line("User", one.user(), ofUser(one));
    }
    for (Association one : inner) {
      line("Account", one.account(), ofAccount(one));
    }
    inner.forEach(one -> below(one.account()));
  }

  private Map<String, String> ofUser(Association one) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("Partition", quoted(one.partition()));
    AccountUser user = accounts.user(one.user());
    if (user != null) {
      settings.put("DefaultAccount", quoted(user.defaultAccount()));
      boolean plain = user.level() == AccountUser.Level.NONE;
      settings.put("AdminLevel", plain ? "" : quoted(Listing.level(user.level())));
    }
    List<String> led =
        accounts.accounts().stream()
            .filter(account -> account.coordinators().contains(one.user()))
            .map(Account::name)
            .toList();
    settings.put("Coordinator", quoted(String.join(",", led)));
    settings.putAll(settings(one));
    return settings;
  }

  private Map<String, String> ofAccount(Association one) {
    Map<String, String> settings = new LinkedHashMap<>();
    Account account = accounts.account(one.account());
    if (account != null) {
      settings.put("Description", quoted(account.description()));
      settings.put("Organization", quoted(account.organization()));
    }
    settings.putAll(settings(one));
    return settings;
  }

  /** What is said of an association; its own, without what it inherits. */
  private Map<String, String> settings(Association one) {
    Map<String, String> settings = new LinkedHashMap<>();
    LimitSet limits = one.limits();
    settings.put("DefaultQOS", quoted(one.defaultQos()));
    settings.put("Fairshare", Long.toString(one.shares()));
    settings.put("GrpTRESMins", LimitTerms.text(limits, ResourceLimit.GROUP_MINUTES));
    settings.put("GrpTRESRunMins", LimitTerms.text(limits, ResourceLimit.GROUP_RUN_MINUTES));
    settings.put("GrpTRES", LimitTerms.text(limits, ResourceLimit.GROUP));
    settings.put("GrpJobs", number(limits, Limit.GROUP_JOBS));
    settings.put("GrpJobsAccrue", number(limits, Limit.GROUP_ACCRUING));
    settings.put("GrpSubmitJobs", number(limits, Limit.GROUP_SUBMITTED));
    settings.put("GrpWall", number(limits, Limit.GROUP_WALL));
    settings.put("MaxTRESMinsPerJob", LimitTerms.text(limits, ResourceLimit.MAX_MINUTES_PER_JOB));
    settings.put("MaxTRESPerJob", LimitTerms.text(limits, ResourceLimit.MAX_PER_JOB));
    settings.put("MaxTRESPerNode", LimitTerms.text(limits, ResourceLimit.MAX_PER_NODE));
    settings.put("MaxJobs", number(limits, Limit.MAX_JOBS));
    settings.put("MaxJobsAccrue", number(limits, Limit.MAX_ACCRUING));
    settings.put("MaxSubmitJobs", number(limits, Limit.MAX_SUBMITTED));
    settings.put("MaxWallDurationPerJob", number(limits, Limit.MAX_WALL));
    settings.put("Priority", one.priority() == 0 ? "" : Long.toString(one.priority()));
    settings.put("QOS", quoted(String.join(",", one.qos())));
    return settings;
  }

  /** Times are in minutes. */
  private static String number(LimitSet limits, Limit limit) {
    long value = limits.number(limit);
    return value == LimitSet.UNLIMITED ? "" : Long.toString(value);
  }

  /** In the quotes that the text doesn't contain; with both kinds in it, it keeps one. */
  private static String quoted(String text) {
    if (text.isEmpty()) {
      return "";
    }
    String plain = text.replaceAll("[\\p{Cntrl}]", " ");
    return plain.indexOf('\'') < 0 ? "'" + plain + "'" : "\"" + plain.replace('"', '\'') + "\"";
  }

  private void line(String title, String name, Map<String, String> settings) {
    text.append(title).append(" - ").append(quoted(Objects.requireNonNull(name)));
    settings.forEach(
        (key, value) -> {
          if (!value.isEmpty()) {
            text.append(':').append(String.format(Locale.ROOT, "%s=%s", key, value));
          }
        });
    text.append('\n');
  }
}
