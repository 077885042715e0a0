package org.headrace.controller.internal.log;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.headrace.api.accounting.AccountingRecord;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.JobFiles;
import org.headrace.control.command.Outcome;
import org.headrace.control.event.Event;
import org.headrace.controller.testing.Samples;
import org.headrace.controller.testing.SharedKey;
import org.headrace.core.ClusterMachine;
import org.headrace.core.Counters;
import org.headrace.core.PublishedState;
import org.headrace.store.StateStores;

/**
 * A member of the log in a process of its own, so that it can be killed. It is told by lines what
 * to do and answers by lines.
 */
final class MemberMain implements CoreListener {
  /** A few of these fill a segment of the log, and segments are what is deleted. */
  private static final JobFiles LARGE = new JobFiles(new byte[3_000_000], new byte[0]);

  private volatile PublishedState state;
  private volatile ReplicatedLog log;

  /**
   * @param args directory, own number, first port, key, addresses
   */
  public static void main(String[] args) throws Exception {
    List<String> addresses = List.of(args).subList(4, args.length);
    MemberMain main = new MemberMain();
    try (StateStores stores = StateStores.open(100_000);
        ReplicatedLog log =
            ReplicatedLog.open(
                StateDirectory.open(Path.of(args[0])),
                new LogMembers(
                    addresses,
                    Integer.parseInt(args[1]),
                    Integer.parseInt(args[2]),
                    new SharedKey(args[3])),
                new ClusterMachine(stores.jobs(), stores.files()),
                main)) {
      main.log = log;
      say("up");
      main.obey();
    }
    System.exit(0);
  }

  private void obey() throws IOException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "configure" -> log.append(configuration(), Actor.SYSTEM).thenAccept(this::configured);
        case "submit" -> submit(words[1], Samples.FILES);
        case "submit-large" -> submit(words[1], LARGE);
        case "snapshot" -> log.snapshot();
        case "position" -> say("position " + log.lastSnapshot());
        case "trim" -> log.trim();
        case "jobs" -> jobs();
        default -> throw new IOException(line);
      }
    }
  }

  private static Command configuration() {
    return new Command.Configure(Samples.cluster(4, Map.of(), 7001));
  }

  private void configured(Outcome outcome) {
    say("configured " + outcome.getClass().getSimpleName());
  }

  private void submit(String name, JobFiles files) {
    log.append(new Command.SubmitJob(Samples.job(name), files, 0), Samples.ANNA)
        .thenAccept(
            outcome -> {
              if (outcome instanceof Outcome.JobAccepted accepted) {
                say("accepted " + name + " " + accepted.jobId());
              } else {
                say("rejected " + name + " " + ((Outcome.Rejected) outcome).code());
              }
            });
  }

  private void jobs() {
    state.jobs(row -> true, job -> say("job " + job.spec().name() + " " + job.id()));
    say("end");
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  @Override
  public void leading(
      long term, PublishedState newState, List<AccountingRecord> backlog, Counters counters) {
    state = newState;
  }

  @Override
  public void applied(PublishedState newState, List<Event> events, Counters counters) {
    state = newState;
  }

  @Override
  public void answered(
      PublishedState newState, List<Event> events, List<AccountingRecord> records) {}

  @Override
  public void open() {
    say("leads");
  }

  @Override
  public void closed(long term) {
    say("leads-not");
  }

  @Override
  public void following(int member) {
    say("follows " + member);
  }

  @Override
  public void ended(String why) {
    say("ended " + why);
  }
}
