package org.headrace.bench.internal;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What to measure, and how much of it.
 *
 * @param json print JSON in place of the table
 * @param peer measure the real Slurm too
 * @param peerConf its configuration, or empty to take it from the environment
 * @param peerBin folder of its commands, or empty to take it from the environment
 * @param peerPidFile file with its controller's process id, or empty
 * @param peerStart shell command that starts its controller again after a kill, or empty
 * @param only names of the measures to run; empty for all
 * @param quick fewer and smaller rounds: for trying, not for reporting
 * @param nodes nodes of the clusters that are started for measuring
 * @param rounds rounds of each measure, our turn and the peer's turn alternating
 * @param jobs no-op jobs per round
 * @param pending pending jobs at which memory and restart are measured
 * @param peerPending the same for the peer, which takes them more slowly
 */
public record Options(
    boolean json,
    boolean peer,
    String peerConf,
    String peerBin,
    String peerPidFile,
    String peerStart,
    Set<String> only,
    boolean quick,
    int nodes,
    int rounds,
    int jobs,
    int pending,
    int peerPending) {

  /** Parses a command line; {@code known} are the measures' names. */
  public static Options parse(List<String> arguments, Set<String> known) {
    return new Parser(arguments, known).parse();
  }

  public boolean wants(String measure) {
    return only.isEmpty() || only.contains(measure);
  }

  private static final class Parser {
    private static final int ABSENT = -1;

    private final List<String> rest;
    private final Set<String> known;
    private final Set<String> only = new LinkedHashSet<>();
    private boolean json;
    private boolean peer;
    private boolean quick;
    private String peerConf = "";
    private String peerBin = "";
    private String peerPidFile = "";
    private String peerStart = "";
    private int nodes = 4;
    private int rounds = ABSENT;
    private int jobs = ABSENT;
    private int pending = ABSENT;
    private int peerPending = ABSENT;

    Parser(List<String> arguments, Set<String> known) {
      this.rest = new ArrayList<>(arguments);
      this.known = known;
    }

    Options parse() {
      while (!rest.isEmpty()) {
        String word = rest.remove(0);
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        if (equals > 0) {
          rest.add(0, word.substring(equals + 1));
          word = word.substring(0, equals);
        }
        if (!flag(word, equals > 0)) {
          valued(word);
        }
      }
      return new Options(
          json,
          peer,
          peerConf,
          peerBin,
          peerPidFile,
          peerStart,
          Set.copyOf(only),
          quick,
          nodes,
          rounds == ABSENT ? (quick ? 1 : 5) : rounds,
          jobs == ABSENT ? (quick ? 50 : 400) : jobs,
          pending == ABSENT ? (quick ? 5_000 : 100_000) : pending,
          peerPending == ABSENT ? (quick ? 500 : 5_000) : peerPending);
    }

    private boolean flag(String word, boolean hasValue) {
      switch (word) {
        case "--json" -> json = true;
        case "--peer" -> peer = true;
        case "--quick" -> quick = true;
        default -> {
          return false;
        }
      }
      if (hasValue) {
        throw new BenchException(word + " takes no value");
      }
      return true;
    }

    private void valued(String word) {
      switch (word) {
        case "--only" -> only(value(word, "a measure's name"));
        case "--nodes" -> nodes = number(word, 1, 10_000);
        case "--rounds" -> rounds = number(word, 1, 1_000);
        case "--jobs" -> jobs = number(word, 10, 100_000);
        case "--pending" -> pending = number(word, 100, 10_000_000);
        case "--peer-pending" -> peerPending = number(word, 100, 1_000_000);
        case "--peer-conf" -> peerConf = peerValue(word, "a slurm.conf");
        case "--peer-bin" -> peerBin = peerValue(word, "a folder");
        case "--peer-pid-file" -> peerPidFile = peerValue(word, "a file");
        case "--peer-start" -> peerStart = peerValue(word, "a shell command");
        default ->
            throw new BenchException(
                "bench knows no '" + word + "'; headrace bench --help lists what it knows");
      }
    }

    private void only(String names) {
      for (String name : names.split(",")) {
        if (!known.contains(name)) {
          throw new BenchException(
              "--only " + name + ": there is " + String.join(", ", known) + ", no other measure");
        }
        only.add(name);
      }
    }

    /** Naming something of the peer's asks for the peer. */
    private String peerValue(String word, String what) {
      peer = true;
      return value(word, what);
    }

    private String value(String word, String what) {
      if (rest.isEmpty() || rest.get(0).isEmpty()) {
        throw new BenchException(word + " needs " + what);
      }
      return rest.remove(0);
    }

    private int number(String word, int least, int most) {
      String text = value(word, "a number from " + least + " to " + most);
      try {
        int number = Integer.parseInt(text);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        // Falls through to the message that says what would be right.
      }
      throw new BenchException(
          word + " " + text + ": a number from " + least + " to " + most + " is right");
    }
  }
}
