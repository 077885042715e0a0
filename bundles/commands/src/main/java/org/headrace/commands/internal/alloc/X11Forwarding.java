package org.headrace.commands.internal.alloc;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.job.Job;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;

/**
 * Forwarding of X11 from nodes of a job to the user's display. The client does it: one end of it
 * stays beside srun or salloc, and has the other run on each node, in a step of the job that
 * listens as an X server would. All nodes listen at the same number.
 */
public final class X11Forwarding {
  /** The step in which nodes listen. */
  private static final String STEP = "x11";

  /** Tells what runs in an allocation with forwarding of its job, display and file of cookies. */
  static final String VARIABLE = "HEADRACE_X11";

  /** Tells a node whether the display is there: elsewhere others may listen at its number. */
  static final String ONLY_ON = "HEADRACE_X11_NODE";

  /** Word of X11Parameters: cookies are in the user's own file on nodes, too. */
  private static final Pattern KNOWN =
      Pattern.compile("(\\d{1,18}):(\\d{1,3}):(/[^:]+)(?::([^:]+))?");

  private static final String CLIENT = "/proc/self/exe";
  private static final int FIRST_DISPLAY = 20;
  private static final int LAST_DISPLAY = 119;
  private static final int NO_DISPLAY = 255;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int NAME_LENGTH = 12;

  private final String program;
  private final String where;
  private final Invocation invocation;
  private final String file;
  private String known = "";

  private X11Forwarding(Choices choices, Invocation invocation, Snapshot snapshot) {
    this.program = choices.program().command();
    this.where = choices.text("x11", "all", "all").toLowerCase(Locale.ROOT);
    this.invocation = invocation;
    String home = invocation.environment().getOrDefault("HOME", "");
    boolean own = snapshot.definition().hasWord("X11Parameters", "home_xauthority");
    file = own && home.matches("/[^:]*") ? home + "/.Xauthority" : temporaryFile();
  }

  private static String temporaryFile() {
    StringBuilder name = new StringBuilder("/tmp/.Xauthority-");
    SecureRandom random = new SecureRandom();
    for (int i = 0; i < NAME_LENGTH; i++) {
      name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return name.toString();
  }

  /**
   * What was asked for; null where nothing was, or the allocation has it already.
   *
   * @param job the job, or 0 for one that is still to be made
   * @throws Refusal if it can't be had; nothing has been asked for then
   */
  public static X11Forwarding of(
      Choices choices, Invocation invocation, Snapshot snapshot, long job) {
    Matcher has = KNOWN.matcher(invocation.environment().getOrDefault(VARIABLE, ""));
    if (!choices.has("x11") || has.matches() && Long.parseLong(has.group(1)) == job) {
      return null;
    }
    X11Forwarding forwarding = new X11Forwarding(choices, invocation, snapshot);
    if (forwarding.client(List.of("--x11-check", forwarding.program)) != 0) {
      throw Refusal.told(NO_DISPLAY);
    }
    if (!snapshot.definition().hasWord("PrologFlags", "X11")) {
      throw Refusal.error(
          forwarding.program,
          1,
          "Unable to allocate resources: X11 forwarding not available",
          "PrologFlags=X11 in slurm.conf allows it");
    }
    return forwarding;
  }

  /**
   * Has the nodes of a job listen.
   *
   * @throws Refusal if one doesn't
   */
  public void open(Job job, Snapshot snapshot) {
    List<String> nodes = NodeNames.of(job.status().allocation(), snapshot);
    if (where.equals("first")) {
      nodes = nodes.subList(0, 1);
    } else if (where.equals("last")) {
      nodes = nodes.subList(nodes.size() - 1, nodes.size());
    }
    List<String> words = new ArrayList<>(List.of("--x11-forward", program));
    words.add(Integer.toString(invocation.clientPid()));
    words.add(Long.toString(job.id()));
    words.add(file);
    words.addAll(nodes);
    int display = client(words);
    if (display < FIRST_DISPLAY || display > LAST_DISPLAY) {
      throw Refusal.told(1);
    }
    known = job.id() + ":" + display + ":" + file;
    known += where.equals("all") ? "" : ":" + nodes.get(0);
  }

  /** Whether nodes listen in a step, which the user hasn't asked for by itself. */
  public static boolean listensIn(StepSpec step) {
    return listensIn(step.name(), step.argv());
  }

  static boolean listensIn(String name, List<String> argv) {
    return name.equals(STEP) && argv.contains("--x11-node");
  }

  /** Adds what a program finds its display by that runs beside the user and starts steps. */
  public void addTo(Map<String, String> environment) {
    environment.put(VARIABLE, known);
  }

  /**
   * Adds what the tasks of a job's step find their display by.
   *
   * @param forwarding or null
   */
  public static void tell(
      X11Forwarding forwarding, Invocation invocation, Job job, Map<String, String> variables) {
    String text =
        forwarding == null ? invocation.environment().getOrDefault(VARIABLE, "") : forwarding.known;
    Matcher parts = KNOWN.matcher(text);
    if (parts.matches() && Long.parseLong(parts.group(1)) == job.id()) {
      // By this name only: nodes listen there, and anyone may at ::1.
      variables.put("DISPLAY", "127.0.0.1:" + parts.group(2) + ".0");
      variables.put("XAUTHORITY", parts.group(3));
      variables.remove(ONLY_ON);
      if (parts.group(4) != null) {
        variables.put(ONLY_ON, parts.group(4));
      }
    }
  }

  private int client(List<String> words) {
    List<String> argv = new ArrayList<>(List.of(CLIENT));
    argv.addAll(words);
    // What srun was told of its own step is not for the one that it starts.
    Map<String, String> environment = new LinkedHashMap<>(invocation.environment());
    environment
        .keySet()
        .removeIf(
            name ->
                (name.startsWith("SLURM_") || name.startsWith("SRUN_"))
                    && !name.equals("SLURM_CONF"));
    invocation.out().flush();
    invocation.err().flush();
    try {
      return invocation.runChild(argv, environment).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw Refusal.error(program, 1, "X11 forwarding can't be set up: " + e.getCause());
    }
  }
}
