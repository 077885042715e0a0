package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.api.account.Account;
import org.headrace.api.account.Accounts;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.AccountingRecord.BookChanged;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Change;
import org.headrace.api.accounting.AccountingRecord.BookChanged.Kind;
import org.headrace.api.accounting.AccountingRecord.NodeChanged;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.accounting.WorkKey;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.sacctmgr.SacctmgrCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.command.Command;
import org.headrace.control.query.History;
import org.junit.jupiter.api.Test;

/** What sacctmgr shows of the past, in the words of a Slurm 22.05. */
class SacctmgrHistoryTest {
  private static final String NOW = "2026-11-24T08:30:00Z";

  private final QuerySnapshot snapshot = PeerModel.snapshot();
  private final QueryControl control = new QueryControl(snapshot);
  private final List<NodeChanged> changes = new ArrayList<>();
  private final List<BookChanged> book = new ArrayList<>();
  private final List<JobHistory> jobs = new ArrayList<>();
  private String askedTime = "";
  private boolean down;

  private final History history =
      new History() {
        @Override
        public List<JobHistory> jobs(JobQuery query) {
          return jobs;
        }

        @Override
        public List<NodeChanged> nodeEvents(long from, long to) {
          return changes;
        }

        @Override
        public List<WorkKey> workKeys() {
          return List.of(
              new WorkKey("k1", "games"), new WorkKey("k1", "root"), new WorkKey("k2", "root"));
        }

        @Override
        public List<BookChanged> bookEvents(long from, long to) throws AccountingException {
          if (down) {
            throw new AccountingException("it is down", null);
          }
          askedTime = Instant.ofEpochMilli(from) + " " + Instant.ofEpochMilli(to);
          return book;
        }
      };

  private FakeInvocation run(int status, FakeInvocation call) throws Exception {
    assertThat(new SacctmgrCommand(control, history, PeerModel.clock(NOW)).run(call))
        .as(call.outText() + call.errText())
        .isEqualTo(status);
    return call;
  }

  private String show(String... words) throws Exception {
    return run(0, new FakeInvocation("sacctmgr", words).as(0)).outText();
  }

  private void change(String time, String node, String state, boolean in, String reason) {
    changes.add(
        new NodeChanged(
            changes.size(),
            PeerModel.at(time),
            node,
            state,
            in,
            reason,
            in ? "" : node.equals("n3") ? "bob" : "root",
            64));
  }

  private void someEvents() {
    change("2026-11-20T08:00:00Z", "n2", "DOWN", false, "old");
    change("2026-11-20T09:00:00Z", "n2", "UP", true, "");
    change("2026-11-24T08:25:34Z", "n3", "UP+DRAIN", false, "broken");
    change("2026-11-24T08:25:35Z", "n3", "UP", true, "");
    change("2026-11-24T08:25:35Z", "n4", "DOWN+NOT_RESPONDING", false, "two words");
  }

  @Test
  void eventsOfNodesSinceYesterday() throws Exception {
    someEvents();
    assertThat(show("-p", "show", "events"))
        .isEqualTo(
            """
            Cluster|NodeName|TimeStart|TimeEnd|State|Reason|User|
            peer|n3|2026-11-24T08:25:34|2026-11-24T08:25:35|DRAIN|broken|bob(1001)|
            peer|n4|2026-11-24T08:25:35|Unknown|DOWN*|two words|root(0)|
            """);
    assertThat(show("show", "event").lines().limit(3))
        .containsExactly(
            "   Cluster NodeName                  TimeStart             TimeEnd  State"
                + "                         Reason       User ",
            "---------- --------------- ------------------- ------------------- ------"
                + " ------------------------------ ---------- ",
            "      peer n3              2026-11-24T08:25:34 2026-11-24T08:25:35  DRAIN"
                + "                         broken  bob(1001) ");
  }

