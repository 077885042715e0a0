package org.headrace.itests.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * A cluster of real daemons, started by {@code headrace up} in a directory of its own, used by the
 * commands of the distribution, and ended whatever happens. Where a test fails, the ends of the
 * daemons' logs are printed. Not thread-safe, except for {@link #command}.
 */
final class ClusterUnderTest
    implements BeforeAllCallback,
        AfterAllCallback,
        LifecycleMethodExecutionExceptionHandler,
        TestWatcher {
  private static final Pattern DAEMON =
      Pattern.compile(
          "\\{\"name\":\"([^\"]+)\",\"state\":\"[^\"]+\",\"pid\":(\\d+),\"port\":(\\d+),"
              + "\"rss_mib\":\\d+,\"directory\":\"([^\"]+)\"");
  private static final int SHOWN_LINES = 40;

  private final String name;
  private final int nodes;
  private final List<String> settings = new ArrayList<>();
  private final Map<String, String> programs = new TreeMap<>();
  private final Map<String, Daemon> daemons = new TreeMap<>();
  private final Map<String, String[]> wrappers = new TreeMap<>();
  private Installation installation;
  private Path directory;
  private int controllers = 1;
  private String[] starter = {};
  private boolean failed;
  private boolean shared;

  /**
   * One daemon as it was last started.
   *
   * @param place its state or spool directory
   */
  record Daemon(String name, ProcessHandle process, int port, Path place) {}

  private ClusterUnderTest(String name, int nodes) {
    this.name = name;
    this.nodes = nodes;
  }

  /**
   * A cluster that starts before the first test of a class.
   *
   * @param name short, for its directory
   */
  static ClusterUnderTest named(String name, int nodes) {
    return new ClusterUnderTest(name, nodes);
  }

  /** One more line for slurm.conf; {@code @DIR@} in it is the cluster's directory. */
  ClusterUnderTest set(String line) {
    settings.add(line);
    return this;
  }

  /** Several controllers, called ctl1, ctl2 and so on. */
  ClusterUnderTest controllers(int count) {
    controllers = count;
    return this;
  }

  /** Another program starts it, with the words that it takes before ours. */
  ClusterUnderTest startedBy(String... program) {
    starter = program;
    return this;
  }

  /** Names of the controllers' daemons. */
  List<String> controllerNames() {
    return controllers == 1
        ? List.of("slurmctld")
        : IntStream.rangeClosed(1, controllers).mapToObj(i -> "ctl" + i).toList();
  }

  /** A program that exists before the cluster starts; {@code @DIR@} as above. */
  ClusterUnderTest program(String file, String text) {
    programs.put(file, text);
    return this;
  }

  /** One cluster for all classes that ask for it; it ends after the last of all classes. */
  ClusterUnderTest shared() {
    shared = true;
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (daemons.isEmpty()) {
      startOrExplain();
    }
    if (shared) {
      ExtensionContext.Store.CloseableResource last = this::end;
      context
          .getRoot()
          .getStore(ExtensionContext.Namespace.create(ClusterUnderTest.class))
          .getOrComputeIfAbsent(name, any -> last);
    }
  }

  private void startOrExplain() throws Exception {
    try {
      start();
    } catch (Exception | AssertionError e) {
      failed = true;
      printLogs();
      end();
      throw e;
    }
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable cause)
      throws Throwable {
    testFailed(context, cause);
    throw cause;
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    failed = true;
    System.out.println("FAILED " + context.getDisplayName() + ": the daemons' logs end so:");
    printLogs();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (!shared) {
      end();
    }
  }

  /** Starts controller and nodes, and waits until all nodes are idle. */
  void start() throws Exception {
    prepare();
    List<String> up =
        new ArrayList<>(List.of("up", "--nodes", "" + nodes, "--controllers", "" + controllers));
    up.addAll(List.of("--set", "AuthInfo=cred_expire=0")); // What is requeued needn't wait.
    settings.forEach(line -> up.addAll(List.of("--set", line.replace("@DIR@", "" + directory))));
    Execution done =
        headrace(up.toArray(String[]::new)).under(starter).within(Duration.ofMinutes(4)).run();
    readStatus();
    if (done.status() != 0) {
      throw new AssertionError("the cluster does not come up: " + done);
    }
  }

  /** Makes the directory without starting anything. */
  void prepare() throws Exception {
    installation = Installation.get();
    directory = installation.root().resolve(name);
    Files.createDirectories(directory);
    Path work = Files.createDirectories(directory.resolve("work"));
    // Jobs of all users write here.
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (Map.Entry<String, String> program : programs.entrySet()) {
      Path file = directory.resolve(program.getKey());
      Files.writeString(file, program.getValue().replace("@DIR@", "" + directory));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    installation.endAtLast(this::end);
  }

  Path directory() {
    return directory;
  }

  /** Directory that every user may write to, and that commands run in. */
  Path work() {
    return directory.resolve("work");
  }

  Path configuration() {
    return directory.resolve("etc/slurm.conf");
  }

  Path socket() {
    return socket("headrace");
  }

  /** With several controllers, the socket of one of them, or of a node's daemon. */
  Path socket(String daemon) {
    return directory.resolve("run").resolve(daemon + ".sock");
  }

  Path log(String daemon) {
    String program = controllerNames().contains(daemon) ? "slurmctld-" : "slurmd-";
    String file = daemon.equals("slurmctld") ? daemon : program + daemon;
    return directory.resolve("log/" + file + ".log");
  }

  /** The controller that has begun to lead last, of those that run. */
  String leader() throws Exception {
    return Patience.value("a leader", Patience.LONG, this::findLeader, () -> "none has begun to");
  }

  private String findLeader() throws IOException {
    String latest = "";
    String leader = null;
    for (String controller : controllerNames()) {
      if (!daemons.get(controller).process().isAlive()) {
        continue;
      }
      for (String line : Files.readAllLines(log(controller))) {
        // A line starts with its time.
        if (line.contains("Cluster headrace is up") && line.compareTo(latest) > 0) {
          latest = line;
          leader = controller;
        }
      }
    }
    return leader;
  }

  Daemon daemon(String daemon) {
    return daemons.get(daemon);
  }

  /** A user command with the cluster's environment. */
  Execution.Plan command(String program, String... arguments) {
    return programWith(installation.file("bin/" + program), arguments);
  }

  /** A shell script with the cluster's commands on its PATH. */
  Execution.Plan shell(String script) {
    return Execution.of(work(), environment(), "bash", "-c", script);
  }

  /** A verb of the script that starts and ends clusters. */
  Execution.Plan headrace(String... arguments) {
    List<String> all = new ArrayList<>(List.of(installation.file("bin/headrace").toString()));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--dir", directory.toString()));
    return Execution.of(installation.root(), Map.of(), all.toArray(String[]::new));
  }

  /** A daemon's program with arguments, not kept track of. */
  Execution.Plan daemonCommand(String program, String... arguments) {
    return programWith(installation.file("sbin/" + program), arguments);
  }

  private Execution.Plan programWith(Path program, String... arguments) {
    String[] all =
        Stream.concat(Stream.of(program.toString()), Stream.of(arguments)).toArray(String[]::new);
    return Execution.of(work(), environment(), all);
  }

  private Map<String, String> environment() {
    String path =
        installation.file("bin") + ":" + installation.file("sbin") + ":" + System.getenv("PATH");
    return Map.of(
        "SLURM_CONF", configuration().toString(), "HEADRACE_SOCKET", sockets(), "PATH", path);
  }

  private String sockets() {
    return controllers == 1
        ? socket().toString()
        : controllerNames().stream()
            .map(name -> socket(name).toString())
            .collect(Collectors.joining(":"));
  }

  /** Submits a script, and gives the job's id. */
  String submit(String script, String... options) throws Exception {
    return submitAs(script, new String[0], options);
  }

  /** Submits a script by a program that changes who we are. */
  String submitAs(String script, String[] wrapper, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("--parsable"));
    arguments.addAll(List.of(options));
    String text = script.startsWith("#!") ? script : "#!/bin/bash\n" + script;
    return command("sbatch", arguments.toArray(String[]::new))
        .under(wrapper)
        .fed(text)
        .run()
        .text();
  }

  /** A field of {@code scontrol show job}; empty if the job isn't known. */
  String jobField(String job, String field) throws Exception {
    Execution shown = command("scontrol", "-o", "show", "job", job).run();
    return shown.status() == 0 ? field(shown.output(), field) : "";
  }

  /** A field of {@code scontrol show node}. */
  String nodeField(String node, String field) throws Exception {
    return field(command("scontrol", "-o", "show", "node", node).run().text(), field);
  }

  private static String field(String text, String field) {
    Matcher matcher = Pattern.compile("(?:^|\\s)" + field + "=(\\S*)").matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** States of a job, or of all tasks of an array; the empty set if it isn't known. */
  Set<String> states(String job) throws Exception {
    Execution shown = command("squeue", "-h", "-r", "-t", "all", "-j", job, "-o", "%T").run();
    return shown.status() == 0 ? Set.copyOf(new TreeSet<>(shown.lines())) : Set.of();
  }

  /** Waits until a job is in one of the states. */
  String awaitState(String job, String... states) throws Exception {
    return Patience.value(
        "job " + job + " " + String.join(" or ", states),
        Patience.USUAL,
        () -> {
          Set<String> now = states(job);
          return !now.isEmpty() && Set.of(states).containsAll(now) ? String.join(",", now) : null;
        },
        () -> command("squeue", "-a", "-t", "all", "-j", job).run().toString());
  }

  /** Waits until a pending job has a reason. */
  void awaitReason(String job, String reason) throws Exception {
    Patience.until(
        "reason " + reason + " of job " + job,
        Patience.USUAL,
        () ->
            command("squeue", "-h", "-t", "PD", "-j", job, "-o", "%r")
                .run()
                .output()
                .strip()
                .equals(reason),
        () -> command("squeue", "-a", "-t", "all", "-j", job).run().toString());
  }

  /** Waits until a job has ended, all tasks of it, and gives its state or states. */
  String awaitEnd(String job) throws Exception {
    return awaitState(
        job,
        "COMPLETED",
        "FAILED",
        "CANCELLED",
        "TIMEOUT",
        "NODE_FAIL",
        "OUT_OF_MEMORY",
        "DEADLINE",
        "BOOT_FAIL",
        "PREEMPTED");
  }

  /** Waits until a node's state, with all its flags, matches. */
  void awaitNode(String node, Duration patience, String pattern) throws Exception {
    Patience.until(
        "node " + node + " " + pattern,
        patience,
        () -> nodeField(node, "State").matches(pattern),
        () -> command("scontrol", "show", "node", node).run().toString());
  }

  /** Waits until a file in the work directory has a text that matches. */
  String awaitFile(String file, String pattern) throws Exception {
    Path path = work().resolve(file);
    Pattern compiled = Pattern.compile(pattern, Pattern.DOTALL);
    return Patience.value(
        path + " with " + pattern,
        Patience.USUAL,
        () -> {
          String text = Files.isRegularFile(path) ? Files.readString(path) : "";
          return compiled.matcher(text).find() ? text : null;
        },
        () ->
            (Files.exists(path) ? "it has: " + Files.readString(path) : "there is no such file")
                + "\n"
                + command("squeue", "-a").run());
  }

  /** A file of the work directory. */
  String read(String file) throws IOException {
    return Files.readString(work().resolve(file));
  }

  /** Ends a daemon at once, as a crash would, and waits until the kernel has let it go. */
  void kill(String daemon) throws Exception {
    ProcessHandle process = daemons.get(daemon).process();
    process.destroyForcibly();
    Patience.until("end of " + daemon, Patience.USUAL, () -> !process.isAlive(), () -> "");
  }

  /** Ends a daemon in good order. */
  void stop(String daemon) throws Exception {
    ProcessHandle process = daemons.get(daemon).process();
    process.destroy();
    Patience.until("end of " + daemon, Patience.USUAL, () -> !process.isAlive(), () -> "");
  }

  /** Sends a signal by its name to a daemon. */
  void signal(String daemon, String signal) throws Exception {
    kill(work(), signal, daemons.get(daemon).process()).text();
  }

  /** Has a daemon started by another program from now on, which becomes the daemon. */
  void under(String daemon, String... wrapper) {
    wrappers.put(daemon, wrapper);
  }

  /** Starts a daemon again by the name that a site's unit file uses. */
  void restart(String daemon) throws Exception {
    Daemon before = daemons.get(daemon);
    start(daemon, before.port(), before.place());
  }

  /** Starts the daemon of a node that was added to the configuration. */
  void startNode(String node, int port) throws Exception {
    start(node, port, directory.resolve("spool").resolve(node));
  }

  private void start(String daemon, int port, Path place) throws Exception {
    String program = controllerNames().contains(daemon) ? "slurmctld" : "slurmd";
    List<String> arguments = new ArrayList<>(List.of("-f", configuration().toString()));
    if (!daemon.equals("slurmctld")) {
      arguments.addAll(List.of("-N", daemon));
    }
    daemonCommand(program, arguments.toArray(String[]::new))
        .under(wrappers.getOrDefault(daemon, new String[0]))
        .run()
        .text();
    long pid = Long.parseLong(Files.readString(place.resolve("karaf/pid")).strip());
    ProcessHandle process =
        ProcessHandle.of(pid)
            .orElseThrow(() -> new AssertionError(daemon + " ended at once; log: " + log(daemon)));
    daemons.put(daemon, new Daemon(daemon, process, port, place));
  }

  /** Waits until the controller answers. */
  void awaitController() throws Exception {
    Patience.until(
        "controller",
        Patience.LONG,
        () -> command("scontrol", "ping").run().output().contains(" is UP"),
        () -> command("scontrol", "ping").run().toString());
  }

  /** Waits until each of several controllers answers. */
  void awaitAllControllers() throws Exception {
    Patience.until(
        "all controllers",
        Patience.LONG,
        () -> {
          Execution ping = command("scontrol", "ping").run();
          return ping.status() == 0 && !ping.output().contains(" is DOWN");
        },
        () -> command("scontrol", "ping").run() + lastLines());
  }

  /** Whether each controller runs, and the last line of its log. */
  private String lastLines() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (String controller : controllerNames()) {
      List<String> log = Files.readAllLines(log(controller));
      lines
          .append('\n')
          .append(daemons.get(controller).process().isAlive() ? "" : "ended: ")
          .append(controller)
          .append(": ")
          .append(log.isEmpty() ? "" : log.get(log.size() - 1));
    }
    return lines.toString();
  }

  /** Adds lines to slurm.conf. */
  void configure(String... lines) throws IOException {
    Files.write(configuration(), List.of(lines), StandardOpenOption.APPEND);
  }

  private void readStatus() throws Exception {
    Matcher matcher = DAEMON.matcher(headrace("status", "--json").run().output());
    while (matcher.find()) {
      int port = Integer.parseInt(matcher.group(3));
      Path place = Path.of(matcher.group(4));
      ProcessHandle.of(Long.parseLong(matcher.group(2)))
          .ifPresent(
              process ->
                  daemons.put(
                      matcher.group(1), new Daemon(matcher.group(1), process, port, place)));
    }
  }

  private void printLogs() {
    List<String> files = new ArrayList<>(controllerNames());
    for (int i = 1; i <= nodes; i++) {
      files.add("n" + i);
    }
    for (String file : files) {
      try {
        List<String> lines =
            new String(Files.readAllBytes(log(file)), StandardCharsets.UTF_8).lines().toList();
        System.out.println("--- " + log(file));
        lines.stream().skip(Math.max(0, lines.size() - SHOWN_LINES)).forEach(System.out::println);
      } catch (IOException e) {
        System.out.println("--- no " + log(file));
      }
    }
  }

  /** Ends what runs. What a test started again isn't in the script's record, so we end it. */
  private synchronized void end() {
    if (directory == null) {
      return;
    }
    try {
      endDaemons();
      Execution down = headrace("down").within(Duration.ofMinutes(1)).run();
      if (down.status() != 0) {
        System.out.println(down);
      }
      if (!failed || !Boolean.getBoolean("headrace.it.keep")) {
        Installation.delete(directory);
      } else {
        System.out.println("Kept: " + directory);
      }
    } catch (IOException e) {
      System.out.println("Not all of " + directory + " could be removed: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // A test that is tried again finds nothing and starts anew.
      directory = null;
      daemons.clear();
    }
  }

  private void endDaemons() throws InterruptedException {
    List<ProcessHandle> running = daemons.values().stream().map(Daemon::process).toList();
    for (ProcessHandle process : running) {
      // One that was stopped can't end otherwise.
      if (process.isAlive()) {
        process.destroy();
        signalContinue(process);
      }
    }
    for (ProcessHandle process : running) {
      try {
        process.onExit().get(15, TimeUnit.SECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        System.out.println("pid " + process.pid() + " did not end within 15 s, killing it");
        process.destroyForcibly();
      }
    }
  }

  /** By a shell, which has it built in: the program isn't on every system. */
  private static Execution kill(Path folder, String signal, ProcessHandle process)
      throws IOException, InterruptedException {
    return Execution.of(folder, Map.of(), "sh", "-c", "kill -" + signal + " " + process.pid())
        .run();
  }

  private void signalContinue(ProcessHandle process) throws InterruptedException {
    try {
      kill(installation.root(), "CONT", process);
    } catch (IOException e) {
      System.out.println("kill can't be run: " + e);
    }
  }
}
