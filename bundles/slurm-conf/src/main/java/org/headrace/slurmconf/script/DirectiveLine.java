package org.headrace.slurmconf.script;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a directive, as sbatch splits them: quotes of both kinds group, a backslash makes a
 * quote, a backslash or a {@code #} plain and is dropped before anything else, and a {@code #}
 * outside quotes starts a comment.
 */
final class DirectiveLine {
  private static final char NO_QUOTE = '\0';

  private final String script;
  private final int line;
  private final String text;

  DirectiveLine(String script, int line, String text) {
    this.script = script;
    this.line = line;
    this.text = text;
  }

  List<String> words() {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = NO_QUOTE;
    int wordsEnd = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        if (i + 1 < text.length() && "\\\"'#".indexOf(text.charAt(i + 1)) >= 0) {
          word.append(text.charAt(++i));
          inWord = true;
        }
      } else if (quote != NO_QUOTE) {
        if (c == quote) {
          quote = NO_QUOTE;
        } else {
          word.append(c);
        }
      } else if (c == '"' || c == '\'') {
        quote = c;
        inWord = true;
      } else if (c == '#') {
        break;
      } else if (c == ' ' || c == '\t' || c == '\r') {
        if (inWord) {
          words.add(word.toString());
          wordsEnd = i;
        }
        word.setLength(0);
        inWord = false;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != NO_QUOTE) {
      throw new ScriptException(
          true,
          List.of(
              script
                  + ": line "
                  + line
                  + ": Unmatched `"
                  + quote
                  + "` in ["
                  + text.substring(wordsEnd)
                  + "]"));
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
