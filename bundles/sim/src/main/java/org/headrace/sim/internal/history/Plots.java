package org.headrace.sim.internal.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Plots of schedules beside each other, as one SVG image. */
final class Plots {
  private static final String[] COLOURS = {"#777777", "#1f77b4", "#d62728"};
  private static final int WIDTH = 800;
  private static final int HEIGHT = 220;
  private static final int LEFT = 70;
  private static final int RIGHT = 20;
  private static final int TOP = 40;
  private static final int BOTTOM = 30;
  private static final double HOUR = 3_600_000;

  private final Map<String, Figures> schedules;
  private final StringBuilder svg = new StringBuilder();
  private final double hours;
  private int offset;

  private Plots(Map<String, Figures> schedules, long span) {
    this.schedules = schedules;
    hours = span / HOUR;
  }

  /**
   * The image.
   *
   * @param schedules figures by name, at most three, in their order
   * @param span length of the time that their parts divide, in milliseconds
   */
  static String svg(Map<String, Figures> schedules, long span) {
    return new Plots(schedules, span).draw();
  }

  private String draw() {
    int height = 3 * HEIGHT;
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">%n"
            .formatted(WIDTH, height));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    legend();
    List<double[]> used = new ArrayList<>();
    List<double[]> queued = new ArrayList<>();
    schedules.values().forEach(one -> used.add(percent(one.used())));
    schedules.values().forEach(one -> queued.add(one.queued()));
    lines("CPUs in use, %", used);
    lines("Jobs that wait", queued);
    bars("Mean wait by number of CPUs, hours");
    return svg.append("</svg>\n").toString();
  }

  private static double[] percent(double[] shares) {
    double[] percent = shares.clone();
    for (int i = 0; i < percent.length; i++) {
      percent[i] *= 100;
    }
    return percent;
  }

  private void legend() {
    int x = LEFT;
    int i = 0;
    for (String name : schedules.keySet()) {
      svg.append(
          "<rect x=\"%d\" y=\"6\" width=\"12\" height=\"12\" fill=\"%s\"/>%n"
              .formatted(x, COLOURS[i++]));
      text(x + 16, 16, "start", name);
      x += 40 + 7 * name.length();
    }
  }

  private void text(double x, double y, String anchor, String text) {
    String safe = text.replace("&", "&amp;").replace("<", "&lt;");
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            safe));
  }

  private void frame(String title, double most) {
    text(LEFT, offset + TOP - 8, "start", title);
    int bottom = offset + HEIGHT - BOTTOM;
    svg.append(
        "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"black\"/>%n"
            .formatted(LEFT, offset + TOP, bottom, WIDTH - RIGHT));
    text(LEFT - 6, offset + TOP + 8, "end", number(most));
    text(LEFT - 6, bottom, "end", "0");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
  }

  private static double most(List<double[]> rows) {
    double most = 0;
    for (double[] row : rows) {
      for (double value : row) {
        most = Double.isNaN(value) ? most : Math.max(most, value);
      }
    }
    return most == 0 ? 1 : most;
  }

  private double y(double value, double most) {
    double height = HEIGHT - TOP - BOTTOM;
    return offset + HEIGHT - BOTTOM - height * value / most;
  }

  private void lines(String title, List<double[]> rows) {
    double most = most(rows);
    frame(title, most);
    for (int i = 0; i < rows.size(); i++) {
      StringBuilder points = new StringBuilder();
      double[] row = rows.get(i);
      for (int part = 0; part < row.length; part++) {
        double x = LEFT + (WIDTH - LEFT - RIGHT) * (part + 0.5) / row.length;
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y(row[part], most)));
      }
      svg.append(
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>%n"
              .formatted(points.toString().trim(), COLOURS[i]));
    }
    text(WIDTH - RIGHT, offset + HEIGHT - 10, "end", number(hours) + " hours");
    offset += HEIGHT;
  }

  private void bars(String title) {
    List<double[]> rows = new ArrayList<>();
    for (Figures one : schedules.values()) {
      double[] waits = one.waitBySize().clone();
      for (int i = 0; i < waits.length; i++) {
        waits[i] /= HOUR;
      }
      rows.add(waits);
    }
    double most = most(rows);
    frame(title, most);
    List<String> names = Figures.sizeNames();
    double group = (double) (WIDTH - LEFT - RIGHT) / names.size();
    double width = 0.8 * group / rows.size();
    for (int size = 0; size < names.size(); size++) {
      for (int i = 0; i < rows.size(); i++) {
        double value = rows.get(i)[size];
        if (!Double.isNaN(value)) {
          double x = LEFT + size * group + 0.1 * group + i * width;
          svg.append(
              String.format(
                  Locale.ROOT,
                  "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>%n",
                  x,
                  y(value, most),
                  width,
                  y(0, most) - y(value, most),
                  COLOURS[i]));
        }
      }
      text(LEFT + (size + 0.5) * group, offset + HEIGHT - 14, "middle", names.get(size));
    }
    offset += HEIGHT;
  }
}
