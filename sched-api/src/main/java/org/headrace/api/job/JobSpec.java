package org.headrace.api.job;

import java.util.List;
import java.util.Map;
import org.headrace.api.model.ResourceRequest;

/**
 * What a user asked for. The script and the environment are kept apart from it, as they are large
 * and often the same for many jobs.
 *
 * @param name job name
 * @param owner whose it is
 * @param charge to whom it is charged
 * @param partitions partitions it may run in, best first; empty for the default one
 * @param reservation reservation to run in, or the empty string
 * @param request resources
 * @param timing when
 * @param array array indexes
 * @param dependency jobs that have to come first
 * @param execution how its processes are run
 * @param attributes what the controller keeps and doesn't look at, such as a comment; names are the
 *     front end's
 * @param component which part of a heterogeneous job it is
 */
public record JobSpec(
    String name,
    Owner owner,
    Charge charge,
    List<String> partitions,
    String reservation,
    ResourceRequest request,
    Timing timing,
    JobArray array,
    Dependency dependency,
    Execution execution,
    Map<String, String> attributes,
    JobComponent component) {
  public JobSpec {
    partitions = List.copyOf(partitions);
    attributes = Map.copyOf(attributes);
    component = component == null ? JobComponent.NONE : component;
  }

  /** A job that stands alone. */
  public JobSpec(
      String name,
      Owner owner,
      Charge charge,
      List<String> partitions,
      String reservation,
      ResourceRequest request,
      Timing timing,
      JobArray array,
      Dependency dependency,
      Execution execution,
      Map<String, String> attributes) {
    this(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        execution,
        attributes,
        JobComponent.NONE);
  }

  /** A job of one CPU, of which nothing else is said. */
  public static JobSpec of(String name, Owner owner, Execution execution) {
    return new JobSpec(
        name,
        owner,
        new Charge("", "", ""),
        List.of(),
        "",
        ResourceRequest.singleCpu(),
        Timing.ANY,
        JobArray.NONE,
        Dependency.NONE,
        execution,
        Map.of());
  }

  public JobSpec withName(String newName) {
    return new JobSpec(
        newName,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withCharge(Charge newCharge) {
    return new JobSpec(
        name,
        owner,
        newCharge,
        partitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withPartitions(List<String> newPartitions) {
    return new JobSpec(
        name,
        owner,
        charge,
        newPartitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withReservation(String newReservation) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        newReservation,
        request,
        timing,
        array,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withRequest(ResourceRequest newRequest) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        newRequest,
        timing,
        array,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withTiming(Timing newTiming) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        newTiming,
        array,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withArray(JobArray newArray) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        newArray,
        dependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withDependency(Dependency newDependency) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        array,
        newDependency,
        execution,
        attributes,
        component);
  }

  public JobSpec withExecution(Execution newExecution) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        newExecution,
        attributes,
        component);
  }

  public JobSpec withAttributes(Map<String, String> newAttributes) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        execution,
        newAttributes,
        component);
  }

  public JobSpec withComponent(JobComponent newComponent) {
    return new JobSpec(
        name,
        owner,
        charge,
        partitions,
        reservation,
        request,
        timing,
        array,
        dependency,
        execution,
        attributes,
        newComponent);
  }
}
