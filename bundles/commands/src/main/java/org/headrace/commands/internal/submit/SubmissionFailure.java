package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.List;
import org.headrace.api.model.Reason;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.commands.internal.text.ReasonNames;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** What a program prints when a job can't be submitted. */
public final class SubmissionFailure {
  private SubmissionFailure() {}

  /**
   * The words that users know, then what was wrong and what would be right.
   *
   * @param detail or the empty string
   */
  public static Refusal of(Program program, ErrorCode code, String detail) {
    return of(program, code, ErrorTexts.text(code), detail);
  }

  /** A constraint that is malformed. */
  static Refusal ofFeatures(Program program, String detail) {
    return of(program, ErrorCode.INVALID_ARGUMENT, "Invalid feature specification", detail);
  }

  private static Refusal of(Program program, ErrorCode code, String words, String detail) {
    String text =
        switch (program) {
          case SBATCH -> "Batch job submission failed: ";
          case SRUN -> "Unable to allocate resources: ";
          case SALLOC ->
              code == ErrorCode.CANNOT_START_NOW
                  ? "Unable to allocate resources: "
                  : "Job submit/allocate failed: ";
        };
    List<String> lines = new ArrayList<>();
    lines.add(text + words);
    for (String line : detail.split("\n")) {
      if (!line.isBlank()) {
        lines.add(line);
      }
    }
    return Refusal.error(program.command(), 1, lines.toArray(String[]::new));
  }

  /** The same for what the controller refuses; a limit is named before anything else is said. */
  public static Refusal of(Program program, Outcome.Rejected rejected) {
    if (rejected.code() != ErrorCode.LIMIT_REACHED) {
      return of(program, rejected.code(), rejected.message());
    }
    String[] words = rejected.message().split(": ", 2);
    Refusal rest = of(program, rejected.code(), words.length < 2 ? "" : words[1]);
    List<String> lines = new ArrayList<>();
    lines.add(program.command() + ": error: " + ReasonNames.name(Reason.valueOf(words[0])));
    lines.addAll(rest.lines());
    return Refusal.raw(rest.status(), lines.toArray(String[]::new));
  }
}
