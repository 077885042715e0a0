package org.headrace.commands.internal.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.headrace.api.job.Dependency;
import org.headrace.api.job.Dependency.Condition;
import org.headrace.api.job.Dependency.Kind;
import org.headrace.slurmconf.text.TextFormatException;

/** Dependencies as users write them: {@code afterok:12:13,after:14+5}. */
public final class DependencyNotation {
  private static final Pattern JOB =
      Pattern.compile("(\\d{1,10})(?:_(\\d{1,9}|\\*))?(?:\\+(\\d{1,9}))?");
  private static final String FORM =
      "write TYPE:JOB[:JOB...], several separated by commas (all) or question marks (any); types"
          + " are after, afterany, afterok, afternotok, aftercorr and singleton";

  private DependencyNotation() {}

  /**
   * Reads a dependency. The empty string depends on nothing.
   *
   * @throws TextFormatException when it is malformed
   */
  public static Dependency parse(String text) {
    if (text.isEmpty() || text.equals("0")) {
      return Dependency.NONE;
    }
    boolean any = text.indexOf('?') >= 0;
    if (any && text.indexOf(',') >= 0) {
      throw problem(text, "commas and question marks can't be mixed");
    }
    List<Condition> conditions = new ArrayList<>();
    for (String part : text.split(any ? "\\?" : ",", -1)) {
      addPart(text, part, conditions);
    }
    return new Dependency(conditions, any);
  }

  private static void addPart(String text, String part, List<Condition> conditions) {
    String[] words = part.split(":", -1);
    String type = words[0].toLowerCase(Locale.ROOT);
    if (type.equals("singleton")) {
      if (words.length > 1) {
        throw problem(text, "singleton takes no job");
      }
      conditions.add(new Condition(Kind.SINGLETON, 0, Condition.ALL_TASKS, 0));
      return;
    }
    int first = 1;
    Kind kind = kind(type);
    if (kind == null) {
      if (!JOB.matcher(type).matches()) {
        throw problem(text, TextFormatException.quote(words[0]) + " is no type");
      }
      kind = Kind.AFTER_ANY;
      first = 0;
    }
    if (words.length == first) {
      throw problem(text, type + " needs a job");
    }
    for (int i = first; i < words.length; i++) {
      conditions.add(condition(text, kind, words[i]));
    }
  }

  private static Condition condition(String text, Kind kind, String word) {
    Matcher matcher = JOB.matcher(word);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      throw problem(text, TextFormatException.quote(word) + " is no job id");
    }
    if (matcher.group(3) != null && kind != Kind.AFTER) {
      throw problem(text, "only after takes a delay in minutes");
    }
    String task = matcher.group(2);
    return new Condition(
        kind,
        Long.parseLong(matcher.group(1)),
        task == null || task.equals("*") ? Condition.ALL_TASKS : Integer.parseInt(task),
        matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3)));
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "after" -> Kind.AFTER;
      case "afterany", "afterburstbuffer" -> Kind.AFTER_ANY;
      case "afterok" -> Kind.AFTER_OK;
      case "afternotok" -> Kind.AFTER_NOT_OK;
      case "aftercorr" -> Kind.AFTER_CORRESPONDING;
      default -> null;
    };
  }

  private static TextFormatException problem(String text, String what) {
    return new TextFormatException(
        "dependency " + TextFormatException.quote(text) + ": " + what + "; " + FORM);
  }
}
