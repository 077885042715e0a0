package org.headrace.itests.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The commands that the plugin guide tells people to type, read from the guide itself. */
final class Guide {
  private static final Path FILE = Path.of("..", "docs", "plugin-guide.md");
  private static final String PLACE = "/opt/plugins";

  private final List<String> lines;

  private Guide(List<String> lines) {
    this.lines = lines;
  }

  /**
   * Reads the guide.
   *
   * @param plugins directory to use where the guide says {@value #PLACE}
   */
  static Guide read(Path plugins) throws IOException {
    List<String> inBlocks = new ArrayList<>();
    boolean block = false;
    for (String line : Files.readAllLines(FILE)) {
      if (line.startsWith("```")) {
        block = !block;
        inBlocks.add("```");
      } else if (block) {
        inBlocks.add(line.replace(PLACE, plugins.toString()));
      }
    }
    return new Guide(inBlocks);
  }

  /** The one command that starts with these words and is the shortest of them. */
  String command(String start) {
    return lines.stream()
        .filter(line -> line.equals(start) || line.startsWith(start + " "))
        .min(java.util.Comparator.comparingInt(String::length))
        .orElseThrow(() -> new AssertionError("the guide no longer tells: " + start));
  }

  /** The block that starts with these characters. */
  String block(String start) {
    StringBuilder text = new StringBuilder();
    boolean inside = false;
    for (String line : lines) {
      inside = !line.equals("```") && (inside || line.startsWith(start));
      if (inside) {
        text.append(line).append('\n');
      } else if (text.length() > 0) {
        return text.toString();
      }
    }
    throw new AssertionError("the guide no longer shows: " + start);
  }
}
