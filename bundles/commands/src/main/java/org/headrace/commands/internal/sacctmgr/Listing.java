package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.headrace.api.account.Account;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.json.Answer;
import org.headrace.slurmconf.text.SlurmDuration;

/** {@code sacctmgr show}: tables of what there is. */
final class Listing {
  /** What a line is about: any of these may be null. */
  private record Line(
      Account account, AccountUser user, Association association, QualityOfService qos, int tres) {}

  private static final String LIMITS =
      "Share,Priority,GrpJobs,GrpTRES,GrpSubmit,GrpWall,GrpTRESMins,MaxJobs,MaxTRES,"
          + "MaxTRESPerNode,MaxSubmit,MaxWall,MaxTRESMins,QOS,DefaultQOS,GrpTRESRunMins";

  private static final String OF_USER =
      ",Cluster,Account,Partition,Share,Priority,MaxJobs,MaxNodes,MaxCPUs,MaxSubmit,MaxWall,"
          + "MaxCPUMins,QOS,DefaultQOS";

  private static final String QOS =
      "Name,Priority,GraceTime,Preempt,PreemptExemptTime,PreemptMode,Flags%40,UsageThreshold,"
          + "UsageFactor,GrpTRES,GrpTRESMins,GrpTRESRunMins,GrpJobs,GrpSubmit,GrpWall,MaxTRES,"
          + "MaxTRESPerNode,MaxTRESMins,MaxWall,MaxTRESPU,MaxJobsPU,MaxSubmitPU,MaxTRESPA,"
          + "MaxTRESRunMinsPA,MaxTRESRunMinsPU,MaxJobsPA,MaxSubmitPA,MinTRES";

  private static final int FIRST_OWN_TRES = 1001;

  private final Book book;
  private final Accounts accounts;
  private final Style style;
  private final Map<String, Field<Line>> fields = new LinkedHashMap<>();
  private String format = "";
  private boolean tree;
  private boolean withAssociations;
  private boolean withCoordinators;
  private boolean ownOnly;
  private final List<Predicate<Association>> conditions = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  /**
   * How lines are laid out.
   *
   * @param separator between columns, or null to fill with blanks
   * @param ended true for a separator after the last column, too
   * @param headings true to begin with headings
   */
  record Style(String separator, boolean ended, boolean headings) {}

  Listing(Book book, Style style) {
    this.book = book;
    this.accounts = book.accounts;
    this.style = style;
  }

  /** Prints a table; returns the exit status. */
  int show(Entity entity, List<Term> terms) {
    for (Term term : terms) {
      if (!understood(entity, term)) {
        return book.refuse(" Unknown condition: " + term.raw());
      }
    }
    switch (entity) {
      case ACCOUNT -> accounts();
      case USER -> users();
      case QOS -> qualities();
      case TRES -> resources();
      case CLUSTER -> cluster();
      default -> associations();
    }
    return 0;
  }

  /**
   * Answers with data.
   *
   * @param answer takes what writes it
   * @return the exit status
   */
  int data(Entity entity, List<Term> terms, DataAnswer answer) throws IOException {
    for (Term term : terms) {
      if (!understood(entity, term)) {
        return book.refuse(" Unknown condition: " + term.raw());
      }
    }
    answer.write(
        data -> {
          AccountData writer = new AccountData(data, book);
          switch (entity) {
            case ACCOUNT -> writer.accounts(chosenAccounts());
            case USER -> writer.users(chosenUsers());
            case QOS -> new QosData(data, accounts.tres()).write(chosenQualities());
            case TRES -> writer.resources();
            case CLUSTER -> writer.cluster(named(book.cluster()));
            default -> writer.associations(chosenAssociations());
          }
        });
    return 0;
  }

  /** Where data goes. */
  @FunctionalInterface
  interface DataAnswer {
    void write(Answer.Payload payload) throws IOException;
  }

  private List<Account> chosenAccounts() {
    return accounts.accounts().stream()
        .filter(one -> named(one.name()) && book.visibility.account(one.name()))
        .filter(
            one ->
                conditions.isEmpty()
                    || accounts.associations().stream()
                        .anyMatch(of -> of.account().equals(one.name()) && passes(of)))
        .toList();
  }

