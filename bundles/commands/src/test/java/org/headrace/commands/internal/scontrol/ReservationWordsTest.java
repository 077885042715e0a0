package org.headrace.commands.internal.scontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.testing.FakeSnapshot;
import org.headrace.control.definition.ReservationDefinition;
import org.headrace.control.definition.ReservationDefinition.Admission;
import org.headrace.control.definition.ReservationDefinition.Flag;
import org.headrace.control.definition.ReservationDefinition.Groups;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservationWordsTest {
  private static final Map<String, Integer> GROUPS = Map.of("bio", 100, "chem", 101);
  private static final long NOW = 1_764_148_976_000L;
  private final TimeTexts times = new TimeTexts(NOW, ZoneOffset.UTC, "standard");
  private final FakeSnapshot snapshot = new FakeSnapshot(Map.of(), Map.of());

  private ReservationDefinition read(String words) {
    ReservationWords read = new ReservationWords(snapshot, times, GROUPS::get);
    List.of(words.split(" ")).forEach(read::add);
    return read.definition();
  }

  @Test
  void aNewOne() {
    assertThat(
            read(
                "ReservationName=a StartTime=now+60 Duration=30 Nodes=n[1-2] Users=-bert"
                    + " Accounts=bio,chem Flags=maint,ignore_jobs"))
        .isEqualTo(
            new ReservationDefinition(
                0,
                "a",
                NOW + 60_000,
                NOW + 60_000 + 30 * 60_000,
                List.of("n1", "n2"),
                "",
                new Admission(List.of("bert"), true),
                new Admission(List.of("bio", "chem"), false),
                Set.of(Flag.MAINT, Flag.IGNORE_JOBS, Flag.SPEC_NODES)));
  }

  @Test
  void aNewOneBeginsLongAgoOnlyWhereItRepeatsAndIsMeantTo() {
    String hourAgo = "res=a start=now-60minutes dur=30 nodes=n1 users=anna flags=";
    assertThat(read("res=a start=now-9minutes dur=30 nodes=n1 users=anna").start())
        .isEqualTo(NOW - 9 * 60_000);
    assertThatThrownBy(() -> read(hourAgo + "overlap"))
        .hasMessage("a new one may begin 10 minutes ago at the most");
    assertThatThrownBy(() -> read(hourAgo + "daily"))
        .hasMessage(
            "a new one may begin 10 minutes ago at the most; Flags=FORCE_START lets it begin before");
    assertThatThrownBy(() -> read(hourAgo + "force_start"))
        .hasMessage("FORCE_START is for one that repeats, such as with DAILY.");
    ReservationDefinition forced = read(hourAgo + "daily,force_start,user_delete");
    assertThat(forced.start()).isEqualTo(NOW - 60 * 60_000);
    assertThat(ReservationText.flags(forced))
        .containsExactly("DAILY", "SPEC_NODES", "USER_DELETE", "FORCE_START");
  }

  @Test
  void keysMayBeCutShort() {
    assertThat(read("res=a start=now+60 dur=30 node=n[1-2] acc=bio fla=maint"))
        .isEqualTo(
            read(
                "ReservationName=a StartTime=now+60 Duration=30 Nodes=n1,n2 Accounts=bio Flags=maint"));
    assertThatThrownBy(() -> read("st=now")).hasMessage("Unknown parameter st=now.");
  }

  @Test
  void byNumberAndAgainEveryWeekday() {
    ReservationDefinition one =
        read("starttime=now duration=1 nodecnt=2k features=a&b user=a flags=weekday,replace_down");
    assertThat(one.nodes()).isEmpty();
    assertThat(one.nodeCount()).isEqualTo(2048);
    assertThat(one.features()).isEqualTo("a&b");
    assertThat(one.flags()).containsExactlyInAnyOrder(Flag.WEEKDAY, Flag.REPLACE_DOWN);
    assertThat(one.zone()).isEqualTo("Z");
  }

  @Test
  void coresLicencesAndHowItEnds() {
    ReservationDefinition one =
        read("starttime=now duration=1 corecnt=2,3 nodes=n1,n2 user=a flags=purge_comp=00:02:00");
    assertThat(one.share().coreCounts()).containsExactly(2, 3);
    assertThat(one.clock().purgeAfter()).isEqualTo(120_000);
    ReservationDefinition other =
        read("starttime=now duration=1 licenses=foo:2,bar user=a flags=magnetic,purge_comp");
    assertThat(other.share().licenses()).isEqualTo(Map.of("foo", 2, "bar", 1));
    assertThat(other.clock().purgeAfter()).isEqualTo(300_000);
    assertThat(other.flags())
        .containsExactlyInAnyOrder(Flag.MAGNETIC, Flag.PURGE_COMP, Flag.ANY_NODES);
    ReservationDefinition tres =
        read("starttime=now duration=1 tres=cpu=8,node=2,license/foo=1 user=a");
    assertThat(tres.share().coreCounts()).containsExactly(8);
    assertThat(tres.nodeCount()).isEqualTo(2);
    assertThat(tres.share().licenses()).isEqualTo(Map.of("foo", 1));
  }

  /** As Slurm 22.05 prints them. */
  @Test
  void asTheyAreShown() {
    String cores =
        shown("starttime=now duration=60 corecnt=5 nodecnt=2 user=root flags=first_cores");
    assertThat(cores).contains("Flags=FIRST_CORES\n");
    String licences =
        shown("starttime=now duration=60 user=root licenses=foo:2 flags=any_nodes,purge_comp");
    assertThat(licences)
        .contains(
            "   Nodes=(null) NodeCnt=0 CoreCnt=0 Features=(null) PartitionName=(null)"
                + " Flags=ANY_NODES,PURGE_COMP=00:05:00\n   TRES=(null)\n"
                + "   Users=root Groups=(null) Accounts=(null) Licenses=foo:2 State=ACTIVE");
  }

  private String shown(String words) {
    return new ReservationText(snapshot, times).text(read(words), false);
  }

  @Test
  void aChangedOne() {
    ReservationWords change =
        new ReservationWords(
            snapshot,
            times,
            GROUPS::get,
            read("starttime=now duration=1 nodes=n1 user=anna flags=flex"));
    List.of("user+=bert", "nodes+=n2", "flags-=flex", "duration=2").forEach(change::add);
    ReservationDefinition changed = change.definition();
    assertThat(changed.users()).isEqualTo(new Admission(List.of("anna", "bert"), false));
    assertThat(changed.nodes()).containsExactly("n1", "n2");
    assertThat(changed.flags()).containsExactly(Flag.SPEC_NODES);
    assertThat(changed.end() - changed.start()).isEqualTo(120_000);
  }

  @Test
  void groupsAndForHowLongOthersMayHoldItUp() {
    ReservationDefinition one =
        read("starttime=now duration=1 nodes=n1 groups=bio,chem maxstartdelay=0:90");
    assertThat(one.groups()).isEqualTo(new Groups(List.of("bio", "chem"), List.of(100, 101)));
    assertThat(one.clock().startDelay()).isEqualTo(90_000);
    ReservationWords change = new ReservationWords(snapshot, times, GROUPS::get, one);
    List.of("groups-=bio", "maxstartdelay=0").forEach(change::add);
    assertThat(change.definition().groups()).isEqualTo(new Groups(List.of("chem"), List.of(101)));
    assertThat(change.definition().clock().startDelay()).isZero();
    assertThat(shown("starttime=now duration=60 nodes=n1 groups=bio maxstartdelay=5"))
        .contains("\n   Users=(null) Groups=bio Accounts=(null) ")
        .contains("\n   MaxStartDelay=00:05:00");
  }

  /** The first sentence of each as Slurm 22.05 has it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          duration=1 nodes=n1 user=a               ; A start time must be given.
          starttime=now nodes=n1 user=a            ; An end time or duration must be given.
          starttime=now duration=1 nodes=n1        ; Either Users/Groups and/or Accounts
          starttime=now duration=1 user=a          ; Nodes or PartitionName must be specified.
          starttime=now flags=bogus                ; Error parsing flags bogus
          starttime=now maxstartdelay=-1           ; Invalid duration maxstartdelay=-1.
          starttime=now duration=foo               ; Invalid duration duration=foo.
          foo                                      ; Misformatted parameter 'foo', most options
          starttime=now groups=-bio                ; groups can't be denied access
          starttime=now corecnt=x                  ; Invalid core count x
          starttime=now bogus=2                    ; Unknown parameter bogus=2.
          starttime=now duration=1 user=a flags=any_nodes ; ANY_NODES needs Licenses.
          starttime=now duration=1 groups=bio user=a nodes=n1 ; Users and Groups are mutually exclusive.
          starttime=now duration=1 user=a nodes=n1 flags=replace ; REPLACE needs NodeCnt.
          """)
  void whatIsMissingIsSaid(String words, String message) {
    assertThatThrownBy(() -> read(words)).hasMessageContaining(message);
  }

  /** Slurm says so in two lines. */
  @ParameterizedTest
  @CsvSource({"start, starttime=foo", "end, starttime=now endtime=foo", "start, StartTime=foo"})
  void aTimeThatIsNoneIsExplained(String which, String words) {
    String word = words.substring(words.lastIndexOf(' ') + 1);
    assertThatThrownBy(() -> read(words))
        .hasMessage("Invalid " + which + " time " + word + ".")
        .cause()
        .hasMessage("Invalid time specification (pos=0): foo");
  }
}
