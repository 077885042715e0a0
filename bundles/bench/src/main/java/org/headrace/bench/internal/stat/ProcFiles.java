package org.headrace.bench.internal.stat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel tells about the machine and its processes. Times are in seconds of one core. */
public final class ProcFiles {
  /** Linux reports CPU time to programs in hundredths of a second on all its architectures. */
  private static final double TICKS_PER_SECOND = 100;

  private ProcFiles() {}

  /** CPU time that the whole machine has spent on anything but idling, since boot. */
  public static double machineCpuSeconds() throws IOException {
    return machineCpuSeconds(read(Path.of("/proc/stat")));
  }

  static double machineCpuSeconds(String stat) throws IOException {
    String line = stat.lines().filter(l -> l.startsWith("cpu ")).findFirst().orElse("");
    String[] fields = line.trim().split(" +");
    if (fields.length < 8) {
      throw new IOException("/proc/stat has no line 'cpu' of 7 numbers or more");
    }
    long busy = 0;
    // user nice system, then idle and iowait, then irq softirq; stolen time is not ours.
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(fields[field]);
    }
    return busy / TICKS_PER_SECOND;
  }

  /** CPU time of a process, its ended threads included, its children not. */
  public static double processCpuSeconds(long pid) throws IOException {
    return processCpuSeconds(read(Path.of("/proc/" + pid + "/stat")));
  }

  static double processCpuSeconds(String stat) throws IOException {
    // The name in parentheses may hold anything; field 3 comes after the last one.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
    if (fields.length < 13) {
      throw new IOException("the stat file of a process is cut off");
    }
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Proportional set size in KiB: shared pages count by their share. */
  public static long residentKib(long pid) throws IOException {
    return kib(read(Path.of("/proc/" + pid + "/smaps_rollup")), "Pss");
  }

  /** The part of {@link #residentKib} that isn't pages of files, which the kernel may drop. */
  public static long anonymousKib(long pid) throws IOException {
    return kib(read(Path.of("/proc/" + pid + "/smaps_rollup")), "Pss_Anon");
  }

  static long kib(String rollup, String name) throws IOException {
    for (String line : rollup.lines().toList()) {
      if (line.startsWith(name + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("smaps_rollup has no line '" + name + ":'");
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
