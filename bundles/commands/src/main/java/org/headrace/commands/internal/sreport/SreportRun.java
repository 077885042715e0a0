package org.headrace.commands.internal.sreport;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.JobUse;
import org.headrace.commands.internal.cli.Conversation;
import org.headrace.commands.internal.cli.Product;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.History;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.options.ParsedOptions;
import org.headrace.slurmconf.text.TextFormatException;

/** One call of sreport: a kind of report, its name, and words; or lines of them. */
final class SreportRun {
  private static final CommandOptions OPTIONS =
      new CommandOptions(
          "sreport",
          "KIND REPORT [KEY=VALUE ...]",
          """
          all_clusters|a|-|||there is one
          cluster|M|=||names|there is one
          federation||-|||
          local||-|||
          noheader|n|-|||no headings
          parsable|p|-|||columns ended by |
          parsable2|P|-|||columns separated by |
          quiet|Q|-|||
          time|t|=||format|Seconds, Minutes, Hours, Percent, SecPer, MinPer or HourPer
          tres|T|=||names|resources, or ALL
          verbose|v|-|||
          """);

  private static final String CLUSTER_REPORTS =
      "Valid cluster reports are, \"AccountUtilizationByUser\", \"UserUtilizationByAccount\","
          + " \"UserUtilizationByWckey\", \"Utilization\", and \"WCKeyUtilizationByUser\"";
  private static final String JOB_REPORTS =
      "Valid job reports are, \"SizesByAccount, SizesByAccountAndWcKey, and  SizesByWckey\"";

  private final Control control;
  private final History history;
  private final Clock clock;
  private final Invocation invocation;
  private ParsedOptions options;
  private TimeUnits units = TimeUnits.MINUTES;
  private Sheet.Style style;

  SreportRun(Control control, History history, Clock clock, Invocation invocation) {
    this.control = control;
    this.history = history;
    this.clock = clock;
    this.invocation = invocation;
  }

  int run() throws Exception {
    options = OPTIONS.parse(invocation.arguments(), invocation.environment());
    if (OPTIONS.answered(options, invocation)) {
      return 0;
    }
    boolean second = options.has("parsable2");
    style = new Sheet.Style(second || options.has("parsable"), !second, !options.has("noheader"));
    time(options.value("time", ""));
    return options.operands().isEmpty()
        ? Conversation.hold(invocation, "sreport", this::carryOut)
        : carryOut(options.operands());
  }

  private void time(String text) {
    TimeUnits wanted = TimeUnits.of(text);
    if (wanted != null) {
      units = wanted;
    } else if (!text.isEmpty()) {
      invocation.err().print("unknown time format " + text);
    }
  }

  private int carryOut(List<String> words) throws Exception {
    String verb = words.get(0).toLowerCase(Locale.ROOT);
    switch (verb) {
      case "version" -> invocation.out().println(Product.VERSION);
      case "help" -> invocation.out().print(OPTIONS.help());
      case "parsable" -> style = new Sheet.Style(true, true, style.headings());
      case "parsable2" -> style = new Sheet.Style(true, false, style.headings());
      case "nonparsable" -> style = new Sheet.Style(false, true, style.headings());
      case "quiet", "verbose" -> {}
      case "time" -> time(words.size() > 1 ? words.get(1) : "");
      default -> {
        return report(verb, words);
      }
    }
    return 0;
  }

  private int report(String verb, List<String> words) throws Exception {
    String kind = "";
    for (String one : List.of("cluster", "job", "reservation", "user")) {
      kind = verb.length() > 1 && one.startsWith(verb) ? one : kind;
    }
    if (kind.isEmpty()) {
      return refuse("invalid keyword: " + words.get(0));
    }
    if (words.size() < 2) {
      return refuse("too few arguments for keyword:" + words.get(0));
    }
    Question question = new Question();
    int status = 0;
    for (String word : words.subList(2, words.size())) {
      if (!question.take(word)) {
        invocation.err().println(" Unknown condition: " + word);
        invocation.err().println("Use keyword set to modify value");
        status = 1;
      }
    }
    try {
      return Math.max(status, report(kind, words.get(1), question));
    } catch (TextFormatException e) {
      return refuse("sreport: error: " + e.getMessage());
    } catch (AccountingException e) {
      return refuse("sreport: error: Problem talking to the database: " + e.getMessage());
    }
  }

