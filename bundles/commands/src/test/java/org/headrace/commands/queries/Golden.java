package org.headrace.commands.queries;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A command line and what has to come of it. The texts are those of Slurm 22.05 for the cluster of
 * {@link PeerModel}, with these differences: keys that newer releases renamed, added or dropped
 * ({@code ReqTRES} and {@code AllocTRES} for {@code TRES}, {@code gres/gpu}, {@code LicensesAlloc},
 * {@code SubmitLine}, {@code ResumeAfterTime}, {@code MaxCPUsPerSocket}, no power and sensor
 * figures); working directories; and what the model doesn't hold (the process behind a step).
 *
 * @param command words, separated by blanks or, where the line has them, by tabs
 * @param status exit status
 * @param now when
 * @param text standard output, then standard error
 */
record Golden(String command, int status, String now, String text) {
  String[] arguments() {
    String separator = command.indexOf('\t') >= 0 ? "\t" : " ";
    String[] words = command.split(separator);
    return java.util.Arrays.copyOfRange(words, 1, words.length);
  }

  /** Reads cases; each starts with a line {@code ==> status time command}. */
  static List<Golden> cases(String file) {
    String all;
    try (InputStream in = Golden.class.getResourceAsStream(file)) {
      all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Golden> cases = new ArrayList<>();
    for (String part : all.split("(?m)^==> ")) {
      if (!part.isBlank()) {
        int end = part.indexOf('\n');
        String[] head = part.substring(0, end).split(" ", 3);
        int status = Integer.parseInt(head[0]);
        cases.add(new Golden(head[2], status, head[1], part.substring(end + 1)));
      }
    }
    return cases;
  }
}
