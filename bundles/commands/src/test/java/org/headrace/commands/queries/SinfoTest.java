package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.headrace.api.model.NodeState;
import org.headrace.api.model.NodeState.Base;
import org.headrace.api.model.NodeState.Flag;
import org.headrace.commands.internal.sinfo.SinfoCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The texts of sinfo, compared with those that a Slurm printed for the same nodes. */
class SinfoTest {
  private static final String NOW = "2026-11-23T06:47:17Z";

  private static FakeInvocation run(QuerySnapshot snapshot, int status, String... arguments)
      throws Exception {
    FakeInvocation call = new FakeInvocation("sinfo", arguments);
    int found = new SinfoCommand(new QueryControl(snapshot), PeerModel.clock(NOW)).run(call);
    assertThat(found).as(call.errText()).isEqualTo(status);
    return call;
  }

  @TestFactory
  Stream<DynamicTest> printsWhatSlurmPrints() {
    return Golden.cases("sinfo.txt").stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.command(),
                    () -> {
                      FakeInvocation call =
                          run(PeerModel.snapshot(), golden.status(), golden.arguments());
                      assertThat(call.outText() + call.errText()).isEqualTo(golden.text());
                    }));
  }

  private static String state(Base base, int cpus, Flag... flags) throws Exception {
    QuerySnapshot snapshot = PeerModel.snapshot();
    NodeState state = new NodeState(base, Set.of(flags), "", "", 0);
    PeerModel.status(snapshot, 1, cpus, 0, List.of(), state);
    return run(snapshot, 0, "-h", "-a", "-F", "-n", "n1", "-o", "%t %T").outText().strip();
  }

  @Test
  void columnsOfAVariableAreForThePlainListAlone() throws Exception {
    for (String option : List.of("-N", "-R", "-s")) {
      FakeInvocation set = new FakeInvocation("sinfo", "-h", option).with("SINFO_FORMAT", "%P");
      new SinfoCommand(new QueryControl(PeerModel.snapshot()), PeerModel.clock(NOW)).run(set);
      assertThat(set.outText())
          .as(option)
          .isEqualTo(run(PeerModel.snapshot(), 0, "-h", option).outText());
    }
  }

  @Test
  void statesHaveTheirWordsAndSuffixes() throws Exception {
    assertThat(state(Base.UP, 0)).isEqualTo("idle idle");
    assertThat(state(Base.UP, 64)).isEqualTo("alloc allocated");
    assertThat(state(Base.UP, 3)).isEqualTo("mix mixed");
    assertThat(state(Base.DOWN, 0, Flag.NOT_RESPONDING)).isEqualTo("down* down*");
    assertThat(state(Base.UP, 3, Flag.DRAIN)).isEqualTo("drng draining");
    assertThat(state(Base.UP, 0, Flag.DRAIN, Flag.NOT_RESPONDING)).isEqualTo("drain* drained*");
    assertThat(state(Base.UP, 0, Flag.COMPLETING)).isEqualTo("comp completing");
    assertThat(state(Base.UP, 0, Flag.PLANNED)).isEqualTo("plnd planned");
    assertThat(state(Base.UP, 3, Flag.PLANNED)).isEqualTo("mix- mixed-");
    assertThat(state(Base.UP, 0, Flag.FAIL)).isEqualTo("fail fail");
    assertThat(state(Base.UP, 3, Flag.FAIL)).isEqualTo("failg failing");
    assertThat(state(Base.UP, 0, Flag.MAINTENANCE)).isEqualTo("maint maint");
    assertThat(state(Base.UP, 0, Flag.INVALID_REGISTRATION)).isEqualTo("inval inval");
    assertThat(state(Base.UNKNOWN, 0)).isEqualTo("unk unknown");
    assertThat(state(Base.FUTURE, 0)).isEqualTo("futr future");
  }

  @Test
  void unknownStatesAreNamedWithThoseThereAre() throws Exception {
    assertThat(run(PeerModel.snapshot(), 1, "-t", "bogus").errText())
        .startsWith("sinfo: error: Bad state string: \"bogus\"\nsinfo: error: valid states: unk");
    assertThat(run(PeerModel.snapshot(), 0, "-h", "-o", "%N", "-t", "mix+~drain").outText())
        .isEqualTo("n[1-2]\n");
  }

  @Test
  void longListingsHaveTheReservationToo() throws Exception {
    assertThat(run(PeerModel.snapshot(), 0, "-l").outText())
        .startsWith(
            "Mon Nov 23 06:47:17 2026\n"
                + "PARTITION AVAIL  TIMELIMIT   JOB_SIZE ROOT OVERSUBS     GROUPS  NODES       STATE"
                + " RESERVATION NODELIST\n"
                + "main*        up   infinite 1-infinite   no       NO        all      1     drained"
                + "             n4\n");
  }

  @Test
  void hostileFormatsAndListsAreHarmless() throws Exception {
    assertThat(run(PeerModel.snapshot(), 0, "-h", "-o", "%.2D".repeat(10_000)).outText())
        .hasSize(20_001);
    assertThat(run(PeerModel.snapshot(), 1, "-n", "n[1-").errText()).startsWith("sinfo: error: ");
    assertThat(run(PeerModel.snapshot(), 0, "-S", "%,-,#,-#-", "-h").outText()).isNotEmpty();
    assertThat(run(PeerModel.snapshot(), 0, "-o", "%-9N|%").outText()).startsWith("%-9N|");
  }

  @Test
  void dataNamesNodes() throws Exception {
    assertThat(run(PeerModel.snapshot(), 0, "--json").outText())
        .contains("\"name\" : \"n4\"", "\"DRAIN\"", "\"tres\" : \"cpu=64,mem=250G,billing=64,");
  }
}
