package org.headrace.commands.internal.sshare;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.headrace.api.account.Account;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.query.Snapshot;

/** Writes shares as the published schema of answers has them. */
final class ShareData {
  private static final long SECONDS = 60;

  private final DataWriter data;
  private final Snapshot snapshot;
  private final Accounts accounts;
  private final FairShare.Rule rule;
  private final FairShare fairShare;

  ShareData(DataWriter data, Snapshot snapshot, FairShare.Rule rule, FairShare fairShare) {
    this.data = data;
    this.snapshot = snapshot;
    this.accounts = snapshot.accounts();
    this.rule = rule;
    this.fairShare = fairShare;
  }

  void write(String cluster, List<Association> chosen) throws IOException {
    double all = used(accounts.association(Account.ROOT, "", ""));
    data.startObject("shares");
    data.startArray("shares");
    for (Association one : chosen) {
      data.startObject();
      share(one, cluster, all);
      data.endObject();
    }
    data.endArray();
    data.field("total_shares", chosen.size());
    data.endObject();
  }

  private void share(Association one, String cluster, double all) throws IOException {
    boolean root = !one.ofUser() && one.parent().isEmpty();
    FairShare.Standing standing = fairShare.standing(one.id());
    data.field("id", one.id());
    data.field("cluster", cluster);
    data.field("name", one.ofUser() ? one.user() : one.account());
    data.field("parent", one.ofUser() ? one.account() : one.parent());
    data.field("partition", one.partition());
    decimal("shares_normalized", !root, standing.shares());
    boolean parent = one.shares() == Association.PARENT;
    data.number("shares", !root && !parent, false, root || parent ? 0 : one.shares());
    data.startObject("tres");
    Consumption use = snapshot.consumption(one.id());
    data.startArray("run_seconds");
    for (int i = 0; i < accounts.tres().size(); i++) {
      count(accounts.tres().name(i), (long) use.runMinutes(i, snapshot.time()) * SECONDS);
    }
    data.endArray();
    data.startArray("group_minutes");
    Map<String, Long> limits = one.limits().resources(ResourceLimit.GROUP_MINUTES);
    for (Map.Entry<String, Long> limit : new TreeMap<>(limits).entrySet()) {
      count(limit.getKey(), limit.getValue());
    }
    data.endArray();
    data.endObject();
    decimal("effective_usage", true, root ? 1 : standing.used());
    decimal("usage_normalized", !root, all == 0 ? 0 : used(one) / all);
    data.field("usage", Math.round(used(one)));
    data.startObject("fairshare");
    boolean ranked = one.ofUser() || !rule.tree();
    decimal("factor", ranked, ranked ? fairShare.factor(one.id()) : 0);
    boolean levelled = rule.tree() && !root && !parent;
    double level = levelled ? standing.level() : 0;
    boolean unused = Double.isInfinite(level);
    data.decimal("level", levelled && !unused, unused, unused ? 0 : level);
    data.endObject();
    data.texts("type", one.ofUser() ? List.of("USER") : List.of());
  }

  private void count(String name, long value) throws IOException {
    data.startObject();
    data.field("name", name);
    data.number("value", value);
    data.endObject();
  }

  private void decimal(String name, boolean set, double value) throws IOException {
    data.decimal(name, set, false, set ? value : 0);
  }

  private double used(Association one) {
    return snapshot.consumption(one.id()).spent(Tres.BILLING);
  }
}
