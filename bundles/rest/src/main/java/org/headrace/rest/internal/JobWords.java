package org.headrace.rest.internal;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** What a request says of one job, as options of {@code sbatch} or words of an update. */
final class JobWords {
  private final Map<String, Object> job;
  private final String where;
  private final BiConsumer<String, String> warnings;
  private final List<String> words = new ArrayList<>();
  private final ZoneId zone;

  /**
   * @param where the job's place in the request, such as {@code #/job}
   * @param zone of whoever reads times
   * @param warnings takes what is left out, and where it is
   */
  JobWords(
      Map<String, Object> job, String where, ZoneId zone, BiConsumer<String, String> warnings) {
    this.job = job;
    this.where = where;
    this.zone = zone;
    this.warnings = warnings;
  }

  /** The zone that these variables name, or the system's: as {@code sbatch} takes it. */
  static ZoneId zone(Map<String, String> environment) {
    String name = environment.getOrDefault("TZ", "");
    if (!name.isEmpty()) {
      try {
        return ZoneId.of(name.startsWith(":") ? name.substring(1) : name);
      } catch (DateTimeException e) {
        // A form that only the C library knows.
      }
    }
    return ZoneId.systemDefault();
  }

  /** Options of {@code sbatch}. */
  List<String> options() throws Problem.Raised {
    for (Map.Entry<String, Object> one : job.entrySet()) {
      Field field = JobFields.find(one.getKey());
      if (field == null || field.option().isEmpty()) {
        ignore(one.getKey());
      } else if (field.option().equals("*")) {
        special(field);
      } else {
        plain(field, word(field.name()));
      }
    }
    nodes("nodes", "minimum_nodes", "maximum_nodes", "--nodes=");
    warning();
    return words;
  }

  private void ignore(String name) {
    warnings.accept("Ignoring unknown or unsupported field " + name, at(name));
  }

  private String at(String name) {
    return where + "/" + name;
  }

  /** The word for a field, or null if it isn't there or says nothing. */
  private String word(String name) throws Problem.Raised {
    Object value = job.get(name);
    return value == null ? null : Values.word(JobFields.find(name).kind(), value, at(name), zone);
  }

  private void plain(Field field, String word) {
    if (word == null || word.isEmpty()) {
      return;
    }
    if (field.kind() != Field.Kind.FLAG) {
      words.add("--" + field.option() + "=" + word);
    } else if (word.equals("yes")) {
      words.add("--" + field.option());
    }
  }

  private void special(Field field) throws Problem.Raised {
    if (field.name().equals("environment")) {
      return; // May be an object as well, and goes with the request as a whole.
    }
    String word = word(field.name());
    if (word == null || word.isEmpty()) {
      return;
    }
    switch (field.name()) {
      case "cpus_per_tres" -> gpus("--cpus-per-gpu=", word, field);
      case "current_working_directory" -> words.add("--chdir=" + word);
      case "exclusive", "shared" -> shared(field, word.toLowerCase(Locale.ROOT));
      case "hold" -> flag(word.equals("yes"), "--hold");
      case "kill_on_node_fail" -> flag(word.equals("no"), "--no-kill");
      case "memory_per_tres" -> gpus("--mem-per-gpu=", word, field);
      case "minimum_cpus" -> minimumCpus(word);
      case "open_mode" -> words.add("--open-mode=" + word.toLowerCase(Locale.ROOT));
      case "requeue" -> words.add(word.equals("yes") ? "--requeue" : "--no-requeue");
      case "required_switches" -> switches(word);
      case "tres_per_job" -> gpus("--gpus=", word, field);
      case "tres_per_socket" -> gpus("--gpus-per-socket=", word, field);
      case "wait_all_nodes" -> words.add("--wait-all-nodes=" + (word.equals("yes") ? "1" : "0"));
      default -> {
        // Goes with another one, or with the request as a whole.
      }
    }
  }

  private void flag(boolean given, String option) {
    if (given) {
      words.add(option);
    }
  }

  private void shared(Field field, String word) throws Problem.Raised {
    switch (word) {
      case "true", "none" -> words.add("--exclusive");
      case "user", "mcs", "topo" -> words.add("--exclusive=" + word);
      case "oversubscribe" -> words.add("--oversubscribe");
      case "false" -> {
        // As usual.
      }
      default -> throw Problem.bad(at(field.name()) + " '" + word + "' isn't known", word).raised();
    }
  }

