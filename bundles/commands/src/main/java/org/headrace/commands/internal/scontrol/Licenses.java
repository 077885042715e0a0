package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.query.Snapshot;

/** {@code scontrol show licenses}. */
final class Licenses {
  private final Session session;
  private final Snapshot snapshot;

  Licenses(Session session) {
    this.session = session;
    this.snapshot = session.snapshot();
  }

  /** Shows the licenses that are named, separated by commas, or all of them. */
  void show(String names) throws IOException {
    Map<String, Integer> totals = new TreeMap<>(snapshot.definition().licenses());
    if (!names.isEmpty()) {
      totals.keySet().retainAll(Set.of(names.split(",")));
    }
    if (session.data()) {
      session.answer(out -> data(out, totals));
    } else if (totals.isEmpty()) {
      session
          .out()
          .println(
              names.isEmpty()
                  ? "No licenses configured in Slurm."
                  : "License name not found in Slurm.");
    } else {
      totals.forEach((name, total) -> session.out().println(text(name, total)));
    }
  }

  private String text(String name, int total) {
    int used = snapshot.licensesInUse(name);
    String separator = session.oneLine ? " " : "\n    ";
    return "LicenseName=%s%sTotal=%d Used=%d Free=%d Reserved=%d Remote=no"
        .formatted(name, separator, total, used, Math.max(0, total - used), reserved(name));
  }

  /** In reservations that hold now. */
  private int reserved(String name) {
    return snapshot.reservationDefinitions().stream()
        .filter(one -> one.active(session.times().now()))
        .mapToInt(one -> one.share().licenses().getOrDefault(name, 0))
        .sum();
  }

  private void data(DataWriter data, Map<String, Integer> totals) throws IOException {
    data.startArray("licenses");
    for (Map.Entry<String, Integer> one : totals.entrySet()) {
      int used = snapshot.licensesInUse(one.getKey());
      data.startObject();
      data.field("LicenseName", one.getKey());
      data.field("Total", one.getValue());
      data.field("Used", used);
      data.field("Free", Math.max(0, one.getValue() - used));
      data.field("Remote", false);
      data.field("Reserved", 0);
      data.field("LastConsumed", 0);
      data.field("LastDeficit", 0);
      data.field("LastUpdate", 0);
      data.endObject();
    }
    data.endArray();
    data.time("last_update", session.clock.millis());
  }
}
