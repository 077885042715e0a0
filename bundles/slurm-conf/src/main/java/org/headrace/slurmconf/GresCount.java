package org.headrace.slurmconf;

/**
 * How many of a generic resource a node has.
 *
 * @param name such as gpu
 * @param type such as a100, or empty
 * @param count how many
 * @param noConsume whether jobs do not use it up
 */
public record GresCount(String name, String type, long count, boolean noConsume) {}
