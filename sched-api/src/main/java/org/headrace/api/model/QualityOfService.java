package org.headrace.api.model;

/**
 * A quality of service that jobs may ask for.
 *
 * @param name name
 * @param priority its share of a job's priority, at least 0
 */
public record QualityOfService(String name, long priority) {}
