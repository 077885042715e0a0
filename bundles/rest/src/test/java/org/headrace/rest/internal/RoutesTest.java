package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.control.front.Invocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  @TempDir Path directory;
  private Api api;

  @BeforeEach
  void open() throws Exception {
    api = new Api(directory);
  }

  @AfterEach
  void close() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/slurm/V/ping ; scontrol --json ping",
        "/slurm/V/diag ; sdiag --json",
        "/slurm/V/licenses ; scontrol --json --all show licenses",
        "/slurm/V/reservations ; scontrol --json --all show reservations",
        "/slurm/V/reservation/maint ; scontrol --json show reservation=maint",
        "/slurm/V/partitions?update_time=1&flags=ALL ; scontrol --json --all show partitions",
        "/slurm/V/partition/debug ; scontrol --json --all show partition=debug",
        "/slurm/V/jobs ; scontrol --json --all show jobs",
        "/slurm/V/jobs/ ; scontrol --json --all show jobs",
        "/slurm/V/job/12 ; scontrol --json --all show job=12",
        "/slurm/V/job/12_3 ; scontrol --json --all show job=12_3",
        "/slurm/V/job/12%2B1 ; scontrol --json --all show job=12+1",
        "/slurm/V/job/12/explain ; swhy --json 12",
        "/slurm/V/nodes ; scontrol --json --all show nodes",
        "/slurm/V/node/n%5B1-2%5D ; scontrol --json --all show node=n[1-2]",
        "/slurmdb/V/jobs ; sacct --json --allusers",
        "/slurmdb/V/jobs?users=ann,bob&state=failed ; sacct --json --user=ann,bob --state=failed",
        "/slurm/V/shares ; sshare --json --all",
        "/slurm/V/shares?accounts=a,b&users=ann ; sshare --json --accounts=a,b --users=ann",
        "/slurmdb/V/accounts ; sacctmgr --json show account",
        "/slurmdb/V/account/a ; sacctmgr --json show account names=a",
        "/slurmdb/V/users ; sacctmgr --json show user",
        "/slurmdb/V/user/ann ; sacctmgr --json show user names=ann",
        "/slurmdb/V/associations?user=ann&account=a ; sacctmgr --json show association user=ann account=a",
        "/slurmdb/V/qos ; sacctmgr --json show qos",
        "/slurmdb/V/qos/high ; sacctmgr --json show qos names=high",
        "/slurmdb/V/clusters ; sacctmgr --json show cluster",
        "/slurmdb/V/cluster/c ; sacctmgr --json show cluster names=c",
        "/slurmdb/V/tres ; sacctmgr --json show tres",
        "/slurmdb/V/job/7 ; sacct --json --allusers --jobs=7",
      })
  void whatIsAskedGoesToACommandAndItsAnswerComesBack(String path, String command) {
    for (String version : Routes.VERSIONS) {
      Api.Reply reply = api.get(path.replace("V", version));
      assertThat(reply.status()).as(reply.text()).isEqualTo(200);
      assertThat(reply.response().headers().firstValue("Content-Type"))
          .contains("application/json");
      Api.Run run = api.run();
      assertThat(run.program() + " " + String.join(" ", run.arguments())).isEqualTo(command);
      assertThat(run.caller().user()).isEqualTo("ann");
      assertThat(run.invocation().environment()).isEqualTo(Map.of("SLURM_JSON", "compact"));
      Map<String, Object> json = reply.json();
      assertThat(json.keySet()).containsExactly("things", "meta", "errors", "warnings");
      assertThat(json.get("things")).isEqualTo(List.of(1L));
      assertThat(json.get("meta").toString())
          .contains("data_parser=data_parser/" + version, "user=ann", "release=26.05.3");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/slurm",
        "/slurm/v0.0.44",
        "/slurm/v0.0.39/jobs",
        "/slurm/v0.0.99/jobs",
        "/slurm/v0.0.44/nothing",
        "/slurm/v0.0.44/job",
        "/slurm/v0.0.44/job/1/explain/more",
        "/slurmdb/v0.0.44/instances",
        "/util/v0.0.44/ping",
        "/slurm/{version}/jobs",
        "/Slurm/v0.0.44/jobs"
      })
  void whatIsNotThereIsNotFound(String path) {
    assertThat(api.get(path.replace("{", "%7B").replace("}", "%7D")).status()).isEqualTo(404);
    assertThat(api.runs).isEmpty();
  }

  /** JSON is YAML. */
  @Test
  void whoWantsYamlGetsIt() {
    for (String type : List.of("application/yaml", "application/x-yaml", "text/yaml")) {
      Api.Reply reply = api.as("ann", "GET", "/slurm/v0.0.44/ping", null, "Accept", type);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.response().headers().firstValue("Content-Type")).contains(type);
      assertThat(reply.json()).containsKey("things");
    }
    Api.Reply both =
        api.as("ann", "GET", "/openapi.yaml", null, "Accept", "text/yaml, application/json");
    assertThat(both.response().headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void aMethodThatAPathDoesNotKnowIsRefusedWithThoseThatItDoes() {
    Api.Reply reply = api.as("ann", "PUT", "/slurm/v0.0.44/job/1", "{}");
    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.response().headers().firstValue("Allow")).contains("DELETE, GET, POST");
    assertThat(api.as("ann", "DELETE", "/slurm/v0.0.44/ping", null).status()).isEqualTo(405);
    assertThat(api.as("ann", "POST", "/openapi/v3", "{}").status()).isEqualTo(405);
    // "submit" and "state" are no ids of jobs.
    assertThat(api.get("/slurm/v0.0.44/job/submit").status()).isEqualTo(400);
    assertThat(api.runs).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "slurm_load_jobs error: Invalid job id specified ; 404 ; 2017",
        "slurm_load_node error: Access/permission denied ; 403 ; 2002",
        "Node n9 not found ; 404 ; 2018",
        "Partition p not found ; 404 ; 2000",
        "Thing x not found ; 404 ; -1",
        "scontrol: error: Unspecified nonsense ; 500 ; -1",
        "Invalid hostlist: n[ ; 400 ; -1"
      })
  void aCommandsFailureIsTheRequests(String message, int status, long number) {
    api.fails("scontrol", message);
    Api.Reply reply = api.get("/slurm/v0.0.44/job/1");
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.error().get("error_number")).isEqualTo(number);
    assertThat(reply.error().get("source")).isEqualTo("scontrol");
    assertThat(reply.json().get("jobs")).isEqualTo(List.of());
    assertThat(reply.json().get("meta").toString()).contains("v0.0.44");
  }

  @Test
  void aCommandThatIsNotThereOrBreaksIsNoSilentSuccess() {
    api.on(
        "scontrol",
        call -> {
          call.out().print("{\"jobs\": [{");
          throw new IllegalStateException("broken");
        });
    Api.Reply reply = api.get("/slurm/v0.0.44/jobs");
    assertThat(reply.status()).isEqualTo(500);
    assertThat(reply.text()).contains("broken").contains("\"jobs\":[]");
    api.on("scontrol", call -> 0);
    assertThat(api.get("/slurm/v0.0.44/jobs").status()).isEqualTo(500);
    api.remove("scontrol");
    Api.Reply gone = api.get("/slurm/v0.0.44/jobs");
    assertThat(gone.status()).isEqualTo(503);
    assertThat(gone.error().get("error").toString()).contains("Unable to contact slurm controller");
    api.remove("squeue");
    assertThat(api.send("GET", "/readyz", null).status()).isEqualTo(503);
    assertThat(api.send("GET", "/livez", null).status()).isEqualTo(200);
  }

  @Test
  void aLargeAnswerIsSentWhileItIsMade() {
    api.on("scontrol", call -> jobs(call, 60_000));
    Api.Reply reply = api.get("/slurm/v0.0.44/jobs");
    assertThat(reply.status()).isEqualTo(200);
    assertThat((List<?>) reply.json().get("jobs")).hasSize(60_000);
    assertThat(reply.json().get("errors")).isEqualTo(List.of());
  }

  private static int jobs(Invocation call, int count) {
    call.out().print("{\"jobs\": [0");
    for (int i = 1; i < count; i++) {
      call.out().print(", " + i);
    }
    call.out().print("]}");
    return 0;
  }

  /** It can't be taken back, but nobody may take it for whole. */
  @Test
  void aLargeAnswerThatBreaksOffIsSeenToBeBroken() {
    api.on(
        "scontrol",
        call -> {
          jobs(call, 200_000);
          call.err().println("scontrol: error: broken");
          return 1;
        });
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> api.get("/slurm/v0.0.44/jobs"))
        .isInstanceOf(java.io.UncheckedIOException.class);
  }

  @Test
  void statesOfJobsAreShort() {
    api.on(
        "squeue",
        call -> {
          call.out().print("12|PENDING\n13_[1-4]|RUNNING\n");
          return 0;
        });
    Api.Reply reply = api.get("/slurm/v0.0.44/jobs/state?job_id=12,13");
    assertThat(api.run().arguments())
        .containsExactly("--noheader", "--all", "--states=all", "--format=%i|%T", "--jobs=12,13");
    assertThat(reply.json().get("jobs").toString())
        .isEqualTo("[{job_id=12, state=[PENDING]}, {job_id=13_[1-4], state=[RUNNING]}]");
    assertThat(api.get("/slurm/v0.0.44/jobs/state?job_id=--help").status()).isEqualTo(400);
  }

  @Test
  void jobsAreChanged() {
    Api.Reply reply =
        api.post(
            "/slurm/v0.0.44/job/12",
            "{\"time_limit\": {\"set\": true, \"infinite\": false, \"number\": 5}, \"name\": \"x\","
                + " \"nodes\": \"2-3\", \"requeue\": false, \"priority\": {\"set\": false,"
                + " \"number\": 9}, \"colour\": \"red\"}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(api.run().arguments())
        .containsExactly(
            "update", "JobId=12", "TimeLimit=5", "Name=x", "Requeue=0", "NumNodes=2-3");
    assertThat(reply.warnings()).contains("colour", "#/colour");
    assertThat(reply.json().get("results").toString())
        .isEqualTo("[{job_id=12, step_id=12, error_code=0, error=No error, why=}]");
    api.post("/slurm/v0.0.44/job/12", "{\"hold\": true}");
    assertThat(api.run().arguments()).containsExactly("hold", "12");
    api.post("/slurm/v0.0.44/job/12", "{\"hold\": false}");
    assertThat(api.run().arguments()).containsExactly("release", "12");
    assertThat(api.post("/slurm/v0.0.44/job/12", "{}").status()).isEqualTo(400);
    api.fails("scontrol", "Access/permission denied for job 12");
    assertThat(api.post("/slurm/v0.0.44/job/12", "{\"nice\": -3}").status()).isEqualTo(403);
    assertThat(api.run().arguments()).containsExactly("update", "JobId=12", "Nice=-3");
  }

  @Test
  void jobsAreCancelledAndSignalled() {
    assertThat(api.as("ann", "DELETE", "/slurm/v0.0.44/job/12", null).status()).isEqualTo(200);
    assertThat(api.run().arguments()).containsExactly("12");
    api.as("ann", "DELETE", "/slurm/v0.0.44/job/12?signal=USR1&flags=BATCH_JOB", null);
    assertThat(api.run().arguments()).containsExactly("--signal=USR1", "--batch", "12");
    api.fails("scancel", "scancel: error: Kill job error on job id 12: Invalid job id specified");
    Api.Reply reply = api.as("ann", "DELETE", "/slurm/v0.0.44/job/12", null);
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.error().get("error_number")).isEqualTo(2017L);
  }

  private Api.Reply deleteJobs(String json) {
    return api.as("ann", "DELETE", "/slurm/v0.0.44/jobs", json, "Content-Type", "application/json");
  }

  @Test
  void severalJobsAreCancelledAndEachIsAnswered() {
    api.fails("scancel", "scancel: error: Kill job error on job id 2: Access/permission denied");
    Api.Reply reply = deleteJobs("{\"jobs\": [\"1\", 2], \"signal\": \"TERM\"}");
    assertThat(api.run().arguments()).containsExactly("--signal=TERM", "1", "2");
    assertThat(reply.status()).isEqualTo(403);
    assertThat(reply.json().get("status").toString())
        .contains(
            "{error={string=No error, code=0, message=}, step_id=1,"
                + " job_id={set=true, infinite=false, number=1}, federation={sibling=}}")
        .contains("string=Access/permission denied, code=2002");
    api.on("scancel", call -> 0);
    assertThat(deleteJobs("{\"user_name\": \"ann\", \"partition\": \"p\"}").status())
        .isEqualTo(200);
    assertThat(api.run().arguments()).containsExactly("--user=ann", "--partition=p");
    // Never all of them because a filter is missing.
    assertThat(deleteJobs("{\"signal\": \"9\"}").status()).isEqualTo(400);
    assertThat(deleteJobs("{\"jobs\": []}").status()).isEqualTo(400);
    assertThat(deleteJobs("{\"jobs\": [\"--user=ann\"]}").status()).isEqualTo(400);
    assertThat(api.runs).isEmpty();
  }

  @Test
  void nodesAreDrainedAndResumed() {
    Api.Reply reply =
        api.post("/slurm/v0.0.44/node/n1", "{\"state\": [\"DRAIN\"], \"reason\": \"fan\"}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(api.run().arguments())
        .containsExactly("update", "NodeName=n1", "State=DRAIN", "Reason=fan");
    api.post("/slurm/v0.0.44/node/n1", "{\"state\": \"RESUME\"}");
    assertThat(api.run().arguments()).containsExactly("update", "NodeName=n1", "State=RESUME");
    assertThat(api.post("/slurm/v0.0.44/node/n1", "{\"cpus\": 1}").status()).isEqualTo(400);
    assertThat(api.post("/slurm/v0.0.44/node/--all", "{\"state\": \"DOWN\"}").status())
        .isEqualTo(400);
    assertThat(api.runs).isEmpty();
  }

  @Test
  void severalNodesAreChangedAlike() {
    Api.Reply reply =
        api.post("/slurm/v0.0.44/nodes", "{\"name\": [\"n[1-3]\", \"m1\"], \"state\": \"RESUME\"}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(api.run().arguments())
        .containsExactly("update", "NodeName=n[1-3],m1", "State=RESUME");
    for (String name : List.of("null", "[]", "\"\"", "\"--all\"", "\"n1 State=DOWN\"", "{}")) {
      String body = "{\"name\": " + name + ", \"state\": \"DOWN\"}";
      assertThat(api.post("/slurm/v0.0.44/nodes", body).status()).as(name).isEqualTo(400);
    }
    assertThat(api.runs).isEmpty();
  }

  @Test
  void reservationsAreMadeChangedAndRemoved() {
    api.on(
        "scontrol",
        call -> {
          boolean create = call.arguments().contains("create");
          call.out().println(create ? "Reservation created: ann_1" : "Reservation updated.");
          return call.arguments().contains("reservation=new") ? 1 : 0;
        });
    Api.Reply made =
        api.post(
            "/slurm/v0.0.44/reservation",
            "{\"users\": [\"ann\", \"bob\"], \"node_count\": 2, \"duration\": 60,"
                + " \"start_time\": {\"set\": true, \"number\": 1900000000},"
                + " \"flags\": [\"MAINT\", \"IGNORE_JOBS\"], \"burst_buffer\": \"x\"}");
    assertThat(made.status()).as(made.text()).isEqualTo(200);
    assertThat(made.json().get("reservation_name")).isEqualTo("ann_1");
    assertThat(made.warnings()).contains("burst_buffer");
    assertThat(String.join(" ", api.run().arguments()))
        .matches(
            "create reservation Users=ann,bob NodeCnt=2 Duration=60"
                + " StartTime=2030-03-1[78]T\\d\\d:46:40 Flags=MAINT,IGNORE_JOBS");
    api.post("/slurm/v0.0.44/reservation", "{\"name\": \"old\", \"node_list\": [\"n1\"]}");
    assertThat(api.runs).hasSize(2);
    api.runs.remove();
    assertThat(api.run().arguments()).containsExactly("update", "ReservationName=old", "Nodes=n1");
    api.post(
        "/slurm/v0.0.44/reservations",
        "{\"reservations\": [{\"name\": \"new\", \"node_count\": 1, \"duration\": {\"set\": true,"
            + " \"infinite\": true}}]}");
    api.runs.remove();
    assertThat(api.run().arguments())
        .containsExactly(
            "create", "reservation", "ReservationName=new", "NodeCnt=1", "Duration=UNLIMITED");
    api.as("ann", "DELETE", "/slurm/v0.0.44/reservation/old", null);
    assertThat(api.run().arguments()).containsExactly("delete", "reservation=old");
    api.fails("scontrol", "Error deleting reservation: Requested reservation is invalid");
    Api.Reply none = api.as("ann", "DELETE", "/slurm/v0.0.44/reservation/none", null);
    assertThat(none.status()).isEqualTo(404);
    assertThat(none.error().get("error_number")).isEqualTo(2053L);
    api.runs.clear();
    assertThat(api.post("/slurm/v0.0.44/reservation", "{\"name\": \"x\"}").status()).isEqualTo(400);
    assertThat(api.post("/slurm/v0.0.44/reservation", "{\"name\": \"a b\"}").status())
        .isEqualTo(400);
    assertThat(api.post("/slurm/v0.0.44/reservations", "{}").status()).isEqualTo(400);
    assertThat(api.runs).isEmpty();
  }

  @Test
  void jobsRunAgain() {
    api.get("/slurm/v0.0.45/job/7_1/requeue");
    assertThat(api.run().arguments()).containsExactly("requeue", "7_1");
    api.on(
        "scontrol",
        call -> {
          if (call.arguments().contains("8")) {
            call.err().println("Invalid job id specified for job 8");
            return 1;
          }
          return 0;
        });
    Api.Reply reply = api.post("/slurm/v0.0.45/jobs/requeue", "{\"jobs\": [\"7\", \"8\"]}");
    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.error().get("error_number")).isEqualTo(2017L);
    assertThat(reply.json().get("status").toString()).contains("step_id=7").contains("step_id=8");
    assertThat(api.runs).hasSize(2);
    assertThat(api.post("/slurm/v0.0.45/jobs/requeue", "{\"jobs\": [\"--all\"]}").status())
        .isEqualTo(400);
  }

  @Test
  void rangesOfNamesAndNames() {
    api.on(
        "scontrol",
        call -> {
          call.out().print(call.arguments().contains("hostlist") ? "n[1-2]\n" : "n1\nn2\n");
          return 0;
        });
    Api.Reply names = api.post("/util/v0.0.45/hostnames", "{\"hostlist\": \"n[1-2]\"}");
    assertThat(names.status()).as(names.text()).isEqualTo(200);
    assertThat(names.json().get("hostnames")).isEqualTo(List.of("n1", "n2"));
    assertThat(api.run().arguments()).containsExactly("show", "hostnames", "n[1-2]");
    Api.Reply ranges = api.post("/util/v0.0.45/hostlist", "{\"hostnames\": [\"n1\", \"n2\"]}");
    assertThat(ranges.json().get("hostlist")).isEqualTo("n[1-2]");
    assertThat(api.run().arguments()).containsExactly("show", "hostlist", "n1,n2");
    assertThat(api.post("/util/v0.0.45/hostlist", "{\"hostnames\": []}").json().get("hostlist"))
        .isEqualTo("");
    for (String bad : List.of("\"\"", "null", "\"--help\"", "\"a b\"", "[]", "{}")) {
      String body = "{\"hostlist\": " + bad + "}";
      assertThat(api.post("/util/v0.0.45/hostnames", body).status()).as(body).isEqualTo(400);
    }
    for (String bad : List.of("null", "[\"\"]", "[\"-d\"]", "[\"a,b\"]", "\"/etc/passwd\"")) {
      String body = "{\"hostnames\": " + bad + "}";
      assertThat(api.post("/util/v0.0.45/hostlist", body).status()).as(body).isEqualTo(400);
    }
    assertThat(api.runs).isEmpty();
    api.fails("scontrol", "Invalid hostlist: n[");
    assertThat(api.post("/util/v0.0.45/hostnames", "{\"hostlist\": \"n[\"}").status())
        .isEqualTo(400);
  }

  @Test
  void whatAJobHasIsShown() {
    assertThat(api.get("/slurm/v0.0.44/resources/7_1").status()).isEqualTo(200);
    assertThat(api.run().arguments()).containsExactly("--json", "--all", "show", "resources=7_1");
    api.fails("scontrol", "slurm_load_resource_layout error: Job is pending execution");
    Api.Reply waits = api.get("/slurm/v0.0.44/resources/8");
    assertThat(waits.status()).isEqualTo(409);
    assertThat(waits.error().get("error_number")).isEqualTo(2024L);
    assertThat(waits.json().get("nodes")).isEqualTo(List.of());
    assertThat(api.get("/slurm/v0.0.44/resources/all").status()).isEqualTo(400);
  }

  @Test
  void partitionsAreChangedInTheWordsInWhichTheyAreShown() {
    Api.Reply reply =
        api.post(
            "/slurm/v0.0.45/partitions",
            "{\"partitions\": [{\"name\": \"p\", \"partition\": {\"state\": [\"DRAIN\"]},"
                + " \"nodes\": {\"configured\": \"\", \"total\": 0}, \"accounts\": {\"allowed\":"
                + " \"a,b\", \"deny\": \"\"}, \"maximums\": {\"time\": {\"set\": true,"
                + " \"infinite\": true}, \"nodes\": {\"set\": true, \"number\": 3},"
                + " \"over_time_limit\": {\"set\": false}}, \"priority\": {\"tier\": 5}},"
                + " {\"name\": \"q\", \"nodes\": {\"configured\": \"n[1-2]\"}}]}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(api.runs.remove().arguments())
        .containsExactly(
            "update",
            "PartitionName=p",
            "State=DRAIN",
            "AllowAccounts=a,b",
            "DenyAccounts=",
            "MaxNodes=3",
            "MaxTime=UNLIMITED",
            "PriorityTier=5");
    assertThat(api.run().arguments()).containsExactly("update", "PartitionName=q", "Nodes=n[1-2]");
    for (String bad :
        List.of(
            "{}",
            "{\"partitions\": [{\"partition\": {\"state\": [\"UP\"]}}]}",
            "{\"partitions\": [{\"name\": \"p\"}]}",
            "{\"partitions\": [{\"name\": \"a b\", \"grace_time\": 1}]}",
            "{\"partitions\": [{\"name\": \"p\", \"grace_time\": \"x\"}]}")) {
      assertThat(api.post("/slurm/v0.0.45/partitions", bad).status()).as(bad).isEqualTo(400);
    }
    assertThat(api.runs).isEmpty();
  }

  @Test
  void keysOfJobsAreListed() {
    Api.Reply reply = api.get("/slurmdb/v0.0.44/wckeys?user=ann&user=bob&usage=1");
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.warnings()).contains("usage");
    assertThat(api.run().arguments()).containsExactly("--json", "show", "wckey", "user=ann,bob");
  }

  @Test
  void accountingIsAskedWhetherItAnswers() {
    assertThat(api.get("/slurmdb/v0.0.44/ping").status()).isEqualTo(200);
    assertThat(api.run().arguments()).containsExactly("--json", "ping");
  }

  @Test
  void allOfAccountingComesAtOnce() {
    api.on(
        "sacctmgr",
        call -> {
          String entity = call.arguments().get(2);
          String name = entity.equals("tres") ? "TRES" : entity + "s";
          call.out().print("{\"meta\":{},\"" + name + "\":[1],\"errors\":[]}");
          return 0;
        });
    Api.Reply reply = api.get("/slurmdb/v0.0.44/config");
    assertThat(reply.json().keySet())
        .containsExactly(
            "clusters",
            "tres",
            "accounts",
            "users",
            "qoss",
            "associations",
            "meta",
            "errors",
            "warnings");
  }

  @Test
  void timesOfAccountingMayBeSeconds() {
    api.get("/slurmdb/v0.0.44/jobs?start_time=1700000000&end_time=now&nonsense=1");
    List<String> arguments = api.run().arguments();
    assertThat(arguments).hasSize(4).contains("--endtime=now");
    assertThat(arguments.get(2)).matches("--starttime=2023-11-1[45]T\\d\\d:\\d\\d:20");
  }
}
