package org.headrace.client;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Java twin of the native client: the same protocol and behaviour, except that it has no raw
 * terminal, no job control for children, and starts in tens of milliseconds. Run as {@code java -cp
 * client.jar org.headrace.client.Main squeue …}.
 */
public final class Main {
  /** Of Slurm's commands; what it is needs no controller. A site's own may mean something else. */
  private static final Set<String> OF_SLURM =
      Set.of(
          "sacct",
          "sacctmgr",
          "salloc",
          "sattach",
          "sbatch",
          "sbcast",
          "scancel",
          "scontrol",
          "sdiag",
          "sinfo",
          "sprio",
          "squeue",
          "sreport",
          "srun",
          "sshare",
          "swhy");

  private static final String VERSION = "slurm 26.05.3";

  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] args) {
    if (args.length == 0) {
      print(2, "usage: java -cp client.jar org.headrace.client.Main COMMAND [ARGUMENT]...\n");
      Runtime.getRuntime().halt(1);
    }
    int code = run(args[0], Arrays.asList(args).subList(1, args.length), System.getenv());
    // Not exit: nothing of ours waits for shutdown hooks, and they cost time.
    Runtime.getRuntime().halt(code);
  }

  private static int run(String program, List<String> arguments, Map<String, String> environment) {
    boolean version = !arguments.isEmpty() && Set.of("-V", "--version").contains(arguments.get(0));
    if (version && OF_SLURM.contains(program)) {
      print(1, VERSION + "\n");
      return 0;
    }
    try (Conversation conversation =
        Conversation.connect(program, ControllerSocket.find(environment))) {
      conversation.send(ProcessFacts.hello(program, arguments, environment).toFrame());
      return conversation.serve();
    } catch (ClientException e) {
      print(2, program + ": error: " + e.getMessage() + "\n");
    } catch (IOException e) {
      print(
          2,
          program
              + ": error: lost the connection to the slurm controller: "
              + e.getMessage()
              + "\n");
    }
    return 1;
  }

  private static void print(int fd, String text) {
    try (OutputStream out =
        new FileOutputStream(fd == 1 ? FileDescriptor.out : FileDescriptor.err)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Standard error is gone: there is nobody to tell.
      return;
    }
  }
}