  private List<AccountUser> chosenUsers() {
    return accounts.users().stream()
        .filter(one -> named(one.name()) && book.visibility.user(one.name()))
        .filter(
            one ->
                conditions.isEmpty()
                    || accounts.associations().stream()
                        .anyMatch(of -> of.user().equals(one.name()) && passes(of)))
        .toList();
  }

  private List<QualityOfService> chosenQualities() {
    return book.snapshot.qualitiesOfService().stream()
        .filter(qos -> named(qos.name()))
        .sorted(Comparator.comparingLong(QualityOfService::id))
        .toList();
  }

  private List<Association> chosenAssociations() {
    return inTree().stream()
        .filter(one -> book.visibility.association(one) && passes(one))
        .filter(one -> names.isEmpty() || named(one.account()) || named(one.user()))
        .toList();
  }

  private boolean understood(Entity entity, Term term) {
    if (term.bare()) {
      String word = term.value().toLowerCase(Locale.ROOT);
      switch (word) {
        case "where", "withdeleted", "wopl", "wopinfo" -> {}
        case "tree" -> tree = true;
        case "withassoc" -> withAssociations = true;
        case "withcoord", "withcoordinators" -> withCoordinators = true;
        case "wopi", "wolimits", "withoutparentinfo" -> ownOnly = true;
        default -> names.addAll(term.names());
      }
      return true;
    }
    List<String> wanted = term.names();
    if (term.is("format")) {
      format = term.value();
    } else if (term.is("names")
        || entity == Entity.QOS && term.is("qos")
        || entity == Entity.ACCOUNT && term.is("accounts")
        || entity == Entity.USER && term.is("users")) {
      names.addAll(wanted);
    } else if (term.is("accounts", "acct")) {
      conditions.add(one -> wanted.contains(one.account()));
    } else if (term.is("users")) {
      conditions.add(one -> wanted.contains(one.user()));
    } else if (term.is("partitions")) {
      conditions.add(one -> term.list().contains(one.partition()));
    } else if (term.is("parents")) {
      conditions.add(one -> wanted.contains(one.parent()));
    } else if (term.is("qos")) {
      conditions.add(one -> accounts.qos(one).stream().anyMatch(wanted::contains));
    } else if (term.is("cluster")) {
      conditions.add(one -> term.list().contains(book.cluster()));
    } else {
      return false;
    }
    return true;
  }

  private boolean named(String name) {
    return names.isEmpty() || names.contains(name);
  }

  private boolean passes(Association one) {
    return conditions.stream().allMatch(condition -> condition.test(one));
  }

  private void associations() {
    int width = tree ? -20 : 10;
    put("Cluster", 10, one -> book.cluster());
    put("Account", width, one -> indent(one.association) + one.association.account());
    associationFields();
    put("User", 10, one -> one.association.user());
    List<Line> lines = new ArrayList<>();
    for (Association one : chosenAssociations()) {
      lines.add(new Line(accounts.account(one.account()), null, one, null, 0));
    }
    print("Cluster,Account,User,Partition," + LIMITS, lines);
  }

  private String indent(Association one) {
    int depth = 0;
    if (tree) {
      for (Association at = accounts.above(one); at != null; at = accounts.above(at)) {
        depth++;
      }
    }
    return " ".repeat(depth);
  }

  /** All associations: an account, its users, then the accounts below it, each by name. */
  private List<Association> inTree() {
    List<Association> found = new ArrayList<>();
    collect(accounts.association(Account.ROOT, "", ""), found);
    return found;
  }

  private void collect(Association one, List<Association> found) {
    found.add(one);
    List<Association> below =
        accounts.below(one.account()).stream()
            .sorted(
                Comparator.comparing((Association next) -> !next.ofUser())
                    .thenComparing(Association::user)
                    .thenComparing(Association::account)
                    .thenComparing(Association::partition))
            .toList();
    for (Association next : below) {
      if (next.ofUser()) {
        found.add(next);
      } else {
        collect(next, found);
      }
    }
  }

