package org.headrace.itests.container;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/** Builds the example plugin as somebody would who has copied it out of the repository. */
final class ExampleBuild {
  private static final int BUILD_MINUTES = 4;

  private ExampleBuild() {}

  /** Copies the project to {@code place}, has Maven package it, and returns the jar. */
  static Path run(Path example, Path place) throws Exception {
    copy(example, place);
    List<String> command =
        new ArrayList<>(List.of(System.getProperty("headrace.maven", "mvn"), "-B", "package"));
    command.add("-Dmaven.repo.local=" + System.getProperty("headrace.maven.repository"));
    if ("offline true".equals(System.getProperty("headrace.maven.mode"))) {
      command.add("-o");
    }
    Path log = place.resolve("build.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(place.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    try {
      if (!process.waitFor(BUILD_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError(command + " failed:\n" + Files.readString(log));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return place.resolve("target/plugin-shortest-first-1.0.0.jar");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path inside = from.relativize(file);
        if (inside.startsWith("target")) {
          continue;
        }
        if (Files.isDirectory(file)) {
          Files.createDirectories(to.resolve(inside.toString()));
        } else {
          Files.copy(file, to.resolve(inside.toString()));
        }
      }
    }
  }

  /** The same bundle in another version. */
  static Path inVersion(String version, Path jar, Path copy) throws IOException {
    try (JarFile original = new JarFile(jar.toFile())) {
      Manifest manifest = original.getManifest();
      manifest.getMainAttributes().putValue("Bundle-Version", version);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(copy), manifest)) {
        for (JarEntry entry : original.stream().toList()) {
          if (!entry.isDirectory() && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
            out.putNextEntry(new JarEntry(entry.getName()));
            try (InputStream in = original.getInputStream(entry)) {
              in.transferTo(out);
            }
            out.closeEntry();
          }
        }
      }
    }
    return copy;
  }
}
