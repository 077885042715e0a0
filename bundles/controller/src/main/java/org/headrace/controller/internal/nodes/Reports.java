package org.headrace.controller.internal.nodes;

import org.headrace.control.command.Command;
import org.headrace.control.command.ErrorCode;
import org.headrace.control.command.NodeReport;
import org.headrace.protocol.node.FromNode;

/** Turns what agents report into commands. */
public final class Reports {
  private Reports() {}

  public static Command command(String node, FromNode.News news) {
    if (news instanceof FromNode.Ready ready) {
      return new Command.NodeReady(ready.jobId(), ready.restarts(), node);
    } else if (news instanceof FromNode.LaunchFailed failed) {
      return new Command.LaunchFailed(
          failed.jobId(), failed.restarts(), node, failed.message(), failed.prolog());
    } else if (news instanceof FromNode.StepEnded ended) {
      return new Command.StepEnded(
          ended.jobId(),
          ended.restarts(),
          ended.stepId(),
          node,
          ended.exit(),
          ended.usage(),
          ended.outOfMemory(),
          ended.message());
    } else if (news instanceof FromNode.Released released) {
      return new Command.NodeReleased(
          released.jobId(), released.restarts(), node, released.message());
    }
    throw new IllegalArgumentException("no command for " + news);
  }

  /** What an agent says of its node, whose name is that of the connection. */
  public static NodeReport registration(String node, FromNode.Register register) {
    return new NodeReport(
        node,
        register.hardware(),
        register.gres(),
        register.version(),
        register.operatingSystem(),
        register.architecture(),
        register.bootTime(),
        register.agentStarted(),
        register.load(),
        register.freeMemory(),
        register.host(),
        "",
        register.steps().stream()
            .map(s -> new NodeReport.HeldStep(s.jobId(), s.restarts(), s.stepId()))
            .toList());
  }

  /** True when the log took the command, whatever the core made of it: it need not come again. */
  public static boolean settled(ErrorCode code) {
    return code != ErrorCode.QUEUE_FULL
        && code != ErrorCode.DISK_FULL
        && code != ErrorCode.NOT_LEADER
        && code != ErrorCode.OUTCOME_UNKNOWN;
  }
}
