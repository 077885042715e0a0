package org.headrace.itests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One copy of the built distribution for all clusters of this JVM, deleted at its end. */
final class Installation {
  private static Installation instance;

  private final Path root;
  private final List<Runnable> clusters = new ArrayList<>();

  private Installation(Path root) {
    this.root = root;
  }

  /** The copy, made at the first call. A rebuild beside a running test doesn't disturb it. */
  static synchronized Installation get() throws IOException, InterruptedException {
    if (instance == null) {
      Path built =
          Path.of(System.getProperty("headrace.dist", "../karaf-dist/target/headrace"))
              .toAbsolutePath()
              .normalize();
      if (!Files.isRegularFile(built.resolve("VERSION"))) {
        throw new IllegalStateException(
            "no distribution in " + built + "; mvn -pl features,karaf-dist install builds it");
      }
      Path root = Files.createTempDirectory("headrace-it");
      Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
      // Not by Files.walk: the links of bin/ and times matter, and cp keeps them.
      Execution.of(root, Map.of(), "cp", "-a", built.toString(), root.resolve("dist").toString())
          .run()
          .text();
      instance = new Installation(root);
      Runtime.getRuntime().addShutdownHook(new Thread(instance::end));
    }
    return instance;
  }

  /** Folder that everybody may enter; its name is short, since sockets lie below it. */
  Path root() {
    return root;
  }

  Path file(String name) {
    return root.resolve("dist").resolve(name);
  }

  /** Says how to end a cluster that still runs when the JVM ends, before the files go. */
  synchronized void endAtLast(Runnable end) {
    clusters.add(end);
  }

  private void end() {
    List<Runnable> ends;
    synchronized (this) {
      ends = List.copyOf(clusters);
    }
    ends.forEach(Runnable::run);
    delete(root);
  }

  static void delete(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
