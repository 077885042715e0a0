package org.headrace.commands.internal.srun;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.job.Job;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.sbcast.FileBroadcast;
import org.headrace.commands.internal.submit.Choices;
import org.headrace.control.Control;
import org.headrace.control.front.Invocation;
import org.headrace.control.stepio.StepStreams;

/** {@code srun --bcast}: copies the program to the nodes first, and has the copy run. */
final class ProgramBroadcast {
  private static final int EXECUTABLE = 0111;

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;
  private final Choices choices;

  ProgramBroadcast(Control control, StepStreams streams, Invocation invocation, Choices choices) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
    this.choices = choices;
  }

  /**
   * Copies it, where that was asked for.
   *
   * @throws Refusal if there is no such program, or it did not get to all nodes
   */
  void before(Job job, List<String> command, StepRequest request) throws Exception {
    if (!choices.has("bcast") || choices.has("multi-prog")) {
      return;
    }
    String program = find(command.get(0));
    String wish = choices.text("bcast", "");
    boolean whole = wish.startsWith("/") && !wish.endsWith("/");
    String target = whole ? wish : invocation.workingDirectory() + "/slurm_bcast_" + job.id();
    FileBroadcast.Result result =
        new FileBroadcast(control, streams, invocation)
            .send(new FileBroadcast.Order(job, List.of(), program, target, !whole, true, true));
    if (result.status() != 0) {
      throw Refusal.fatal("srun", "Failed to broadcast '" + program + "'. Step launch aborted.");
    }
    List<String> argv = new ArrayList<>();
    if (whole) {
      argv.add(target);
    } else {
      // Each node has a copy of its own, whose name only that node can tell.
      argv.addAll(List.of("/bin/sh", "-c", "exec \"${0}_$SLURMD_NODENAME\" \"$@\""));
      argv.add(target + "." + result.step());
    }
    argv.addAll(command.subList(1, command.size()));
    request.runs(argv);
  }

  private String find(String name) {
    if (name.indexOf('/') >= 0) {
      String path = name.startsWith("/") ? name : invocation.workingDirectory() + "/" + name;
      if (executable(path)) {
        return path;
      }
    } else {
      for (String folder : invocation.environment().getOrDefault("PATH", "").split(":")) {
        if (!folder.isEmpty() && executable(folder + "/" + name)) {
          return folder + "/" + name;
        }
      }
    }
    throw Refusal.fatal("srun", "Can not execute " + name);
  }

  private boolean executable(String path) {
    try {
      return (invocation.readPart(path, 0, 0).mode() & EXECUTABLE) != 0;
    } catch (IOException e) {
      return false;
    }
  }
}
