package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.ResourceRequest;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.commands.internal.submit.DependencyNotation;
import org.headrace.control.command.JobChange;
import org.headrace.slurmconf.text.SlurmDuration;

/** Changes of a job, collected before any is made. */
final class JobUpdate {
  /** Key of the one word that has no value. */
  static final String ACCRUAL_RESET = "resetaccruetime ";

  private static final long MOST_SITE_FACTOR = 2_147_483_645;

  private static final long SECOND = 1000;

  private final Job job;
  private final JobSpec spec;
  private final TimeTexts times;
  private final List<JobChange> changes = new ArrayList<>();
  private Charge charge;
  private String input;
  private String output;
  private String error;
  private final RequestUpdate request;
  private boolean hold;

  JobUpdate(Job job, TimeTexts times) {
    this.job = job;
    this.spec = job.spec();
    this.times = times;
    this.charge = spec.charge();
    this.request = new RequestUpdate(spec.request());
  }

  /** True for a time limit below the shortest that the job accepts, which stays. */
  boolean leavesTooLittle() {
    boolean stays = changes.stream().noneMatch(JobChange.TimeMin.class::isInstance);
    return stays
        && job.status().state() == JobState.PENDING
        && changes.stream()
            .anyMatch(
                one ->
                    one instanceof JobChange.TimeLimit limit
                        && limit.millis() > 0
                        && limit.millis() < spec.timing().timeMin());
  }

  boolean hold() {
    return hold;
  }

  List<JobChange> changes() {
    List<JobChange> all = new ArrayList<>(changes);
    if (!charge.equals(spec.charge())) {
      all.add(new JobChange.ChargeTo(charge));
    }
    if (input != null || output != null || error != null) {
      all.add(new JobChange.Files(input, output, error));
    }
    ResourceRequest wanted = request.result();
    if (!wanted.equals(spec.request())) {
      all.add(new JobChange.Request(wanted));
    }
    return all;
  }

  /**
   * Takes a setting; false if there is none of that name.
   *
   * @throws IllegalArgumentException for a value that makes no sense
   */
  boolean add(Update.Setting setting) {
    return scheduling(setting) || identity(setting) || request.add(setting);
  }

  private boolean identity(Update.Setting setting) {
    String value = setting.value();
    switch (setting.key()) {
      case "name", "jobname" -> changes.add(new JobChange.Name(value));
      case "account" -> charge = new Charge(value, charge.qos(), charge.wckey());
      case "qos" -> charge = new Charge(charge.account(), value, charge.wckey());
      case "wckey" -> charge = new Charge(charge.account(), charge.qos(), value);
      case "stdin" -> input = value;
      case "stdout" -> output = value;
      case "stderr" -> error = value;
      case "workdir" -> changes.add(new JobChange.WorkDirectory(value));
      case "delayboot" ->
          changes.add(new JobChange.Attribute(Attributes.DELAY_BOOT, delayBoot(value)));
      case "reboot" ->
          changes.add(new JobChange.Attribute(Attributes.REBOOT, yes(value) ? "yes" : ""));
      case "comment" -> changes.add(new JobChange.Attribute(Attributes.COMMENT, value));
      case "extra" -> changes.add(new JobChange.Attribute(Attributes.EXTRA, value));
      case "admincomment" -> changes.add(new JobChange.Attribute("AdminComment", value));
      case "systemcomment" -> changes.add(new JobChange.Attribute("SystemComment", value));
      case "mailuser" -> changes.add(new JobChange.Attribute(Attributes.MAIL_USER, value));
      case "mailtype" ->
          changes.add(
              new JobChange.Attribute(Attributes.MAIL_TYPE, value.toUpperCase(Locale.ROOT)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String delayBoot(String value) {
    long seconds = SlurmDuration.parseSeconds(value);
    return seconds <= 0 ? "" : value;
  }

  private static int siteFactor(String value) {
    long factor = Long.parseLong(value);
    if (Math.abs(factor) > MOST_SITE_FACTOR) {
      throw new IllegalArgumentException(
          "SiteFactor value out of range (+/- " + MOST_SITE_FACTOR + ")");
    }
    return (int) factor;
  }

  private boolean scheduling(Update.Setting setting) {
    String value = setting.value();
    switch (setting.key()) {
      case "timelimit" -> changes.add(new JobChange.TimeLimit(limit(setting)));
      case "timemin" ->
          changes.add(new JobChange.TimeMin(SlurmDuration.parseSeconds(value) * SECOND));
      case "endtime" -> changes.add(new JobChange.TimeLimit(until(value)));
      case "priority" -> priority(value);
      case "nice" ->
          changes.add(new JobChange.Nice(value.isEmpty() ? 100 : Integer.parseInt(value)));
      case ACCRUAL_RESET -> changes.add(new JobChange.AccrualReset());
      case "sitefactor" -> changes.add(new JobChange.SiteFactor(siteFactor(value)));
      case "partition", "partitionname" ->
          changes.add(new JobChange.Partitions(List.of(value.split(","))));
      case "starttime", "eligibletime", "begin" ->
          changes.add(new JobChange.Begin(times.parse(value)));
      case "deadline" -> changes.add(new JobChange.Deadline(times.parse(value)));
      case "dependency" -> changes.add(new JobChange.DependsOn(DependencyNotation.parse(value)));
      case "reservation", "reservationname" -> changes.add(new JobChange.Reserved(value));
      case "requeue" -> changes.add(new JobChange.Requeue(yes(value)));
      case "arraytaskthrottle" ->
          changes.add(new JobChange.ArrayThrottle(RequestUpdate.number(value)));
      default -> {
        return false;
      }
    }
    return true;
  }

  private void priority(String value) {
    if (value.equals("0")) {
      hold = true;
    } else {
      changes.add(new JobChange.Priority(Long.parseLong(value)));
    }
  }

  private long limit(Update.Setting setting) {
    String text = setting.value();
    char sign = setting.sign();
    if (sign == ' ' && !text.isEmpty() && (text.charAt(0) == '+' || text.charAt(0) == '-')) {
      if (!text.equals("-1")) {
        sign = text.charAt(0);
        text = text.substring(1);
      }
    }
    long seconds = SlurmDuration.parseSeconds(text);
    if (seconds == SlurmDuration.INFINITE) {
      return JobClass.UNLIMITED;
    }
    long millis = seconds * SECOND;
    if (sign == ' ') {
      return millis;
    }
    long old = job.status().timeLimit();
    if (old == JobClass.UNLIMITED) {
      return old;
    }
    long changed = sign == '+' ? old + millis : old - millis;
    if (changed <= 0) {
      throw new IllegalArgumentException("nothing would be left of the time limit");
    }
    return changed;
  }

  private long until(String value) {
    long start = job.status().started();
    long end = times.parse(value);
    if (start == 0 || end <= start) {
      throw new IllegalArgumentException("the job hasn't started before that time");
    }
    return end - start;
  }

  private static boolean yes(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "yes", "true" -> true;
      case "0", "no", "false" -> false;
      default -> throw new IllegalArgumentException("write 0 or 1");
    };
  }
}
