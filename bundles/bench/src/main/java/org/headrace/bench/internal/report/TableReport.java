package org.headrace.bench.internal.report;

import java.util.Locale;
import org.headrace.bench.internal.stat.Samples;

/** One line per measure, for people. */
public final class TableReport {
  private TableReport() {}

  public static String heading(Conditions conditions) {
    StringBuilder text = new StringBuilder();
    conditions
        .facts()
        .forEach(
            (name, value) ->
                text.append("# ").append(name).append(": ").append(value).append('\n'));
    return text.append("# figures are medians [least to most]; ratio is headrace / slurm")
        .toString();
  }

  public static String line(Result result) {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%-26s", result.name()));
    for (Figure figure : result.figures()) {
      text.append(figure.label()).append(' ').append(figure(figure, result.unit())).append(" | ");
    }
    result.ratio().ifPresent(ratio -> text.append("ratio ").append(ratio(ratio, result)));
    return text.append(result.conditions()).toString();
  }

  private static String ratio(double ratio, Result result) {
    boolean ours = result.better() == Result.Better.LESS ? ratio < 1 : ratio > 1;
    return Numbers.text(ratio) + (ours ? " (better)" : ratio == 1 ? " (same)" : " (worse)") + " | ";
  }

  private static String figure(Figure figure, String unit) {
    if (figure.samples().isEmpty()) {
      return (figure.failed() ? "FAILED: " : "- ") + figure.note();
    }
    Samples samples = figure.samples().get();
    String text = Numbers.text(samples.median()) + ' ' + unit;
    if (samples.count() > 1) {
      text += " [" + Numbers.text(samples.min()) + " to " + Numbers.text(samples.max());
      text += samples.count() >= 20 ? ", p95 " + Numbers.text(samples.percentile(95)) : "";
      text += ", n=" + samples.count() + "]";
    }
    return figure.note().isEmpty() ? text : text + " (" + figure.note() + ")";
  }
}