  @Test
  void eventsAreChosen() throws Exception {
    someEvents();
    String all = "-nP";
    String names = "format=nodename";
    assertThat(show(all, "show", "event", "nodes=n3,n9", names)).isEqualTo("n3\n");
    assertThat(show(all, "show", "event", "states=down", names)).isEqualTo("n4\n");
    assertThat(show(all, "show", "event", "reason=broken", names)).isEqualTo("n3\n");
    assertThat(show(all, "show", "event", "all_time", names)).isEqualTo("n2\nn3\nn4\n");
    assertThat(show(all, "show", "event", "start=2026-11-20", "end=2026-11-21", names))
        .isEqualTo("n2\n");
    assertThat(show(all, "show", "event", "maxcpus=3", names)).isEmpty();
    assertThat(show(all, "show", "event", "event=cluster", names)).isEmpty();
    assertThat(run(1, new FakeInvocation("sacctmgr", "show", "event", "bogus").as(0)).errText())
        .isEqualTo(" Unknown event type: 'bogus'  Valid events are Cluster and Node.\n");
    assertThat(run(1, new FakeInvocation("sacctmgr", "show", "event", "bogus=1").as(0)).errText())
        .isEqualTo(" Unknown condition: bogus=1\n");
  }

  @Test
  void accountsThatNobodyCanUse() throws Exception {
    Accounts old = snapshot.accounts;
    List<Account> accounts = new ArrayList<>(old.accounts());
    accounts.add(new Account("nouser", "", "", List.of()));
    snapshot.accounts =
        new Accounts(old.version(), old.tres(), accounts, old.users(), old.associations());
    assertThat(show("-nP", "show", "problem")).contains("peer|nouser||Account has no users\n");
  }

  private Job runaway() {
    Job running =
        snapshot.jobs.values().stream()
            .filter(job -> job.status().state() == JobState.RUNNING)
            .findFirst()
            .orElseThrow();
    jobs.add(new JobHistory(running, List.of("n1"), List.of()));
    Job forgotten =
        new Job(4711, running.arrayId(), running.arrayTask(), running.spec(), running.status());
    jobs.add(new JobHistory(forgotten, List.of("n1"), List.of()));
    return forgotten;
  }

  @Test
  void runawayJobsGetTheirEndIfAnAdministratorSaysSo() throws Exception {
    assertThat(show("show", "runawayjobs"))
        .isEqualTo("Runaway Jobs: No runaway jobs found on cluster peer\n");
    Job forgotten = runaway();
    FakeInvocation no = new FakeInvocation("sacctmgr", "show", "runaway").as(0).input("n\n");
    String shown = run(0, no).outText();
    assertThat(shown)
        .startsWith(
            "NOTE: Runaway jobs are jobs that don't exist in the controller but have a start time"
                + " and no end time in the database\nID                 Name  Partition    Cluster"
                + "      State          TimeSubmit           TimeStart             TimeEnd \n")
        .contains("\n4711 ")
        .contains("\n\nWould you like to fix these runaway jobs?\n(This will set the end time")
        .endsWith(" (You have 30 seconds to decide)\n(N/y): \n");
    assertThat(control.commands).isEmpty();
    run(0, new FakeInvocation("sacctmgr", "show", "runaway").as(0).input("y\n"));
    assertThat(control.commands)
        .containsExactly(
            new Command.EndRunaways(
                List.of(new Command.EndRunaways.Runaway(forgotten, List.of("n1")))));
    control.commands.clear();
    show("-i", "show", "runawayjobs");
    assertThat(control.commands).hasSize(1);
    FakeInvocation user = new FakeInvocation("sacctmgr", "show", "runawayjobs").as(4711);
    assertThat(run(1, user).errText())
        .isEqualTo("sacctmgr: error: You must have an AdminLevel>=Operator to fix runaway jobs\n");
  }

  @Test
  void aPingTellsWhetherTheDatabaseAnswers() throws Exception {
    assertThat(show("ping")).isEqualTo("slurmdbd(primary) at vm is UP\n");
    assertThat(show("--json", "ping").replaceAll("\\s", ""))
        .startsWith("{\"pings\":[{\"hostname\":\"vm\",\"responding\":true,\"latency\":")
        .contains("\"primary\":true}],\"meta\"");
    down = true;
    assertThat(run(1, new FakeInvocation("sacctmgr", "ping").as(1001)).outText())
        .isEqualTo("slurmdbd(primary) at vm is DOWN\n");
    down = false;
    snapshot.definition =
        PeerModel.definition(
            Map.of(
                "AccountingStorageHost", "db", "AccountingStorageType", "accounting_storage/none"));
    assertThat(run(1, new FakeInvocation("sacctmgr", "ping").as(0)).outText())
        .isEqualTo("slurmdbd(primary) at db is DOWN\n");
    down = true;
    assertThat(show("--json", "ping")).containsPattern("\"responding\" *: *false");
  }

