package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.job.Job;
import org.headrace.api.model.DevicePolicy;
import org.headrace.api.model.ResourceRequest;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.junit.jupiter.api.Test;

/** What {@code scontrol show job} says of how a job's devices are handed out. */
class DevicesOfJobTest {
  private static String shown(QuerySnapshot snapshot) throws Exception {
    FakeInvocation call = new FakeInvocation("scontrol", "-o", "show", "job", "13").as(0);
    Around around =
        new Around(
            new QueryControl(snapshot),
            null,
            null,
            null,
            null,
            new DebugFlags(),
            PeerModel.clock("2026-11-23T06:47:18Z"));
    assertThat(new ScontrolCommand(around).run(call)).as(call.errText()).isZero();
    return call.outText();
  }

  @Test
  void howDevicesAreHandedOutIsShownWhereTheJobSaysSo() throws Exception {
    assertThat(shown(PeerModel.snapshot())).doesNotContain("GresEnforceBind");
    for (DevicePolicy.Locality locality : DevicePolicy.Locality.values()) {
      Job job = PeerModel.snapshot().job(13);
      ResourceRequest request =
          job.spec()
              .request()
              .withDevices(new DevicePolicy(locality, DevicePolicy.TaskSharing.USUAL));
      Job bound = job.withSpec(job.spec().withRequest(request));
      QuerySnapshot snapshot = PeerModel.snapshot();
      snapshot.jobs.put(13L, bound);
      String shown = shown(snapshot);
      switch (locality) {
        case ENFORCED -> assertThat(shown).contains(" GresEnforceBind=Yes ");
        case IGNORED -> assertThat(shown).contains(" GresEnforceBind=No ");
        default -> assertThat(shown).doesNotContain("GresEnforceBind");
      }
    }
  }
}
