package org.headrace.api.accounting;

/**
 * A workload characterization key with one of its users.
 *
 * @param name of the key
 * @param user who has submitted jobs with it
 */
public record WorkKey(String name, String user) {}