  private void accounts() {
    put("Account", 10, one -> one.account.name());
    put("Descr", 20, one -> one.account.description());
    put("Org", 20, one -> one.account.organization());
    put("Coord Accounts", 20, one -> String.join(",", one.account.coordinators()));
    put("User", 10, one -> one.association.user());
    put("Cluster", 10, one -> book.cluster());
    associationFields();
    List<Line> lines = new ArrayList<>();
    for (Account account : accounts.accounts()) {
      if (!named(account.name()) || !book.visibility.account(account.name())) {
        continue;
      }
      for (Association one : inTree()) {
        boolean shown = withAssociations || !one.ofUser();
        boolean seen = !one.ofUser() || book.visibility.association(one);
        if (shown && seen && one.account().equals(account.name()) && passes(one)) {
          lines.add(new Line(account, null, one, null, 0));
        }
      }
    }
    String plain = "Account,Descr,Org" + (withCoordinators ? ",Coord" : "");
    print(withAssociations ? plain + ",Cluster,User,Partition," + LIMITS : plain, lines);
  }

  private void users() {
    put("User", 10, one -> one.user.name());
    put("Def Acct", 10, one -> one.user.defaultAccount());
    put("DefaultAccount", "Def Acct", 10, one -> one.user.defaultAccount());
    put("Admin", 9, one -> level(one.user.level()));
    put("AdminLevel", "Admin", 9, one -> level(one.user.level()));
    put("Coord Accounts", 20, one -> String.join(",", coordinated(one.user.name())));
    put("Cluster", 10, one -> book.cluster());
    put("Account", 10, one -> association(one, Association::account));
    associationFields();
    List<Line> lines = new ArrayList<>();
    for (AccountUser user : accounts.users()) {
      if (!named(user.name()) || !book.visibility.user(user.name())) {
        continue;
      }
      List<Association> own =
          accounts.associations().stream()
              .filter(one -> one.user().equals(user.name()) && passes(one))
              .toList();
      if (withAssociations) {
        own.forEach(one -> lines.add(new Line(null, user, one, null, 0)));
      } else if (!own.isEmpty() || conditions.isEmpty()) {
        lines.add(new Line(null, user, null, null, 0));
      }
    }
    String plain = "User,DefaultAccount,Admin" + (withCoordinators ? ",Coord" : "");
    print(withAssociations ? plain + OF_USER : plain, lines);
  }

  private static String association(Line line, Function<Association, String> value) {
    return line.association == null ? "" : value.apply(line.association);
  }

  private List<String> coordinated(String user) {
    return accounts.accounts().stream()
        .filter(account -> account.coordinators().contains(user))
        .map(Account::name)
        .toList();
  }

  static String level(AccountUser.Level level) {
    return switch (level) {
      case NONE -> "None";
      case OPERATOR -> "Operator";
      case ADMINISTRATOR -> "Administrator";
    };
  }

  private void qualities() {
    put("Name", 10, one -> one.qos.name());
    put("Description", "Descr", 20, one -> one.qos.description());
    put("ID", 6, one -> Long.toString(one.qos.id()));
    put("Priority", 10, one -> Long.toString(one.qos.priority()));
    put("GraceTime", 10, one -> SlurmDuration.formatFull(one.qos.graceTime() / 1000));
    put("Preempt", 10, one -> String.join(",", one.qos.preempts()));
    put("PreemptExemptTime", 19, one -> exempt(one.qos));
    put("PreemptMode", 11, one -> one.qos.preemptMode().isEmpty() ? "cluster" : mode(one.qos));
    put("Flags", 20, one -> QosWords.flags(one.qos.flags()));
    put("UsageThreshold", "UsageThres", 10, one -> decimal(one.qos.usageThreshold(), -1));
    put("UsageFactor", 11, one -> decimal(one.qos.usageFactor(), -1));
    put("LimitFactor", 11, one -> decimal(one.qos.limitFactor(), 0));
    limitFields(one -> one.qos.limits());
    put("MaxTRESPU", 13, one -> text(one, ResourceLimit.MAX_PER_USER));
    put("MaxTRESPerUser", "MaxTRESPU", 13, one -> text(one, ResourceLimit.MAX_PER_USER));
    put("MaxJobsPU", 9, one -> text(one, Limit.MAX_JOBS));
    put("MaxSubmitPU", 11, one -> text(one, Limit.MAX_SUBMITTED));
    put("MaxTRESPA", 13, one -> text(one, ResourceLimit.MAX_PER_ACCOUNT));
    put("MaxTRESPerAccount", "MaxTRESPA", 13, one -> text(one, ResourceLimit.MAX_PER_ACCOUNT));
    put("MaxTRESRunMinsPA", 15, one -> text(one, ResourceLimit.MAX_RUN_MINUTES_PER_ACCOUNT));
    put("MaxTRESRunMinsPU", 15, one -> text(one, ResourceLimit.MAX_RUN_MINUTES_PER_USER));
    put("MaxJobsPA", 9, one -> text(one, Limit.MAX_JOBS_PER_ACCOUNT));
    put("MaxSubmitPA", 11, one -> text(one, Limit.MAX_SUBMITTED_PER_ACCOUNT));
    put("MinTRES", 13, one -> text(one, ResourceLimit.MIN_PER_JOB));
    put("MinPrioThreshold", "MinPrioThres", 12, one -> text(one, Limit.MIN_PRIORITY));
    List<Line> lines =
        chosenQualities().stream().map(qos -> new Line(null, null, null, qos, 0)).toList();
    print(QOS, lines);
  }

