package org.headrace.commands.internal.submit;

import static java.util.Map.entry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.control.front.Invocation;
import org.headrace.slurmconf.text.Sizes;

/** The variables that go with a job from where it was submitted. */
public final class JobEnvironment {
  /** Options that are told as they were written. */
  private static final List<Map.Entry<String, List<String>>> TOLD =
      List.of(
          entry("cpus-per-task", List.of("SLURM_CPUS_PER_TASK", "SRUN_CPUS_PER_TASK")),
          entry("ntasks-per-node", List.of("SLURM_NTASKS_PER_NODE")),
          entry("ntasks-per-socket", List.of("SLURM_NTASKS_PER_SOCKET")),
          entry("ntasks-per-core", List.of("SLURM_NTASKS_PER_CORE")),
          entry("ntasks-per-gpu", List.of("SLURM_NTASKS_PER_GPU")),
          entry("segment", List.of("SLURM_JOB_SEGMENT_SIZE")),
          entry("threads-per-core", List.of("SLURM_THREADS_PER_CORE")),
          entry("dependency", List.of("SLURM_JOB_DEPENDENCY")),
          entry("gpu-bind", List.of("SLURM_GPU_BIND")),
          entry("tres-bind", List.of("SLURM_TRES_BIND")));

  /**
   * Those of an allocation. What srun was asked for is the step's alone: a task that starts further
   * steps would give them the same.
   */
  private static final List<Map.Entry<String, List<String>>> TOLD_OF_ALLOCATIONS =
      List.of(
          entry("gpus", List.of("SLURM_GPUS")),
          entry("gpus-per-node", List.of("SLURM_GPUS_PER_NODE")),
          entry("gpus-per-socket", List.of("SLURM_GPUS_PER_SOCKET")),
          entry("gpus-per-task", List.of("SLURM_GPUS_PER_TASK")),
          entry("gpu-freq", List.of("SLURM_GPU_FREQ")),
          entry("cpus-per-gpu", List.of("SLURM_CPUS_PER_GPU")),
          entry("tres-per-task", List.of("SLURM_TRES_PER_TASK")),
          entry("network", List.of("SLURM_NETWORK")),
          entry("hint", List.of("SLURM_HINT")),
          entry("export", List.of("SLURM_EXPORT_ENV")));

  /** Variables in all, in bytes, as much as a program can be started with. */
  static final int MAX_BYTES = 2 << 20;

  /**
   * One variable, with its name, the equals sign and the byte that ends it: Linux starts nothing
   * with more.
   */
  static final int MAX_VARIABLE = 128 << 10;

  private final Choices choices;
  private final Invocation invocation;

  public JobEnvironment(Choices choices, Invocation invocation) {
    this.choices = choices;
    this.invocation = invocation;
  }

  /** The user's variables as {@code --export} lets them through, and those of the submission. */
  public Map<String, String> build(String jobName) throws IOException {
    Map<String, String> result = filtered();
    if (choices.has("export-file")) {
      addFile(result);
    }
    addOptions(result);
    boolean inJob = choices.program() == Program.SRUN && choices.has("jobid");
    if (!inJob || !result.containsKey("SLURM_SUBMIT_DIR")) {
      result.put("SLURM_SUBMIT_DIR", invocation.workingDirectory());
      result.put("SLURM_SUBMIT_HOST", invocation.hostName());
    }
    result.put("SLURM_JOB_NAME", jobName);
    result.put("SLURM_PRIO_PROCESS", "0");
    if (wantsLogin()) {
      result.put("SLURM_GET_USER_ENV", "1");
    }
    if (choices.program() == Program.SRUN) {
      // Not of scripts: what they set by umask is what their steps shall have.
      result.put("SLURM_UMASK", String.format(Locale.ROOT, "%04o", umask(invocation)));
      if (choices.has("label")) {
        result.put("SLURM_LABELIO", "1");
      }
      result.putIfAbsent("SRUN_DEBUG", Integer.toString(loudness()));
    }
    checkSizes(result);
    return result;
  }

