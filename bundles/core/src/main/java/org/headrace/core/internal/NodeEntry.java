package org.headrace.core.internal;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.model.GresInventory;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeView;
import org.headrace.control.command.NodeReport;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.core.SnapshotItem;

/**
 * A node.
 *
 * @param definition as it was configured
 * @param view as plugins see it
 * @param report what its agent said last, or null
 * @param silentSince since when it doesn't respond, or zero
 * @param downBySilence true when it is down because it didn't respond
 * @param lastBusy when it was last in use
 * @param comment administrator's comment
 * @param jobs ids of the jobs here, ascending; never changed in place
 */
record NodeEntry(
    NodeDefinition definition,
    NodeView view,
    NodeReport report,
    long silentSince,
    boolean downBySilence,
    long lastBusy,
    String comment,
    long[] jobs) {

  private static final long[] NO_JOBS = new long[0];

  static NodeEntry of(SnapshotItem.Node item) {
    NodeView view =
        new NodeView(
            item.id(),
            item.definition().name(),
            item.definition().hardware(),
            java.util.Set.copyOf(item.features()),
            gres(item.definition(), item.report()),
            item.weight(),
            item.state());
    return new NodeEntry(
        item.definition(),
        view,
        item.report(),
        item.silentSince(),
        item.downBySilence(),
        item.lastBusy(),
        item.comment(),
        NO_JOBS);
  }

  /** What plugins see of generic resources: as configured, and as the agent knows more closely. */
  static List<GresInventory> gres(NodeDefinition definition, NodeReport report) {
    return report == null ? definition.gres() : NodeGres.refined(definition.gres(), report.gres());
  }

  SnapshotItem.Node item() {
    List<String> features = view.features().stream().sorted().toList();
    return new SnapshotItem.Node(
        id(),
        definition,
        view.state(),
        features,
        view.weight(),
        comment,
        report,
        silentSince,
        downBySilence,
        lastBusy);
  }

  int id() {
    return view.id();
  }

  String name() {
    return view.name();
  }

  NodeState state() {
    return view.state();
  }

  NodeEntry withState(NodeState state) {
    NodeView changed =
        new NodeView(
            view.id(),
            view.name(),
            view.hardware(),
            view.features(),
            view.gres(),
            view.weight(),
            state);
    return withView(changed);
  }

  NodeEntry withView(NodeView newView) {
    return new NodeEntry(
        definition, newView, report, silentSince, downBySilence, lastBusy, comment, jobs);
  }

  NodeEntry withReport(NodeReport newReport) {
    NodeView changed =
        new NodeView(
            view.id(),
            view.name(),
            view.hardware(),
            view.features(),
            gres(definition, newReport),
            view.weight(),
            view.state());
    return new NodeEntry(
        definition, changed, newReport, silentSince, downBySilence, lastBusy, comment, jobs);
  }

  NodeEntry withSilence(long since, boolean down) {
    return new NodeEntry(definition, view, report, since, down, lastBusy, comment, jobs);
  }

  NodeEntry withComment(String newComment) {
    return new NodeEntry(
        definition, view, report, silentSince, downBySilence, lastBusy, newComment, jobs);
  }

  NodeEntry withJob(long id) {
    int at = Arrays.binarySearch(jobs, id);
    if (at >= 0) {
      return this;
    }
    long[] more = new long[jobs.length + 1];
    int to = -at - 1;
    System.arraycopy(jobs, 0, more, 0, to);
    more[to] = id;
    System.arraycopy(jobs, to, more, to + 1, jobs.length - to);
    return new NodeEntry(
        definition, view, report, silentSince, downBySilence, lastBusy, comment, more);
  }

  NodeEntry withoutJob(long id, long now) {
    int at = Arrays.binarySearch(jobs, id);
    if (at < 0) {
      return this;
    }
    long[] fewer = new long[jobs.length - 1];
    System.arraycopy(jobs, 0, fewer, 0, at);
    System.arraycopy(jobs, at + 1, fewer, at, fewer.length - at);
    return new NodeEntry(definition, view, report, silentSince, downBySilence, now, comment, fewer);
  }
}
