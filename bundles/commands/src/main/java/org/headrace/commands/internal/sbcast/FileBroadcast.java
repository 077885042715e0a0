package org.headrace.commands.internal.sbcast;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.StepSpec.StepSharing;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.cli.CommandFrame;
import org.headrace.commands.internal.cli.JobWatch;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.Printable;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.submit.JobEnvironment;
import org.headrace.commands.internal.text.ErrorTexts;
import org.headrace.control.Control;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.front.FilePart;
import org.headrace.control.front.Invocation;
import org.headrace.control.stepio.StepStreams;
import org.headrace.control.stepio.StepStreams.Connection;

/**
 * Copies a file of the user to nodes of a job: as the input of a step with one task on each, which
 * writes it as the job's owner, with the rights of that user alone. A task writes beside the target
 * and puts the whole file in its place, so that no link is followed, no running program is changed,
 * and nobody finds half a file.
 */
public final class FileBroadcast {
  /** Name of the step. */
  public static final String NAME = "sbcast";

  /** Bytes read from the client at a time; two such pieces are in memory. */
  private static final int PIECE = 1 << 20;

  private static final int LONGEST_ERROR = 512;

  private static final String RECEIVER =
      """
      target=$1 force=$2 times=$3 mode=$4 modified=$5 accessed=$6 size=$7
      [ "$8" = 0 ] || target=${target}.${SLURM_STEP_ID}_$SLURMD_NODENAME
      LC_ALL=C
      export LC_ALL
      umask 077
      fail() {
        echo "$1" >&2
        case $1 in
          *"No such file"*) exit 2 ;;
          *"Permission denied"*) exit 13 ;;
          *"File exists"*) exit 17 ;;
          *"Not a directory"*) exit 20 ;;
          *"Is a directory"*) exit 21 ;;
          *"No space left"*) exit 28 ;;
          *"Read-only"*) exit 30 ;;
        esac
        exit 1
      }
      [ ! -d "$target" ] || fail "Is a directory"
      if [ "$force" = 0 ] && { [ -e "$target" ] || [ -L "$target" ]; }; then fail "File exists"; fi
      part=$target.part.$SLURM_JOB_ID.$SLURM_STEP_ID.$SLURM_PROCID
      trap 'rm -f -- "$part"' EXIT
      trap 'exit 143' TERM
      said=$(dd bs=65536 status=none conv=excl of="$part" 2>&1) || fail "${said##*: }"
      [ "$(wc -c <"$part")" -eq "$size" ] || fail "The file has changed on its way"
      said=$(chmod "$mode" -- "$part" 2>&1) || fail "${said##*: }"
      [ "$times" = 0 ] || { touch -m -d "@$modified" -- "$part" && touch -a -d "@$accessed" -- "$part"; }
      if [ "$force" = 1 ]; then
        said=$(mv -f -T -- "$part" "$target" 2>&1) || fail "${said##*: }"
      else
        said=$(ln -T -- "$part" "$target" 2>&1) || fail "${said##*: }"
      fi
      """;

  /**
   * What goes where.
   *
   * @param job a job that runs
   * @param nodes names of nodes, or empty for all of the job
   * @param source file of the client
   * @param target path on the nodes, from the client's directory on
   * @param named whether {@code .STEP_NODE} is to be added to the target
   * @param force whether what is there is replaced
   * @param times whether the file keeps its times
   */
  public record Order(
      Job job,
      List<String> nodes,
      String source,
      String target,
      boolean named,
      boolean force,
      boolean times) {}

  /**
   * How it went.
   *
   * @param status 0, or the number of a node's error
   * @param step number of the step that has done it
   */
  public record Result(int status, int step) {}

  private final Control control;
  private final StepStreams streams;
  private final Invocation invocation;

  public FileBroadcast(Control control, StepStreams streams, Invocation invocation) {
    this.control = control;
    this.streams = streams;
    this.invocation = invocation;
  }

  /**
   * Sends a file, and says what went wrong on which node.
   *
   * @throws Refusal if there is no such file, or the job takes no step
   */
  public Result send(Order order) throws InterruptedException, ExecutionException {
    FilePart first = piece(order.source(), 0);
    Step step = create(order, first);
    Receivers receivers = new Receivers();
    boolean finished = false;
    try (Connection connection = streams.attach(step.jobId(), step.id(), Map.of(), receivers)) {
      receivers.connection.complete(connection);
      invocation.disconnected().thenRun(() -> cancel(step));
      pass(order.source(), first, connection);
      receivers.closed.get();
      finished = true;
    } finally {
      if (!finished) {
        cancel(step);
      }
    }
    return new Result(receivers.tell(invocation), step.id());
  }

  /** While one piece is under way, the next is read. */
  private void pass(String source, FilePart first, Connection connection)
      throws InterruptedException, ExecutionException {
    FilePart piece = first;
    long sent = 0;
    CompletionStage<Void> underWay = CompletableFuture.completedFuture(null);
    while (true) {
      sent += piece.data().length;
      boolean last = piece.data().length < PIECE || sent >= first.size();
      underWay.toCompletableFuture().get();
      underWay = connection.input(Connection.ALL_TASKS, piece.data(), last);
      if (last) {
        return;
      }
      piece = piece(source, sent);
    }
  }