  /** Whether a script has the variables of a login besides those that it is given. */
  private boolean wantsLogin() {
    String export = choices.text("export", "");
    return choices.program() == Program.SBATCH
        && (choices.has("get-user-env") || !export.isEmpty() && !export.equalsIgnoreCase("ALL"));
  }

  /** The level of srun's messages in Slurm's count, in which 3 tells what is of interest. */
  private int loudness() {
    return 3 + choices.verbosity() - (choices.has("quiet") ? 1 : 0);
  }

  private void checkSizes(Map<String, String> variables) {
    variables.forEach(
        (name, value) -> {
          long size = bytes(name) + bytes(value) + 2;
          if (size > MAX_VARIABLE) {
            throw Refusal.error(
                choices.program().command(),
                1,
                "Environment variable "
                    + Shown.text(name)
                    + " is too long: its name and value have "
                    + size
                    + " bytes, and no program can be started with more than "
                    + MAX_VARIABLE
                    + " in one",
                "Leave it out by --export, or hand the data over in a file.");
          }
        });
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** The mask in force: SLURM_UMASK where it is set, else the process's own. */
  static int umask(Invocation invocation) {
    String text = invocation.environment().get("SLURM_UMASK");
    return text != null && text.matches("[0-7]{1,4}")
        ? Integer.parseInt(text, 8) & 0777
        : invocation.umask();
  }

  private Map<String, String> filtered() {
    Map<String, String> all = invocation.environment();
    String export = choices.text("export", "ALL");
    Map<String, String> result = new LinkedHashMap<>();
    if (export.isEmpty() || export.equalsIgnoreCase("ALL")) {
      result.putAll(all);
      return result;
    }
    all.forEach(
        (name, value) -> {
          if (name.startsWith("SLURM_")) {
            result.put(name, value);
          }
        });
    if (export.equalsIgnoreCase("NONE") || export.equalsIgnoreCase("NIL")) {
      return result;
    }
    for (String part : split(export)) {
      if (part.equals("ALL")) {
        all.forEach(result::put);
      }
    }
    for (String part : split(export)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        result.put(part.substring(0, equals), part.substring(equals + 1));
      } else if (!part.equals("ALL") && all.containsKey(part)) {
        result.put(part, all.get(part));
      }
    }
    return result;
  }

