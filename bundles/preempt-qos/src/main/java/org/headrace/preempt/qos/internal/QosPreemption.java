package org.headrace.preempt.qos.internal;

import java.util.Map;
import org.headrace.api.model.ClusterView;
import org.headrace.api.model.PendingJob;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.RunningJob;
import org.headrace.api.preemption.PreemptMode;
import org.headrace.api.preemption.Preemption;
import org.osgi.service.component.annotations.Component;

/**
 * Jobs preempt those of the qualities of service that the {@code Preempt} list of their own names,
 * in the way that the other's {@code PreemptMode} says, or else the cluster's. With {@code WITHIN}
 * in that setting, jobs of the same quality of service do so as well if their priority is higher;
 * with {@code PRIORITY}, it has to be higher in any case.
 */
@Component(service = Preemption.class, property = "headrace.plugin=preempt/qos")
public final class QosPreemption implements Preemption {
  private static final String MODE = "PreemptMode";

  @Override
  public PreemptMode mode(
      PendingJob pending, RunningJob running, ClusterView view, Map<String, String> options) {
    QualityOfService own = view.qos(name(pending.qos()));
    QualityOfService other = view.qos(name(running.qos()));
    if (own == null || other == null) {
      return PreemptMode.OFF;
    }
    String setting = other.preemptMode();
    if (setting.isEmpty()) {
      setting = options.getOrDefault(MODE, "");
    }
    boolean higher = pending.priority() > running.priority();
    boolean named = own.preempts().contains(other.name());
    boolean within =
        own.name().equals(other.name()) && higher && PreemptMode.has(setting, "WITHIN");
    boolean outranked = !higher && PreemptMode.has(setting, "PRIORITY");
    return within || (named && !outranked) ? PreemptMode.of(setting) : PreemptMode.OFF;
  }

  /** A job that names none has the one that always is. */
  private static String name(String qos) {
    return qos.isEmpty() ? QualityOfService.NORMAL.name() : qos;
  }
}
