package org.headrace.agent.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of several jobs at a time. */
class HooksTest {
  private static final int JOBS = 4;

  @TempDir Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  private List<String> run(boolean oneAtATime, String text) throws Exception {
    Path program = folder.resolve("program");
    Files.writeString(program, "#!/bin/sh\ncd " + folder + "\n" + text + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Hooks hooks = new Hooks(threads, () -> oneAtATime);
    BlockingQueue<String> problems = new LinkedBlockingQueue<>();
    for (int job = 0; job < JOBS; job++) {
      hooks.run(
          "prolog",
          List.of(program.toString()),
          Map.of("JOB", Integer.toString(job), "PATH", "/usr/bin:/bin"),
          20_000,
          problems::add);
    }
    List<String> all = new ArrayList<>();
    while (all.size() < JOBS) {
      all.add(problems.poll(60, TimeUnit.SECONDS));
    }
    return all;
  }

  @Test
  void runOneAfterTheOtherWhereTheyAreToldTo() throws Exception {
    assertThat(run(true, "mkdir here && sleep 0.1 && rmdir here")).containsOnly("");
  }

  /** Each waits until all are there. */
  @Test
  void runAllAtTheSameTimeElse() throws Exception {
    String meeting =
        ": > job$JOB; until [ $(ls job? | wc -l) = " + JOBS + " ]; do sleep 0.05; done";
    assertThat(run(false, meeting)).containsOnly("");
  }
}
