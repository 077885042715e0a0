package org.headrace.agent.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.headrace.api.job.Charge;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Execution;
import org.headrace.api.job.ExitStatus;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobArray;
import org.headrace.api.job.JobSpec;
import org.headrace.api.job.JobState;
import org.headrace.api.job.JobStatus;
import org.headrace.api.job.Owner;
import org.headrace.api.job.Step;
import org.headrace.api.job.StepSpec;
import org.headrace.api.job.Timing;
import org.headrace.api.job.Usage;
import org.headrace.api.model.Allocation;
import org.headrace.api.model.CoreSet;
import org.headrace.api.model.GresAllocation;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeAllocation;
import org.headrace.api.model.Reason;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;
import org.headrace.protocol.node.ToNode;

/** Jobs and steps as a controller would send them. */
final class Orders {
  long jobId = 7;
  int restarts;
  long arrayId;
  int arrayTask = Job.NO_TASK;
  List<String> nodes = List.of("n1");
  int cpusPerNode = 1;
  List<GresAllocation> gres = List.of();
  List<GresRequest> wishes = List.of();
  String workDirectory = "/tmp";
  String input = "";
  String output = "";
  String error = "";
  boolean append;
  boolean terminal;
  JobArray array = JobArray.NONE;
  MemoryRequest memory = MemoryRequest.NONE;
  Map<String, String> environment = Map.of("PATH", "/usr/bin:/bin");
  Map<String, String> attributes = Map.of();
  Map<String, String> stepAttributes = Map.of();
  Owner owner = self();
  List<Integer> groups = List.of();

  static Owner self() {
    return new Owner(id("uid"), id("gid"), "root", "root");
  }

  static int id(String kind) {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:" + kind);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  Job job() {
    Execution execution =
        new Execution(
            true,
            List.of(),
            workDirectory,
            input,
            output,
            error,
            append,
            022,
            Map.of(),
            groups,
            true,
            Execution.Warning.NONE);
    JobSpec spec =
        new JobSpec(
            "name",
            owner,
            new Charge("acct", "normal", ""),
            List.of("main"),
            "",
            ResourceRequest.singleCpu().withMemory(memory),
            Timing.ANY,
            array,
            Dependency.NONE,
            execution,
            attributes);
    List<NodeAllocation> parts = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      parts.add(new NodeAllocation(i, CoreSet.firstOf(cpusPerNode), cpusPerNode, 0, gres, 0));
    }
    JobStatus status =
        new JobStatus(
            JobState.RUNNING,
            Set.of(),
            Reason.NONE,
            1,
            "main",
            1,
            1,
            1,
            1_000_000,
            0,
            3_600_000,
            new Allocation(parts, false),
            ExitStatus.SUCCESS,
            ExitStatus.SUCCESS,
            restarts,
            JobArray.NONE,
            0,
            -1,
            0,
            0);
    return new Job(jobId, arrayId, arrayTask, spec, status);
  }

  private byte[] environmentBytes() {
    StringBuilder text = new StringBuilder();
    environment.forEach((name, value) -> text.append(name + "=" + value + "\0"));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  ToNode.Prepare prepare() {
    return new ToNode.Prepare(job(), nodes);
  }

  ToNode.Release release() {
    return new ToNode.Release(job(), restarts, nodes);
  }

  ToNode.Launch batch(String script) {
    byte[] bytes = ("#!/bin/sh\n" + script + "\n").getBytes(StandardCharsets.UTF_8);
    Step step = step(Step.BATCH, List.of(), List.of(List.of(0)));
    return new ToNode.Launch(job(), nodes, step, nodes.subList(0, 1), bytes, environmentBytes());
  }

  /** A step with tasks dealt to the nodes as given. */
  ToNode.Launch launch(int id, List<List<Integer>> ranks, String... argv) {
    Step step = step(id, List.of(argv), ranks);
    List<String> stepNodes = nodes.subList(0, ranks.size());
    return new ToNode.Launch(job(), nodes, step, stepNodes, new byte[0], environmentBytes());
  }

  private Step step(int id, List<String> argv, List<List<Integer>> ranks) {
    boolean batch = id == Step.BATCH;
    StepSpec spec =
        new StepSpec(
            "step",
            ranks.size(),
            List.of(),
            List.of(),
            0,
            new TaskLayout(ranks.stream().mapToInt(List::size).sum(), 1, 0, 0, 0, false, ""),
            MemoryRequest.NONE,
            wishes,
            StepSpec.StepSharing.WHOLE,
            argv,
            workDirectory,
            batch ? "" : input,
            batch ? "" : output,
            batch ? "" : error,
            append,
            terminal,
            022,
            Map.of(),
            false,
            0,
            stepAttributes);
    List<Step.Part> parts = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      parts.add(
          new Step.Part(
              i, CoreSet.firstOf(cpusPerNode), cpusPerNode, 0, gres, ranks.get(i), false));
    }
    return new Step(
        jobId, id, spec, parts, JobState.RUNNING, 1_000_000, 0, ExitStatus.SUCCESS, Usage.NONE);
  }
}
