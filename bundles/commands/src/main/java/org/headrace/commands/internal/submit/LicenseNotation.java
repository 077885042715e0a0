package org.headrace.commands.internal.submit;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.slurmconf.text.TextFormatException;

/** Licences as users ask for them: {@code matlab:2,ansys}. */
public final class LicenseNotation {
  private static final Pattern PART =
      Pattern.compile("([A-Za-z_][\\w.@/\\-]{0,255})(?:[:*=](\\d{1,9}))?");

  private LicenseNotation() {}

  /**
   * Names and counts.
   *
   * @throws TextFormatException when it is malformed
   */
  public static Map<String, Integer> parse(String text) {
    Map<String, Integer> licenses = new TreeMap<>();
    if (text.isEmpty()) {
      return licenses;
    }
    for (String part : text.split("[,;]", -1)) {
      Matcher matcher = PART.matcher(part);
      if (!matcher.matches()) {
        throw new TextFormatException(
            "licences "
                + TextFormatException.quote(text)
                + ": "
                + TextFormatException.quote(part)
                + " is not NAME or NAME:COUNT");
      }
      int count = matcher.group(2) == null ? 1 : Integer.parseInt(matcher.group(2));
      if (count > 0) {
        licenses.merge(matcher.group(1), count, Math::addExact);
      }
    }
    return licenses;
  }
}
