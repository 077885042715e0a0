package org.headrace.launcher.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.headrace.api.launcher.Containment;
import org.headrace.api.launcher.IoTarget;
import org.headrace.api.launcher.LaunchOptions;
import org.headrace.api.launcher.LaunchOrder;
import org.headrace.api.launcher.LauncherSettings;
import org.headrace.api.launcher.MemoryPolicy;
import org.headrace.api.launcher.ParallelWorld;
import org.headrace.api.launcher.Program;
import org.headrace.api.launcher.ResourceLimit;
import org.headrace.api.launcher.TaskOrder;

/**
 * Writes an order as the supervisor reads it: fields of tag (2 bytes), length (4 bytes) and bytes,
 * big-endian. Everything that the supervisor or the kernel would refuse is refused here first, with
 * a message for the user. The tags are those of {@code order.c}.
 */
final class OrderEncoder {

  /** The kernel's limit for one argument or variable, without the closing zero. */
  static final int MAX_STRING_BYTES = 131_071;

  /** The kernel's usual limit for arguments and environment together. */
  static final int MAX_ARGUMENT_BYTES = 2 << 20;

  static final int MAX_SCRIPT_BYTES = 64 << 20;
  static final int MAX_TASKS = 4096;
  static final int MAX_STRINGS = 65_536;
  private static final int MAX_CPU_WORDS = 128;
  private static final int MAX_PATIENCE_MILLIS = 86_400_000;
  private static final int MAX_ORDER_BYTES = 95 << 20;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private int argumentBytes;

  private OrderEncoder() {}

  static byte[] encode(LaunchOrder order, LauncherSettings settings) throws LaunchRefusedException {
    OrderEncoder encoder = new OrderEncoder();
    encoder.writeStep(order, settings);
    encoder.writeProgram(order.program());
    encoder.writeEnvironment(order.environment());
    int shared = encoder.argumentBytes;
    if (order.tasks().isEmpty() || order.tasks().size() > MAX_TASKS) {
      throw new LaunchRefusedException(
          "a step needs 1 to " + MAX_TASKS + " tasks on a node, not " + order.tasks().size());
    }
    for (TaskOrder task : order.tasks()) {
      encoder.argumentBytes = shared;
      encoder.writeTask(task, order.program());
    }
    if (encoder.out.size() > MAX_ORDER_BYTES) {
      throw new LaunchRefusedException(
          "the order is " + encoder.out.size() + " bytes, at most " + MAX_ORDER_BYTES);
    }
    return encoder.out.toByteArray();
  }

  private void writeStep(LaunchOrder order, LauncherSettings settings)
      throws LaunchRefusedException {
    int32(1, 1);
    field(2, ByteBuffer.allocate(8).putLong(order.key().jobId()).array());
    int32(3, order.key().stepId());
    int32(4, order.attempt());
    string(5, order.nodeName(), "node name");
    if (order.user().uid() == -1 || order.user().gid() == -1) {
      throw new LaunchRefusedException("user or group number -1 of " + order.user().userName());
    }
    int32(6, order.user().uid());
    int32(7, order.user().gid());
    field(8, ints(order.user().supplementaryGids()));
    string(10, order.workDir(), "working directory");
    if (order.umask() < 0 || order.umask() > 0777) {
      throw new LaunchRefusedException(
          "umask 0" + Integer.toOctalString(order.umask()) + " is not between 0 and 0777");
    }
    int32(11, order.umask());
    if (order.limits().size() > ResourceLimit.Resource.values().length) {
      throw new LaunchRefusedException("more resource limits than there are resources");
    }
    for (ResourceLimit limit : order.limits()) {
      field(
          12,
          ByteBuffer.allocate(12).putInt(limit.resource().ordinal()).putLong(limit.soft()).array());
    }
    field(17, ByteBuffer.allocate(8).putLong(order.containment().memoryMib()).array());
    if (order.containment().memoryMib() < 0) {
      throw new LaunchRefusedException(
          "memory limit " + order.containment().memoryMib() + " MiB is negative");
    }
    cpus(order.containment().cpus(), 18);
    writeOptions(order.options(), settings);
    string(22, order.containment().cgroupPath(), "cgroup path");
    string(23, settings.cgroupRoot(), "cgroup root");
    string(24, order.options().pidVariable(), "process id variable");
    for (String program : order.options().taskPrologs()) {
      string(25, program, "task prolog");
    }
    for (String program : order.options().taskEpilogs()) {
      string(26, program, "task epilog");
    }
    List<String> denied = order.containment().deniedDevices();
    if (denied.size() > Containment.MAX_DENIED_DEVICES) {
      throw new LaunchRefusedException(
          denied.size()
              + " devices to hold the step away from; at most "
              + Containment.MAX_DENIED_DEVICES);
    }
    for (String device : denied) {
      string(27, device, "device");
    }
    if (order.world().exists()) {
      world(order.world());
    }
  }

