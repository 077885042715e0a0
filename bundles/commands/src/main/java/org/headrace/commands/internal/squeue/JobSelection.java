package org.headrace.commands.internal.squeue;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobFlag;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.Visibility;
import org.headrace.commands.internal.text.NodeNames;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.commands.internal.text.Users;
import org.headrace.control.definition.NodeDefinition;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.JobRow;
import org.headrace.control.query.Snapshot;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** Which jobs squeue shows. */
final class JobSelection {
  private static final String VALID_STATES =
      "PENDING,RUNNING,SUSPENDED,COMPLETED,CANCELLED,FAILED,TIMEOUT,NODE_FAIL,PREEMPTED,BOOT_FAIL,"
          + "DEADLINE,OUT_OF_MEMORY,COMPLETING,CONFIGURING,RESIZING,RESV_DEL_HOLD,REQUEUED,"
          + "REQUEUE_FED,REQUEUE_HOLD,REVOKED,SIGNALING,SPECIAL_EXIT,STAGE_OUT,STOPPED";

  /** States that this scheduler doesn't know; they match no job. */
  private static final Set<String> FOREIGN_STATES =
      Set.of(
          "RESIZING",
          "RS",
          "RESV_DEL_HOLD",
          "RD",
          "REQUEUE_FED",
          "RF",
          "REVOKED",
          "RV",
          "SIGNALING",
          "SI",
          "SPECIAL_EXIT",
          "SE",
          "STAGE_OUT",
          "SO");

  /** Conditions that count where no states are asked for. */
  private static final Set<JobFlag> CURRENT =
      EnumSet.of(JobFlag.COMPLETING, JobFlag.CONFIGURING, JobFlag.STOPPED);

  private final SqueueOptions options;
  private final Snapshot snapshot;
  private final Invocation invocation;
  private final Visibility visibility;
  private final Set<JobState> states = EnumSet.noneOf(JobState.class);
  private final Set<JobFlag> flags = EnumSet.noneOf(JobFlag.class);
  private final Set<String> users;
  private final Set<String> nodes;
  private final Set<String> partitions;
  private final Set<String> accounts;
  private final Set<String> qualities;
  private final Set<String> names;
  private final Set<String> reservations;
  private final Set<String> licenses;
  private final boolean mine;
  private final boolean others;
  private final long over;
  private final long under;
  private final long now;

  JobSelection(SqueueOptions options, Snapshot snapshot, Invocation invocation, long now) {
    this.options = options;
    this.snapshot = snapshot;
    this.invocation = invocation;
    this.now = now;
    visibility = new Visibility(snapshot, invocation.caller(), options.has("all"));
    readStates();
    users = words(options.value("user", "users"));
    checkUsers();
    partitions = words(options.value("partition"));
    accounts = listed("account");
    qualities = listed("qos");
    names = listed("name");
    reservations = listed("reservation");
    licenses = listed("licenses");
    mine = options.has("me");
    others = options.has("notme");
    nodes = nodes();
    over = duration("running-over");
    under = duration("running-under");
  }

  private void readStates() {
    String text = options.value("states", "state");
    if (text.isEmpty() && options.has("start")) {
      text = "PENDING";
    }
    if (text.isEmpty()) {
      states.addAll(List.of(JobState.PENDING, JobState.RUNNING, JobState.SUSPENDED));
      flags.addAll(CURRENT);
    } else if (text.equalsIgnoreCase("all")) {
      states.addAll(EnumSet.allOf(JobState.class));
      flags.add(JobFlag.STOPPED);
    } else {
      for (String word : text.split(",")) {
        addState(word);
      }
    }
  }

  private void addState(String word) {
    JobState state = StateNames.parseBase(word);
    JobFlag flag = StateNames.parseFlag(word);
    if (state != null) {
      states.add(state);
    } else if (flag != null) {
      flags.add(flag);
    } else if (!FOREIGN_STATES.contains(word.toUpperCase(java.util.Locale.ROOT))) {
      String shown = TextFormatException.quote(word);
      throw Refusal.raw(
          1,
          "squeue: error: Invalid job state specified: " + shown.substring(1, shown.length() - 1),
          "squeue: error: Valid job states include: " + VALID_STATES,
          "");
    }
  }

