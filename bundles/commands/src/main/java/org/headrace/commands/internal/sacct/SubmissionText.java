package org.headrace.commands.internal.sacct;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.SubmittedFiles;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.text.Ids;
import org.headrace.control.query.History;

/** What {@code sacct -B} and {@code --env-vars} print: with what jobs were submitted. */
enum SubmissionText {
  SCRIPT("batch-script", "Batch Script for %s", "scripts"),
  ENVIRONMENT("env-vars", "Environment used for %s (must be batch to display)", "environment");

  private static final String NONE = "NONE\n";
  private static final String LINE = "-".repeat(80);

  private final String option;
  private final String heading;
  private final String what;

  SubmissionText(String option, String heading, String what) {
    this.option = option;
    this.heading = heading;
    this.what = what;
  }

  /** What was asked for, or null. */
  static SubmissionText of(SacctOptions options) {
    if (options.has(SCRIPT.option) && options.has(ENVIRONMENT.option)) {
      throw Refusal.fatal("sacct", "Options --batch-script and --env-vars are mutually exclusive");
    }
    for (SubmissionText text : values()) {
      if (options.has(text.option)) {
        if (options.list("jobs").isEmpty()) {
          throw Refusal.fatal(
              "sacct",
              "When requesting job "
                  + text.what
                  + " you must also request specific jobs with the '-j' option.");
        }
        return text;
      }
    }
    return null;
  }

  /** Prints it for each job. */
  void print(List<JobHistory> jobs, History history, PrintStream out) throws AccountingException {
    for (JobHistory one : jobs) {
      Job job = one.job();
      long id = job.arrayId() != 0 ? job.arrayId() : job.id();
      String text = text(history.files(id, job.status().submitted()));
      out.print(heading.formatted(Ids.job(job)) + "\n" + LINE + "\n" + text + "\n");
    }
  }

  private String text(SubmittedFiles files) {
    byte[] bytes =
        files == null ? new byte[0] : this == SCRIPT ? files.script() : files.environment();
    if (bytes.length == 0) {
      return NONE;
    }
    String text = new String(bytes, StandardCharsets.UTF_8);
    String lines = this == SCRIPT ? text : text.replace('\0', '\n');
    return lines.endsWith("\n") ? lines : lines + "\n";
  }
}
