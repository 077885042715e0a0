package org.headrace.commands.internal.sreport;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.JobUse;
import org.headrace.commands.internal.format.Outage;
import org.headrace.control.query.NodeStatus;

/** How much of the cluster was used, out of service, waited for and idle. */
final class Utilization {
  private static final String USUAL = "Allocated,Down,PlannedDown,Idle,Planned,Reported";

  private final Facts facts;
  private final List<NodeChanged> events;

  /**
   * @param events of nodes up to the end of the period
   */
  Utilization(Facts facts, List<NodeChanged> events) {
    this.facts = facts;
    this.events = events;
  }

  int print(String format) {
    int width = facts.units().width();
    Sheet sheet = new Sheet();
    sheet.above("Cluster Utilization " + facts.periodText());
    sheet.above(facts.usageText());
    sheet.column("Cluster", "Cluster", 9).column("TresName", "TRES Name", 14);
    sheet.column("TresCount", "TRES Count", 10);
    for (String[] one :
        new String[][] {
          {"Allocated", "Allocated"},
          {"Down", "Down"},
          {"PlannedDown", "PLND Down"},
          {"PlndDown", "PLND Down"},
          {"Idle", "Idle"},
          {"OverCommitted", "Over Comm"},
          {"Planned", "Planned"},
          {"Reported", "Reported"}
        }) {
      sheet.amounts(one[0], one[1], width);
    }
    for (String tres : facts.ours() ? facts.tres() : List.<String>of()) {
      sheet.row(row(tres));
    }
    String columns = facts.several() ? "Cluster,TresName," + USUAL : "Cluster," + USUAL;
    return facts.print(sheet, format.isEmpty() ? columns : format);
  }

  private Map<String, String> row(String tres) {
    double reported = facts.capacity(tres);
    double allocated =
        Math.min(
            reported, facts.uses().stream().mapToDouble(use -> Resources.used(use, tres)).sum());
    double down = Math.min(reported - allocated, down(tres));
    double waited =
        tres.equals("cpu")
            ? facts.uses().stream().mapToDouble(JobUse::waitedMillis).sum() / 1000
            : 0;
    double planned = Math.min(waited, reported - allocated - down);
    Map<String, Double> amounts = new LinkedHashMap<>();
    amounts.put("allocated", allocated);
    amounts.put("down", down);
    amounts.put("planneddown", 0.0);
    amounts.put("plnddown", 0.0);
    amounts.put("idle", reported - allocated - down - planned);
    amounts.put("overcommitted", waited - planned);
    amounts.put("planned", planned);
    amounts.put("reported", reported);
    Map<String, String> texts = new HashMap<>();
    amounts.forEach(
        (name, amount) -> {
          texts.put(name, facts.units().text(amount, reported));
          texts.put(name + Sheet.IN_SECONDS, TimeUnits.SECONDS.text(amount, 1));
        });
    texts.put("cluster", facts.cluster());
    texts.put("tresname", tres);
    texts.put("trescount", Long.toString(Resources.of(facts.snapshot(), tres)));
    return texts;
  }

  /** Of nodes that the cluster still has: the time that they were out of service. */
  private double down(String tres) {
    return Outage.of(events).stream().mapToDouble(one -> lost(one, tres)).sum();
  }

  private double lost(Outage outage, String tres) {
    NodeStatus node = facts.snapshot().nodeStatus(outage.first().node());
    long from = Math.max(outage.first().time(), facts.period().from());
    long to = outage.end() == 0 ? facts.end() : Math.min(outage.end(), facts.end());
    return node == null || to <= from ? 0 : Resources.of(node.view(), tres) * (to - from) / 1000.0;
  }
}
