package org.headrace.commands.internal.squeue;

import java.util.Locale;
import org.headrace.api.job.Job;
import org.headrace.api.model.MemoryRequest;
import org.headrace.commands.internal.format.JobFacts;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.submit.Attributes;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.SlurmDuration;

/**
 * A job in a listing.
 *
 * @param facts the job
 * @param times how to print times
 * @param convert true to print counts and sizes with the largest unit
 */
record JobLine(JobFacts facts, TimeTexts times, boolean convert) {
  private static final double HIGHEST_PRIORITY = 4294967295.0;
  private static final int KIBI = 1024;

  Job job() {
    return facts.job();
  }

  String start() {
    return times.point(facts.start(), "N/A");
  }

  String end() {
    boolean known = facts.start() != 0;
    return known && facts.end() == 0 ? "NONE" : times.point(facts.end(), "N/A");
  }

  String used() {
    return SlurmDuration.format(facts.elapsed());
  }

  String left() {
    if (facts.unlimited()) {
      return "UNLIMITED";
    }
    long left = facts.limitSeconds() - facts.elapsed();
    return left < 0 ? "INVALID" : SlurmDuration.format(left);
  }

  String limit() {
    return SlurmDuration.format(facts.unlimited() ? SlurmDuration.INFINITE : facts.limitSeconds());
  }

  String memory() {
    long mebibytes = facts.memory();
    if (job().spec().request().memory().basis() == MemoryRequest.Basis.NONE || mebibytes == 0) {
      return "0";
    }
    return convert ? Sizes.formatMemory(mebibytes) : mebibytes + "M";
  }

  /** {@code 2000}, {@code 2K}. */
  String count(int number) {
    return convert && number >= KIBI && number % KIBI == 0
        ? number / KIBI + "K"
        : Integer.toString(number);
  }

  String batchHost() {
    String host = facts.batchHost();
    if (host == null) {
      return "n/a";
    }
    return job().spec().execution().batch() || facts.submitHost().isEmpty()
        ? host
        : facts.submitHost();
  }

  String priorityFraction() {
    return String.format(Locale.ROOT, "%16.14f", JobFacts.priority(job()) / HIGHEST_PRIORITY);
  }

  String command() {
    return JobFacts.orNull(facts.attribute(Attributes.COMMAND));
  }
}