  private void world(ParallelWorld world) throws LaunchRefusedException {
    byte[] name = bytes(world.name(), "name of a parallel program");
    byte[] mapping = bytes(world.mapping(), "mapping of ranks to nodes");
    ByteBuffer field = ByteBuffer.allocate(14 + name.length + mapping.length);
    field.putInt(world.size()).putInt(world.firstRank()).putInt(world.nodes());
    field(28, field.putShort((short) name.length).put(name).put(mapping).array());
    int32(29, Math.max(0, Math.min(world.patienceMillis(), MAX_PATIENCE_MILLIS)));
    if (!world.placement().isEmpty()) {
      field(37, bytes(world.placement(), "placement of a parallel program"));
    }
  }

  private void writeOptions(LaunchOptions options, LauncherSettings settings)
      throws LaunchRefusedException {
    int flags =
        (options.appendOutput() ? 1 : 0)
            | (options.pty() ? 2 : 0)
            | (settings.constrainCores() ? 4 : 0)
            | (settings.constrainMemory() ? 8 : 0)
            | (settings.constrainDevices() ? 16 : 0);
    int32(19, flags);
    if (options.killWaitMillis() < 0 || options.killWaitMillis() > 86_400_000) {
      throw new LaunchRefusedException(
          "kill wait " + options.killWaitMillis() + " ms is not between 0 and a day");
    }
    int32(20, options.killWaitMillis());
    int32(21, options.ptyRows() << 16 | options.ptyColumns() & 0xffff);
  }

  private void writeProgram(Program program) throws LaunchRefusedException {
    if (program instanceof Program.Script script) {
      if (script.content().length == 0 || script.content().length > MAX_SCRIPT_BYTES) {
        throw new LaunchRefusedException(
            "the script is "
                + script.content().length
                + " bytes; it must be 1 to "
                + MAX_SCRIPT_BYTES);
      }
      field(15, script.content());
      arguments(script.arguments());
    } else if (program instanceof Program.Command command) {
      if (command.argv().isEmpty() || command.argv().get(0).isEmpty()) {
        throw new LaunchRefusedException("the command has no name");
      }
      arguments(command.argv());
    }
  }

  private void arguments(List<String> words) throws LaunchRefusedException {
    if (words.size() >= MAX_STRINGS) {
      throw new LaunchRefusedException(
          words.size() + " arguments; at most " + (MAX_STRINGS - 1) + " are possible");
    }
    for (int i = 0; i < words.size(); i++) {
      count(string(14, words.get(i), "argument " + i));
    }
  }

