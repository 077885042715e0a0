package org.headrace.commands.internal.scontrol;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.MemoryRequest;
import org.headrace.api.model.NodeConstraint;
import org.headrace.api.model.ResourceRequest;
import org.headrace.api.model.Segments;
import org.headrace.api.model.Sharing;
import org.headrace.api.model.SystemCores;
import org.headrace.api.model.TaskLayout;
import org.headrace.commands.internal.submit.FeatureNotation;
import org.headrace.commands.internal.submit.LicenseNotation;
import org.headrace.commands.internal.submit.NodeCount;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;

/** Changes of what a job asks for. */
final class RequestUpdate {
  private static final Pattern PER_GPU = Pattern.compile("(?:gres[/:])?gpu[:=](\\d\\w*)");

  private ResourceRequest request;

  RequestUpdate(ResourceRequest request) {
    this.request = request;
  }

  ResourceRequest result() {
    return request;
  }

  static int number(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("write a whole number");
    }
    return Integer.parseInt(text);
  }

  /** Takes a setting; false if there is none of that name. */
  boolean add(Update.Setting setting) {
    return amounts(setting.key(), setting.value()) || constraint(setting.key(), setting.value());
  }

  private boolean amounts(String key, String value) {
    TaskLayout old = request.layout();
    switch (key) {
      case "numnodes", "reqnodes", "minnodes" -> nodes(value);
      case "numcpus", "reqcpus", "reqprocs", "numtasks" -> tasks(number(value));
      case "cpuspertask" -> layout(number(value), old.tasksPerNode());
      case "taskspernode" -> layout(old.cpusPerTask(), number(value));
      case "minmemorynode" ->
          request = request.withMemory(MemoryRequest.perNode(Sizes.parseMemory(value)));
      case "minmemorycpu" ->
          request = request.withMemory(MemoryRequest.perCpu(Sizes.parseMemory(value)));
      case "gres", "trespernode" -> gres(value, GresRequest.Scope.NODE);
      case "tresperjob" -> gres(value, GresRequest.Scope.JOB);
      case "trespersocket" -> gres(value, GresRequest.Scope.SOCKET);
      case "trespertask" -> gres(value, GresRequest.Scope.TASK);
      case "cpuspertres" -> request = request.withCpusPerGpu((int) perGpu(key, value));
      case "mempertres" ->
          request =
              request.withMemory(new MemoryRequest(MemoryRequest.Basis.GPU, perGpu(key, value)));
      case "licenses" -> licenses(value);
      case "corespec" -> system(value, false);
      case "threadspec" -> system(value, true);
      case "oversubscribe", "shared" -> request = request.withSharing(sharing(value));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Who says how much it leaves to the system has its nodes for itself. */
  private void system(String value, boolean threads) {
    if (value.equals("*") && request.system() == null) {
      return;
    }
    request =
        value.equals("*")
            ? request.withSystem(null).withSharing(Sharing.CORES)
            : request
                .withSystem(new SystemCores(number(value), threads))
                .withSharing(Sharing.EXCLUSIVE);
  }

  /** A node without a task can't be had. */
  private void tasks(int count) {
    request = request.withLayout(request.layout().withTasks(count));
    if (count != TaskLayout.UNSET && count < request.minNodes()) {
      request = request.withNodes(count, request.maxNodes());
    }
  }

  private void nodes(String value) {
    NodeCount count = NodeCount.parse(value);
    if (count.min() < 1) {
      throw new IllegalArgumentException("write N, MIN-MAX or a list such as 2,4,8");
    }
    request = count.in(request);
    int tasks = request.layout().tasks();
    if (tasks != TaskLayout.UNSET && tasks < count.min()) {
      // Each node has a task.
      request = request.withLayout(request.layout().withTasks(count.min()));
    }
  }

  private void layout(int cpusPerTask, int tasksPerNode) {
    TaskLayout old = request.layout();
    request =
        request.withLayout(
            new TaskLayout(
                old.tasks(),
                Math.max(1, cpusPerTask),
                tasksPerNode,
                old.tasksPerSocket(),
                old.tasksPerCore(),
                old.overcommit(),
                old.distribution()));
  }

  private void licenses(String value) {
    request = request.withLicenses(LicenseNotation.parse(value));
  }

  /** A number that is counted for each GPU; other resources have no such counts. */
  private static long perGpu(String key, String value) {
    Matcher words = PER_GPU.matcher(value);
    if (!words.matches()) {
      throw new IllegalArgumentException("write gres/gpu:N");
    }
    long count = key.startsWith("mem") ? Sizes.parseMemory(words.group(1)) : number(words.group(1));
    if (count < 1) {
      throw new IllegalArgumentException("write gres/gpu:N with 1 or more");
    }
    return count;
  }

  /** Other counts of the same scope; those of others stay. */
  private void gres(String value, GresRequest.Scope scope) {
    List<GresRequest> wishes = new ArrayList<>(request.gres());
    wishes.removeIf(one -> one.scope() == scope);
    wishes.addAll(gresOf(value, scope));
    request = request.withGres(wishes);
  }

  private static List<GresRequest> gresOf(String value, GresRequest.Scope scope) {
    List<GresRequest> wishes = new ArrayList<>();
    for (String part : value.split(",")) {
      String[] words = part.replaceFirst("^gres[/:]", "").replace('=', ':').split(":");
      if (part.isEmpty()) {
        continue;
      }
      boolean counted = words[words.length - 1].matches("\\d{1,18}[kKmMgGtTpP]?");
      int names = counted ? words.length - 1 : words.length;
      if (names < 1 || names > 2 || words[0].isEmpty()) {
        throw new IllegalArgumentException("write NAME[:TYPE][:COUNT]");
      }
      long count = counted ? Sizes.parseCount(words[words.length - 1]) : 1;
      if (count > 0) {
        String type = names == 2 ? words[1] : "";
        wishes.add(new GresRequest(words[0], type, count, scope));
      }
    }
    return wishes;
  }

  private static Sharing sharing(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "no", "0", "exclusive" -> Sharing.EXCLUSIVE;
      case "yes", "1" -> Sharing.OVERSUBSCRIBE;
      case "ok" -> Sharing.CORES;
      case "user" -> Sharing.USER;
      case "topo" -> Sharing.TOPOLOGY;
      default -> throw new IllegalArgumentException("write yes, no or ok");
    };
  }

  private static String features(String value) {
    FeatureNotation.check(value);
    return value;
  }

  private boolean constraint(String key, String value) {
    NodeConstraint old = request.nodes();
    NodeConstraint changed =
        switch (key) {
          case "features" ->
              copy(old, features(value), old.prefer(), old.required(), old.excluded());
          case "prefer" ->
              copy(old, old.features(), features(value), old.required(), old.excluded());
          case "reqnodelist", "nodelist" ->
              copy(old, old.features(), old.prefer(), names(value), old.excluded());
          case "excnodelist", "excludenodes" ->
              copy(old, old.features(), old.prefer(), old.required(), names(value));
          case "mincpusnode" -> shape(old, number(value), old.minTmpDisk(), old.contiguous());
          case "mintmpdisknode" ->
              shape(old, old.minCpus(), Sizes.parseMemory(value), old.contiguous());
          case "contiguous" ->
              shape(old, old.minCpus(), old.minTmpDisk(), value.matches("(?i)1|yes|true"));
          case "switches" -> switches(old, value);
          case "reqsockets" ->
              hardware(old, number(value), old.coresPerSocket(), old.threadsPerCore());
          case "reqcores" -> hardware(old, old.sockets(), number(value), old.threadsPerCore());
          case "reqthreads" -> hardware(old, old.sockets(), old.coresPerSocket(), number(value));
          case "segmentsize", "spreadsegments", "consolidatesegments" ->
              old.withSegments(segments(old.segments(), key, value));
          default -> null;
        };
    if (changed == null) {
      return false;
    }
    request = request.withConstraint(changed);
    return true;
  }

  private static Segments segments(Segments old, String key, String value) {
    boolean yes = value.matches("(?i)1|yes|true");
    return switch (key) {
      case "spreadsegments" -> new Segments(old.size(), yes, old.consolidated());
      case "consolidatesegments" -> new Segments(old.size(), old.spread(), yes);
      default -> new Segments(number(value), old.spread(), old.consolidated());
    };
  }

  private static List<String> names(String value) {
    return value.isEmpty() ? List.of() : Hostlist.expand(value);
  }

  private static NodeConstraint copy(
      NodeConstraint old,
      String features,
      String prefer,
      List<String> required,
      List<String> excluded) {
    return new NodeConstraint(
        features,
        prefer,
        required,
        excluded,
        old.minCpus(),
        old.minTmpDisk(),
        old.sockets(),
        old.coresPerSocket(),
        old.threadsPerCore(),
        old.contiguous(),
        old.maxSwitches(),
        old.switchWait(),
        old.segments(),
        old.breadth());
  }

  private static NodeConstraint shape(
      NodeConstraint old, int minCpus, long minTmpDisk, boolean contiguous) {
    return new NodeConstraint(
        old.features(),
        old.prefer(),
        old.required(),
        old.excluded(),
        minCpus,
        minTmpDisk,
        old.sockets(),
        old.coresPerSocket(),
        old.threadsPerCore(),
        contiguous,
        old.maxSwitches(),
        old.switchWait(),
        old.segments(),
        old.breadth());
  }

  private static NodeConstraint hardware(NodeConstraint old, int sockets, int cores, int threads) {
    return new NodeConstraint(
        old.features(),
        old.prefer(),
        old.required(),
        old.excluded(),
        old.minCpus(),
        old.minTmpDisk(),
        sockets,
        cores,
        threads,
        old.contiguous(),
        old.maxSwitches(),
        old.switchWait(),
        old.segments(),
        old.breadth());
  }

  private static NodeConstraint switches(NodeConstraint old, String value) {
    String[] words = value.split("@", 2);
    long wait = words.length == 2 ? SlurmDuration.parseSeconds(words[1]) * 1000 : old.switchWait();
    return new NodeConstraint(
        old.features(),
        old.prefer(),
        old.required(),
        old.excluded(),
        old.minCpus(),
        old.minTmpDisk(),
        old.sockets(),
        old.coresPerSocket(),
        old.threadsPerCore(),
        old.contiguous(),
        number(words[0]),
        wait,
        old.segments(),
        old.breadth());
  }
}