  /** Of GPUs alone; what else there may be in such a list nothing can be asked for. */
  private void gpus(String option, String word, Field field) throws Problem.Raised {
    List<String> asked = new ArrayList<>();
    for (String part : word.split(",")) {
      String wish = part.strip().replaceFirst("^gres[/:]", "").replace('=', ':');
      if (!wish.matches("gpu(:[^:]+)*")) {
        throw Problem.bad(
                at(field.name()) + " has '" + part + "'; here only gres/gpu[:type]:N is known",
                at(field.name()))
            .raised();
      }
      asked.add(wish.equals("gpu") ? "1" : wish.substring("gpu:".length()));
    }
    words.add(option + String.join(",", asked));
  }

  private void minimumCpus(String word) {
    if (job.get("tasks") == null) {
      words.add("--ntasks=" + word);
    }
  }

  private void switches(String word) throws Problem.Raised {
    String wait = word("wait_for_switch");
    words.add("--switches=" + word + (wait == null ? "" : "@" + seconds(wait)));
  }

  private static String seconds(String text) {
    long all = Long.parseLong(text);
    return "%d:%02d:%02d".formatted(all / 3600, all / 60 % 60, all % 60);
  }

  private void nodes(String range, String least, String most, String before) throws Problem.Raised {
    String both = word(range);
    String from = word(least);
    String to = word(most);
    if (both != null && !both.isEmpty()) {
      words.add(before + both);
    } else if (from != null || to != null) {
      words.add(before + (from == null ? "1" : from) + (to == null ? "" : "-" + to));
    }
  }

  private void warning() throws Problem.Raised {
    String signal = word("kill_warning_signal");
    if (signal == null || signal.isEmpty()) {
      return;
    }
    String delay = word("kill_warning_delay");
    String flags = word("kill_warning_flags");
    boolean batch = flags != null && flags.contains("BATCH_JOB");
    words.add("--signal=" + (batch ? "B:" : "") + signal + (delay == null ? "" : "@" + delay));
  }

  /** Words of {@code scontrol update}, without the job's own. */
  List<String> changes() throws Problem.Raised {
    for (Map.Entry<String, Object> one : job.entrySet()) {
      Field field = JobFields.find(one.getKey());
      if (field == null || field.update().isEmpty()) {
        ignore(one.getKey());
        continue;
      }
      String word = word(field.name());
      if (word == null) {
        continue;
      }
      if (field.update().equals("*")) {
        change(field, word);
      } else {
        words.add(field.update() + "=" + word);
      }
    }
    nodes("nodes", "minimum_nodes", "maximum_nodes", "NumNodes=");
    return words;
  }

  private void change(Field field, String word) {
    switch (field.name()) {
      case "exclusive", "shared" -> {
        boolean whole = word.equalsIgnoreCase("true") || word.equalsIgnoreCase("none");
        boolean both = word.equalsIgnoreCase("oversubscribe");
        words.add("OverSubscribe=" + (whole ? "no" : both ? "yes" : word.toLowerCase(Locale.ROOT)));
      }
      case "minimum_cpus" -> {
        if (job.get("tasks") == null) {
          words.add("NumCPUs=" + word);
        }
      }
      case "requeue" -> words.add("Requeue=" + (word.equals("yes") ? "1" : "0"));
      case "required_switches" -> words.add("Switches=" + word);
      default -> {
        // Goes with another one, or is a request of its own (hold).
      }
    }
  }

  /** Whether the job is to be held (true) or released (false); null if neither is said. */
  Boolean hold() throws Problem.Raised {
    String word = word("hold");
    return word == null ? null : word.equals("yes");
  }

  /**
   * The variables of the request: an array of {@code NAME=VALUE}, or an object.
   *
   * @return null if there are none
   */
  Map<String, String> environment() throws Problem.Raised {
    Object value = job.get("environment");
    Map<String, String> variables = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> object) {
      for (Map.Entry<?, ?> one : object.entrySet()) {
        variable(variables, one.getKey() + "=" + (one.getValue() == null ? "" : one.getValue()));
      }
    } else if (value != null) {
      for (String pair : Values.texts(value, at("environment"))) {
        variable(variables, pair);
      }
    }
    return variables.isEmpty() ? null : variables;
  }

  private void variable(Map<String, String> variables, String pair) throws Problem.Raised {
    int equals = Values.checked(pair, at("environment")).indexOf('=');
    if (equals <= 0) {
      throw Problem.bad(
              at("environment") + " has '" + pair + "', which is no NAME=VALUE", at("environment"))
          .raised();
    }
    variables.put(pair.substring(0, equals), pair.substring(equals + 1));
  }
}
