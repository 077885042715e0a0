package org.headrace.commands.internal.srun;

import java.util.Map;
import org.headrace.api.job.StepSpec;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.query.Snapshot;

/** How the tasks of a step find each other, if they are a parallel program. */
final class MpiChoice {
  static final String LIST = "MPI plugin types are...\n\tnone\n\tpmi2";

  private MpiChoice() {}

  /** Adds what nodes have to know; of a site's default that there is not, nothing. */
  static void addTo(Map<String, String> attributes, Choices choices, Snapshot snapshot) {
    String standard = snapshot.definition().settings().getOrDefault("MpiDefault", "");
    if (choices.text("mpi", standard).equals(StepSpec.PMI)) {
      attributes.put(StepSpec.MPI, StepSpec.PMI);
    }
  }

  /** Tells tasks what was asked for. */
  static void tell(Map<String, String> variables, Choices choices) {
    if (choices.has("mpi")) {
      variables.put("SLURM_MPI_TYPE", choices.text("mpi", ""));
    }
  }
}
