package org.headrace.itests.container;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.headrace.itests.probe.ProbeActivator;

/** A copy of the distribution as it was built, with the probe among its bundles. */
final class Distribution {
  private static final String PROBE = "org.headrace.itests/probe/1";
  private static final List<String> LINKED = List.of("system", "lib");
  private static final List<String> COPIED = List.of("bin", "sbin", "libexec", "etc-controller");

  private final Path home;

  private Distribution(Path home) {
    this.home = home;
  }

  /** Whole controller, as a site has it. */
  static Distribution controller(Path home) throws IOException {
    Distribution distribution = new Distribution(home);
    distribution.lay();
    return distribution;
  }

  /** Container without anything of ours in it, all features at hand. */
  static Distribution bare(Path home) throws IOException {
    Distribution distribution = new Distribution(home);
    distribution.lay();
    Path etc = home.resolve("etc-controller");
    Path ours = built().resolve("etc-controller");
    copyTree(built().resolve("etc"), etc, false);
    for (String file : List.of("org.ops4j.pax.logging.cfg", "org.ops4j.pax.url.mvn.cfg")) {
      Files.copy(ours.resolve(file), etc.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    distribution.addProbe();
    return distribution;
  }

  private static Path built() {
    Path built =
        Path.of(System.getProperty("headrace.dist", "../karaf-dist/target/headrace"))
            .toAbsolutePath()
            .normalize();
    if (!Files.isRegularFile(built.resolve("VERSION"))) {
      throw new IllegalStateException(
          "no distribution in " + built + "; mvn -pl features,karaf-dist install builds it");
    }
    return built;
  }

  private void lay() throws IOException {
    for (String folder : LINKED) {
      copyTree(built().resolve(folder), home.resolve(folder), true);
    }
    for (String folder : COPIED) {
      copyTree(built().resolve(folder), home.resolve(folder), false);
    }
    Path artifact = home.resolve("system").resolve("org/headrace/itests/probe/1/probe-1.jar");
    new TinyBundle("org.headrace.itests.probe", "1.0.0")
        .header("Bundle-Activator", ProbeActivator.class.getName())
        .withPackageOf(ProbeActivator.class)
        .writeTo(artifact);
    addProbe();
  }

  private void addProbe() throws IOException {
    Files.writeString(
        home.resolve("etc-controller/startup.properties"),
        "\nmvn\\:" + PROBE + " = 20\n",
        StandardOpenOption.APPEND);
  }

  /** Links are as good as copies for what is only read, and survive a rebuild beside us. */
  private static void copyTree(Path from, Path to, boolean link) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(file -> copy(file, to.resolve(from.relativize(file).toString()), link));
    }
  }

  private static void copy(Path from, Path to, boolean link) {
    try {
      if (Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectories(to);
      } else if (link && !Files.isSymbolicLink(from)) {
        try {
          Files.createLink(to, from);
        } catch (IOException | UnsupportedOperationException e) {
          Files.copy(from, to);
        }
      } else {
        Files.copy(
            from,
            to,
            LinkOption.NOFOLLOW_LINKS,
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file(String name) {
    return home.resolve(name);
  }
}
