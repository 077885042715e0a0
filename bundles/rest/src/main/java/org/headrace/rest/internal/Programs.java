package org.headrace.rest.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Callers;
import org.headrace.control.front.UserCommand;

/** The user commands that are there now, and the running of them. Thread-safe. */
final class Programs {
  private record Entry(UserCommand command, int rank) {}

  /** This machine, as its kernel names it: no name service is asked. */
  private static final String HOST = host();

  private final Map<String, List<Entry>> byName = new ConcurrentHashMap<>();

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  void add(UserCommand command, int rank) {
    byName.compute(
        command.name(),
        (name, old) -> {
          List<Entry> entries = new ArrayList<>(old == null ? List.of() : old);
          entries.add(new Entry(command, rank));
          entries.sort(Comparator.comparingInt(entry -> -entry.rank()));
          return List.copyOf(entries);
        });
  }

  void remove(UserCommand command) {
    byName.computeIfPresent(
        command.name(),
        (name, old) -> {
          List<Entry> entries = old.stream().filter(one -> one.command() != command).toList();
          return entries.isEmpty() ? null : entries;
        });
  }

  boolean has(String name) {
    return byName.containsKey(name);
  }

  /**
   * Runs a command to its end.
   *
   * @return its exit status
   * @throws Problem.Raised if there is no such command now
   */
  int run(Call call, Caller caller, Callers callers, OutputStream out, OutputStream err)
      throws Exception {
    List<Entry> entries = byName.get(call.program());
    if (entries == null) {
      throw Problem.of(
              Problem.UNAVAILABLE,
              "Unable to contact slurm controller (connect failure)",
              "The command " + call.program() + " isn't there now; try again")
          .raised();
    }
    RestInvocation invocation = new RestInvocation(call, caller, callers, HOST, out, err);
    try {
      int status = entries.get(0).command().run(invocation);
      invocation.flush();
      return status;
    } catch (RuntimeException | IOException e) {
      invocation.flush();
      err.write(
          (call.program() + ": error: " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
      return 1;
    }
  }
}
