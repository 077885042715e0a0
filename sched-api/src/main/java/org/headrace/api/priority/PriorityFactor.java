package org.headrace.api.priority;

/** What can speak for a job. */
public enum PriorityFactor {
  /** How long it has waited. */
  AGE("age"),
  /** How much it asks for. */
  JOB_SIZE("job size"),
  /** Its partition. */
  PARTITION("partition"),
  /** Its quality of service. */
  QOS("qos"),
  /** How much less than its share who pays has used. */
  FAIR_SHARE("fair share"),
  /** The priority of the association that pays. */
  ASSOCIATION("association"),
  /** How much it asks for of each trackable resource, with their weights; its own weight is 1. */
  TRES("tres"),
  /** What an administrator gave it: a number of its own, whose weight is 1. */
  SITE("site");

  private final String word;

  PriorityFactor(String word) {
    this.word = word;
  }

  /** Its name for people, in lower case. */
  public String word() {
    return word;
  }
}