  private static String text(Line line, Limit limit) {
    return LimitTerms.text(line.qos.limits(), limit);
  }

  private static String text(Line line, ResourceLimit limit) {
    return LimitTerms.text(line.qos.limits(), limit);
  }

  private static String mode(QualityOfService qos) {
    return qos.preemptMode().toLowerCase(Locale.ROOT);
  }

  private static String exempt(QualityOfService qos) {
    return qos.exemptTime() < 0 ? "" : SlurmDuration.formatFull(qos.exemptTime() / 1000);
  }

  private static String decimal(double value, double absent) {
    return value == absent ? "" : String.format(Locale.ROOT, "%.6f", value);
  }

  private void resources() {
    Tres tres = accounts.tres();
    put("Type", 8, one -> tres.name(one.tres).split("/", 2)[0]);
    put("Name", 15, one -> tres.name(one.tres).replaceFirst("^[^/]*/?", ""));
    put("ID", 6, one -> Integer.toString(id(one.tres)));
    List<Line> lines = new ArrayList<>();
    for (int i = 0; i < tres.size(); i++) {
      lines.add(new Line(null, null, null, null, i));
    }
    print("Type,Name,ID", lines);
  }

  static int id(int index) {
    int common = Tres.COMMON.size();
    return index < common ? index + 1 : FIRST_OWN_TRES + index - common;
  }

  private void cluster() {
    put("Cluster", 10, one -> book.cluster());
    put("ControlHost", 15, one -> setting("SlurmctldAddr", "127.0.0.1"));
    put("ControlPort", 12, one -> setting("SlurmctldPort", "6817"));
    put("RPC", 5, one -> "");
    associationFields();
    Association root = accounts.association(Account.ROOT, "", "");
    String columns =
        "Cluster,ControlHost,ControlPort,RPC,Share,GrpJobs,GrpTRES,GrpSubmit,MaxJobs,MaxTRES,"
            + "MaxSubmit,MaxWall,QOS,DefaultQOS";
    print(columns, List.of(new Line(null, null, root, null, 0)));
  }

  private String setting(String name, String otherwise) {
    return book.snapshot.definition().settings().getOrDefault(name, otherwise);
  }

  private void associationFields() {
    put("Partition", 10, one -> association(one, Association::partition));
    put("ID", 6, one -> association(one, a -> Long.toString(a.id())));
    put("ParentName", "Par Name", 10, one -> association(one, Association::parent));
    put("Share", 9, one -> association(one, Listing::shares));
    put("Fairshare", "Share", 9, one -> association(one, Listing::shares));
    put("Priority", 10, one -> association(one, a -> a.priority() == 0 ? "" : "" + a.priority()));
    put("Comment", 20, one -> association(one, Association::comment));
    limitFields(this::limits);
    put("QOS", 20, one -> association(one, a -> String.join(",", qos(a))));
    put("DefaultQOS", "Def QOS", 9, one -> association(one, this::defaultQos));
  }

  private LimitSet limits(Line line) {
    if (line.association == null) {
      return LimitSet.NONE;
    }
    return ownOnly ? line.association.limits() : accounts.limits(line.association);
  }

  private List<String> qos(Association one) {
    return ownOnly ? one.qos() : accounts.qos(one);
  }

