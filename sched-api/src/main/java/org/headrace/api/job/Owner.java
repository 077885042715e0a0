package org.headrace.api.job;

/**
 * Whose a job is.
 *
 * @param uid user id, as the kernel told it
 * @param gid group id that the job runs with
 * @param user user name
 * @param group group name
 */
public record Owner(int uid, int gid, String user, String group) {}
