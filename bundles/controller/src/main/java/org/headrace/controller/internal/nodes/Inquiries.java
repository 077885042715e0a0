package org.headrace.controller.internal.nodes;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.headrace.control.query.AgentReport;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;

/** Questions to agents that have no answer yet. Safe for any thread. */
final class Inquiries {
  private static final long PATIENCE_SECONDS = 5;

  /**
   * A question.
   *
   * @param node who is to answer it
   * @param answer its answer
   */
  private record Question(String node, CompletableFuture<Optional<AgentReport>> answer) {}

  private final BiConsumer<String, ToNode> send;
  private final AtomicLong last = new AtomicLong();
  private final Map<Long, Question> open = new ConcurrentHashMap<>();

  /**
   * @param send sends a message to a node
   */
  Inquiries(BiConsumer<String, ToNode> send) {
    this.send = send;
  }

  CompletableFuture<Optional<AgentReport>> ask(String node) {
    long number = last.incrementAndGet();
    CompletableFuture<Optional<AgentReport>> answer = new CompletableFuture<>();
    open.put(number, new Question(node, answer));
    answer.completeOnTimeout(Optional.empty(), PATIENCE_SECONDS, TimeUnit.SECONDS);
    answer.whenComplete((report, problem) -> open.remove(number));
    send.accept(node, new ToNode.Ask(number));
    return answer;
  }

  void answered(String node, FromNode.Answer said) {
    Question question = open.get(said.number());
    if (question != null && question.node().equals(node)) {
      question
          .answer()
          .complete(
              Optional.of(
                  new AgentReport(
                      said.hardware(),
                      said.host(),
                      said.version(),
                      said.started(),
                      said.heard(),
                      said.pid(),
                      said.processes().stream().map(Inquiries::process).toList())));
    }
  }

  private static AgentReport.StepProcess process(FromNode.StepProcess one) {
    return new AgentReport.StepProcess(
        one.jobId(), one.stepId(), one.pid(), one.localTask(), one.task());
  }
}
