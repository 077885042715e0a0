package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.headrace.api.model.GresRequest;
import org.headrace.api.model.GresRequest.Scope;
import org.headrace.commands.internal.cli.Refusal;
import org.headrace.slurmconf.text.Sizes;
import org.headrace.slurmconf.text.TextFormatException;

/** Generic resources as users ask for them: {@code gpu:2}, {@code gpu:tesla:1,shard:4}. */
final class GresNotation {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][\\w.\\-]*");
  private static final Pattern COUNT = Pattern.compile("\\d{1,18}[kKmMgGtTpP]?");

  /** A count as {@code --tres-per-task} gives it for CPUs. */
  record PerTask(int cpus, List<GresRequest> gres) {}

  private GresNotation() {}

  /** {@code --gres}: per node. {@code none} asks for nothing. */
  static List<GresRequest> parseList(Program program, String text) {
    return parseList(program, text, Scope.NODE);
  }

  static List<GresRequest> parseList(Program program, String text, Scope scope) {
    List<GresRequest> wishes = new ArrayList<>();
    if (text.isEmpty() || text.equalsIgnoreCase("none")) {
      return wishes;
    }
    for (String part : text.split(",", -1)) {
      String plain = part.startsWith("gres/") ? part.substring(5) : part;
      int equals = plain.indexOf('=');
      String form =
          equals < 0 ? plain : plain.substring(0, equals) + ":" + plain.substring(equals + 1);
      wish(program, part, form.split(":", -1), scope, wishes);
    }
    return wishes;
  }

  /** {@code --gpus} and its relatives: {@code [type:]n,...}. */
  static List<GresRequest> parseGpus(Program program, String text) {
    return parseGpus(program, text, Scope.JOB);
  }

  static List<GresRequest> parseGpus(Program program, String text, Scope scope) {
    List<GresRequest> wishes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      wish(program, part, ("gpu:" + part).split(":", -1), scope, wishes);
    }
    return wishes;
  }

  /** {@code --tres-per-task}: {@code cpu=2,gres/gpu:tesla=1}. */
  static PerTask parsePerTask(Program program, String text) {
    int cpus = 0;
    List<GresRequest> wishes = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (part.matches("cpu[=:][1-9]\\d{0,8}")) {
        cpus = Integer.parseInt(part.substring(4));
      } else if (part.startsWith("gres/") || part.startsWith("gres:")) {
        wishes.addAll(parseList(program, part.substring(5), Scope.TASK));
      } else {
        throw invalid(program, part, "use cpu=N or gres/NAME[:TYPE]=N");
      }
    }
    return new PerTask(cpus, wishes);
  }

  private static void wish(
      Program program, String shown, String[] parts, Scope scope, List<GresRequest> wishes) {
    boolean counted = parts.length > 1 && COUNT.matcher(parts[parts.length - 1]).matches();
    int names = counted ? parts.length - 1 : parts.length;
    if (names < 1 || names > 2) {
      throw invalid(program, shown, "use NAME[:TYPE][:COUNT]");
    }
    for (int i = 0; i < names; i++) {
      if (!NAME.matcher(parts[i]).matches()) {
        throw invalid(program, shown, "use NAME[:TYPE][:COUNT]");
      }
    }
    long count;
    try {
      count = counted ? Sizes.parseCount(parts[parts.length - 1]) : 1;
    } catch (TextFormatException e) {
      throw invalid(program, shown, e.getMessage());
    }
    if (count > 0) {
      wishes.add(new GresRequest(parts[0], names == 2 ? parts[1] : "", count, scope));
    }
  }

  private static Refusal invalid(Program program, String text, String advice) {
    return Refusal.error(
        program.command(),
        1,
        "Invalid generic resource (gres) specification",
        TextFormatException.quote(text) + ": " + advice);
  }
}
