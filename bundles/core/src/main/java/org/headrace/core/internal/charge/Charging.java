package org.headrace.core.internal.charge;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.account.AccountUser;
import org.headrace.api.account.Accounts;
import org.headrace.api.account.Amounts;
import org.headrace.api.account.Association;
import org.headrace.api.account.Consumption;
import org.headrace.api.account.QosFlag;
import org.headrace.api.job.Charge;
import org.headrace.api.job.JobSpec;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.Blocker;
import org.headrace.api.model.JobClass;
import org.headrace.api.model.QualityOfService;
import org.headrace.api.model.Reason;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.Outcome;

/** To whom jobs are charged, and whether that may be. Holds nothing of its own. */
public final class Charging {
  private static final long YEAR = 365L * 24 * 3600 * 1000;

  private static final double MINUTE = 60_000;

  private final UseBook book;

  public Charging(UseBook book) {
    this.book = book;
  }

  static double minutes(long millis) {
    return millis == JobClass.UNLIMITED ? Double.POSITIVE_INFINITY : Math.ceil(millis / MINUTE);
  }

  /** The charge with what its user's association says where the user doesn't. */
  public Charge complete(Charge asked, String user, String partition) {
    Accounts accounts = book.standings().accounts();
    AccountUser known = accounts.user(user);
    String account = asked.account();
    if (account.isEmpty() && known != null) {
      account = known.defaultAccount();
    }
    Association own = accounts.payer(account, user, partition);
    String qos = asked.qos();
    // Clusters that don't account have no qualities of service.
    Enforcement enforced = book.standings().enforcement();
    boolean accounted = accounts.version() > 0 || enforced.associations() || enforced.kept();
    if (qos.isEmpty() && own != null && accounted) {
      qos = accounts.defaultQos(own);
    } else if (qos.isEmpty() && enforced.kept()) {
      qos = QualityOfService.NORMAL.name();
    }
    return new Charge(account, qos, asked.wckey());
  }

  private static Payer payer(JobSpec spec) {
    return new Payer(spec.owner().user(), spec.charge().account(), spec.charge().qos());
  }

  private Standing standing(JobSpec spec, String partition) {
    return book.standings().of(payer(spec), partition);
  }

  /**
   * The time limit that an association or a quality of service has for all jobs, in milliseconds.
   */
  public long longest(JobSpec spec, String partition) {
    long longest = JobClass.UNLIMITED;
    for (Check check : standing(spec, partition).checks()) {
      if (check.kind() == Check.Kind.JOB_WALL) {
        longest = Math.min(longest, (long) (check.most() * MINUTE));
      }
    }
    return longest;
  }

  /** Why nobody may be charged for a job, or null. */
  public Outcome.Rejected refusal(JobSpec spec, String partition) {
    Standings standings = book.standings();
    Standing standing = standing(spec, partition);
    Charge charge = spec.charge();
    if (standings.enforcement().associations() && standing.association() == null) {
      return new Outcome.Rejected(
          ErrorCode.INVALID_ACCOUNT,
          "user "
              + spec.owner().user()
              + " has no association with account '"
              + charge.account()
              + "' in partition "
              + partition);
    }
    if (!standings.enforcement().qos()) {
      return null;
    }
    List<String> allowed = standings.accounts().qos(standing.association());
    QualityOfService qos = standing.qos();
    if (qos == null || !allowed.contains(qos.name())) {
      return new Outcome.Rejected(
          ErrorCode.INVALID_QOS,
          "quality of service '"
              + charge.qos()
              + "' may not be used; there are: "
              + String.join(", ", allowed));
    }
    if (qos.has(QosFlag.RELATIVE) && standings.ofSomePartition(qos)) {
      return new Outcome.Rejected(
          ErrorCode.INVALID_QOS,
          "quality of service " + qos.name() + " says what part of a partition its jobs may have");
    }
    boolean reserved = !qos.has(QosFlag.REQUIRES_RESERVATION) || !spec.reservation().isEmpty();
    return reserved
        ? null
        : new Outcome.Rejected(
            ErrorCode.INVALID_QOS,
            "quality of service " + qos.name() + " is for jobs with a reservation");
  }

  /** Why a pending job can't be charged any more, or null. */
  public Reason obstacle(JobSpec spec, String partition) {
    Outcome.Rejected refusal = refusal(spec, partition);
    if (refusal == null) {
      return null;
    }
    return refusal.code() == ErrorCode.INVALID_QOS ? Reason.INVALID_QOS : Reason.INVALID_ACCOUNT;
  }

  /**
   * Why limits don't let a job into the queue, or null.
   *
   * @param limit its time limit in milliseconds
   * @param jobs how many jobs or array tasks it counts for
   */
  public Outcome.Rejected overLimit(
      JobSpec spec, String partition, long limit, long jobs, long now) {
    Standing standing = standing(spec, partition);
    if (standing.checks().isEmpty()) {
      return null;
    }
    long[] counts = book.standings().counts(Amounts.of(spec.request()), partition);
    for (Check check : standing.checks()) {
      boolean alone = !check.ofQueue();
      Consumption used = alone ? Consumption.NONE : book.use(check.pot());
      if ((!alone || standing.denies() && check.reason().name().startsWith("QOS_"))
          && check.broken(used, counts, minutes(limit), alone ? 1 : jobs, now, 1)) {
        return new Outcome.Rejected(
            ErrorCode.LIMIT_REACHED, check.reason().name() + ": " + check.detail());
      }
    }
    return null;
  }

  private long[] counts(Allocation allocation, String partition) {
    return book.standings().counts(Amounts.of(allocation), partition);
  }

  /**
   * Which limit a job would break that starts now with that allocation, or null.
   *
   * @param limit its time limit in milliseconds
   */
  public Blocker broken(
      JobSpec spec, String partition, Allocation allocation, long limit, long now) {
    return broken(spec, partition, allocation, limit, now, List.of());
  }

  /**
   * A job that starts together with others.
   *
   * @param spec what it asked for
   * @param partition where it starts
   * @param allocation what it gets
   * @param limit its time limit in milliseconds
   */
  public record Starting(JobSpec spec, String partition, Allocation allocation, long limit) {}

  /** As above, with others that start before it at the same moment. */
  public Blocker broken(Starting one, long now, List<Starting> before) {
    return broken(one.spec, one.partition, one.allocation, one.limit, now, before);
  }

  private Consumption use(int pot, List<Starting> before, long now) {
    Consumption use = book.use(pot);
    for (Starting one : before) {
      if (Arrays.stream(standing(one.spec, one.partition).pots()).anyMatch(its -> its == pot)) {
        use =
            use.running(counts(one.allocation, one.partition), now + Math.min(one.limit, YEAR), 1);
      }
    }
    return use;
  }

  private Blocker broken(
      JobSpec spec,
      String partition,
      Allocation allocation,
      long limit,
      long now,
      List<Starting> before) {
    Standing standing = standing(spec, partition);
    if (!book.standings().limited() || standing.unlimited()) {
      return null;
    }
    Blocker below = standing.belowThreshold(book::fairShare);
    if (below != null) {
      return below;
    }
    long[] counts = counts(allocation, partition);
    Check broken =
        standing.broken(
            pot -> use(pot, before, now),
            counts,
            minutes(limit),
            now,
            book.standings().enforcement().safe());
    return broken == null ? null : broken.blocker();
  }
}
