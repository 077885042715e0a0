package org.headrace.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.headrace.client.wire.Hello;

/** What this process can tell about itself; Java has no calls for most of it, so /proc answers. */
final class ProcessFacts {
  private static final Map<String, String> LIMITS = limitNames();

  private ProcessFacts() {}

  static Hello hello(String program, List<String> arguments, Map<String, String> environment) {
    int terminals = 0;
    for (int fd = 0; fd < 3; fd++) {
      terminals |= isTerminal(fd) ? 1 << fd : 0;
    }
    return new Hello(
        program,
        arguments,
        Path.of("").toAbsolutePath().toString(),
        environment,
        umask(),
        limits(),
        terminals,
        terminals == 0 ? 0 : 80,
        terminals == 0 ? 0 : 24,
        (int) ProcessHandle.current().pid(),
        sessionId(),
        read("/proc/sys/kernel/hostname").strip(),
        "");
  }

  private static boolean isTerminal(int fd) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  private static int umask() {
    return read("/proc/self/status")
        .lines()
        .filter(line -> line.startsWith("Umask:"))
        .map(line -> Integer.parseInt(line.substring(6).strip(), 8))
        .findFirst()
        .orElse(022);
  }

  private static int sessionId() {
    String stat = read("/proc/self/stat");
    // The name in parentheses may hold anything; the fields after it are state ppid pgrp session.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
    return fields.length > 3 ? Integer.parseInt(fields[3]) : 0;
  }

  private static Map<String, Hello.Limit> limits() {
    Map<String, Hello.Limit> limits = new LinkedHashMap<>();
    String text = read("/proc/self/limits");
    LIMITS.forEach(
        (label, name) ->
            text.lines()
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()).strip().split(" +"))
                .findFirst()
                .ifPresent(
                    values ->
                        limits.put(name, new Hello.Limit(limit(values[0]), limit(values[1])))));
    return limits;
  }

  private static long limit(String text) {
    return text.equals("unlimited") ? -1 : Long.parseUnsignedLong(text);
  }

  private static Map<String, String> limitNames() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("Max cpu time", "CPU");
    names.put("Max file size", "FSIZE");
    names.put("Max data size", "DATA");
    names.put("Max stack size", "STACK");
    names.put("Max core file size", "CORE");
    names.put("Max resident set", "RSS");
    names.put("Max processes", "NPROC");
    names.put("Max open files", "NOFILE");
    names.put("Max locked memory", "MEMLOCK");
    names.put("Max address space", "AS");
    names.put("Max file locks", "LOCKS");
    names.put("Max pending signals", "SIGPENDING");
    names.put("Max msgqueue size", "MSGQUEUE");
    names.put("Max nice priority", "NICE");
    names.put("Max realtime priority", "RTPRIO");
    names.put("Max realtime timeout", "RTTIME");
    return names;
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
