package org.headrace.bench.internal.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ClusterStatusTest {
  private static final String JSON =
      """
      {"directory":"/d","conf":"/d/etc/slurm.conf","socket":"/d/s","daemons":[
      {"name":"slurmctld","state":"running","pid":11,"port":6,"rss_mib":1,"directory":"/d/state"},
      {"name":"n1","state":"%s","pid":12,"port":7,"rss_mib":1,"directory":"/d/spool/n1"}]}
      """;

  @Test
  void daemonsAreToldApart() throws Exception {
    ClusterStatus status = ClusterStatus.parse(JSON.formatted("running"));
    assertThat(status.conf()).isEqualTo("/d/etc/slurm.conf");
    assertThat(status.socket()).isEqualTo("/d/s");
    assertThat(status.allRun()).isTrue();
    assertThat(status.controller().directory()).isEqualTo("/d/state");
    assertThat(status.agents()).extracting(ClusterStatus.Daemon::pid).containsExactly(12L);
  }

  @Test
  void oneThatIsGoneIsSeen() throws Exception {
    assertThat(ClusterStatus.parse(JSON.formatted("gone")).allRun()).isFalse();
    assertThat(ClusterStatus.parse("{\"directory\":\"/d\",\"daemons\":[]}").allRun()).isFalse();
  }

  @Test
  void anythingElseIsRefused() {
    for (String bad :
        new String[] {"", "[]", "{\"daemons\":[{", "{\"daemons\":[{\"pid\":\"x\"}]}", "no"}) {
      assertThatThrownBy(() -> ClusterStatus.parse(bad)).isInstanceOf(IOException.class);
    }
  }
}
