package org.headrace.commands.internal.sshare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.headrace.api.account.Account;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.FairShare;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.json.Answer;
import org.headrace.commands.internal.text.AccountTree;
import org.headrace.commands.internal.text.Users;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.ParsedOptions;

/** One call of sshare. */
final class SshareRun {
  private static final CommandOptions OPTIONS =
      new CommandOptions(
          "sshare",
          "",
          """
          accounts|A|=||names|only these accounts
          all|a|-|||users of all accounts
          format|o|=||fields|columns: name[%width],...
          json||?||parser|show as JSON
          long|l|-|||more columns
          noheader|n|-|||no headings
          partition|m|-|||the partition that an association is for
          parsable|p|-|||columns ended by |
          parsable2|P|-|||columns separated by |
          users|u|=||names|only these users
          Users|U|-|||users alone, without accounts
          verbose|v|-|||say what is done
          yaml||?||parser|show as YAML
          """);

  private static final String SHORT =
      "Account,User,RawShares,NormShares,RawUsage,EffectvUsage,FairShare";
  private static final String LONG =
      "Account,User,RawShares,NormShares,RawUsage,NormUsage,EffectvUsage,FairShare,LevelFS,"
          + "GrpTRESMins,TRESRunMins";

  private final Control control;
  private final Invocation invocation;
  private final Map<String, Field<Association>> fields = new LinkedHashMap<>();
  private Snapshot snapshot;
  private Accounts accounts;
  private Visibility visibility;
  private FairShare.Rule rule;
  private FairShare fairShare;

  SshareRun(Control control, Invocation invocation) {
    this.control = control;
    this.invocation = invocation;
  }

  int run() throws IOException {
    ParsedOptions options = OPTIONS.parse(invocation.arguments(), invocation.environment());
    if (OPTIONS.answered(options, invocation)) {
      return 0;
    }
    List<String> users = list(options, "users");
    for (String user : users) {
      if (!Users.exists(user)) {
        throw Refusal.error("sshare", 1, "Invalid user id: " + user);
      }
    }
    snapshot = control.snapshot();
    accounts = snapshot.accounts();
    visibility = new Visibility(snapshot, invocation.caller(), true);
    Map<String, String> settings = snapshot.definition().settings();
    rule =
        FairShare.Rule.of(
            settings.getOrDefault("PriorityFlags", ""),
            settings.getOrDefault("FairShareDampeningFactor", ""));
    fairShare = rule.of(accounts, snapshot::consumption);
    List<Association> chosen = chosen(options, users);
    if (Answer.wanted(options)) {
      Answer.write(
          invocation,
          options,
          snapshot.definition().name(),
          data ->
              new ShareData(data, snapshot, rule, fairShare)
                  .write(snapshot.definition().name(), chosen));
      return 0;
    }
    fields(!options.has("Users"));
    boolean parsable = options.has("parsable") || options.has("parsable2");
    String own = options.has("long") ? rule.tree() ? LONG : LONG.replace(",LevelFS", "") : SHORT;
    own = options.has("partition") ? own.replace("User,", "User,Partition,") : own;
    FieldTable<Association> table =
        new FieldTable<>(
            options.value("format", own),
            new FieldTable.Columns<>(
                List.copyOf(fields.keySet()),
                name -> fields.get(name.toLowerCase(Locale.ROOT)),
                name -> Refusal.raw(1, "Invalid field requested: \"" + name + "\"")),
            parsable ? "|" : null,
            !options.has("parsable2"));
    if (!options.has("noheader")) {
      table.header().forEach(invocation.out()::println);
    }
    chosen.forEach(one -> invocation.out().println(table.row(one)));
    return 0;
  }

  private List<Association> chosen(ParsedOptions options, List<String> users) {
    List<String> wanted = list(options, "accounts");
    List<Association> chosen = new ArrayList<>();
    for (Association one : AccountTree.of(accounts)) {
      boolean shown =
          one.ofUser()
              ? options.has("all")
                  || users.contains(one.user())
                  || users.isEmpty() && one.user().equals(invocation.caller().user())
              : !options.has("Users");
      if (shown && visibility.usage(one) && (wanted.isEmpty() || wanted.contains(one.account()))) {
        chosen.add(one);
      }
    }
    return chosen;
  }

  private static List<String> list(ParsedOptions options, String name) {
    return Arrays.stream(options.value(name, "").split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private void fields(boolean asTree) {
    put("Account", -20, one -> (asTree ? " ".repeat(depth(one)) : "") + one.account());
    put("User", 10, Association::user);
    put("Partition", 12, Association::partition);
    put("RawShares", 10, this::shares);
    put("NormShares", 11, one -> decimal(standing(one).shares()));
    put("RawUsage", 11, one -> Long.toString(Math.round(used(one))));
    put("NormUsage", 11, one -> isRoot(one) ? "" : decimal(normal(one)));
    put("EffectvUsage", 13, one -> decimal(isRoot(one) ? 1 : standing(one).used()));
    put("FairShare", 10, this::fairShare);
    put("LevelFS", 10, this::level);
    put("GrpTRESMins", 30, one -> text(one.limits().resources(ResourceLimit.GROUP_MINUTES)));
    put("TRESRunMins", 30, this::runMinutes);
  }

  private void put(String name, int width, Function<Association, String> value) {
    fields.put(name.toLowerCase(Locale.ROOT), new Field<>(name, width, value));
  }

  private int depth(Association one) {
    int depth = 0;
    for (Association at = accounts.above(one); at != null; at = accounts.above(at)) {
      depth += visibility.usage(at) ? 1 : 0;
    }
    return depth;
  }

  private static boolean isRoot(Association one) {
    return !one.ofUser() && one.parent().isEmpty();
  }

  private FairShare.Standing standing(Association one) {
    return fairShare.standing(one.id());
  }

  /** In the fair tree users alone have a rank. */
  private String fairShare(Association one) {
    return one.ofUser() || !rule.tree() ? decimal(fairShare.factor(one.id())) : "";
  }

  private String shares(Association one) {
    if (isRoot(one)) {
      return "";
    }
    return one.shares() == Association.PARENT ? "parent" : Long.toString(one.shares());
  }

  private double used(Association one) {
    return snapshot.consumption(one.id()).spent(Tres.BILLING);
  }

  private double normal(Association one) {
    double all = used(accounts.association(Account.ROOT, "", ""));
    return all == 0 ? 0 : used(one) / all;
  }

  private String level(Association one) {
    if (isRoot(one) && rule.tree() || one.shares() == Association.PARENT) {
      return "";
    }
    double level = standing(one).level();
    return Double.isInfinite(level) ? "inf" : decimal(level);
  }

  private String runMinutes(Association one) {
    Consumption use = snapshot.consumption(one.id());
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < accounts.tres().size(); i++) {
      text.append(text.isEmpty() ? "" : ",")
          .append(accounts.tres().name(i))
          .append('=')
          .append((long) use.runMinutes(i, snapshot.time()));
    }
    return text.toString();
  }

  private static String text(Map<String, Long> counts) {
    List<String> words = new ArrayList<>();
    new TreeMap<>(counts).forEach((name, count) -> words.add(name + "=" + count));
    return String.join(",", words);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
