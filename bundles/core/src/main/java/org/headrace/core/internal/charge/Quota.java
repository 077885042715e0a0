package org.headrace.core.internal.charge;

/**
 * A limit of how many pending jobs accrue age at a time.
 *
 * @param pot number of the pot whose jobs count
 * @param most how many may
 */
public record Quota(int pot, long most) {}
