package org.headrace.commands.internal.submit;

/** What {@code --cpu-bind=help} and its like print. */
final class ValueHelp {
  private static final String CPU_BIND =
      """
      CPU bind options:
          --cpu-bind=         Bind tasks to CPUs
              q[uiet]         quietly bind before task runs (default)
              v[erbose]       verbosely report binding before task runs
              no[ne]          don't bind tasks to CPUs
              rank            bind by task rank
              map_cpu:<list>  specify a CPU ID binding for each task
                              where <list> is <cpuid1>,<cpuid2>,...<cpuidN>
              mask_cpu:<list> specify a CPU ID binding mask for each task
                              where <list> is <mask1>,<mask2>,...<maskN>
              rank_ldom       bind task by rank to CPUs in a NUMA locality domain
              map_ldom:<list> specify a NUMA locality domain ID for each task
                              where <list> is <ldom1>,<ldom2>,...<ldomN>
              mask_ldom:<list>specify a NUMA locality domain ID mask for each task
                              where <list> is <mask1>,<mask2>,...<maskN>
              sockets         auto-generated masks bind to sockets
              cores           auto-generated masks bind to cores
              threads         auto-generated masks bind to threads
              ldoms           auto-generated masks bind to NUMA locality domains
              help            show this help message
      """;
  private static final String MEM_BIND =
      """
      Memory bind options:
          --mem-bind=         Bind memory to locality domains (ldom)
              nosort          avoid sorting pages at startup
              sort            sort pages at startup
              q[uiet]         quietly bind before task runs (default)
              v[erbose]       verbosely report binding before task runs
              no[ne]          don't bind tasks to memory (default)
              rank            bind by task rank
              local           bind to memory local to processor
              map_mem:<list>  specify a memory binding for each task
                              where <list> is <cpuid1>,<cpuid2>,...<cpuidN>
              mask_mem:<list> specify a memory binding mask for each tasks
                              where <list> is <mask1>,<mask2>,...<maskN>
              help            show this help message
      """;
  private static final String HINT =
      """
      Application hint options:
          --hint=             Bind tasks according to application hints
              compute_bound   use all cores in each socket
              memory_bound    use only one core in each socket
              [no]multithread [don't] use extra threads with in-core multi-threading
              help            show this help message
      """;

  private ValueHelp() {}

  /** The help on an option's values, or the empty string. */
  static String of(String option) {
    return switch (option) {
      case "cpu-bind" -> CPU_BIND;
      case "mem-bind" -> MEM_BIND;
      case "hint" -> HINT;
      default -> "";
    };
  }
}
