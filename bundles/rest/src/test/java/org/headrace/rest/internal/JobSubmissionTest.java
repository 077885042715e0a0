package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JobSubmissionTest {
  private static final String BASIC =
      "\"environment\": [\"PATH=/bin\", \"A=b=c\"], \"current_working_directory\": \"/tmp\"";

  @TempDir Path directory;
  private Api api;
  private String script;

  @BeforeEach
  void open() throws Exception {
    api = new Api(directory);
    api.on(
        "sbatch",
        call -> {
          boolean file = call.arguments().contains("--");
          script =
              new String(
                  file
                      ? call.readFile("/tmp/" + after(call.arguments()), 1000)
                      : call.readStandardInput(1000),
                  StandardCharsets.UTF_8);
          call.out().println("77");
          return 0;
        });
  }

  private static String after(List<String> arguments) {
    return arguments.get(arguments.indexOf("--") + 1);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Api.Reply submit(String fields) {
    return api.post(
        "/slurm/v0.0.44/job/submit",
        "{\"script\": \"#!/bin/sh\\nhostname\\n\", \"job\": {" + BASIC + fields + "}}");
  }

  @Test
  void aJobIsSubmittedWithItsScriptAndVariables() {
    Api.Reply reply = submit(", \"name\": \"x\"");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.json())
        .containsEntry("job_id", 77L)
        .containsEntry("step_id", "batch")
        .containsEntry("job_submit_user_msg", "");
    assertThat(reply.warnings()).isEqualTo("[]");
    Api.Run run = api.run();
    assertThat(run.arguments())
        .containsExactly("--parsable", "--ignore-directives", "--chdir=/tmp", "--job-name=x");
    assertThat(run.caller().user()).isEqualTo("ann");
    assertThat(run.invocation().environment()).containsOnlyKeys("PATH", "A");
    assertThat(run.invocation().workingDirectory()).isEqualTo("/tmp");
    assertThat(java.nio.file.Path.of("/proc/sys/kernel/hostname"))
        .hasContent(run.invocation().hostName() + "\n");
    assertThat(script).isEqualTo("#!/bin/sh\nhostname\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'\"account\": \"a\"' ; --account=a",
        "'\"time_limit\": 5' ; --time=5",
        "'\"time_limit\": {\"set\": true, \"number\": 5}' ; --time=5",
        "'\"time_limit\": {\"set\": true, \"infinite\": true}' ; --time=UNLIMITED",
        "'\"memory_per_node\": {\"set\": true, \"number\": 2048}' ; --mem=2048M",
        "'\"nodes\": \"2-4\"' ; --nodes=2-4",
        "'\"nodes\": 2' ; --nodes=2",
        "'\"minimum_nodes\": 2' ; --nodes=2",
        "'\"minimum_nodes\": 2, \"maximum_nodes\": 4' ; --nodes=2-4",
        "'\"maximum_nodes\": 4' ; --nodes=1-4",
        "'\"tasks\": 8, \"minimum_cpus\": 8' ; --ntasks=8",
        "'\"minimum_cpus\": 8' ; --ntasks=8",
        "'\"required_nodes\": [\"n1\", \"n2\"]' ; --nodelist=n1,n2",
        "'\"contiguous\": true' ; --contiguous",
        "'\"hold\": true' ; --hold",
        "'\"requeue\": false' ; --no-requeue",
        "'\"kill_on_node_fail\": false' ; --no-kill",
        "'\"exclusive\": [\"true\"]' ; --exclusive",
        "'\"shared\": [\"user\"]' ; --exclusive=user",
        "'\"tres_per_job\": \"gres/gpu:2\"' ; --gpus=2",
        "'\"tres_per_job\": \"gres/gpu=2\"' ; --gpus=2",
        "'\"tres_per_socket\": \"gres:gpu:a100:1\"' ; --gpus-per-socket=a100:1",
        "'\"tres_per_node\": \"gres/gpu:1\"' ; --gres=gres/gpu:1",
        "'\"memory_per_tres\": \"gres/gpu:1024\"' ; --mem-per-gpu=1024",
        "'\"open_mode\": [\"APPEND\"]' ; --open-mode=append",
        "'\"mail_type\": [\"END\", \"FAIL\"]' ; --mail-type=END,FAIL",
        "'\"kill_warning_signal\": \"USR1\", \"kill_warning_delay\": 60' ; --signal=USR1@60",
        "'\"required_switches\": 1, \"wait_for_switch\": 90' ; --switches=1@0:01:30",
        "'\"name\": \"--wrap=evil\"' ; --job-name=--wrap=evil",
      })
  void eachFieldBecomesTheOptionThatSaysTheSame(String fields, String option) {
    Api.Reply reply = submit(", " + fields);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(api.run().arguments())
        .startsWith("--parsable", "--ignore-directives", "--chdir=/tmp")
        .contains(option, org.assertj.core.data.Index.atIndex(3))
        .hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "false ; '\"hold\": false, \"contiguous\": false, \"exclusive\": \"false\"'",
        "false ; '\"kill_on_node_fail\": true, \"account\": null, \"partition\": \"\"'",
        "false ; '\"priority\": {\"set\": false, \"number\": 7}'",
        "true ; '\"colour\": \"red\"'",
        "true ; '\"maximum_cpus\": 7'",
        "true ; '\"rlimits\": {\"core\": 1}'"
      })
  void whatSaysNothingIsLeftOutAndWhatIsUnknownIsWarnedOf(boolean warned, String fields) {
    Api.Reply reply = submit(", " + fields);
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(api.run().arguments()).hasSize(3);
    assertThat(reply.warnings().contains("Ignoring unknown or unsupported field"))
        .isEqualTo(warned);
  }

  @Test
  void timesAreInTheJobsZone() {
    api.post(
        "/slurm/v0.0.44/job/submit",
        "{\"script\": \"#!/bin/sh\", \"job\": {\"environment\": {\"TZ\": \"Asia/Tokyo\"},"
            + " \"current_working_directory\": \"/\", \"begin_time\": 1700000000}}");
    assertThat(api.run().arguments()).contains("--begin=2023-11-15T07:13:20");
  }

  @Test
  void componentsBecomeOneHeterogeneousJob() {
    api.post(
        "/slurm/v0.0.44/job/submit",
        "{\"script\": \"#!/bin/sh\", \"jobs\": [{" + BASIC + ", \"tasks\": 1}, {\"tasks\": 8}]}");
    assertThat(api.run().arguments())
        .containsExactly(
            "--parsable", "--ignore-directives", "--chdir=/tmp", "--ntasks=1", ":", "--ntasks=8");
  }

  @Test
  void aScriptCanHaveArguments() {
    submit(", \"argv\": [\"/home/ann/job.sh\", \"-x\", \"y\"]");
    assertThat(api.run().arguments())
        .containsExactly(
            "--parsable", "--ignore-directives", "--chdir=/tmp", "--", "job.sh", "-x", "y");
    assertThat(script).isEqualTo("#!/bin/sh\nhostname\n");
  }

  @Test
  void variablesAreTheJobsAndChooseNothing() {
    submit(", \"comment\": \"c\"");
    api.runs.clear();
    api.post(
        "/slurm/v0.0.44/job/submit",
        "{\"script\": \"#!/bin/sh\\n#SBATCH -n9\", \"job\": {\"current_working_directory\": \"/\","
            + " \"environment\": [\"SBATCH_PARTITION=p\", \"SLURM_EXIT_ERROR=0\","
            + " \"SLURM_HOSTFILE=/etc/shadow\", \"SLURM_JWT=x\", \"X=y\"]}}");
    assertThat(api.run().invocation().environment()).containsOnlyKeys("X");
  }

  @Test
  void directivesOfTheScriptDontCountAndThatIsSaid() {
    Api.Reply reply =
        api.post(
            "/slurm/v0.0.44/job/submit",
            "{\"job\": {\"script\": \"#!/bin/sh\\n#SBATCH -n9\", " + BASIC + "}}");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    assertThat(reply.warnings()).contains("#SBATCH");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{} ; has no job",
        "{\"job\": 1, \"script\": \"x\"} ; is an object",
        "{\"job\": {}} ; has no script",
        "{\"job\": {}, \"script\": \"\"} ; has no script",
        "{\"job\": {}, \"script\": \"x\"} ; has no environment",
        "{\"job\": {\"environment\": [\"x\"]}, \"script\": \"x\"} ; no NAME=VALUE",
        "{\"job\": {\"environment\": [\"a=\\u0000\"]}, \"script\": \"x\"} ; NUL",
        "{\"job\": {\"environment\": [\"a=b\"], \"nodes\": {}}, \"script\": \"x\"} ; #/job/nodes",
        "{\"job\": {\"environment\": [\"a=b\"], \"tasks\": 1.5}, \"script\": \"x\"} ; #/job/tasks",
        "{\"job\": {\"environment\": [\"a=b\"], \"name\": [1]}, \"script\": \"x\"} ; #/job/name",
        "{\"job\": {\"environment\": [\"a=b\"], \"hold\": 7}, \"script\": \"x\"} ; #/job/hold",
        "{\"job\": {\"environment\": [\"a=b\"], \"tres_per_job\": \"x:1\"}, \"script\": \"x\"} ; gpu",
        "{\"job\": {\"environment\": [\"a=b\"], \"current_working_directory\": \"x\"},"
            + " \"script\": \"x\"} ; absolute",
      })
  void whatIsWrongIsSaidWithItsPlace(String body, String message) {
    Api.Reply reply = api.post("/slurm/v0.0.44/job/submit", body);
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(reply.error().get("description").toString()).contains(message);
    assertThat(api.runs).isEmpty();
  }

  @Test
  void whatSbatchRefusesIsTheRequestsFailureAndWhatItSaysComesAlong() {
    api.fails(
        "sbatch", "sbatch: error: Batch job submission failed: Invalid partition name specified");
    Api.Reply reply = submit("");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.error().get("error")).isEqualTo("Invalid partition name specified");
    assertThat(reply.error().get("error_number")).isEqualTo(2000L);
    api.on(
        "sbatch",
        call -> {
          call.err().println("sbatch: warning: --bb is accepted and has no effect yet");
          call.err().println("sbatch: be nice");
          call.out().println("78;cluster");
          return 0;
        });
    reply = submit("");
    assertThat(reply.json()).containsEntry("job_id", 78L);
    assertThat(reply.json()).containsEntry("job_submit_user_msg", "be nice");
    assertThat(reply.warnings()).contains("--bb is accepted and has no effect yet");
  }

  /** sbatch waits and tries again; for a request nobody waits. */
  @Test
  void aFullQueueIsSaidAtOnce() {
    api.on(
        "sbatch",
        call -> {
          assertThat(call.disconnected().toCompletableFuture()).isDone();
          call.err()
              .println(
                  "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying");
          call.err()
              .println(
                  "sbatch: error: Batch job submission failed: Resource temporarily unavailable");
          return 1;
        });
    Api.Reply reply = submit("");
    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.error().toString()).contains("error_number=11").doesNotContain("retrying");
  }

  /** A request never reads a file of the controller. */
  @Test
  void noFileIsReadButTheScript() {
    for (String path :
        List.of("/etc/shadow", "job.sh/../../etc/shadow", "/tmp/../etc/shadow", "")) {
      api.on(
          "sbatch",
          call -> {
            try {
              call.readFile(path, 1000);
              return 0;
            } catch (java.io.IOException e) {
              return 3;
            }
          });
      assertThat(submit(", \"argv\": [\"job.sh\"]").status()).as(path).isNotEqualTo(200);
    }
  }
}
