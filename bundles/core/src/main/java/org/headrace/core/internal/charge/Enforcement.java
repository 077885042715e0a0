package org.headrace.core.internal.charge;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What of accounts is enforced, as {@code AccountingStorageEnforce} says.
 *
 * @param associations jobs need an association
 * @param limits limits hold
 * @param qos a job's quality of service has to be one that its association may use
 * @param safe a job starts only if it can end within the minutes that are left
 * @param jobs accounting is told of jobs
 * @param steps accounting is told of steps
 * @param kept there is accounting, so that jobs have a quality of service
 */
public record Enforcement(
    boolean associations,
    boolean limits,
    boolean qos,
    boolean safe,
    boolean jobs,
    boolean steps,
    boolean kept) {
  /**
   * Reads a list of words; those that aren't about this are left to others.
   *
   * @param storage {@code AccountingStorageType}
   */
  public static Enforcement of(String text, String storage) {
    List<String> words =
        Arrays.stream(text.toLowerCase(Locale.ROOT).split(",")).map(String::strip).toList();
    boolean all = words.contains("all");
    boolean safe = all || words.contains("safe");
    boolean limits = safe || words.contains("limits");
    boolean qos = all || words.contains("qos");
    boolean jobs = !words.contains("nojobs");
    return new Enforcement(
        limits || qos || words.contains("associations"),
        limits,
        qos,
        safe,
        jobs,
        jobs && !words.contains("nosteps"),
        !storage.isEmpty() && !storage.endsWith("none"));
  }
}
