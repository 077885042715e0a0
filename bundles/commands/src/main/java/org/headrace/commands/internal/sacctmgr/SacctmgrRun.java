package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.WorkKey;
import org.headrace.commands.internal.cli.ClientFile;
import org.headrace.commands.internal.cli.Conversation;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.json.Answer;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.History;
import org.headrace.slurmconf.options.ParsedOptions;

/** One call of sacctmgr: a verb, what it is about, and words. */
final class SacctmgrRun {
  private static final CommandOptions OPTIONS =
      new CommandOptions(
          "sacctmgr",
          "VERB ENTITY [NAMES] [KEY=VALUE ...]",
          """
          associations|s|-|||list users and accounts with their associations
          immediate|i|-|||make changes without asking
          json||?||parser|show as JSON
          noheader|n|-|||no headings
          oneliner|o|-|||each record on one line
          parsable|p|-|||columns ended by |
          parsable2|P|-|||columns separated by |
          quiet|Q|-|||
          readonly|r|-|||refuse changes
          verbose|v|-|||say what is done
          yaml||?||parser|show as YAML
          """);

  private static final String[] NO_ENTITY = {
    "No valid entity in list command",
    "Input line must include \"Account\", \"Association\", \"Cluster\", \"Configuration\",",
    "\"Event\", \"Federation\", \"Problem\", \"QOS\", \"Resource\", \"Reservation\",",
    "\"RunAwayJobs\", \"Stats\", \"Transaction\", \"TRES\", \"User\", or \"WCKey\""
  };

  private final Control control;
  private final History history;
  private final Clock clock;
  private final Invocation invocation;
  private ParsedOptions options;

  SacctmgrRun(Control control, History history, Clock clock, Invocation invocation) {
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
    return options.operands().isEmpty()
        ? Conversation.hold(invocation, "sacctmgr", this::carryOut)
        : carryOut(options.operands());
  }

  private int carryOut(List<String> line) throws Exception {
    String verb = line.get(0).toLowerCase(Locale.ROOT);
    Book book = new Book(control, invocation, options.has("immediate"));
    if (verb.equals("version")) {
      book.out.println(org.headrace.commands.internal.cli.Product.VERSION);
      return 0;
    }
    if (is(verb, "ping")) {
      return ping(book);
    }
    if (is(verb, "dump")) {
      return dump(book, line);
    }
    if (is(verb, "load")) {
      return load(book, line);
    }
    if (is(verb, "archive")) {
      return book.refuse(
          "sacctmgr: error: archive: there are no archive files; accounting is in the SQL database"
              + " that AccountingStorageLoc names, which has its own means of backup");
    }
    boolean show = is(verb, "show", "list");
    boolean known = show || is(verb, "add", "create", "modify", "delete", "remove");
    if (!known) {
      return book.refuse("invalid keyword: " + line.get(0));
    }
    Entity entity = line.size() < 2 ? null : Entity.of(line.get(1));
    List<Term> terms = line.stream().skip(2).map(Term::of).toList();
    if (show) {
      Report report = line.size() < 2 || entity != null ? null : Report.of(line.get(1));
      if (report != null) {
        return report(report, book, terms);
      }
      if (entity == null || entity == Entity.COORDINATOR) {
        return book.refuse(NO_ENTITY);
      }
      Listing listing = new Listing(book, style());
      return Answer.wanted(options)
          ? listing.data(
              entity, terms, payload -> Answer.write(invocation, options, book.cluster(), payload))
          : listing.show(entity, withAssociations(terms));
    }
    if (options.has("readonly")) {
      return book.refuse("Can't run this command in readonly mode.");
    }
    if (entity == null) {
      return book.refuse(
          "No valid entity in " + verb + " command",
          "Input line must include \"Account\", \"Cluster\", \"Coordinator\", \"QOS\" or \"User\"");
    }
    if (is(verb, "add", "create")) {
      return new Adding(book).add(entity, terms);
    }
    return is(verb, "modify")
        ? new Modifying(book).modify(entity, terms)
        : new Deleting(book).delete(entity, terms);
  }

  private int ping(Book book) throws IOException {
    DatabasePing ping = DatabasePing.of(book, history, clock.millis());
    if (Answer.wanted(options)) {
      Answer.write(invocation, options, book.cluster(), ping::write);
      return 0;
    }
    book.out.println(ping.text());
    return ping.answers() ? 0 : 1;
  }

  /** What is shown beside the entities that there are. */
  private enum Report {
    EVENTS,
    PROBLEMS,
    RUNAWAYJOBS,
    TRANSACTIONS,
    TXN,
    WCKEYS;

