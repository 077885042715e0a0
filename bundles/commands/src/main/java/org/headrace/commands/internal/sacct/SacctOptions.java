package org.headrace.commands.internal.sacct;

import java.util.List;
import java.util.Map;
import org.headrace.commands.internal.format.CommandOptions;
import org.headrace.slurmconf.options.ParsedOptions;

/** What sacct was asked for. */
final class SacctOptions {
  static final CommandOptions TABLE =
      new CommandOptions(
          "sacct",
          "",
          """
          accounts|A|=||names|only jobs charged to these accounts
          allclusters|L|-|||all clusters
          allocations|X|-|||jobs alone, without steps
          allusers|a|-|||jobs of all users
          array||-|||one line for each array task
          batch-script|B|-|||the scripts of jobs
          brief|b|-|||few columns
          clusters|M|=|SLURM_CLUSTERS|names|clusters to show
          cluster||=||names|
          completion|c|-|||
          constraints|C|=||list|only jobs with these features
          delimiter||=||text|between columns with -p and -P
          duplicates|D|-|||each run of jobs that were put back in the queue
          endtime|E|=||time|only jobs that were there before this time
          env-vars||-|||the variables that jobs were submitted with
          expand-patterns||-|||fill in patterns in names of files
          federation||-|SACCT_FEDERATION||show the federation
          flags|F|=||list|only jobs with these flags
          format|o|=|SACCT_FORMAT|fields|columns: name[%width],..., a negative width aligns left
          fields||=||fields|
          gid|g|=||groups|only jobs of these groups
          group||=||groups|
          helpformat|e|-|||list the names of columns
          jobs|j|=||ids|only these jobs, array tasks or steps
          json||?||parser|show as JSON
          local||-|SACCT_LOCAL||show this cluster alone
          long|l|-|||many columns
          name||=||names|only jobs of these names
          ncpus|I|=||range|only jobs with so many CPUs
          nnodes|i|=||range|only jobs with so many nodes
          noconvert||-|||keep units as they are
          nodelist|N|=||nodes|only jobs on these nodes
          noheader|n|-|||no headings
          parsable|p|-|||columns ended by |
          parsable2|P|-|||columns separated by |
          partition|r|=||names|only jobs of these partitions
          qos|q|=||names|only jobs of these qualities of service
          reason|R|=||names|only jobs with these reasons
          starttime|S|=||time|only jobs that were there after this time
          state|s|=||names|only jobs that were in these states
          timelimit-max|K|=||time|
          timelimit-min|k|=||time|
          truncate|T|-|||cut times to the window that is asked for
          uid||=||users|
          units||=||letter|units of memory: K, M, G, T or P
          use-local-uid||-|||
          user|u|=||names|only jobs of these users
          verbose|v|-|||say what is done
          wckeys|W|=||names|only jobs with these keys
          whole-hetjob||?||yes or no|
          yaml||?||parser|show as YAML
          """);

  private static final String DEFAULT = "jobid,jobname,partition,account,alloccpus,state,exitcode";
  private static final String BRIEF = "jobid,state,exitcode";
  private static final String LONG =
      "jobid,jobidraw,jobname,partition,maxvmsize,maxvmsizenode,maxvmsizetask,avevmsize,maxrss,"
          + "maxrssnode,maxrsstask,averss,maxpages,maxpagesnode,maxpagestask,avepages,mincpu,"
          + "mincpunode,mincputask,avecpu,ntasks,alloccpus,elapsed,state,exitcode,avecpufreq,"
          + "reqcpufreqmin,reqcpufreqmax,reqcpufreqgov,reqmem,consumedenergy,maxdiskread,"
          + "maxdiskreadnode,maxdiskreadtask,avediskread,maxdiskwrite,maxdiskwritenode,"
          + "maxdiskwritetask,avediskwrite,reqtres,alloctres,tresusageinave,tresusageinmax,"
          + "tresusageinmaxnode,tresusageinmaxtask,tresusageinmin,tresusageinminnode,"
          + "tresusageinmintask,tresusageintot,tresusageoutmax,tresusageoutmaxnode,"
          + "tresusageoutmaxtask,tresusageoutave,tresusageouttot";

  private final ParsedOptions options;

  private SacctOptions(ParsedOptions options) {
    this.options = options;
  }

  static SacctOptions parse(List<String> arguments, Map<String, String> environment) {
    return new SacctOptions(TABLE.parse(arguments, environment));
  }

  ParsedOptions parsed() {
    return options;
  }

  boolean has(String name) {
    return options.has(name);
  }

  String value(String... names) {
    for (String name : names) {
      if (options.has(name)) {
        return options.value(name, "");
      }
    }
    return "";
  }

  /** Words of a list, without empty ones. */
  List<String> list(String... names) {
    String text = value(names);
    return text.isEmpty()
        ? List.of()
        : java.util.Arrays.stream(text.split(",")).filter(word -> !word.isEmpty()).toList();
  }

  String format() {
    String asked = value("format", "fields");
    if (!asked.isEmpty()) {
      return asked;
    }
    if (has("brief")) {
      return BRIEF;
    }
    return has("long") ? LONG : DEFAULT;
  }
}
