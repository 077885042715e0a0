package org.headrace.slurmconf.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.headrace.slurmconf.Position;
import org.headrace.slurmconf.internal.ConfigLine.Setting;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * Reads a file and what it includes into logical lines. Sizes and depth are bounded, and a file
 * that includes itself is refused.
 */
public final class LineReader {
  static final int MAX_LINE = 4 << 20;
  private static final long MAX_FILE = 64L << 20;
  private static final int MAX_DEPTH = 16;

  private final Diagnostics diagnostics;
  private String clusterName;
  private final String hostName;
  private final Deque<Path> open = new ArrayDeque<>();
  private final List<ConfigLine> lines = new ArrayList<>();

  /**
   * With what Include patterns stand for.
   *
   * @param clusterName for %c, until the file gives one
   * @param hostName for %h
   */
  public LineReader(Diagnostics diagnostics, String clusterName, String hostName) {
    this.diagnostics = diagnostics;
    this.clusterName = clusterName;
    this.hostName = hostName;
  }

  /** All lines of a file and its includes. */
  public List<ConfigLine> read(Path file) {
    readFile(file, new Position(file.toString(), 0));
    return lines;
  }

  /** All lines of a text that is no file; relative includes are refused. */
  public List<ConfigLine> read(String text, String name) {
    readText(text, name, null);
    return lines;
  }

  private void readFile(Path file, Position from) {
    try {
      Path real = file.toRealPath();
      if (open.contains(real)) {
        diagnostics.error(from, "Include of " + file + " runs in a circle");
        return;
      }
      if (!Files.isRegularFile(real) || Files.size(real) > MAX_FILE) {
        diagnostics.error(
            from, file + " is not a plain file of at most " + (MAX_FILE >> 20) + " MiB");
        return;
      }
      String text = new String(Files.readAllBytes(real), StandardCharsets.UTF_8);
      open.push(real);
      readText(text, file.toString(), file.toAbsolutePath().getParent());
      open.pop();
    } catch (IOException e) {
      diagnostics.error(from, "cannot read " + file + ": " + reason(e));
    }
  }

  private static String reason(IOException e) {
    String kind = e.getClass().getSimpleName();
    return switch (kind) {
      case "NoSuchFileException" -> "no such file";
      case "AccessDeniedException" -> "permission denied";
      default -> kind + ": " + e.getMessage();
    };
  }

  private void readText(String text, String name, Path folder) {
    StringBuilder logical = new StringBuilder();
    int firstLine = 1;
    int line = 0;
    int start = 0;
    while (start < text.length()) {
      int newline = text.indexOf('\n', start);
      int end = newline < 0 ? text.length() : newline;
      line++;
      if (logical.length() == 0) {
        firstLine = line;
      }
      boolean more = appendWithoutComment(text, start, end, logical);
      start = end + 1;
      if (logical.length() > MAX_LINE) {
        diagnostics.error(
            new Position(name, firstLine), "line is longer than " + MAX_LINE + " characters");
        logical.setLength(0);
      } else if (!more || start >= text.length()) {
        logicalLine(logical.toString(), new Position(name, firstLine), folder);
        logical.setLength(0);
      }
    }
  }

  /** Returns whether the line goes on in the next. A # in quotes or after a backslash stays. */
  private static boolean appendWithoutComment(
      String text, int start, int end, StringBuilder logical) {
    boolean quoted = false;
    for (int i = start; i < end && logical.length() <= MAX_LINE; i++) {
      char c = text.charAt(i);
      if (c == '\\' && isRestBlank(text, i + 1, end)) {
        return true; // without a blank in between: a list may go on
      }
      if (c == '\\' && i + 1 < end && text.charAt(i + 1) == '#') {
        logical.append('#');
        i++;
      } else if (c == '#' && !quoted) {
        return false;
      } else {
        quoted ^= c == '"';
        logical.append(c);
      }
    }
    return false;
  }

  private static boolean isRestBlank(String text, int from, int end) {
    return text.substring(from, Math.min(end, from + 8)).isBlank()
        && text.substring(from, end).isBlank();
  }

  private void logicalLine(String text, Position position, Path folder) {
    String trimmed = text.strip();
    if (trimmed.isEmpty()) {
      return;
    }
    if (trimmed.regionMatches(true, 0, "include", 0, 7)
        && trimmed.length() > 7
        && Character.isWhitespace(trimmed.charAt(7))) {
      include(trimmed.substring(8).strip(), position, folder);
      return;
    }
    List<Setting> settings = new LineParser(text, position, diagnostics).settings();
    for (Setting setting : settings) {
      if (setting.is("ClusterName")) {
        clusterName = setting.value();
      }
    }
    if (!settings.isEmpty()) {
      lines.add(new ConfigLine(position, List.copyOf(settings)));
    }
  }

  private void include(String pattern, Position position, Path folder) {
    if (open.size() >= MAX_DEPTH) {
      diagnostics.error(position, "Include is nested more than " + MAX_DEPTH + " deep");
      return;
    }
    String name = pattern.replace("%c", clusterName).replace("%h", hostName);
    try {
      Path path = Path.of(name);
      if (!path.isAbsolute()) {
        if (folder == null) {
          diagnostics.error(position, "Include of a relative path needs a file to start from");
          return;
        }
        path = folder.resolve(path);
      }
      readFile(path, position);
    } catch (InvalidPathException e) {
      diagnostics.error(position, "Include of " + TextFormatException.quote(name) + ": not a path");
    }
  }
}
