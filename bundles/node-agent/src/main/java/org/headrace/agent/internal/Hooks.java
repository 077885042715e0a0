package org.headrace.agent.internal;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a site's programs before and after jobs, as the agent's own user. They see the given
 * variables and nothing else.
 */
final class Hooks {
  private static final Logger LOG = LoggerFactory.getLogger(Hooks.class);
  private static final int SHOWN_BYTES = 4096;
  private static final File NOTHING = new File("/dev/null");

  private final Executor threads;
  private final BooleanSupplier oneAtATime;
  private final ReentrantLock turn = new ReentrantLock(true);

  /**
   * @param threads run the programs, one thread for each job that waits for one
   * @param oneAtATime whether those of several jobs run one after the other, in the order in which
   *     they were asked for
   */
  Hooks(Executor threads, BooleanSupplier oneAtATime) {
    this.threads = threads;
    this.oneAtATime = oneAtATime;
  }

  /**
   * Runs programs one after the other, up to the first that fails.
   *
   * @param name what they are, for messages: {@code prolog}
   * @param patterns absolute paths, or patterns of them
   * @param timeoutMillis how long each may take, or {@link NodeRules#FOREVER}
   * @param done is told what went wrong, or the empty string; on another thread
   */
  void run(
      String name,
      List<String> patterns,
      Map<String, String> environment,
      long timeoutMillis,
      Consumer<String> done) {
    threads.execute(
        () -> {
          String problem;
          try {
            problem = inTurn(name, patterns, environment, timeoutMillis);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = name + " was interrupted";
          } catch (RuntimeException e) {
            LOG.error("{} failed", name, e);
            problem = name + " failed: " + e;
          }
          done.accept(problem);
        });
  }

  private String inTurn(
      String name, List<String> patterns, Map<String, String> environment, long timeoutMillis)
      throws InterruptedException {
    if (!oneAtATime.getAsBoolean()) {
      return runAll(name, patterns, environment, timeoutMillis);
    }
    turn.lockInterruptibly();
    try {
      return runAll(name, patterns, environment, timeoutMillis);
    } finally {
      turn.unlock();
    }
  }

  private static String runAll(
      String name, List<String> patterns, Map<String, String> environment, long timeoutMillis)
      throws InterruptedException {
    for (String pattern : patterns) {
      List<Path> programs = matches(pattern);
      if (programs.isEmpty() && !isPattern(pattern)) {
        return name + " " + pattern + " doesn't exist";
      }
      for (Path program : programs) {
        String problem = run(name, program, environment, timeoutMillis);
        if (!problem.isEmpty()) {
          return problem;
        }
      }
    }
    return "";
  }

  private static boolean isPattern(String path) {
    return path.matches(".*[*?\\[].*");
  }

  private static List<Path> matches(String pattern) {
    Path path = Path.of(pattern);
    if (!isPattern(pattern)) {
      return Files.exists(path) ? List.of(path) : List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(path.getParent(), path.getFileName().toString())) {
      entries.forEach(found::add);
    } catch (IOException e) {
      LOG.warn("{} can't be searched: {}", pattern, e.toString());
    }
    Collections.sort(found);
    return found;
  }

  private static String run(
      String name, Path program, Map<String, String> environment, long timeoutMillis)
      throws InterruptedException {
    Process process;
    Path output = null;
    try {
      output = Files.createTempFile("headrace-hook", ".out");
      ProcessBuilder builder = new ProcessBuilder(program.toString());
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.directory(new File("/"));
      builder.redirectInput(NOTHING);
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      process = builder.start();
      boolean inTime = true;
      if (timeoutMillis == NodeRules.FOREVER) {
        process.waitFor();
      } else {
        inTime = process.waitFor(timeoutMillis, TimeUnit.MILLISECONDS);
      }
      if (!inTime) {
        end(process);
        return name + " " + program + " took longer than " + timeoutMillis / 1000.0 + " s";
      }
      int status = process.exitValue();
      if (status == 0) {
        return "";
      }
      String how = status > 128 ? "was ended by signal " + (status - 128) : "exited with " + status;
      return name + " " + program + " " + how + shown(output);
    } catch (IOException e) {
      return name + " " + program + " can't be run: " + e.getMessage();
    } finally {
      delete(output);
    }
  }

  /** A script's children go with it. */
  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
  }

  private static String shown(Path output) throws IOException {
    byte[] bytes;
    try (var in = Files.newInputStream(output)) {
      bytes = in.readNBytes(SHOWN_BYTES);
    }
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? "" : ": " + text.replaceAll("\\p{Cntrl}+", " ");
  }

  private static void delete(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.debug("{} can't be removed", file, e);
    }
  }
}
