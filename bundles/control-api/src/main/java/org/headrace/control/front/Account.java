package org.headrace.control.front;

/**
 * A user or a group of the system.
 *
 * @param id its number, unsigned
 * @param name its name
 * @param gid number of the user's own group; of a group, its number again
 */
public record Account(int id, String name, int gid) {}
