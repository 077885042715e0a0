package org.headrace.control.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.TaskLayout;

/**
 * The nearest requests that ask for less of one thing and would do. A number that would do is
 * looked for by halves, as if all smaller ones did too.
 */
public final class SmallerRequests {
  private final ResourceRequest request;
  private final Predicate<ResourceRequest> does;
  private final List<Remedy> found = new ArrayList<>();

  private SmallerRequests(ResourceRequest request, Predicate<ResourceRequest> does) {
    this.request = request;
    this.does = does;
  }

  /**
   * Looks for them.
   *
   * @param request what doesn't do
   * @param does whether a request would
   * @return one for each thing of which less would do, the smallest change first
   */
  public static List<Remedy> of(ResourceRequest request, Predicate<ResourceRequest> does) {
    SmallerRequests search = new SmallerRequests(request, does);
    search.run();
    search.found.sort(Comparator.comparingDouble(Remedy::kept).reversed());
    return search.found;
  }

  private void run() {
    TaskLayout layout = request.layout();
    if (request.minNodes() > 1) {
      largest(Remedy.Kind.NODES, "", request.minNodes(), this::withNodes);
    }
    if (layout.tasks() > request.minNodes()) {
      // On as many nodes, each of which has one.
      int least = Math.max(1, request.minNodes()) - 1;
      largest(Remedy.Kind.TASKS, "", least, layout.tasks(), this::withTasks);
    }
    largest(Remedy.Kind.CPUS_PER_TASK, "", layout.cpusPerTask(), this::withCpus);
    largest(Remedy.Kind.MEMORY, "", request.memory().mebibytes(), this::withMemory);
    for (int i = 0; i < request.gres().size(); i++) {
      int index = i;
      GresRequest one = request.gres().get(i);
      largest(Remedy.Kind.GRES, one.name(), one.count(), count -> withGres(index, count));
    }
  }

  private void largest(
      Remedy.Kind kind, String name, long amount, LongFunction<ResourceRequest> changed) {
    largest(kind, name, 0, amount, changed);
  }

  /** The largest number below {@code amount} that does, if that is more than {@code least}. */
  private void largest(
      Remedy.Kind kind,
      String name,
      long least,
      long amount,
      LongFunction<ResourceRequest> changed) {
    long low = least;
    long high = amount;
    while (high - low > 1) {
      long middle = (low + high) >>> 1;
      if (does.test(changed.apply(middle))) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (low > least) {
      found.add(new Remedy(kind, name, low, (double) low / amount));
    }
  }

  /** Tasks as many for each node as before. */
  private ResourceRequest withNodes(long nodes) {
    TaskLayout layout = request.layout();
    ResourceRequest fewer = request.withNodes((int) nodes, (int) nodes);
    return layout.tasks() == TaskLayout.UNSET
        ? fewer
        : fewer.withLayout(
            layout.withTasks((int) Math.max(nodes, layout.tasks() * nodes / request.minNodes())));
  }

  private ResourceRequest withTasks(long tasks) {
    return request.withLayout(request.layout().withTasks((int) tasks));
  }

  private ResourceRequest withCpus(long cpus) {
    TaskLayout of = request.layout();
    return request.withLayout(
        new TaskLayout(
            of.tasks(),
            (int) cpus,
            of.tasksPerNode(),
            of.tasksPerSocket(),
            of.tasksPerCore(),
            of.overcommit(),
            of.distribution()));
  }

  private ResourceRequest withMemory(long mebibytes) {
    return request.withMemory(new MemoryRequest(request.memory().basis(), mebibytes));
  }

  private ResourceRequest withGres(int index, long count) {
    List<GresRequest> gres = new ArrayList<>(request.gres());
    GresRequest one = gres.get(index);
    gres.set(index, new GresRequest(one.name(), one.type(), count, one.scope()));
    return request.withGres(gres);
  }
}
