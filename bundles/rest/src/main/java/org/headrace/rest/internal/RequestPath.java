package org.headrace.rest.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes paths and queries of strangers apart: decoded once, each part for itself. */
final class RequestPath {
  private RequestPath() {}

  /**
   * The segments of a path.
   *
   * @param path as it came
   * @throws Problem.Raised if a segment means another path, or no text
   */
  static List<String> segments(String path) throws Problem.Raised {
    List<String> segments = new ArrayList<>();
    for (String raw : path.substring(Math.min(1, path.length())).split("/", -1)) {
      String segment = decode(raw);
      boolean odd =
          segment.equals(".")
              || segment.equals("..")
              || segment.indexOf('/') >= 0
              || segment.indexOf('\\') >= 0
              || segment.chars().anyMatch(c -> c < ' ' || c == 0x7f);
      if (odd) {
        throw Problem.bad("The path has a segment that can't be: " + raw, "path").raised();
      }
      segments.add(segment);
    }
    if (segments.size() > 1 && segments.get(segments.size() - 1).isEmpty()) {
      segments.remove(segments.size() - 1); // Slurm's clients write /jobs/ as well as /jobs.
    }
    return segments;
  }

  /** Percent signs and what follows, as UTF-8; strictly. */
  static String decode(String text) throws Problem.Raised {
    ByteBuffer bytes = ByteBuffer.allocate(text.length() * 3);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        String digits = text.substring(i + 1, Math.min(i + 3, text.length()));
        if (!digits.matches("[0-9A-Fa-f]{2}")) {
          throw Problem.bad("A percent sign without two digits: " + text, "path").raised();
        }
        bytes.put((byte) Integer.parseInt(digits, 16));
        i += 2;
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw Problem.bad("Not UTF-8: " + text, "path").raised();
    }
  }
}
