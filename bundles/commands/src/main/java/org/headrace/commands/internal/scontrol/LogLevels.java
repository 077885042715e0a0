package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.headrace.control.Verbosity;
import org.headrace.control.Verbosity.Level;

/** The level of the controller's log, in the words of {@code setdebug}. */
final class LogLevels {
  /** Each at the place that is its number. */
  private static final List<String> WORDS =
      List.of(
          "quiet", "fatal", "error", "info", "verbose", "debug", "debug2", "debug3", "debug4",
          "debug5");

  private final Session session;
  private final Verbosity verbosity;

  LogLevels(Session session) {
    this.session = session;
    this.verbosity = session.verbosity;
  }

  void set(List<String> words) throws IOException {
    if (words.isEmpty()) {
      session.error("too few arguments for keyword:setdebug");
      return;
    }
    if (words.size() > 1) {
      session.error("too many arguments for keyword:setdebug");
      return;
    }
    String word = words.get(0).toLowerCase(Locale.ROOT);
    String name = word.matches("\\d") ? WORDS.get(word.charAt(0) - '0') : word;
    if (!WORDS.contains(name)) {
      session.error("invalid debug level: " + words.get(0));
    } else if (!session.visibility().administrator()) {
      session.error("slurm_set_debug_level error: Permission denied");
    } else if (verbosity == null) {
      session.error("slurm_set_debug_level error: the log of this controller has one level only");
    } else {
      verbosity.level(level(name));
    }
  }

  private static Level level(String name) {
    return switch (name) {
      case "quiet" -> Level.OFF;
      case "fatal", "error" -> Level.ERROR;
      case "debug", "debug2" -> Level.DEBUG;
      case "debug3", "debug4", "debug5" -> Level.TRACE;
      default -> Level.INFO;
    };
  }

  /** The word for the level in force: the configured one, as long as it says the same. */
  String word(String configured) {
    if (verbosity == null || level(configured) == verbosity.level()) {
      return configured;
    }
    return switch (verbosity.level()) {
      case OFF -> "quiet";
      case ERROR -> "error";
      case INFO -> "info";
      case DEBUG -> "debug";
      case TRACE -> "debug3";
    };
  }
}
