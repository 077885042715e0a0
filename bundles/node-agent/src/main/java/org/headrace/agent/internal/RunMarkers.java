package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers over restarts of the agent for which runs the prolog has been passed, so that it isn't
 * run twice and the epilog is run once. One empty file for each run; only made where there are
 * hooks.
 */
final class RunMarkers {
  private static final Logger LOG = LoggerFactory.getLogger(RunMarkers.class);

  private final Path directory;

  RunMarkers(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
  }

  private Path file(RunKey run) {
    return directory.resolve(run.jobId() + "." + run.restarts());
  }

  boolean exists(RunKey run) {
    return Files.exists(file(run));
  }

  /** All runs that are remembered. */
  List<RunKey> all() {
    List<RunKey> runs = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (name.matches("\\d{1,18}\\.\\d{1,9}")) {
          int dot = name.indexOf('.');
          runs.add(
              new RunKey(
                  Long.parseLong(name.substring(0, dot)),
                  Integer.parseInt(name.substring(dot + 1))));
        }
      }
    } catch (IOException e) {
      LOG.error("{} can't be read: {}", directory, e.toString());
    }
    return runs;
  }

  void add(RunKey run) {
    try {
      Files.createFile(file(run));
    } catch (java.nio.file.FileAlreadyExistsException e) {
      LOG.debug("{} was prepared before", run);
    } catch (IOException e) {
      LOG.error("{}: the spool can't be written, its prolog may run again: {}", run, e.toString());
    }
  }

  void remove(RunKey run) {
    try {
      Files.deleteIfExists(file(run));
    } catch (IOException e) {
      LOG.error("{}: the spool can't be written: {}", run, e.toString());
    }
  }
}
