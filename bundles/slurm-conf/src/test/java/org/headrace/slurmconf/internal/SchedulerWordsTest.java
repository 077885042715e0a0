package org.headrace.slurmconf.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SchedulerWordsTest {
  private static final Path DOCUMENT = Path.of("../../docs/scheduler-parameters.md");
  private static final Pattern WORD = Pattern.compile("`([A-Za-z_]+)(?:=[^`]*)?`");

  /** Each word is in the first column of the table of its kind, in alphabetical order. */
  @Test
  void theDocumentSaysTheSame() throws IOException {
    List<String> documented = new ArrayList<>();
    String kind = "";
    for (String line : Files.readAllLines(DOCUMENT)) {
      kind =
          switch (line) {
            case "## They count" -> "counts";
            case "## There is no need for them" -> "needless";
            case "## They have no effect" -> "nothing";
            default -> kind;
          };
      Matcher word = WORD.matcher(line.startsWith("| `") ? line.split("\\|")[1] : "");
      while (word.find()) {
        documented.add(word.group(1) + " " + kind);
      }
    }
    List<String> known = new ArrayList<>();
    SchedulerWords.effects().forEach((word, effect) -> known.add(word + " " + effect));
    assertThat(documented).containsExactlyInAnyOrderElementsOf(known);
  }
}
