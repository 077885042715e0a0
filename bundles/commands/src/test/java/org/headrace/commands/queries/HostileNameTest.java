package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import org.headrace.api.job.Job;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.internal.squeue.SqueueCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.front.UserCommand;
import org.junit.jupiter.api.Test;

/** A user's words are data for whoever lists them: no lines of their own, nothing to obey. */
class HostileNameTest {
  private static final String NAME = "a\n99 root\u001b[2J\u009b\u202ex\u007f";
  private static final String SHOWN = "a?99 root?[2J??x?";

  private String text(UserCommand command, String... words) throws Exception {
    FakeInvocation call = new FakeInvocation(command.name(), words).as(0);
    assertThat(command.run(call)).as(call.errText()).isZero();
    return call.outText();
  }

  /** Lines are made in the memory of the controller, which all share. */
  @Test
  void aLineOfManyLongColumnsIsCut() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job job = snapshot.jobs.get(1L);
    snapshot.jobs.put(1L, job.withSpec(job.spec().withName("x".repeat(1000))));
    SqueueCommand squeue =
        new SqueueCommand(new QueryControl(snapshot), PeerModel.clock("2026-11-23T06:46:36Z"));
    assertThat(text(squeue, "-h", "-j", "1", "-o", "%j".repeat(100_000)).length())
        .as("characters of a line that were 100 million")
        .isBetween(4_000_000, 5_000_000);
    assertThat(text(squeue, "-h", "-j", "1", "-o", "%.9999j".repeat(30_000)).length())
        .as("characters of a line that were 245 million")
        .isBetween(200_000, 300_000);
  }

  @Test
  void listingsShowNoControlCharacters() throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    Job job = snapshot.jobs.get(1L);
    snapshot.jobs.put(1L, job.withSpec(job.spec().withName(NAME)));
    QueryControl control = new QueryControl(snapshot);
    var clock = PeerModel.clock("2026-11-23T06:46:36Z");
    SqueueCommand squeue = new SqueueCommand(control, clock);
    assertThat(text(squeue, "-h", "-j", "1", "-o", "%j|%i")).isEqualTo(SHOWN + "|1\n");
    assertThat(text(squeue, "-h", "-j", "1", "-O", "Name:30")).startsWith(SHOWN).hasLineCount(1);
    assertThat(text(squeue, "--json", "-j", "1")).contains("a\\n99 root\\u001B[2J");
    ScontrolCommand scontrol =
        new ScontrolCommand(new Around(control, null, null, null, null, new DebugFlags(), clock));
    assertThat(text(scontrol, "show", "job", "1")).contains("JobName=" + SHOWN + "\n");
    assertThat(text(scontrol, "-o", "show", "job", "1")).hasLineCount(1);
  }
}
