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
  public final int[] arrayTask;
  public final int[] user;
  public final int[] nice;
  public final int[] siteFactor;
  public final int[] startable;

  /** Number of who pays. */
  public final int[] payer;

  /** As how many jobs of the payer it counts that wait or run. */
  public final int[] counted;

  public final long[] arrayId;
  public final long[] priority;
  public final long[] submitted;
  public final long[] eligible;

  /** As {@link org.headrace.api.job.JobStatus#accrued} says it. */
  public final long[] accrued;

  public final long[] expectedStart;
  public final long[] lastConsidered;
  public final long[] immediateUntil;
  public final long[] script;
  public final long[] environment;
  public final Shape[] shape;
  int used;

  JobPage() {
    state = new byte[ROWS];
    java.util.Arrays.fill(state, NO_JOB);
    flags = new byte[ROWS];
    reason = new short[ROWS];
    gate = new byte[ROWS];
    arrayTask = new int[ROWS];
    user = new int[ROWS];
    nice = new int[ROWS];
    siteFactor = new int[ROWS];
    startable = new int[ROWS];
    payer = new int[ROWS];
    counted = new int[ROWS];
    arrayId = new long[ROWS];
    priority = new long[ROWS];
    submitted = new long[ROWS];
    eligible = new long[ROWS];
    accrued = new long[ROWS];
    expectedStart = new long[ROWS];
    lastConsidered = new long[ROWS];
    immediateUntil = new long[ROWS];
    script = new long[ROWS];
    environment = new long[ROWS];
    shape = new Shape[ROWS];
  }

  private JobPage(JobPage other) {
    state = other.state.clone();
    flags = other.flags.clone();
    reason = other.reason.clone();
    gate = other.gate.clone();
    arrayTask = other.arrayTask.clone();
    user = other.user.clone();
    nice = other.nice.clone();
    siteFactor = other.siteFactor.clone();
    startable = other.startable.clone();
    payer = other.payer.clone();
    counted = other.counted.clone();
    arrayId = other.arrayId.clone();
    priority = other.priority.clone();
    submitted = other.submitted.clone();
    eligible = other.eligible.clone();
    accrued = other.accrued.clone();
    expectedStart = other.expectedStart.clone();
    lastConsidered = other.lastConsidered.clone();
    immediateUntil = other.immediateUntil.clone();
    script = other.script.clone();
    environment = other.environment.clone();
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
