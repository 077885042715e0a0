package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.JobTarget;
import org.headrace.control.command.Outcome;

/** Hold, release, requeue, suspend and resume. */
final class JobActions {
  private static final Set<String> HOLDING = Set.of("hold", "uhold", "holdu", "release");

  private final Session session;

  JobActions(Session session) {
    this.session = session;
  }

  void run(String keyword, List<String> rest) throws Exception {
    List<String> words = new ArrayList<>(rest);
    if (keyword.startsWith("requeue")) {
      words.removeIf(
          word ->
              word.equalsIgnoreCase("Incomplete")
                  || word.toLowerCase(Locale.ROOT).startsWith("state="));
    }
    if (words.isEmpty()) {
      session.error("too few arguments for keyword:" + keyword);
      return;
    }
    for (JobNames.Named named : new JobNames(session).all(words)) {
      Outcome.Rejected rejected =
          named.target() == null
              ? new Outcome.Rejected(ErrorCode.INVALID_JOB_ID, "")
              : session.execute(command(keyword, named.target()));
      if (rejected != null) {
        rejected(keyword, named, rejected);
      }
    }
  }

  private void rejected(String keyword, JobNames.Named named, Outcome.Rejected rejected) {
    String after = " for job " + named.word();
    boolean holds = HOLDING.contains(keyword);
    boolean denied = rejected.code() == ErrorCode.ACCESS_DENIED;
    boolean theirs = holds && denied && !session.mine(named.target());
    if (theirs) {
      session.notTheirs("", rejected, after);
    } else {
      session.rejected("", rejected, after);
    }
    if (holds) {
      String text = theirs ? Session.WRONG_USER : ErrorTexts.text(rejected.code());
      session.error("slurm_suspend error: " + text);
    }
  }

  private Command command(String keyword, JobTarget target) {
    return switch (keyword) {
      case "hold" -> new Command.HoldJob(target, !session.visibility().administrator());
      case "uhold", "holdu" -> new Command.HoldJob(target, true);
      case "release" -> new Command.ReleaseJob(target);
      case "requeue" -> new Command.RequeueJob(target, false);
      case "requeuehold" -> new Command.RequeueJob(target, true);
      case "suspend" -> new Command.SuspendJob(target, false);
      default -> new Command.SuspendJob(target, true);
    };
  }
}
