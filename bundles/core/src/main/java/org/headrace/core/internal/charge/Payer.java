package org.headrace.core.internal.charge;

/**
 * Who pays for a job.
 *
 * @param user user name
 * @param account account; may be empty
 * @param qos quality of service; may be empty
 */
public record Payer(String user, String account, String qos) {}