  private void checkUsers() {
    for (String user : users) {
      if (!Users.exists(user)) {
        invocation.err().println("squeue: error: Invalid user: " + user + "\n");
      }
    }
  }

  private Set<String> nodes() {
    String text = options.value("nodelist", "node", "nodes");
    if (text.isEmpty()) {
      return Set.of();
    }
    try {
      Set<String> names = new HashSet<>(Hostlist.expand(text));
      if (names.remove("localhost")) {
        names.add(here());
      }
      for (String name : names) {
        if (snapshot.node(name) == null) {
          throw Refusal.error("squeue", 1, "Invalid node name " + name);
        }
      }
      return names;
    } catch (TextFormatException e) {
      throw Refusal.error("squeue", 1, "Invalid node name " + text, e.getMessage());
    }
  }

  /** The first node on the machine of whoever asks. */
  private String here() {
    String host = invocation.hostName();
    return snapshot.definition().nodes().stream()
        .filter(node -> node.host().equals(host))
        .map(NodeDefinition::name)
        .findFirst()
        .orElse(host);
  }

  private long duration(String option) {
    String text = options.value(option);
    if (text.isEmpty()) {
      return -1;
    }
    try {
      return SlurmDuration.parseSeconds(text);
    } catch (TextFormatException e) {
      throw Refusal.error("squeue", 1, "Invalid --" + option + ": " + e.getMessage());
    }
  }

  private static Set<String> words(String text) {
    Set<String> words = new HashSet<>(List.of(text.split(",")));
    words.remove("");
    return words;
  }

  /** What can be said of a job without reading it. */
  Predicate<JobRow> rows() {
    int me = invocation.caller().uid();
    return row ->
        possible(row)
            && (!mine || row.user() == me)
            && visibility.row(row)
            && visibility.partition(row.partition());
  }

  private boolean possible(JobRow row) {
    if (states.contains(row.state())) {
      return true;
    }
    if (flags.isEmpty()) {
      return false;
    }
    boolean completingAlone = row.state().ended() && CURRENT.containsAll(flags);
    return !completingAlone || row.completing();
  }

  /** Whether a job is shown. */
  boolean accepts(Job job) {
    return state(job)
        && user(job)
        && visibility.job(job)
        && visibility.partition(job.status().partition())
        && partition(job)
        && listed(accounts, job.spec().charge().account())
        && listed(qualities, job.spec().charge().qos())
        && listed(names, job.spec().name())
        && listed(reservations, job.reservation())
        && licensed(job.spec())
        && onNodes(job)
        && running(job);
  }

  private boolean state(Job job) {
    JobStatus status = job.status();
    // As in Slurm, who is stopped counts as nothing else.
    if (states.contains(status.state()) && !status.has(JobFlag.STOPPED)) {
      return true;
    }
    return flags.stream().anyMatch(status::has);
  }

  private boolean user(Job job) {
    int uid = job.spec().owner().uid();
    int me = invocation.caller().uid();
    if (mine && uid != me || others && uid == me) {
      return false;
    }
    return users.isEmpty()
        || users.contains(job.spec().owner().user())
        || users.contains(Integer.toString(uid));
  }

  private boolean partition(Job job) {
    if (partitions.isEmpty() || partitions.contains(job.status().partition())) {
      return true;
    }
    return job.status().state() == JobState.PENDING
        && job.spec().partitions().stream().anyMatch(partitions::contains);
  }

  /** The words of an option, or null where it isn't given. */
  private Set<String> listed(String option) {
    return options.has(option) ? words(options.value(option)) : null;
  }

  private static boolean listed(Set<String> words, String value) {
    return words == null || words.contains(value);
  }

  private boolean licensed(JobSpec spec) {
    return licenses == null
        || licenses.stream().anyMatch(name -> spec.request().licenses().containsKey(name));
  }

  private boolean onNodes(Job job) {
    return nodes.isEmpty()
        || job.status().state() != JobState.PENDING
            && NodeNames.of(job.status().allocation(), snapshot).stream().anyMatch(nodes::contains);
  }

  private boolean running(Job job) {
    if (over < 0 && under < 0) {
      return true;
    }
    long elapsed = new JobFacts(job, snapshot, now).elapsed();
    return job.status().state() == JobState.RUNNING
        && (over < 0 || elapsed > over)
        && (under < 0 || elapsed < under);
  }
}
