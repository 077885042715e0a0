package org.headrace.commands.internal.sprio;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.headrace.api.priority.PriorityFactor;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.control.query.PriorityBreakdown;
import org.headrace.slurmconf.options.OptionValue;
import org.headrace.slurmconf.options.OptionValue.Origin;
import org.headrace.slurmconf.options.ParsedOptions;

/** What sprio was asked for. */
final class SprioOptions {
  static final CommandOptions TABLE =
      new CommandOptions(
          "sprio",
          "",
          """
          clusters|M|=|SLURM_CLUSTERS|name|cluster to show
          cluster||=||name|
          federation||-|SPRIO_FEDERATION||show the federation
          format|o|=|SPRIO_FORMAT|format|columns by letter: %[[.]width]letter
          jobs|j|?||ids|only these jobs
          local||-|SPRIO_LOCAL||show this cluster alone
          long|l|-|||more columns
          noheader|h|-|||no headings
          norm|n|-|||factors from 0 to 1, without their weights
          partition|p|=||names|only jobs of these partitions
          sibling||-|SPRIO_SIBLING||show the siblings of a federation
          sort|S|=||fields|order: letters of columns, - before one reverses it
          user|u|=||names|only jobs of these users
          users||=||names|
          verbose|v|-|||say what is done
          weights|w|-|||weights of the factors instead of jobs
          """);

  /** A factor as columns that are shown where it has a weight, in their order. */
  private record FactorColumn(PriorityFactor factor, char normal, char weighted) {}

  private static final List<FactorColumn> FACTORS =
      List.of(
          new FactorColumn(PriorityFactor.AGE, 'a', 'A'),
          new FactorColumn(PriorityFactor.ASSOCIATION, 'b', 'B'),
          new FactorColumn(PriorityFactor.FAIR_SHARE, 'f', 'F'),
          new FactorColumn(PriorityFactor.JOB_SIZE, 'j', 'J'),
          new FactorColumn(PriorityFactor.PARTITION, 'p', 'P'),
          new FactorColumn(PriorityFactor.QOS, 'q', 'Q'));

  private static final int LONGEST_ID = 18;

  private final ParsedOptions options;
  private final Set<Long> jobs;

  SprioOptions(List<String> arguments, Map<String, String> environment) {
    options = TABLE.parse(arguments, environment);
    if (asked()) {
      jobs = Set.of();
      return;
    }
    if (has("long")
        && options.last("format").filter(one -> one.origin() == Origin.COMMAND_LINE).isPresent()) {
      throw Refusal.fatal(
          "sprio",
          "Options -o(--format) and -l(--long) are mutually exclusive. Please remove one and"
              + " retry.");
    }
    List<String> operands = new ArrayList<>(options.operands());
    String ids = options.value("jobs", "");
    jobs = ids(has("jobs") && !operands.isEmpty() ? operands.remove(0) : ids);
    if (!operands.isEmpty()) {
      throw Refusal.raw(
          1, (TABLE.usage() + "sprio: error: Unrecognized option: " + operands.get(0)).split("\n"));
    }
  }

  private boolean asked() {
    return has("help") || has("usage") || has("version");
  }

  ParsedOptions parsed() {
    return options;
  }

  boolean has(String name) {
    return options.has(name);
  }

  private static Set<Long> ids(String text) {
    Set<Long> ids = new HashSet<>();
    for (String word : words(text)) {
      if (!word.matches("0*[1-9]\\d*") || word.length() > LONGEST_ID) {
        throw Refusal.error("sprio", 1, "Invalid job id: " + word);
      }
      ids.add(Long.parseLong(word));
    }
    return ids;
  }

  private static Set<String> words(String text) {
    Set<String> words = new HashSet<>(List.of(text.split(",")));
    words.remove("");
    return words;
  }

  /** Ids of jobs that were named, or empty for all. */
  Set<Long> jobs() {
    return jobs;
  }

  /** Names or numbers of users that were named. */
  Set<String> users() {
    return words(options.value(has("users") ? "users" : "user", ""));
  }

  boolean namesUsers() {
    return has("user") || has("users");
  }

  Set<String> partitions() {
    return words(options.value("partition", ""));
  }

  String sort() {
    return options.value("sort", "i");
  }

  /** There is one cluster: to name another is an error, as it would be to show this one instead. */
  void checkCluster(String own) {
    OptionValue given = options.last("clusters").or(() -> options.last("cluster")).orElse(null);
    if (given == null || given.value().equals(own) || given.value().equals("all")) {
      return;
    }
    boolean variable = given.origin() == Origin.ENVIRONMENT;
    throw Refusal.error(
        "sprio",
        1,
        "No cluster '" + given.value() + "' known by database.",
        "'%s' can't be reached now, or it is an invalid entry for %s.  Use 'sacctmgr list clusters'"
                .formatted(given.value(), variable ? "SLURM_CLUSTERS" : "--cluster")
            + " to see available clusters.");
  }

  /** Columns by letter: those that were asked for, or those of the factors that have a weight. */
  String format(PriorityBreakdown breakdown) {
    boolean normal = has("norm");
    if (has("long")) {
      return normal
          ? "%.15i %9r %.8u %10y %10a %10b %10f %10j %10p %10q %20t"
          : "%.15i %9r %.8u %.10Y %.10S %.10A %.10B %.10F %.10J %.10P %.10Q %.11N %.20T";
    }
    if (has("format")) {
      return options.value("format", "");
    }
    String factors =
        FACTORS.stream()
            .filter(one -> breakdown.weight(one.factor()) != 0)
            .map(one -> normal ? " %10" + one.normal() : " %.10" + one.weighted())
            .collect(Collectors.joining());
    return "%.15i %9r"
        + (has("sibling") ? " %.8c" : "")
        + (namesUsers() ? " %.8u" : "")
        + (normal ? " %10y" : " %.10Y %.10S")
        + factors
        + (breakdown.tresWeights().isEmpty() ? "" : normal ? " %20t" : " %.20T");
  }
}
