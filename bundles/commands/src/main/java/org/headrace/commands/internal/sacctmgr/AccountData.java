package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.slurmconf.text.Hostlist;

/** Writes accounts, users and associations as the published schema of answers has them. */
final class AccountData {
  private final DataWriter data;
  private final Book book;
  private final Accounts accounts;

  AccountData(DataWriter data, Book book) {
    this.data = data;
    this.book = book;
    accounts = book.accounts;
  }

  void accounts(List<Account> chosen) throws IOException {
    data.startArray("accounts");
    for (Account account : chosen) {
      data.startObject();
      references(one -> one.account().equals(account.name()));
      data.startArray("coordinators");
      for (String name : account.coordinators()) {
        if (book.visibility.user(name)) {
          coordinator(name, true);
        }
      }
      data.endArray();
      data.field("description", account.description());
      data.field("name", account.name());
      data.field("organization", account.organization());
      data.texts("flags", List.of());
      data.endObject();
    }
    data.endArray();
  }

  private void coordinator(String name, boolean direct) throws IOException {
    data.startObject();
    data.field("name", name);
    data.field("direct", direct);
    data.endObject();
  }

  void users(List<AccountUser> chosen) throws IOException {
    data.startArray("users");
    for (AccountUser user : chosen) {
      data.startObject();
      data.texts("administrator_level", List.of(level(user.level())));
      references(one -> one.user().equals(user.name()));
      data.startArray("coordinators");
      for (Account account : accounts.accounts()) {
        if (account.coordinators().contains(user.name())
            && book.visibility.account(account.name())) {
          coordinator(account.name(), true);
        }
      }
      data.endArray();
      data.startObject("default");
      data.field("account", user.defaultAccount());
      data.field("wckey", "");
      data.endObject();
      data.texts("flags", List.of());
      data.field("name", user.name());
      data.field("old_name", "");
      data.startArray("wckeys");
      data.endArray();
      data.endObject();
    }
    data.endArray();
  }

  private static String level(AccountUser.Level level) {
    return switch (level) {
      case NONE -> "None";
      case OPERATOR -> "Operator";
      case ADMINISTRATOR -> "Administrator";
    };
  }

  private void references(Predicate<Association> which) throws IOException {
    data.startArray("associations");
    for (Association one : accounts.associations()) {
      if (which.test(one) && book.visibility.association(one)) {
        data.startObject();
        reference(one);
        data.endObject();
      }
    }
    data.endArray();
  }

  private void reference(Association one) throws IOException {
    data.field("account", one.account());
    data.field("cluster", book.cluster());
    data.field("partition", one.partition());
    data.field("user", one.user());
    data.field("id", one.id());
  }

  void associations(List<Association> chosen) throws IOException {
    data.startArray("associations");
    for (Association one : chosen) {
      data.startObject();
      association(one);
      data.endObject();
    }
    data.endArray();
  }

  private void association(Association one) throws IOException {
    data.startArray("accounting");
    data.endArray();
    data.field("account", one.account());
    data.field("cluster", book.cluster());
    data.field("comment", one.comment());
    data.startObject("default");
    data.field("qos", one.defaultQos());
    data.endObject();
    data.texts("flags", List.of());
    LimitSet limits = accounts.limits(one);
    maxima(limits);
    data.startObject("id");
    reference(one);
    data.endObject();
    AccountUser user = accounts.user(one.user());
    data.field("is_default", user != null && user.defaultAccount().equals(one.account()));
    data.field("lineage", lineage(one));
    data.startObject("min");
    number("priority_threshold", limits.number(Limit.MIN_PRIORITY));
    data.endObject();
    data.field("parent_account", one.ofUser() ? "" : one.parent());
    data.field("partition", one.partition());
    data.number("priority", one.priority() != 0, false, one.priority());
    data.texts("qos", accounts.qos(one));
    data.field("shares_raw", one.shares());
    data.field("user", one.user());
  }

  /** The way from the root down to it. */
  private String lineage(Association one) {
    List<String> names = new ArrayList<>();
    for (Association at = one; at != null; at = accounts.above(at)) {
      if (!at.ofUser() && !at.account().equals(Account.ROOT)) {
        names.add(0, at.account());
      }
    }
    String way = names.isEmpty() ? "/" : "/" + String.join("/", names) + "/";
    return one.ofUser() ? way + "0-" + one.user() + "/" : way;
  }

