package org.headrace.slurmconf;

/**
 * Timeouts. Seconds, where the name does not say otherwise; no limit is {@link
 * org.headrace.slurmconf.text.SlurmDuration#INFINITE}.
 *
 * @param slurmctldTimeout until a standby takes over
 * @param slurmdTimeout until a silent node is down; 0: never
 * @param messageTimeout for an answer
 * @param tcpTimeout for a connection
 * @param inactiveLimit until a job with a silent srun ends; 0: never
 * @param killWait from TERM to KILL
 * @param waitTime from the first task's end to the others'; 0: never
 * @param batchStartTimeout for a batch job's start
 * @param eioTimeout for the last output
 * @param epilogMsgMicros microseconds between epilog messages
 * @param unkillableStepTimeout until processes count as unkillable
 * @param groupUpdateTime until group members are looked up again; 0: never
 * @param minJobAge until an ended job is forgotten
 * @param completeWait for completing jobs before smaller ones start
 * @param resvOverRunMinutes minutes a job may run past its reservation
 * @param overTimeLimitMinutes minutes a job may run past its limit
 * @param getEnvTimeout for a login environment
 */
public record TimerSettings(
    long slurmctldTimeout,
    long slurmdTimeout,
    long messageTimeout,
    long tcpTimeout,
    long inactiveLimit,
    long killWait,
    long waitTime,
    long batchStartTimeout,
    long eioTimeout,
    long epilogMsgMicros,
    long unkillableStepTimeout,
    long groupUpdateTime,
    long minJobAge,
    long completeWait,
    long resvOverRunMinutes,
    long overTimeLimitMinutes,
    long getEnvTimeout) {}
