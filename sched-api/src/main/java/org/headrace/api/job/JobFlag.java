package org.headrace.api.job;

/** Further condition of a job. Only ever appended to. */
public enum JobFlag {
  /** Its nodes are being prepared: prolog, or the launch is under way. */
  CONFIGURING,
  /** It has ended, but processes or an epilog are still running on some of its nodes. */
  COMPLETING,
  /** It was put back in the queue. */
  REQUEUED,
  /** It was put back in the queue and held. */
  REQUEUE_HELD,
  /** It goes back to the queue as soon as its nodes are clean. */
  REQUEUE_PENDING,
  /** Its user has stopped its processes by a signal; it keeps what it has, and its time runs. */
  STOPPED
}
