package org.headrace.commands.internal.format;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.headrace.slurmconf.text.SlurmTime;
import org.headrace.slurmconf.text.TextFormatException;

/**
 * Times as one user reads and writes them: in the user's zone, and in the style of
 * SLURM_TIME_FORMAT.
 *
 * @param now the present, in epoch milliseconds
 * @param zone time zone
 * @param style SLURM_TIME_FORMAT, or the empty string
 */
public record TimeTexts(long now, ZoneId zone, String style) {
  private static final long SECOND = 1000;
  private static final int LONGEST_STYLE = 256;
  private static final DateTimeFormatter CTIME =
      DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ROOT);

  /** The times of a user. */
  public static TimeTexts of(Map<String, String> environment, long now) {
    String style = environment.getOrDefault("SLURM_TIME_FORMAT", "");
    return new TimeTexts(
        now, zone(environment.get("TZ")), style.length() > LONGEST_STYLE ? "" : style);
  }

  private static ZoneId zone(String name) {
    if (name == null) {
      return ZoneId.systemDefault();
    }
    String plain = name.startsWith(":") ? name.substring(1) : name;
    try {
      return plain.isEmpty() ? ZoneId.of("UTC") : ZoneId.of(plain, ZoneId.SHORT_IDS);
    } catch (DateTimeException e) {
      return ZoneId.systemDefault();
    }
  }

  /** A point in time. */
  public String point(long millis) {
    return SlurmTime.format(millis, zone, now, style);
  }

  /** A point in time, or another text where it is zero. */
  public String point(long millis, String absent) {
    return millis <= 0 ? absent : point(millis);
  }

  /** {@code Mon Nov 23 06:47:17 2026}. */
  public String ctime(long millis) {
    return CTIME.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  /** {@code 2026-11-23T06:47:17}, whatever the style. */
  public String iso(long millis) {
    return SlurmTime.formatIso(millis, zone);
  }

  /**
   * Reads a point in time.
   *
   * @throws TextFormatException when it isn't one
   */
  public long parse(String text) {
    return SlurmTime.parse(text, now, zone);
  }

  /**
   * Reads a point in time about which accounting is asked.
   *
   * @throws TextFormatException when it isn't one
   */
  public long parsePast(String text) {
    return SlurmTime.parsePast(text, now, zone);
  }

  /** Whole seconds between two times, as users count them; never negative. */
  public static long seconds(long from, long to) {
    return Math.max(0, Math.floorDiv(to, SECOND) - Math.floorDiv(from, SECOND));
  }
}
