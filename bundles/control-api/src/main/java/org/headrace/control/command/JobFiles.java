package org.headrace.control.command;

/**
 * The large parts of a job, kept once however many jobs share them. Both arrays are given away to
 * this record.
 *
 * @param script script; empty for a job without one
 * @param environment {@code NAME=value} entries, each ended by a NUL byte
 */
public record JobFiles(byte[] script, byte[] environment) {
  private static final byte[] NOTHING = new byte[0];

  /** Neither. */
  public static final JobFiles EMPTY = new JobFiles(NOTHING, NOTHING);
}
