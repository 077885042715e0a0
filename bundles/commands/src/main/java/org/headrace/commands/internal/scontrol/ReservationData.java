package org.headrace.commands.internal.scontrol;

import java.io.IOException;
import java.util.List;
import org.headrace.commands.internal.json.DataWriter;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;

/** Writes a reservation as the published schema of answers has it. */
final class ReservationData {
  private ReservationData() {}

  static void write(DataWriter data, ReservationDefinition one, Snapshot snapshot)
      throws IOException {
    ReservationText.Size size = ReservationText.Size.of(one, snapshot);
    data.startObject();
    data.field("accounts", ReservationText.names(one.accounts()));
    data.field("burst_buffer", "");
    data.field("core_count", size.cores());
    data.texts("core_specializations", List.of());
    data.time("end_time", one.end());
    data.field("features", one.features());
    data.texts("flags", ReservationText.flags(one));
    data.field("groups", String.join(",", one.groups().names()));
    data.field("licenses", ReservationText.licenses(one));
    data.field("max_start_delay", one.clock().startDelay() / 1000);
    data.field("name", one.name());
    data.field("node_count", one.nodes().size());
    data.field("node_list", Hostlist.compressSorted(one.nodes()));
    data.field("partition", one.partition());
    data.startObject("purge_completed");
    if (one.clock().purgeAfter() > 0) {
      data.field("time", one.clock().purgeAfter() / 1000);
    } else {
      data.unset("time");
    }
    data.endObject();
    data.time("start_time", one.start());
    data.unset("watts");
    data.field("tres", "cpu=" + size.cpus());
    data.field("users", ReservationText.names(one.users()));
    data.endObject();
  }
}
