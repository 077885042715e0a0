package org.headrace.controller.internal.log;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.headrace.controller.testing.Await;

/** A member in a process of its own, seen from the test. */
final class Member implements AutoCloseable {
  private final int number;
  private final Path directory;
  private final List<String> command = new ArrayList<>();
  private final Path log;
  private final LinkedBlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Map<String, Long> accepted = new ConcurrentHashMap<>();
  private final Map<String, String> rejected = new ConcurrentHashMap<>();
  private Process process;
  private Writer input;
  private volatile boolean up;
  private volatile boolean leads;
  private volatile int follows = -1;

  Member(Path directory, int number, int firstPort, String key, List<String> addresses) {
    this.number = number;
    this.directory = directory;
    log = Path.of("target", "member-" + firstPort + "-" + number + ".log").toAbsolutePath();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-D"))
        .filter(argument -> !argument.contains("surefire"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(MemberMain.class.getName());
    command.addAll(List.of(directory.toString(), "" + number, "" + firstPort, key));
    command.addAll(addresses);
  }

  int number() {
    return number;
  }

  Path directory() {
    return directory;
  }

  void start() throws IOException {
    up = false;
    leads = false;
    follows = -1;
    process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    input =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    BufferedReader output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Thread reader = new Thread(() -> read(output), "member-" + number);
    reader.setDaemon(true);
    reader.start();
  }

  private void read(BufferedReader output) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        heard(line.split(" "));
      }
    } catch (IOException e) {
      // The process has been killed.
    }
  }

  private void heard(String[] words) {
    switch (words[0]) {
      case "up" -> up = true;
      case "leads" -> leads = true;
      case "leads-not" -> leads = false;
      case "follows" -> follows = Integer.parseInt(words[1]);
      case "accepted" -> accepted.put(words[1], Long.parseLong(words[2]));
      case "rejected" -> rejected.put(words[1], words[2]);
      default -> answers.add(String.join(" ", words));
    }
  }

  boolean up() {
    return up;
  }

  boolean alive() {
    return process != null && process.isAlive();
  }

  boolean leads() {
    return leads && alive();
  }

  /** Number of the leader that it knows, or −1. */
  int follows() {
    return alive() ? follows : -1;
  }

  /** Jobs by name that the log took from this member. */
  Map<String, Long> accepted() {
    return accepted;
  }

  /** Refused jobs by name, with the reason. */
  Map<String, String> rejected() {
    return rejected;
  }

  /** Tells it something; a process that was killed hears nothing. */
  void tell(String line) {
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      if (alive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The next line of an answer. */
  String answer() throws InterruptedException {
    String line = answers.poll(60, TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("member " + number + " says nothing; its log is " + log);
    }
    return line;
  }

  /** Numbers of the jobs that it has, by name; asked of the leader. */
  Map<String, List<Long>> jobs() throws InterruptedException {
    Map<String, List<Long>> jobs = new ConcurrentHashMap<>();
    tell("jobs");
    for (String line = answer(); !line.equals("end"); line = answer()) {
      String[] words = line.split(" ");
      jobs.computeIfAbsent(words[1], name -> new ArrayList<>()).add(Long.parseLong(words[2]));
    }
    return jobs;
  }

  long lastSnapshot() throws InterruptedException {
    tell("position");
    return Long.parseLong(answer().split(" ")[1]);
  }

  /** Whether something is in its log. */
  boolean logged(String text) {
    try {
      return Files.readString(log).contains(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is known of it, for who looks into a failure. */
  String state() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return "member %d: alive %s, up %s, leads %s, follows %d; its log ends with%n%s"
        .formatted(
            number,
            alive(),
            up,
            leads,
            follows,
            String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size())));
  }

  /** As by kill -9. */
  void kill() {
    process.destroyForcibly();
    Await.until("member " + number + " is gone", () -> !process.isAlive());
  }

  @Override
  public void close() {
    if (alive()) {
      kill();
    }
  }
}
