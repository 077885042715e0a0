package org.headrace.api.job;

/**
 * To whom a job is charged. Each may be the empty string.
 *
 * @param account bank account
 * @param qos quality of service
 * @param wckey workload characterisation key
 */
public record Charge(String account, String qos, String wckey) {}
