package org.headrace.commands.internal.submit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.SystemCores;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Turns a user's choices into what the controller is asked for. One use. */
public final class SpecBuilder {
  private static final int DEFAULT_NICE = 100;
  private static final long DEFAULT_SWITCH_WAIT = 300_000;

  private final Choices choices;
  private final Invocation invocation;
  private final Snapshot snapshot;
  private final Program program;
  private final HostNames names;
  private final List<String> warnings = new ArrayList<>();

  public SpecBuilder(Choices choices, Invocation invocation, Snapshot snapshot) {
    this.choices = choices;
    this.invocation = invocation;
    this.snapshot = snapshot;
    this.program = choices.program();
    this.names = new HostNames(program, invocation);
  }

  /** What the user should know, ready for standard error. */
  public List<String> warnings() {
    return warnings;
  }

  /**
   * Builds it.
   *
   * @param name name of the job where the user gave none
   * @param batch true when it has a script
   * @param arguments arguments of the script
   * @param command path of the script or command, for display
   * @throws Refusal when choices contradict each other or the cluster
   */
  public JobSpec build(String name, boolean batch, List<String> arguments, String command)
      throws IOException {
    checkClusters();
    checkPlace();
    checkBoot();
    ResourceRequest request =
        withSystem(
            new ResourceBuilder(
                    choices, required(), hosts("exclude"), warnings, longestSwitchWait(snapshot))
                .build());
    checkGres(request);
    String given = choices.text("job-name", "");
    return new JobSpec(
        given.isEmpty() ? name : given,
        OwnerChoice.of(choices, invocation),
        new Charge(choices.text("account", ""), choices.text("qos", ""), choices.text("wckey", "")),
        partitions(),
        choices.text("reservation", ""),
        request,
        timing(),
        array(),
        dependency(),
        new ExecutionBuilder(choices, invocation, snapshot).build(batch, arguments),
        attributes(command, request));
  }

  private void checkBoot() {
    if (choices.has("reboot")
        && !new Visibility(snapshot, invocation.caller(), true).administrator()) {
      throw SubmissionFailure.of(
          program, ErrorCode.ACCESS_DENIED, "rebooting of nodes is only allowed for admins");
    }
  }

  /** With as many cores for the system as the user wants: it has its nodes for itself then. */
  private ResourceRequest withSystem(ResourceRequest request) {
    boolean threads = !choices.has("core-spec");
    if (threads && !choices.has("thread-spec")) {
      return request;
    }
    if (!snapshot.definition().isYes("AllowSpecResourcesUsage")) {
      warnings.add(
          choices.program().command()
              + ": error: Ignoring "
              + (threads ? "--thread-spec" : "-S")
              + " since it's not allowed by configuration (AllowSpecResourcesUsage = No)");
      return request;
    }
    int count = choices.number(threads ? "thread-spec" : "core-spec", 0);
    return request.withSharing(Sharing.EXCLUSIVE).withSystem(new SystemCores(count, threads));
  }

  private static long longestSwitchWait(Snapshot snapshot) {
    String parameters = snapshot.definition().settings().getOrDefault("SchedulerParameters", "");
    for (String parameter : parameters.split(",")) {
      String seconds = parameter.strip().replaceFirst("^max_switch_wait=", "");
      if (seconds.length() < parameter.strip().length() && seconds.matches("\\d{1,9}")) {
        return 1000 * Long.parseLong(seconds);
      }
    }
    return DEFAULT_SWITCH_WAIT;
  }

  private void checkClusters() {
    String cluster = snapshot.definition().name();
    for (String name : choices.text("clusters", "").split(",")) {
      if (!name.isEmpty() && !name.equals("all") && !name.equals(cluster)) {
        throw Refusal.error(
            program.command(),
            1,
            "'"
                + Shown.text(name)
                + "' can't be reached now, or it is an invalid entry for --cluster.  Use 'sacctmgr"
                + " list clusters' to see available clusters.",
            "This is cluster '" + cluster + "'.");
      }
    }
  }

  private void checkPlace() {
    String place = invocation.workingDirectory();
    if (place.indexOf('\0') >= 0 || choices.text("chdir", "").indexOf('\0') >= 0) {
      throw Refusal.error(program.command(), 1, "The working directory contains a NUL character.");
    }
  }

  /** A kind that the configuration doesn't name can never be had. */
  private void checkGres(ResourceRequest request) {
    List<String> known =
        List.of(snapshot.definition().settings().getOrDefault("GresTypes", "").split(","));
    for (GresRequest wish : request.gres()) {
      if (!known.contains(wish.name())) {
        throw Refusal.error(
            program.command(),
            1,
            "Invalid generic resource (gres) specification",
            "There is no resource '"
                + Shown.text(wish.name())
                + "' in this cluster"
                + (known.get(0).isEmpty() ? "." : "; it has " + String.join(", ", known) + "."));
      }
    }
  }

  private List<String> partitions() {
    String text = choices.text("partition", "");
    return text.isEmpty() ? List.of() : List.of(text.split(","));
  }