  private int report(String kind, String name, Question question) throws AccountingException {
    String wanted = name.toLowerCase(Locale.ROOT);
    return switch (kind) {
      case "cluster" -> cluster(wanted, name, question);
      case "job" -> job(wanted, name, question);
      case "user" ->
          is(wanted, "topusage", 1)
              ? new Usage(facts(question), question).top()
              : unknown(name, "Valid user reports are, \"Top\"");
      default ->
          refuse("sreport: error: what reservations had is not kept, so there is no report of it");
    };
  }

  private static boolean is(String wanted, String name, int least) {
    return wanted.length() >= least && name.startsWith(wanted);
  }

  private int cluster(String wanted, String name, Question question) throws AccountingException {
    if (is(wanted, "accountutilizationbyuser", 1)) {
      return new Usage(facts(question), question).accountsByUser();
    } else if (is(wanted, "userutilizationbyaccount", 18)) {
      return new Usage(facts(question), question).usersByAccount();
    } else if (is(wanted, "userutilizationbywckey", 18)) {
      return new Usage(facts(question), question).usersByKey();
    } else if (is(wanted, "utilization", 2)) {
      Facts facts = facts(question);
      return new Utilization(facts, history.nodeEvents(0, facts.end())).print(question.format);
    } else if (is(wanted, "wckeyutilizationbyuser", 1)) {
      return new Usage(facts(question), question).keysByUser();
    }
    return unknown(name, CLUSTER_REPORTS);
  }

  private int job(String wanted, String name, Question question) throws AccountingException {
    boolean ofAccount = is(wanted, "sizesbyaccount", 1);
    boolean ofBoth = is(wanted, "sizesbyaccountandwckey", 15);
    if (!ofAccount && !ofBoth && !is(wanted, "sizesbywckey", 8)) {
      return unknown(name, JOB_REPORTS);
    }
    List<Integer> begins = question.sizes();
    if (begins == null) {
      return refuse(" We need a grouping list to set up the print.");
    }
    if (!options.value("tres", "cpu").equalsIgnoreCase("cpu")) {
      return refuse("sreport: error: sizes of jobs are counted in CPUs alone");
    }
    Sizes sizes = new Sizes(facts(question), question, begins);
    return ofBoth ? sizes.byAccountAndKey() : ofAccount ? sizes.byAccount() : sizes.byKey();
  }

  private int unknown(String name, String valid) {
    return refuse("Not valid report " + name, valid);
  }

  private int refuse(String... lines) {
    for (String line : lines) {
      invocation.err().println(line);
    }
    return 1;
  }

  private Facts facts(Question question) throws AccountingException {
    Snapshot snapshot = control.snapshot();
    TimeTexts times = TimeTexts.of(invocation.environment(), clock.millis());
    Period period = Period.of(question.start, question.end, times);
    long end = Math.max(period.from(), Math.min(period.to(), clock.millis()));
    String names = options.value("tres", "");
    List<String> tres = names.isEmpty() ? List.of("cpu") : Resources.chosen(snapshot, names);
    if (tres == null) {
      throw Refusal.raw(1, "sreport: fatal: No valid TRES given");
    }
    String cluster = snapshot.definition().name();
    List<String> clusters = new ArrayList<>(question.clusters);
    for (String one : options.value("cluster", "").split(",")) {
      clusters.add(one);
    }
    clusters.removeIf(String::isEmpty);
    boolean ours = clusters.isEmpty() || clusters.contains(cluster) || clusters.contains("all");
    List<JobUse> uses = ours ? seen(snapshot, history.use(period.from(), end)) : List.of();
    return new Facts(
        snapshot,
        ours,
        uses,
        times,
        period,
        end,
        tres,
        !names.isEmpty(),
        units,
        style,
        invocation.out(),
        invocation.err());
  }

  /** What the caller may know of. */
  private List<JobUse> seen(Snapshot snapshot, List<JobUse> uses) {
    Visibility visibility = new Visibility(snapshot, invocation.caller(), true);
    Accounts accounts = snapshot.accounts();
    return uses.stream()
        .filter(
            use -> {
              Association own = accounts.association(use.account(), use.user(), "");
              return own == null
                  ? visibility.usage(Association.of(use.account(), use.user()))
                  : visibility.usage(own);
            })
        .toList();
  }
}
