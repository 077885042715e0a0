package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.LineInput;
import org.headrace.commands.internal.cli.Product;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.cli.Words;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.options.ParsedOptions;

/** One call of scontrol: one sub-command, or a conversation. */
final class ScontrolRun {
  static final CommandOptions TABLE =
      new CommandOptions(
          "scontrol",
          "[COMMAND]",
          """
          all|a|-|SCONTROL_ALL||also hidden partitions
          clusters|M|=|SLURM_CLUSTERS|names|clusters to talk to
          cluster||=||names|
          details|d|-|||show more
          federation||-|||show the federation
          future|F|-|SCONTROL_FUTURE||also nodes of the future
          hide||-|||leave out hidden partitions
          json||?||parser|show as JSON
          local||-|||show this cluster alone
          oneliner|o|-|||one line for each record
          quiet|Q|-|||no messages
          sibling||-|||show the siblings of a federation
          uid|u|=||user|
          verbose|v|-|||say what is done
          yaml||?||parser|show as YAML
          """);

  private static final int LONGEST_LINE = 65_536;

  private final Invocation invocation;
  private final Around around;
  private Session session;
  private boolean leaving;

  ScontrolRun(Around around, Invocation invocation) {
    this.around = around;
    this.invocation = invocation;
  }

  int run() throws Exception {
    ParsedOptions options = TABLE.parse(words(), invocation.environment());
    if (options.has("help") || options.has("usage")) {
      invocation.out().print(options.has("help") ? help() : TABLE.usage());
      return 0;
    }
    if (TABLE.answered(options, invocation)) {
      return 0;
    }
    session = new Session(around, invocation, options);
    if (options.has("uid")) {
      throw Refusal.error("scontrol", 1, "--uid is not offered: run the command as that user");
    }
    String cluster = session.snapshot().definition().name();
    for (String name : options.value("clusters", options.value("cluster", "")).split(",")) {
      if (!name.isEmpty() && !name.equals("all") && !name.equals(cluster)) {
        throw Refusal.error("scontrol", 1, "No cluster '" + name + "' known by database.");
      }
    }
    if (options.operands().isEmpty()) {
      converse();
    } else {
      dispatch(options.operands());
    }
    return session.failed() ? 1 : 0;
  }

  /**
   * The arguments; what comes after setdebugflags is no option, though it may begin with a minus.
   */
  private List<String> words() {
    List<String> words = new ArrayList<>(invocation.arguments());
    int keyword = words.indexOf("setdebugflags");
    if (keyword >= 0) {
      words.add(keyword + 1, "--");
    }
    return words;
  }

  private static String help() {
    return TABLE.help() + "\n" + Help.COMMANDS;
  }

  private void converse() throws Exception {
    LineInput input = new LineInput();
    invocation.streamInput(input);
    List<String> previous = List.of();
    while (!leaving) {
      invocation.out().print("scontrol: ");
      invocation.out().flush();
      String line = input.next();
      if (line == null) {
        invocation.out().println();
        return;
      }
      if (!invocation.inputIsTerminal()) {
        invocation.out().println(line);
      }
      List<String> words =
          Words.of(line.substring(0, Math.min(line.length(), LONGEST_LINE))).words();
      if (words.size() == 1 && words.get(0).equals("!!")) {
        words = previous;
      }
      if (!words.isEmpty()) {
        previous = words;
        converse(words);
      }
      invocation.err().flush();
    }
  }

  /** A refusal ends a sub-command, not the conversation. */
  private void converse(List<String> words) throws Exception {
    int status =
        CommandFrame.run(
            invocation,
            1,
            () -> {
              dispatch(words);
              return 0;
            });
    if (status != 0) {
      session.error("scontrol: error: " + words.get(0) + " failed");
    }
  }

  private void dispatch(List<String> words) throws Exception {
    String keyword = words.get(0).toLowerCase(Locale.ROOT);
    List<String> rest = words.subList(1, words.size());
    if (mode(keyword)) {
      return;
    }
    switch (keyword) {
      case "show" -> new Show(session).run(rest);
      case "update" -> new Update(session).run(rest);
      case "hold", "uhold", "holdu", "release", "requeue", "requeuehold", "suspend", "resume" ->
          new JobActions(session).run(keyword, rest);
      case "explain" -> new Explain(session).run(rest);
      case "write" -> new WriteFile(session).run(rest);
      case "wait_job" -> new WaitJob(session).run(rest);
      case "listpids" -> new NodeQuestions(session).processes(rest);
      case "listjobs", "liststeps" ->
          new NodeQuestions(session).list(keyword, rest, keyword.equals("listjobs"));
      case "pidinfo" -> new NodeQuestions(session).pid(rest);
      default -> new Administration(session).run(keyword, rest);
    }
  }

  private boolean mode(String keyword) {
    switch (keyword) {
      case "all" -> session.all = true;
      case "hide" -> session.all = false;
      case "details" -> session.details = true;
      case "oneliner" -> session.oneLine = true;
      case "quiet" -> session.quiet = true;
      case "verbose" -> session.quiet = false;
      case "exit", "quit", "\\q" -> leaving = true;
      case "help" -> invocation.out().print(help());
      case "version" -> invocation.out().println(Product.VERSION);
      default -> {
        return false;
      }
    }
    return true;
  }
}