  /** At commas outside of quotes; quotes group and are dropped. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          part.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == ',') {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  private void addFile(Map<String, String> result) throws IOException {
    String file = choices.text("export-file", "");
    byte[] content;
    try {
      content = invocation.readFile(file, MAX_BYTES);
    } catch (IOException e) {
      throw Refusal.error(
          choices.program().command(),
          1,
          "Could not open user environment file " + Shown.text(file),
          Shown.text(file) + ": " + e.getMessage());
    }
    for (String entry : new String(content, StandardCharsets.UTF_8).split("\0")) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        result.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
  }

  private void addOptions(Map<String, String> result) {
    if (!choices.has("preserve-env") || !result.containsKey("SLURM_NTASKS")) {
      copy(result, "ntasks", "SLURM_NTASKS", "SLURM_NPROCS");
    }
    addTasksOfGpus(result);
    tell(result, TOLD);
    distribution(result);
    if (choices.program() != Program.SRUN) {
      tell(result, TOLD_OF_ALLOCATIONS);
      addAllocation(result);
    }
    if (choices.has("mem-bind")) {
      // A script's own steps aren't bound by what its sbatch was given, as Slurm has it.
      String prefix = choices.program() == Program.SBATCH ? "SBATCH" : "SLURM";
      MemoryBinding.of(choices.text("mem-bind", ""))
          .variables()
          .forEach((name, value) -> result.put(prefix + name, value));
    }
    if (ResourceBuilder.oneThread(choices)) {
      result.put("SLURM_THREADS_PER_CORE", "1");
    }
    for (String part : choices.text("tres-bind", "").split("\\+")) {
      if (part.matches("gres[:/]gpu:.+") && !choices.has("gpu-bind")) {
        result.put("SLURM_GPU_BIND", part.substring("gres/gpu:".length()));
      }
    }
    if (choices.has("overcommit")) {
      result.put("SLURM_OVERCOMMIT", "1");
    }
  }

  private void addAllocation(Map<String, String> result) {
    if (choices.has("profile")) {
      result.put("SLURM_PROFILE", capitalised(choices.text("profile", "")));
    }
    if (choices.has("open-mode")) {
      result.put(
          "SLURM_OPEN_MODE",
          choices.text("open-mode", "").toLowerCase(Locale.ROOT).substring(0, 1));
    }
    if (choices.has("exclusive")) {
      result.put("SLURM_JOB_EXCLUSIVE", choices.text("exclusive", "", "node"));
    }
    memory(result, "mem", "SLURM_MEM_PER_NODE");
    memory(result, "mem-per-cpu", "SLURM_MEM_PER_CPU");
    memory(result, "mem-per-gpu", "SLURM_MEM_PER_GPU");
  }

  private void tell(Map<String, String> result, List<Map.Entry<String, List<String>>> table) {
    table.forEach(told -> copy(result, told.getKey(), told.getValue().toArray(String[]::new)));
  }

  /** A plane's size has a variable of its own. */
  private void distribution(Map<String, String> result) {
    String text = choices.text("distribution", "").toLowerCase(Locale.ROOT);
    if (text.isEmpty()) {
      return;
    }
    int equals = text.indexOf('=');
    result.put("SLURM_DISTRIBUTION", equals < 0 ? text : text.substring(0, equals));
    if (text.startsWith("plane=")) {
      result.put("SLURM_DIST_PLANESIZE", text.substring(equals + 1));
    }
  }

  /** Where tasks follow from GPUs, and aren't counted. */
  private void addTasksOfGpus(Map<String, String> result) {
    if (choices.has("ntasks") || !choices.has("gpus")) {
      return;
    }
    long tasks =
        choices.has("gpus-per-task")
            ? gpus("gpus", 1) / gpus("gpus-per-task", 1)
            : gpus("gpus", 1) * choices.number("ntasks-per-gpu", 0);
    if (tasks > 0) {
      result.put("SLURM_NTASKS", Long.toString(tasks));
      result.put("SLURM_NPROCS", Long.toString(tasks));
    }
  }

  private long gpus(String option, long least) {
    long count =
        GresNotation.parseGpus(choices.program(), choices.text(option, ""), Scope.JOB).stream()
            .mapToLong(GresRequest::count)
            .sum();
    return Math.max(least, count);
  }

  private static String capitalised(String words) {
    return Arrays.stream(words.split(","))
        .filter(word -> !word.isEmpty())
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining(","));
  }

  private void copy(Map<String, String> result, String option, String... variables) {
    if (choices.has(option)) {
      for (String variable : variables) {
        result.put(variable, choices.text(option, ""));
      }
    }
  }

  private void memory(Map<String, String> result, String option, String variable) {
    if (choices.has(option)) {
      long size = Sizes.parseMemory(choices.text(option, ""));
      result.put(variable, Long.toString(size));
    }
  }

  /** {@code NAME=value} entries, each ended by a NUL byte; entries with a NUL are left out. */
  public static byte[] encode(Map<String, String> variables) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    variables.forEach(
        (name, value) -> {
          if (!name.isEmpty()
              && name.indexOf('=') < 0
              && name.indexOf('\0') < 0
              && value.indexOf('\0') < 0) {
            bytes.writeBytes((name + "=" + value).getBytes(StandardCharsets.UTF_8));
            bytes.write(0);
          }
        });
    return bytes.toByteArray();
  }
}
