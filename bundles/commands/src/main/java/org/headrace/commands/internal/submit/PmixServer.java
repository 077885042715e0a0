package org.headrace.commands.internal.submit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether tasks can speak PMIx: the program that serves them is part of each distribution, but can
 * do so only where it was built with the library's headers. Nodes have the same distribution.
 */
public final class PmixServer {
  static final String HOME_PROPERTY = "headrace.home";
  private static final Pattern SERVES = Pattern.compile("(pmix_v\\d{1,3})\\s.*", Pattern.DOTALL);
  private static final int MAX_BYTES = 512;
  private static final int PATIENCE_SECONDS = 10;
  private static final Map<Path, String> KNOWN = new ConcurrentHashMap<>();

  private PmixServer() {}

  /** The kind of MPI with its version, such as {@code pmix_v4}, or empty. */
  public static String kind() {
    String home = System.getProperty(HOME_PROPERTY, "");
    Path program = Path.of(home, "sbin", "headrace-pmix");
    if (home.isEmpty() || !Files.isExecutable(program)) {
      return "";
    }
    String kind = KNOWN.computeIfAbsent(program, PmixServer::ask);
    return kind == null ? "" : kind;
  }

  /** Whether a kind of MPI is served by it. */
  public static boolean serves(String mpi) {
    String kind = kind();
    return !kind.isEmpty() && (mpi.equals("pmix") || mpi.equals(kind));
  }

  /** Null where it has given no answer, which it may another time. */
  private static String ask(Path program) {
    Process process = null;
    try {
      process =
          new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      // Its few words fit into the pipe: who says more than that hasn't ended by then.
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return null;
      }
      String said =
          new String(process.getInputStream().readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      Matcher serves = SERVES.matcher(said);
      return process.exitValue() == 0 && serves.matches() ? serves.group(1) : "";
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
    }
  }
}