  private List<String> required() {
    if (choices.has("nodefile")) {
      return names.file(choices.text("nodefile", ""), true).stream().distinct().toList();
    }
    List<String> ofTasks = names.ofTasks(choices);
    return ofTasks.isEmpty() ? hosts("nodelist") : ofTasks;
  }

  private List<String> hosts(String option) {
    return names.read(choices.text(option, "")).stream().distinct().toList();
  }

  private Timing timing() {
    long limit = millis(choices.duration("time", Timing.UNSET));
    if (choices.has("time") && limit == 0) {
      limit = JobClass.UNLIMITED;
    }
    long minimum = millis(choices.duration("time-min", 0));
    if (choices.has("time-min") && limit != Timing.UNSET && minimum > limit) {
      throw Refusal.error(
          program.command(),
          1,
          (program == Program.SBATCH ? "Batch job submission failed: " : "")
              + "Invalid time-min specification (exceeds job's time or other limits)");
    }
    long deadline = choices.moment("deadline");
    if (deadline != 0 && deadline <= choices.now()) {
      throw SubmissionFailure.of(
          program, ErrorCode.INVALID_TIME_LIMIT, "--deadline: this time has passed already");
    }
    int nice = choices.has("nice") ? choices.number("nice", DEFAULT_NICE) : 0;
    return new Timing(
        limit,
        minimum,
        choices.moment("begin"),
        deadline,
        nice,
        priority(),
        choices.has("hold") ? Timing.Hold.USER : Timing.Hold.NONE);
  }

  private static long millis(long duration) {
    return duration == SlurmDuration.INFINITE ? JobClass.UNLIMITED : duration;
  }

  private long priority() {
    String text = choices.text("priority", "");
    if (text.isEmpty()) {
      return Timing.UNSET;
    }
    if (text.equalsIgnoreCase("TOP")) {
      return 0xffff_fffeL;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value <= 0xffff_fffeL) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw Refusal.error(
        program.command(),
        Refusal.BAD_OPTION,
        "Invalid --priority specification",
        "--priority: use a number from 0 to 4294967294, or TOP");
  }

  private JobArray array() {
    try {
      return ArrayNotation.parse(
          choices.text("array", ""), snapshot.definition().limits().maxArraySize());
    } catch (TextFormatException e) {
      throw SubmissionFailure.of(program, ErrorCode.INVALID_ARRAY, e.getMessage());
    }
  }

  private Dependency dependency() {
    try {
      return DependencyNotation.parse(choices.text("dependency", ""));
    } catch (TextFormatException e) {
      throw SubmissionFailure.of(program, ErrorCode.INVALID_DEPENDENCY, e.getMessage());
    }
  }

  private Map<String, String> attributes(String command, ResourceRequest request) {
    Map<String, String> result = new LinkedHashMap<>();
    put(result, Attributes.COMMENT, choices.text("comment", ""));
    put(result, Attributes.EXTRA, choices.text("extra", ""));
    put(result, Attributes.SUBMIT_LINE, SubmitLine.of(program, invocation));
    put(result, Attributes.MAIL_TYPE, choices.mailTypes());
    if (result.containsKey(Attributes.MAIL_TYPE) || choices.has("mail-user")) {
      put(result, Attributes.MAIL_USER, choices.text("mail-user", invocation.caller().user()));
    }
    put(result, Attributes.ALLOC_NODE_SID, invocation.hostName() + ":" + invocation.sessionId());
    put(result, Attributes.COMMAND, command);
    put(result, Attributes.DEPENDENCY, choices.text("dependency", ""));
    put(result, Attributes.KILL_ON_INVALID_DEPENDENCY, capital("kill-on-invalid-dep"));
    put(result, Attributes.LICENSES, choices.text("licenses", ""));
    if (choices.has("licenses")
        && snapshot.definition().hasWord("SchedulerParameters", "allow_zero_lic")) {
      put(result, Attributes.MORE_LICENSES, "1");
    }
    put(result, Attributes.EXPORT, choices.text("export", ""));
    put(result, Attributes.HINT, choices.text("hint", ""));
    put(result, Attributes.NTASKS_PER_GPU, choices.text("ntasks-per-gpu", ""));
    put(result, Attributes.EXCLUSIVE, choices.text("exclusive", "", ""));
    put(result, Attributes.NTASKS_SET, choices.has("ntasks") ? "1" : "");
    String export = choices.text("export", "");
    boolean login = export.equalsIgnoreCase("NONE") || choices.has("get-user-env");
    put(result, Attributes.GET_USER_ENVIRONMENT, login ? "1" : "");
    choices.withoutEffect().forEach((name, value) -> result.put(Attributes.OPTION + name, value));
    return result;
  }

  private String capital(String option) {
    String text = choices.text(option, "").toLowerCase(Locale.ROOT);
    return text.isEmpty() ? "" : text.equals("yes") ? "Yes" : "No";
  }

  private static void put(Map<String, String> result, String name, String value) {
    if (!value.isEmpty()) {
      result.put(name, value);
    }
  }
}
