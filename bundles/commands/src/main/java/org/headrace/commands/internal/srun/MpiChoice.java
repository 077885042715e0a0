package org.headrace.commands.internal.srun;

import java.util.Map;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.commands.internal.submit.PmixServer;
import org.headrace.control.query.Snapshot;

/** How the tasks of a step find each other, if they are a parallel program. */
final class MpiChoice {
  private static final String LIST = "MPI plugin types are...\n\tnone\n\tpmi2";

  private MpiChoice() {}

  /** What there is to choose from. */
  static String list() {
    String pmix = PmixServer.kind();
    return pmix.isEmpty()
        ? LIST
        : LIST + "\n\tpmix\nspecific pmix plugin versions available: " + pmix;
  }

  /** Adds what nodes have to know; of a site's default that there is not, nothing. */
  static void addTo(Map<String, String> attributes, Choices choices, Snapshot snapshot) {
    String standard = snapshot.definition().settings().getOrDefault("MpiDefault", "");
    String wanted = choices.text("mpi", standard);
    if (wanted.equals(StepSpec.PMI)) {
      attributes.put(StepSpec.MPI, StepSpec.PMI);
    } else if (wanted.startsWith(StepSpec.PMIX) && PmixServer.serves(wanted)) {
      attributes.put(StepSpec.MPI, StepSpec.PMIX);
    }
  }

  /** Tells tasks what was asked for. */
  static void tell(Map<String, String> variables, Choices choices) {
    if (choices.has("mpi")) {
      variables.put("SLURM_MPI_TYPE", choices.text("mpi", ""));
    }
  }
}
