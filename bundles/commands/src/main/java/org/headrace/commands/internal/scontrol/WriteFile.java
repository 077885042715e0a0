package org.headrace.commands.internal.scontrol;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.ClientFile;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.JobTarget;

/** Copies a job's script, or the configuration in force, to a file of the user. */
final class WriteFile {
  private static final String FAILED = "job script retrieval failed: ";

  private final Session session;

  WriteFile(Session session) {
    this.session = session;
  }

  void run(List<String> rest) throws Exception {
    if (rest.isEmpty()) {
      session.error("too few arguments for keyword:write");
      return;
    }
    String what = rest.get(0).toLowerCase(Locale.ROOT);
    if (what.equals("config")) {
      config(rest.size() > 1 ? rest.get(1) : "");
      return;
    }
    if (!what.equals("batch_script") && !what.equals("batch")) {
      session.error("invalid write argument:" + rest.get(0));
      return;
    }
    if (rest.size() < 2) {
      session.error("too few arguments for keyword:write batch_script");
      return;
    }
    script(rest.get(1), rest.size() > 2 ? rest.get(2) : "");
  }

  /** The file is the user's, beside the one in force if no other was named. */
  private void config(String file) throws Exception {
    String base =
        file.isEmpty() ? session.snapshot().definition().settings().get("SLURM_CONF") : file;
    if (base == null) {
      session.error("scontrol: error: where to? Name a file: scontrol write config FILE");
      return;
    }
    String path = base + "." + session.times().iso(session.clock.millis());
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    new ShowOther(session).config("", new PrintStream(text, false, StandardCharsets.UTF_8));
    if (write(text.toByteArray(), path)) {
      session.out().println("Slurm config saved to " + path);
    }
  }

  private void script(String word, String file) throws Exception {
    JobTarget target = JobNames.target(word);
    List<Job> jobs = target == null ? List.of() : session.snapshot().jobOrArray(target.jobId());
    if (jobs.isEmpty()) {
      session.error(FAILED + "Invalid job id specified");
      return;
    }
    Job job = jobs.get(0);
    boolean mine = job.spec().owner().uid() == session.invocation.caller().uid();
    if (!mine && !session.visibility().administrator()) {
      session.error(FAILED + Session.WRONG_USER);
      return;
    }
    JobFiles files = session.control.files(job.id());
    if (files == null || files.script().length == 0) {
      session.error(FAILED + "the job has no script");
    } else if (file.equals("-")) {
      session.out().write(files.script(), 0, files.script().length);
    } else {
      String path = file.isEmpty() ? "slurm-" + word + ".sh" : file;
      if (write(files.script(), path)) {
        session.out().println("batch script for job " + word + " written to " + path);
      }
    }
  }

  /** Whether it was written; if not, that has been said. */
  private boolean write(byte[] content, String file) throws Exception {
    String text = new String(content, StandardCharsets.UTF_8);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), content)) {
      session.error("scontrol: error: the script isn't UTF-8 text; use - and redirect it");
      return false;
    }
    boolean written = ClientFile.write(session.invocation, text, file);
    if (!written) {
      session.error("scontrol: error: can't write " + file);
    }
    return written;
  }
}