  private void writeEnvironment(Map<String, String> environment) throws LaunchRefusedException {
    if (environment.size() >= MAX_STRINGS) {
      throw new LaunchRefusedException(
          environment.size() + " environment variables; at most " + (MAX_STRINGS - 1));
    }
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      String name = variable.getKey();
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        throw new LaunchRefusedException(
            "environment variable name '" + shorten(name) + "' is empty or contains '='");
      }
      count(string(13, name + "=" + variable.getValue(), "environment variable " + shorten(name)));
    }
  }

  private void writeTask(TaskOrder task, Program program) throws LaunchRefusedException {
    OrderEncoder inner = new OrderEncoder();
    inner.argumentBytes = argumentBytes;
    inner.int32(31, task.globalRank());
    inner.int32(32, task.localRank());
    inner.writeEnvironment(task.environment());
    if (!task.argv().isEmpty()) {
      if (task.argv().get(0).isEmpty()) {
        throw new LaunchRefusedException(
            "the command of task " + task.globalRank() + " has no name");
      }
      inner.arguments(task.argv());
    } else if (program instanceof Program.Command command && command.argv().isEmpty()) {
      throw new LaunchRefusedException("task " + task.globalRank() + " has no command");
    }
    inner.cpus(task.cpus(), 18);
    inner.target(33, task.stdin(), "input");
    inner.target(34, task.stdout(), "output");
    inner.target(35, task.stderr(), "error");
    inner.memory(task);
    field(30, inner.out.toByteArray());
  }

  private void memory(TaskOrder task) throws LaunchRefusedException {
    MemoryPolicy policy = task.memory();
    if (policy.mode() == MemoryPolicy.Mode.DEFAULT && policy.shownAs().isEmpty()) {
      return;
    }
    if (policy.nodes().length > MemoryPolicy.MAX_NODES / Long.SIZE) {
      throw new LaunchRefusedException(
          "a set of nodes of memory beyond number " + (MemoryPolicy.MAX_NODES - 1));
    }
    byte[] shown = bytes(policy.shownAs(), "word for how memory is bound");
    ByteBuffer field = ByteBuffer.allocate(2 + shown.length + policy.nodes().length * Long.BYTES);
    field.put((byte) policy.mode().ordinal()).put((byte) shown.length).put(shown);
    for (long word : policy.nodes()) {
      field.putLong(word);
    }
    field(36, field.array());
  }

  private void target(int tag, IoTarget target, String what) throws LaunchRefusedException {
    if (target instanceof IoTarget.FilePath file) {
      if (!file.path().startsWith("/")) {
        throw new LaunchRefusedException(
            what + " file '" + shorten(file.path()) + "' must be an absolute path");
      }
      byte[] path = bytes(file.path(), what + " file");
      field(tag, ByteBuffer.allocate(path.length + 1).put((byte) 2).put(path).array());
    } else if (target instanceof IoTarget.Stream) {
      field(tag, new byte[] {1});
    } else if (target instanceof IoTarget.SameAsOutput) {
      if (tag != 35) {
        throw new LaunchRefusedException("only standard error can be the same as output");
      }
      field(tag, new byte[] {3});
    } else {
      field(tag, new byte[] {0});
    }
  }

  private void cpus(long[] words, int tag) throws LaunchRefusedException {
    if (words.length > MAX_CPU_WORDS) {
      throw new LaunchRefusedException(
          "a CPU set of " + words.length * 64 + " CPUs; at most " + MAX_CPU_WORDS * 64);
    }
    ByteBuffer bytes = ByteBuffer.allocate(words.length * 8);
    for (long word : words) {
      bytes.putLong(word);
    }
    field(tag, bytes.array());
  }

  private void count(int bytes) throws LaunchRefusedException {
    argumentBytes += bytes + 1 + 8;
    if (argumentBytes > MAX_ARGUMENT_BYTES) {
      throw new LaunchRefusedException(
          "arguments and environment are larger than "
              + MAX_ARGUMENT_BYTES
              + " bytes, which no program can be started with; pass large data in files");
    }
  }

  private int string(int tag, String value, String what) throws LaunchRefusedException {
    byte[] bytes = bytes(value, what);
    field(tag, bytes);
    return bytes.length;
  }

  private static byte[] bytes(String value, String what) throws LaunchRefusedException {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_STRING_BYTES) {
      throw new LaunchRefusedException(
          what + " is " + bytes.length + " bytes; at most " + MAX_STRING_BYTES + " are possible");
    }
    if (value.indexOf('\0') >= 0) {
      throw new LaunchRefusedException(what + " contains a zero byte");
    }
    return bytes;
  }

  private static String shorten(String text) {
    return text.length() <= 64 ? text : text.substring(0, 64) + "...";
  }

  private static byte[] ints(List<Integer> values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.size() * 4);
    values.forEach(bytes::putInt);
    return bytes.array();
  }

  private void int32(int tag, int value) {
    field(tag, ByteBuffer.allocate(4).putInt(value).array());
  }

  private void field(int tag, byte[] bytes) {
    out.writeBytes(ByteBuffer.allocate(6).putShort((short) tag).putInt(bytes.length).array());
    out.writeBytes(bytes);
  }
}
