package org.headrace.core.internal.charge;

import java.util.List;
import org.headrace.api.account.Association;
import org.headrace.api.model.QualityOfService;

/**
 * How somebody stands who pays for jobs in a partition.
 *
 * @param association who is charged, or null
 * @param qos the job's quality of service, or null
 * @param pots numbers of all pots that its jobs' use is added to
 * @param lasting numbers of those of them that remember what was used
 * @param checks limits in force, in the order in which they are looked at
 * @param denies true when a job that breaks a limit by itself is refused at submission
 */
record Standing(
    Association association,
    QualityOfService qos,
    int[] pots,
    int[] lasting,
    List<Check> checks,
    boolean denies) {}