    /** By its name or a beginning of it, two letters at least; null for none. */
    static Report of(String text) {
      String wanted = text.toUpperCase(Locale.ROOT);
      for (Report one : values()) {
        if (wanted.length() > 1 && one.name().startsWith(wanted)) {
          return one;
        }
      }
      return null;
    }
  }

  private int report(Report report, Book book, List<Term> terms) throws Exception {
    if (Answer.wanted(options) && report != Report.WCKEYS) {
      return book.refuse("sacctmgr: error: " + report + " can't be shown as JSON or YAML");
    }
    TimeTexts times = TimeTexts.of(invocation.environment(), clock.millis());
    try {
      return switch (report) {
        case EVENTS -> new Events(book, history, invocation, times).show(terms, style());
        case PROBLEMS -> new Problems(book, invocation).show(terms, style());
        case RUNAWAYJOBS -> new RunawayJobs(book, history, times).show(terms, style());
        case TRANSACTIONS, TXN ->
            new Transactions(book, history, times).show(withAssociations(terms), style());
        case WCKEYS -> keys(book, terms);
      };
    } catch (AccountingException e) {
      return book.refuse("sacctmgr: error: Problem talking to the database: " + e.getMessage());
    }
  }

  private int keys(Book book, List<Term> terms) throws Exception {
    WorkKeys keys = new WorkKeys(book);
    String problem = keys.understood(terms);
    if (problem != null) {
      return book.refuse(problem);
    }
    List<WorkKey> all = history.workKeys();
    if (Answer.wanted(options)) {
      Answer.write(invocation, options, book.cluster(), data -> keys.write(all, data));
    } else {
      keys.show(all, style());
    }
    return 0;
  }

  /** A file's content may be as large as this. */
  private static final long MOST_BYTES = 64L * 1024 * 1024;

  private int dump(Book book, List<String> line) throws Exception {
    String cluster = "";
    String file = "";
    for (String word : line.subList(1, line.size())) {
      Term term = Term.of(word);
      if (term.is("file")) {
        file = term.value();
      } else if (term.bare() || term.is("cluster")) {
        cluster = term.value();
      } else {
        return book.refuse(" Unknown option: " + word);
      }
    }
    if (cluster.isEmpty()) {
      return book.refuse(" We need a cluster to dump.");
    }
    if (!cluster.equals(book.cluster())) {
      return book.refuse(" Cluster " + cluster + " doesn't exist.");
    }
    if (!book.visibility.administrator()) {
      return book.refuse(" Your uid isn't that of an administrator, who alone may dump.");
    }
    if (file.isEmpty()) {
      file = "./" + cluster + ".cfg";
      book.out.println(" No filename given, using " + file + ".");
    }
    String text = Dumping.of(cluster, book.accounts);
    if (!ClientFile.write(invocation, text, file)) {
      return book.refuse("Can't open file " + file);
    }
    text.lines()
        .filter(one -> !one.startsWith("#"))
        .forEach(one -> book.err.println("sacctmgr: " + one));
    return 0;
  }

  private int load(Book book, List<String> line) throws Exception {
    String file = "";
    String cluster = "";
    boolean clean = false;
    for (String word : line.subList(1, line.size())) {
      Term term = Term.of(word);
      if (word.equalsIgnoreCase("clean")) {
        clean = true;
      } else if (term.is("cluster")) {
        cluster = term.value();
      } else if (term.bare() || term.is("file")) {
        file = term.value();
      } else {
        return book.refuse(" Unknown option: " + word);
      }
    }
    if (options.has("readonly")) {
      return book.refuse("Can't run this command in readonly mode.");
    }
    // What would change tells what there is, before the core is asked whether the user may do it.
    if (!book.visibility.administrator()) {
      return book.refuse(" Your uid isn't that of an administrator, who alone may load.");
    }
    if (file.isEmpty()) {
      return book.refuse(" No filename given, specify one with file=''");
    }
    String text;
    try {
      text = new String(invocation.readFile(file, MOST_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return book.refuse(" Unable to read \"" + file + "\": " + e.getMessage());
    }
    return new Loading(book, clean).load(text, cluster);
  }

  private static boolean is(String word, String... verbs) {
    for (String verb : verbs) {
      if (word.length() > 2 && verb.startsWith(word)) {
        return true;
      }
    }
    return false;
  }

  private List<Term> withAssociations(List<Term> terms) {
    if (!options.has("associations")) {
      return terms;
    }
    List<Term> more = new java.util.ArrayList<>(terms);
    more.add(Term.of("withassoc"));
    return more;
  }

  private Listing.Style style() {
    boolean parsable = options.has("parsable") || options.has("parsable2");
    return new Listing.Style(
        parsable ? "|" : null, !options.has("parsable2"), !options.has("noheader"));
  }
}