  /** Lines are those of a Slurm 22.05, but for its own ids. */
  @Test
  void keysThatJobsWereSubmittedWith() throws Exception {
    assertThat(show("show", "wckey"))
        .isEqualTo(
            """
                 WCKey    Cluster       User\s
            ---------- ---------- ----------\s
                    k1       peer      games\s
                    k1       peer       root\s
                    k2       peer       root\s
            """);
    assertThat(show("-nP", "show", "wckeys", "wckeys=k1", "users=root"))
        .isEqualTo("k1|peer|root\n");
    assertThat(show("-nP", "show", "wckey", "k2", "format=user,wckey")).isEqualTo("root|k2\n");
    assertThat(show("-nP", "show", "wckey", "where", "cluster=other")).isEmpty();
    assertThat(show("--json", "show", "wckey", "k2").replaceAll("\\s", ""))
        .startsWith(
            "{\"wckeys\":[{\"accounting\":[],\"cluster\":\"peer\",\"name\":\"k2\",\"user\":\"root\","
                + "\"flags\":[]}],");
    assertThat(run(1, new FakeInvocation("sacctmgr", "show", "wckey", "foo=1").as(0)).errText())
        .isEqualTo(" Unknown condition: foo=1\n");
    snapshot.definition =
        PeerModel.definition(Map.of("ClusterName", "peer", "PrivateData", "users"));
    assertThat(run(0, new FakeInvocation("sacctmgr", "-nP", "show", "wckey").as(1001)).outText())
        .isEmpty();
  }

  private void book(String time, Change change, Kind kind, String name, String acct, String user) {
    String details = change == Change.REMOVED ? "" : "description='science', organization='sci'";
    long number = book.size();
    book.add(
        new BookChanged(
            number, PeerModel.at(time), "root", change, kind, name, acct, user, details));
  }

  @Test
  void whoHasChangedAccountsAndTheirLike() throws Exception {
    book("2026-11-24T08:21:04Z", Change.ADDED, Kind.ACCOUNT, "sci", "", "");
    book("2026-11-24T08:21:04Z", Change.ADDED, Kind.ASSOCIATION, "6", "sci", "");
    book("2026-11-24T08:21:05Z", Change.CHANGED, Kind.ASSOCIATION, "6", "sci", "");
    book("2026-11-24T08:21:06Z", Change.CHANGED, Kind.QOS, "q1", "", "");
    book("2026-11-24T08:21:07Z", Change.REMOVED, Kind.USER, "bin", "", "");
    assertThat(show("show", "transactions"))
        .isEqualTo(
            "               Time               Action      Actor                Where"
                + "                 Info \n"
                + "------------------- -------------------- ---------- --------------------"
                + " -------------------- \n"
                + "2026-11-24T08:21:04         Add Accounts       root                  sci"
                + " description='scienc+ \n"
                + "2026-11-24T08:21:04     Add Associations       root           id_assoc=6"
                + " description='scienc+ \n"
                + "2026-11-24T08:21:05  Modify Associations       root         (id_assoc=6)"
                + " description='scienc+ \n"
                + "2026-11-24T08:21:06           Modify QOS       root          (name='q1')"
                + " description='scienc+ \n"
                + "2026-11-24T08:21:07         Remove Users       root           name='bin'"
                + "                      \n");
    String format = "format=action";
    assertThat(show("-nP", "show", "txn", "action=remove users", format))
        .isEqualTo("Remove Users\n");
    assertThat(show("-nP", "show", "txn", "users=bin", format)).isEqualTo("Remove Users\n");
    assertThat(show("-nP", "show", "txn", "actor=ann", format)).isEmpty();
    // Times of what has happened are of today, and days without a year the last ones.
    show("show", "txn", "start=12/01", "end=00:30");
    assertThat(askedTime).isEqualTo("2025-12-01T00:00:00Z 2026-11-24T00:30:00Z");
    assertThat(show("-nP", "show", "txn", "accounts=sci", format).lines()).hasSize(3);
    assertThat(show("-P", "show", "txn", "withassoc").lines().findFirst())
        .contains("Time|Action|Actor|Where|Info|User|Account|Cluster");
    assertThat(run(1, new FakeInvocation("sacctmgr", "show", "txn", "foo=1").as(0)).errText())
        .isEqualTo(" Unknown condition: foo=1\n");
    assertThat(run(1, new FakeInvocation("sacctmgr", "show", "txn").as(1001)).outText()).isEmpty();
  }
}
