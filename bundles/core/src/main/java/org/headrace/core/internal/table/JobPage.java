package org.headrace.core.internal.table;

/** Columns of the jobs of 256 successive ids: what is looked at without reading a job's record. */
public final class JobPage extends Page<JobPage> {
  /** Rows of a page. */
  public static final int ROWS = 256;

  /** Bit of {@link #gate}: nothing but resources and priority holds the job back. */
  public static final int ELIGIBLE = 1;

  /** Bit of {@link #gate}: an administrator set the priority. */
  public static final int FIXED_PRIORITY = 2;

  /** Bit of {@link #gate}: the expected start is a promise of the last plan. */
  public static final int PROMISED = 4;

  /** Bit of {@link #gate}: it accrues age, unless limits keep it from that. */
  public static final int AGES = 8;

  /** {@link #state} of a row without a job. */
  public static final byte NO_JOB = -1;

  public final byte[] state;
  public final byte[] flags;
  public final short[] reason;
  public final byte[] gate;
  public final IntColumn arrayTask;
  public final IntColumn user;
  public final IntColumn nice;
  public final IntColumn siteFactor;
  public final IntColumn startable;

  /** Number of who pays. */
  public final IntColumn payer;

  /** As how many jobs of the payer it counts that wait or run. */
  public final IntColumn counted;

  public final LongColumn arrayId;
  public final long[] priority;
  public final long[] submitted;
  public final long[] eligible;

  /** As {@link org.headrace.api.job.JobStatus#accrued} says it. */
  public final LongColumn accrued;

  public final long[] expectedStart;
  public final long[] lastConsidered;
  public final LongColumn immediateUntil;
  public final LongColumn script;
  public final LongColumn environment;
  public final Shape[] shape;
  int used;

  JobPage() {
    state = new byte[ROWS];
    java.util.Arrays.fill(state, NO_JOB);
    flags = new byte[ROWS];
    reason = new short[ROWS];
    gate = new byte[ROWS];
    arrayTask = new IntColumn();
    user = new IntColumn();
    nice = new IntColumn();
    siteFactor = new IntColumn();
    startable = new IntColumn();
    payer = new IntColumn();
    counted = new IntColumn();
    arrayId = new LongColumn();
    priority = new long[ROWS];
    submitted = new long[ROWS];
    eligible = new long[ROWS];
    accrued = new LongColumn();
    expectedStart = new long[ROWS];
    lastConsidered = new long[ROWS];
    immediateUntil = new LongColumn();
    script = new LongColumn();
    environment = new LongColumn();
    shape = new Shape[ROWS];
  }

  private JobPage(JobPage other) {
    state = other.state.clone();
    flags = other.flags.clone();
    reason = other.reason.clone();
    gate = other.gate.clone();
    arrayTask = other.arrayTask.copy(state);
    user = other.user.copy(state);
    nice = other.nice.copy(state);
    siteFactor = other.siteFactor.copy(state);
    startable = other.startable.copy(state);
    payer = other.payer.copy(state);
    counted = other.counted.copy(state);
    arrayId = other.arrayId.copy(state);
    priority = other.priority.clone();
    submitted = other.submitted.clone();
    eligible = other.eligible.clone();
    accrued = other.accrued.copy(state);
    expectedStart = other.expectedStart.clone();
    lastConsidered = other.lastConsidered.clone();
    immediateUntil = other.immediateUntil.copy(state);
    script = other.script.copy(state);
    environment = other.environment.copy(state);
    shape = other.shape.clone();
    used = other.used;
  }

  @Override
  protected JobPage copy() {
    return new JobPage(this);
  }

  @Override
  protected boolean isEmpty() {
    return used == 0;
  }
}