  private String defaultQos(Association one) {
    Association at = one;
    while (!ownOnly && at.defaultQos().isEmpty() && accounts.above(at) != null) {
      at = accounts.above(at);
    }
    return at.defaultQos();
  }

  static String shares(Association one) {
    return one.shares() == Association.PARENT ? "parent" : Long.toString(one.shares());
  }

  private void limitFields(Function<Line, LimitSet> of) {
    Map<String, Limit> numbers = new LinkedHashMap<>();
    numbers.put("GrpJobs:7", Limit.GROUP_JOBS);
    numbers.put("GrpJobsAccrue:13", Limit.GROUP_ACCRUING);
    numbers.put("GrpSubmit:9", Limit.GROUP_SUBMITTED);
    numbers.put("GrpWall:11", Limit.GROUP_WALL);
    numbers.put("MaxJobs:7", Limit.MAX_JOBS);
    numbers.put("MaxJobsAccrue:13", Limit.MAX_ACCRUING);
    numbers.put("MaxSubmit:9", Limit.MAX_SUBMITTED);
    numbers.put("MaxWall:11", Limit.MAX_WALL);
    numbers.forEach((name, limit) -> column(name, one -> LimitTerms.text(of.apply(one), limit)));
    Map<String, ResourceLimit> counts = new LinkedHashMap<>();
    counts.put("GrpTRES:13", ResourceLimit.GROUP);
    counts.put("GrpTRESMins:13", ResourceLimit.GROUP_MINUTES);
    counts.put("GrpTRESRunMins:13", ResourceLimit.GROUP_RUN_MINUTES);
    counts.put("MaxTRES:13", ResourceLimit.MAX_PER_JOB);
    counts.put("MaxTRESPerNode:14", ResourceLimit.MAX_PER_NODE);
    counts.put("MaxTRESMins:13", ResourceLimit.MAX_MINUTES_PER_JOB);
    counts.forEach((name, limit) -> column(name, one -> LimitTerms.text(of.apply(one), limit)));
    put("MaxCPUs", 8, one -> LimitTerms.text(of.apply(one), ResourceLimit.MAX_PER_JOB, "cpu"));
    put("MaxNodes", 8, one -> LimitTerms.text(of.apply(one), ResourceLimit.MAX_PER_JOB, "node"));
    put(
        "MaxCPUMins",
        11,
        one -> LimitTerms.text(of.apply(one), ResourceLimit.MAX_MINUTES_PER_JOB, "cpu"));
  }

  private void column(String nameAndWidth, Function<Line, String> value) {
    String[] words = nameAndWidth.split(":");
    put(words[0], Integer.parseInt(words[1]), value);
  }

  private void put(String name, int width, Function<Line, String> value) {
    put(name, name, width, value);
  }

  private void put(String name, String heading, int width, Function<Line, String> value) {
    fields.put(name.toLowerCase(Locale.ROOT), new Field<>(heading, width, value));
  }

  /** By name, or else the first that begins like it. */
  private static <T> Field<T> find(Map<String, Field<T>> fields, String name) {
    String key = name.toLowerCase(Locale.ROOT);
    if (fields.containsKey(key) || key.length() < 2) {
      return fields.get(key);
    }
    return fields.entrySet().stream()
        .filter(e -> e.getKey().startsWith(key) || key.startsWith(e.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private void print(String columns, List<Line> lines) {
    FieldTable<Line> table = table(format.isEmpty() ? columns : format, fields, style);
    if (style.headings()) {
      table.header().forEach(book.out::println);
    }
    lines.forEach(line -> book.out.println(table.row(line)));
  }

  /**
   * A table of columns that may be named by their beginnings.
   *
   * @param fields columns by their names in lower case
   */
  static <T> FieldTable<T> table(String format, Map<String, Field<T>> fields, Style style) {
    return new FieldTable<>(
        format,
        new FieldTable.Columns<>(
            List.copyOf(fields.keySet()),
            name -> find(fields, name),
            name -> Refusal.raw(1, "Unknown field '" + name + "'")),
        style.separator(),
        style.ended());
  }

  static List<String> sorted(List<String> names) {
    String[] all = names.toArray(String[]::new);
    Arrays.sort(all);
    return List.of(all);
  }
}
