package org.headrace.api.launcher;

/**
 * A soft limit for the processes of a step. Hard limits stay those of the node.
 *
 * @param resource which limit
 * @param soft the value in the kernel's unit for this resource, or {@link #UNLIMITED}. A value
 *     above the node's hard limit is lowered to it, with a message on the task's standard error
 */
public record ResourceLimit(Resource resource, long soft) {

  public static final long UNLIMITED = -1;

  /** The limits that the kernel knows. */
  public enum Resource {
    CPU,
    FSIZE,
    DATA,
    STACK,
    CORE,
    RSS,
    NPROC,
    NOFILE,
    MEMLOCK,
    AS
  }
}
