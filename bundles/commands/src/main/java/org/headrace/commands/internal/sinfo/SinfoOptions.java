package org.headrace.commands.internal.sinfo;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.slurmconf.options.ParsedOptions;

/** What sinfo was asked for. */
final class SinfoOptions {
  static final CommandOptions TABLE =
      new CommandOptions(
          "sinfo",
          "",
          """
          all|a|-|SINFO_ALL||also hidden partitions
          bg|b|-|||
          clusters|M|=|SLURM_CLUSTERS|names|clusters to show
          dead|d|-|||only nodes that do not answer
          exact|e|-|||put only nodes of the same shape on one line
          federation||-|SINFO_FEDERATION||show the federation
          future|F|-|||also nodes of the future
          format|o|=|SINFO_FORMAT|format|columns by letter: %[[.]width]letter
          Format|O|=||fields|columns by name: name[:[.]width],...
          helpformat||-|||list the names of columns
          helpstate||-|||list the names of states
          hide||-|||leave out hidden partitions
          iterate|i|=||seconds|show again and again
          json||?||parser|show as JSON
          list-reasons|R|-|||why nodes are out of service
          local||-|SINFO_LOCAL||show this cluster alone
          long|l|-|||more columns
          Node|N|-|||one line for each node
          noconvert||-|||keep units as they are
          nodes|n|=||nodes|only these nodes
          noheader|h|-|||no headings
          partition|p|=|SINFO_PARTITION|names|only these partitions
          reservation|T|-|||show reservations
          responding|r|-|||only nodes that answer
          sort|S|=|SINFO_SORT|fields|order: letters of columns, - before one reverses it
          states|t|=||names|only nodes in these states
          summarize|s|-|||one line for each partition
          verbose|v|-|||say what is done
          yaml||?||parser|show as YAML
          """);

  private static final String DEFAULT = "%#P %.5a %.10l %.6D %.6t %N";
  private static final String SUMMARY = "%#P %.5a %.10l %.16F %N";
  private static final String LONG = "%#P %.5a %.10l %.10s %.4r %.8h %.10g %.6D %.11T %.11i %N";
  private static final String NODES = "%#N %.6D %.#P %6t";
  private static final String LONG_NODES = "%#N %.6D %.#P %.11T %4c %.8z %.6m %.8d %.6w %.8f %20E";
  private static final String REASONS = "%20E %9u %19H %N";
  private static final String LONG_REASONS = "%20E %12U %19H %6t %N";

  private final ParsedOptions options;

  private SinfoOptions(ParsedOptions options) {
    this.options = options;
  }

  static SinfoOptions parse(List<String> arguments, Map<String, String> environment) {
    ParsedOptions options = TABLE.parse(arguments, environment);
    boolean own =
        List.of("Node", "long", "list-reasons", "summarize").stream().anyMatch(options::has);
    // Who asks for other columns by an option doesn't mean those of a variable.
    return new SinfoOptions(own ? options.withoutVariables(Set.of("format")) : options);
  }

  ParsedOptions parsed() {
    return options;
  }

  boolean has(String name) {
    return options.has(name);
  }

  String value(String name) {
    return options.value(name, "");
  }

  boolean longFormat() {
    for (int i = options.options().size() - 1; i >= 0; i--) {
      String name = options.options().get(i).name();
      if (name.equals("format") || name.equals("Format")) {
        return name.equals("Format");
      }
    }
    return false;
  }

  /** Whether the columns by name are asked for with the word for all of them. */
  boolean everything() {
    return longFormat() && value("Format").equalsIgnoreCase("all");
  }

  /** The format; {@code #} stands for a width that depends on the names. */
  String format() {
    if (longFormat()) {
      return value("Format");
    }
    if (has("format")) {
      return value("format").replace("#", "");
    }
    if (has("summarize")) {
      return SUMMARY;
    }
    if (has("list-reasons")) {
      return has("long") ? LONG_REASONS : REASONS;
    }
    if (has("Node")) {
      return has("long") ? LONG_NODES : NODES;
    }
    return has("long") ? LONG : DEFAULT;
  }

  String sort() {
    if (has("sort")) {
      return value("sort");
    }
    if (has("Node")) {
      return "N";
    }
    return has("list-reasons") ? "-t" : "#P,-t";
  }
}
