package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.headrace.api.account.Limit;
import org.headrace.api.account.LimitSet;
import org.headrace.api.account.QosFlag;
import org.headrace.api.account.ResourceLimit;
import org.headrace.api.account.Tres;
import org.headrace.api.model.QualityOfService;
import org.headrace.commands.internal.json.DataWriter;

/** Writes qualities of service as the published schema of answers has them. */
final class QosData {
  private final DataWriter data;
  private final Tres tres;
  private LimitSet limits;

  QosData(DataWriter data, Tres tres) {
    this.data = data;
    this.tres = tres;
  }

  void write(List<QualityOfService> chosen) throws IOException {
    data.startArray("qos");
    for (QualityOfService qos : chosen) {
      limits = qos.limits();
      data.startObject();
      data.field("description", qos.description());
      data.texts("flags", qos.flags().stream().sorted().map(QosFlag::published).toList());
      data.field("id", qos.id());
      data.startObject("limits");
      data.field("grace_time", qos.graceTime() / 1000);
      maxima();
      data.field("factor", qos.limitFactor());
      minima();
      data.endObject();
      data.field("name", qos.name());
      data.startObject("preempt");
      data.texts("list", qos.preempts());
      String mode = qos.preemptMode();
      data.texts("mode", List.of(mode.isEmpty() ? "DISABLED" : mode.toUpperCase(Locale.ROOT)));
      boolean exempt = qos.exemptTime() >= 0;
      data.number("exempt_time", exempt, false, exempt ? qos.exemptTime() / 1000 : 0);
      data.endObject();
      data.number("priority", qos.priority());
      decimal("usage_factor", qos.usageFactor());
      decimal("usage_threshold", qos.usageThreshold());
      data.endObject();
    }
    data.endArray();
  }

  private void decimal(String name, double value) throws IOException {
    data.decimal(name, value >= 0, false, Math.max(0, value));
  }

  private void number(String name, Limit limit) throws IOException {
    AccountData.number(data, name, limits.number(limit));
  }

  private void tres(String name, ResourceLimit limit) throws IOException {
    AccountData.tres(data, tres, name, limits.resources(limit));
  }

  private void maxima() throws IOException {
    data.startObject("max");
    data.startObject("active_jobs");
    number("accruing", Limit.GROUP_ACCRUING);
    number("count", Limit.GROUP_JOBS);
    data.endObject();
    data.startObject("tres");
    tres("total", ResourceLimit.GROUP);
    data.startObject("minutes");
    tres("total", ResourceLimit.GROUP_MINUTES);
    data.startObject("per");
    tres("qos", ResourceLimit.GROUP_RUN_MINUTES);
    tres("job", ResourceLimit.MAX_MINUTES_PER_JOB);
    tres("account", ResourceLimit.MAX_RUN_MINUTES_PER_ACCOUNT);
    tres("user", ResourceLimit.MAX_RUN_MINUTES_PER_USER);
    data.endObject();
    data.endObject();
    data.startObject("per");
    tres("account", ResourceLimit.MAX_PER_ACCOUNT);
    tres("job", ResourceLimit.MAX_PER_JOB);
    tres("node", ResourceLimit.MAX_PER_NODE);
    tres("user", ResourceLimit.MAX_PER_USER);
    data.endObject();
    data.endObject();
    data.startObject("wall_clock");
    data.startObject("per");
    number("qos", Limit.GROUP_WALL);
    number("job", Limit.MAX_WALL);
    data.endObject();
    data.endObject();
    data.startObject("jobs");
    number("count", Limit.GROUP_SUBMITTED);
    data.startObject("active_jobs");
    perAccountAndUser(Limit.MAX_JOBS_PER_ACCOUNT, Limit.MAX_JOBS);
    data.endObject();
    perAccountAndUser(Limit.MAX_SUBMITTED_PER_ACCOUNT, Limit.MAX_SUBMITTED);
    data.endObject();
    data.startObject("accruing");
    perAccountAndUser(Limit.MAX_ACCRUING_PER_ACCOUNT, Limit.MAX_ACCRUING);
    data.endObject();
    data.endObject();
  }

  private void perAccountAndUser(Limit account, Limit user) throws IOException {
    data.startObject("per");
    number("account", account);
    number("user", user);
    data.endObject();
  }

  private void minima() throws IOException {
    data.startObject("min");
    number("priority_threshold", Limit.MIN_PRIORITY);
    data.startObject("tres");
    data.startObject("per");
    tres("job", ResourceLimit.MIN_PER_JOB);
    data.endObject();
    data.endObject();
    data.endObject();
  }
}