  private void maxima(LimitSet limits) throws IOException {
    data.startObject("max");
    data.startObject("jobs");
    data.startObject("per");
    number("count", limits.number(Limit.GROUP_JOBS));
    number("accruing", limits.number(Limit.GROUP_ACCRUING));
    number("submitted", limits.number(Limit.GROUP_SUBMITTED));
    number("wall_clock", limits.number(Limit.MAX_WALL));
    data.endObject();
    number("active", limits.number(Limit.MAX_JOBS));
    number("accruing", limits.number(Limit.MAX_ACCRUING));
    number("total", limits.number(Limit.MAX_SUBMITTED));
    data.endObject();
    data.startObject("tres");
    tres("total", limits.resources(ResourceLimit.GROUP));
    data.startObject("group");
    tres("minutes", limits.resources(ResourceLimit.GROUP_MINUTES));
    tres("active", limits.resources(ResourceLimit.GROUP_RUN_MINUTES));
    data.endObject();
    data.startObject("minutes");
    tres("total", limits.resources(ResourceLimit.GROUP_MINUTES));
    data.startObject("per");
    tres("job", limits.resources(ResourceLimit.MAX_MINUTES_PER_JOB));
    data.endObject();
    data.endObject();
    data.startObject("per");
    tres("job", limits.resources(ResourceLimit.MAX_PER_JOB));
    tres("node", limits.resources(ResourceLimit.MAX_PER_NODE));
    data.endObject();
    data.endObject();
    data.startObject("per");
    data.startObject("account");
    number("wall_clock", limits.number(Limit.GROUP_WALL));
    data.endObject();
    data.endObject();
    data.endObject();
  }

  private void number(String name, long value) throws IOException {
    number(data, name, value);
  }

  static void number(DataWriter data, String name, long value) throws IOException {
    boolean none = value == LimitSet.UNLIMITED;
    data.number(name, !none, none, none ? 0 : value);
  }

  private void tres(String name, Map<String, Long> counts) throws IOException {
    tres(data, accounts.tres(), name, counts);
  }

  static void tres(DataWriter data, Tres known, String name, Map<String, Long> counts)
      throws IOException {
    data.startArray(name);
    for (Map.Entry<String, Long> one : new TreeMap<>(counts).entrySet()) {
      data.startObject();
      kind(data, known, one.getKey());
      data.field("count", one.getValue());
      data.endObject();
    }
    data.endArray();
  }

  private static void kind(DataWriter data, Tres known, String name) throws IOException {
    String[] words = name.split("/", 2);
    data.field("type", words[0]);
    data.field("name", words.length > 1 ? words[1] : "");
    data.field("id", Listing.id(known.index(name)));
  }

  /** The trackable resources. */
  void resources() throws IOException {
    data.startArray("TRES");
    for (int i = 0; i < accounts.tres().size(); i++) {
      data.startObject();
      kind(data, accounts.tres(), accounts.tres().name(i));
      data.field("count", 0);
      data.endObject();
    }
    data.endArray();
  }

  /** The one cluster, unless another one is asked for. */
  void cluster(boolean chosen) throws IOException {
    data.startArray("clusters");
    if (chosen) {
      data.startObject();
      cluster();
      data.endObject();
    }
    data.endArray();
  }

  private void cluster() throws IOException {
    Map<String, String> settings = book.snapshot.definition().settings();
    data.startObject("controller");
    String first = settings.getOrDefault("SlurmctldHost", "").split(",")[0];
    data.field("host", first.replaceFirst("\\(.*", ""));
    data.field(
        "port", Long.parseLong(settings.getOrDefault("SlurmctldPort", "6817").split("-")[0]));
    data.endObject();
    data.texts("flags", List.of());
    data.field("name", book.cluster());
    List<String> nodes =
        book.visibility.nodes()
            ? book.snapshot.nodes().stream().map(node -> node.name()).toList()
            : List.of();
    data.field("nodes", Hostlist.compress(nodes));
    data.field("select_plugin", settings.getOrDefault("SelectType", "").replace("select/", ""));
    data.startObject("associations");
    data.startObject("root");
    reference(accounts.association(Account.ROOT, "", ""));
    data.endObject();
    data.endObject();
    data.field("rpc_version", 0);
    data.startArray("tres");
    data.endArray();
  }
}
