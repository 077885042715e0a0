package org.headrace.api.job;

/**
 * Which part of a heterogeneous job a job is. Components are jobs of their own that start together,
 * and end together.
 *
 * @param group id of the first component; zero for a job that stands alone
 * @param index its place, from 0; component {@code index} has the id {@code group + index}
 * @param count how many components there are
 */
public record JobComponent(long group, int index, int count) {
  /** A job that stands alone. */
  public static final JobComponent NONE = new JobComponent(0, 0, 1);

  /** True for a part of a heterogeneous job. */
  public boolean grouped() {
    return group != 0;
  }
}
