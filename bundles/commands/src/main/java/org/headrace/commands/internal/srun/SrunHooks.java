package org.headrace.commands.internal.srun;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;

/**
 * Programs that the user or the site has run where srun is, before and after the step: as the user,
 * with the step's command as arguments.
 */
final class SrunHooks {
  private final String prolog;
  private final String epilog;
  private final Invocation invocation;

  SrunHooks(Choices choices, Invocation invocation, Snapshot snapshot) {
    Map<String, String> settings = snapshot.definition().settings();
    this.prolog = choices.text("prolog", settings.getOrDefault("SrunProlog", ""));
    this.epilog = choices.text("epilog", settings.getOrDefault("SrunEpilog", ""));
    this.invocation = invocation;
  }

  /**
   * Runs the prolog.
   *
   * @throws Refusal if it fails; there is no step then
   */
  void before(List<String> command, Map<String, String> variables) {
    int status = run(prolog, "prolog_srun", command, variables);
    if (status != 0) {
      throw Refusal.error("srun", 1, "srun prolog failed rc = " + status + ". Aborting step.");
    }
  }

  /** Runs the epilog, whose failure is told and changes nothing. */
  void after(List<String> command, Map<String, String> variables) {
    int status = run(epilog, "epilog_srun", command, variables);
    if (status != 0) {
      invocation.err().println("srun: error: srun epilog failed rc = " + status);
    }
  }

  private int run(
      String program, String context, List<String> command, Map<String, String> variables) {
    if (program.isEmpty() || program.equalsIgnoreCase("none") || program.equals("(null)")) {
      return 0;
    }
    List<String> argv = new ArrayList<>(List.of(program));
    argv.addAll(command);
    Map<String, String> own = new LinkedHashMap<>(variables);
    own.put("SLURM_SCRIPT_CONTEXT", context);
    invocation.out().flush();
    invocation.err().flush();
    try {
      return invocation.runChild(argv, own).toCompletableFuture().join();
    } catch (CompletionException e) {
      String why =
          String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
      invocation.err().println("srun: error: " + program + " can't be run: " + why);
      return 1;
    }
  }
}