  private FilePart piece(String source, long from) {
    try {
      return invocation.readPart(source, from, PIECE);
    } catch (IOException e) {
      throw Refusal.error(
          invocation.program(),
          Refusal.BAD_OPTION,
          "Can't open `" + Printable.of(source) + "`: " + e.getMessage());
    }
  }

  private Step create(Order order, FilePart file) throws InterruptedException {
    byte[] environment = JobEnvironment.encode(Map.of("PATH", "/usr/local/bin:/usr/bin:/bin"));
    Command.CreateStep command =
        new Command.CreateStep(order.job().id(), spec(order, file), environment);
    Outcome outcome;
    try (JobWatch watch = new JobWatch(control)) {
      watch.only(order.job().id());
      outcome = watch.await(() -> attempt(command), JobWatch.FOREVER);
    }
    if (outcome instanceof Outcome.StepAccepted accepted) {
      return accepted.step();
    }
    Outcome.Rejected rejected = (Outcome.Rejected) outcome;
    throw Refusal.error(
        invocation.program(),
        1,
        "Slurm job " + order.job().id() + " lookup error: " + ErrorTexts.text(rejected.code()));
  }

  /** Null while nodes of the job are still being prepared. */
  private Outcome attempt(Command.CreateStep command) {
    Job job = control.snapshot().job(command.jobId());
    if (job != null && job.status().has(JobFlag.CONFIGURING)) {
      return null;
    }
    return control.execute(command, CommandFrame.actor(invocation)).toCompletableFuture().join();
  }

  private StepSpec spec(Order order, FilePart file) {
    int nodes =
        order.nodes().isEmpty()
            ? order.job().status().allocation().nodes().size()
            : order.nodes().size();
    List<String> line = new ArrayList<>(List.of(invocation.program()));
    line.addAll(invocation.arguments());
    return new StepSpec(
        NAME,
        nodes,
        order.nodes(),
        List.of(),
        0,
        new TaskLayout(nodes, 1, 1, TaskLayout.UNSET, TaskLayout.UNSET, true, ""),
        MemoryRequest.NONE,
        List.of(),
        StepSharing.OVERLAP,
        List.of(
            "/bin/sh",
            "-c",
            RECEIVER,
            "sbcast",
            order.target(),
            order.force() ? "1" : "0",
            order.times() ? "1" : "0",
            Integer.toOctalString(file.mode()),
            Long.toString(file.modified()),
            Long.toString(file.accessed()),
            Long.toString(file.size()),
            order.named() ? "1" : "0"),
        invocation.workingDirectory(),
        "",
        "",
        "",
        false,
        false,
        invocation.umask(),
        Map.of(),
        false,
        0,
        Map.of(
            Attributes.SUBMIT_LINE,
            String.join(" ", line),
            Attributes.SRUN_HOST,
            invocation.hostName(),
            Attributes.SRUN_PID,
            Integer.toString(invocation.clientPid())));
  }

  private void cancel(Step step) {
    control.execute(
        new Command.SignalStep(step.jobId(), step.id(), Command.SignalJob.CANCEL),
        CommandFrame.actor(invocation));
  }

  /** What the tasks say, and how they end. Written by one thread, read once all is closed. */
  private static final class Receivers implements StepStreams.OutputListener {
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CompletableFuture<Connection> connection = new CompletableFuture<>();
    private final Map<String, StringBuilder> errors = new TreeMap<>();
    private final Map<String, Integer> statuses = new TreeMap<>();

    @Override
    public void output(String node, int task, boolean error, byte[] data) {
      StringBuilder text = errors.computeIfAbsent(node, key -> new StringBuilder());
      if (text.length() < LONGEST_ERROR) {
        text.append(new String(data, StandardCharsets.UTF_8));
      }
      connection.thenAccept(open -> open.consumed(data.length));
    }

    @Override
    public void taskEnded(int task, int code, int signal, String node) {
      statuses.merge(node, signal != 0 ? 128 + signal : code, Math::max);
    }

    @Override
    public void closed() {
      closed.complete(null);
    }

    int tell(Invocation invocation) {
      int status = 0;
      for (Map.Entry<String, Integer> ended : statuses.entrySet()) {
        if (ended.getValue() != 0) {
          String said = errors.getOrDefault(ended.getKey(), new StringBuilder()).toString().strip();
          invocation
              .err()
              .println(
                  invocation.program()
                      + ": error: REQUEST_FILE_BCAST("
                      + ended.getKey()
                      + "): "
                      + (said.isEmpty()
                          ? "it was ended before the file was written"
                          : Printable.of(said)));
          status = Math.max(status, ended.getValue());
        }
      }
      return status;
    }
  }
}
