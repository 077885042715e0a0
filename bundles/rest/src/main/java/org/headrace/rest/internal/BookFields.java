package org.headrace.rest.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Fields of accounts and their like, and the terms of a command that say the same. */
final class BookFields {
  /** What values a field has. */
  enum Kind {
    TEXT,
    TEXTS,
    /** A number; without limit, it is -1 for {@code sacctmgr}. */
    NUMBER,
    /** A number; without limit, it is that word. */
    AMOUNT,
    SECONDS,
    DECIMAL,
    COUNTS
  }

  /**
   * A field.
   *
   * @param way names down to it
   * @param term key of the command
   */
  private record Entry(String way, String term, Kind kind) {}

  static final BookFields ACCOUNT = new BookFields().text("description").text("organization");

  static final BookFields USER =
      new BookFields()
          .add("administrator_level", "adminlevel", Kind.TEXTS)
          .add("default/account", "defaultaccount", Kind.TEXT);

  static final BookFields ASSOCIATION =
      new BookFields()
          .text("comment")
          .add("default/qos", "defaultqos", Kind.TEXT)
          .add("qos", "qos", Kind.TEXTS)
          .number("shares_raw", "fairshare")
          .number("priority", "priority")
          .number("max/jobs/per/count", "grpjobs")
          .number("max/jobs/per/accruing", "grpjobsaccrue")
          .number("max/jobs/per/submitted", "grpsubmitjobs")
          .number("max/jobs/per/wall_clock", "maxwall")
          .number("max/jobs/active", "maxjobs")
          .number("max/jobs/accruing", "maxjobsaccrue")
          .number("max/jobs/total", "maxsubmitjobs")
          .counts("max/tres/total", "grptres")
          .counts("max/tres/minutes/total", "grptresmins")
          .counts("max/tres/group/minutes", "grptresmins")
          .counts("max/tres/group/active", "grptresrunmins")
          .counts("max/tres/minutes/per/job", "maxtresmins")
          .counts("max/tres/per/job", "maxtres")
          .counts("max/tres/per/node", "maxtrespernode")
          .number("max/per/account/wall_clock", "grpwall")
          .number("min/priority_threshold", "minpriothresh");

  /** The same in the words of those bodies that say it for many at once. */
  static final BookFields PATTERN =
      new BookFields()
          .text("comment")
          .text("defaultqos")
          .add("qoslevel", "qos", Kind.TEXTS)
          .number("fairshare", "fairshare")
          .number("priority", "priority")
          .number("grpjobs", "grpjobs")
          .number("grpjobsaccrue", "grpjobsaccrue")
          .number("grpsubmitjobs", "grpsubmitjobs")
          .number("grpwall", "grpwall")
          .number("maxjobs", "maxjobs")
          .number("maxjobsaccrue", "maxjobsaccrue")
          .number("maxsubmitjobs", "maxsubmitjobs")
          .number("maxwalldurationperjob", "maxwall")
          .number("minpriothresh", "minpriothresh")
          .counts("grptres", "grptres")
          .counts("grptresmins", "grptresmins")
          .counts("grptresrunmins", "grptresrunmins")
          .counts("maxtresminsperjob", "maxtresmins")
          .counts("maxtresperjob", "maxtres")
          .counts("maxtrespernode", "maxtrespernode")
          .text("parent");

  static final BookFields QOS =
      new BookFields()
          .text("description")
          .number("priority", "priority")
          .add("flags", "flags", Kind.TEXTS)
          .number("limits/grace_time", "gracetime")
          .add("limits/factor", "limitfactor", Kind.DECIMAL)
          .number("limits/max/active_jobs/accruing", "grpjobsaccrue")
          .number("limits/max/active_jobs/count", "grpjobs")
          .number("limits/max/jobs/count", "grpsubmitjobs")
          .number("limits/max/jobs/active_jobs/per/account", "maxjobsperaccount")
          .number("limits/max/jobs/active_jobs/per/user", "maxjobsperuser")
          .number("limits/max/jobs/per/account", "maxsubmitjobsperaccount")
          .number("limits/max/jobs/per/user", "maxsubmitjobsperuser")
          .number("limits/max/accruing/per/account", "maxjobsaccrueperaccount")
          .number("limits/max/accruing/per/user", "maxjobsaccrueperuser")
          .counts("limits/max/tres/total", "grptres")
          .counts("limits/max/tres/minutes/total", "grptresmins")
          .counts("limits/max/tres/minutes/per/qos", "grptresrunmins")
          .counts("limits/max/tres/minutes/per/job", "maxtresminsperjob")
          .counts("limits/max/tres/minutes/per/account", "maxtresrunminsperaccount")
          .counts("limits/max/tres/minutes/per/user", "maxtresrunminsperuser")
          .counts("limits/max/tres/per/account", "maxtresperaccount")
          .counts("limits/max/tres/per/job", "maxtresperjob")
          .counts("limits/max/tres/per/node", "maxtrespernode")
          .counts("limits/max/tres/per/user", "maxtresperuser")
          .number("limits/max/wall_clock/per/qos", "grpwall")
          .number("limits/max/wall_clock/per/job", "maxwall")
          .number("limits/min/priority_threshold", "minpriothreshold")
          .counts("limits/min/tres/per/job", "mintresperjob")
          .add("preempt/list", "preempt", Kind.TEXTS)
          .add("preempt/mode", "preemptmode", Kind.TEXTS)
          .add("preempt/exempt_time", "preemptexempttime", Kind.SECONDS)
          .add("usage_factor", "usagefactor", Kind.DECIMAL)
          .add("usage_threshold", "usagethreshold", Kind.DECIMAL);

  private final List<Entry> entries = new ArrayList<>();

  BookFields add(String way, String term, Kind kind) {
    entries.add(new Entry(way, term, kind));
    return this;
  }

  private BookFields text(String name) {
    return add(name, name, Kind.TEXT);
  }

  private BookFields number(String way, String term) {
    return add(way, term, Kind.NUMBER);
  }

  private BookFields counts(String way, String term) {
    return add(way, term, Kind.COUNTS);
  }

  /**
   * What an object says, as terms; what it doesn't name stays as it is.
   *
   * @param where for messages
   */
  List<String> terms(Map<?, ?> object, String where) throws Problem.Raised {
    Map<String, String> terms = new LinkedHashMap<>();
    for (Entry entry : entries) {
      String place = where + "/" + entry.way();
      Object value = find(object, entry.way(), where);
      String word = value == null ? null : word(entry, value, place);
      if (word != null) {
        terms.put(entry.term(), word);
      }
    }
    List<String> list = new ArrayList<>();
    terms.forEach((key, value) -> list.add(key + "=" + value));
    return list;
  }

  private static Object find(Map<?, ?> object, String way, String where) throws Problem.Raised {
    Object at = object;
    for (String name : way.split("/")) {
      if (at == null) {
        return null;
      }
      if (!(at instanceof Map<?, ?> map)) {
        throw Problem.bad(where + ": there is no object on the way to " + way, where).raised();
      }
      at = map.get(name);
    }
    return at;
  }

  /** Null where nothing is said. */
  private static String word(Entry entry, Object value, String where) throws Problem.Raised {
    return switch (entry.kind()) {
      case TEXT -> Values.word(Field.Kind.TEXT, value, where, null);
      case TEXTS -> list(value, where);
      case NUMBER -> number(value, where);
      case AMOUNT -> Values.word(Field.Kind.MINUTES, value, where, null);
      case SECONDS -> seconds(value, where);
      case DECIMAL -> decimal(value, where);
      case COUNTS -> counts(value, where);
    };
  }

  private static String list(Object value, String where) throws Problem.Raised {
    List<String> texts = Values.texts(value, where);
    for (String text : texts) {
      if (text.indexOf(',') >= 0 && value instanceof List) {
        throw Problem.bad(where + ": '" + text + "' has a comma", where).raised();
      }
    }
    return String.join(",", texts);
  }

  private static String number(Object value, String where) throws Problem.Raised {
    String word = Values.word(Field.Kind.MINUTES, value, where, null);
    return Values.UNLIMITED.equals(word) ? "-1" : word;
  }

  /** A number alone would be minutes. */
  private static String seconds(Object value, String where) throws Problem.Raised {
    String word = number(value, where);
    return word == null || word.startsWith("-") ? word : "0:" + word;
  }

  private static String decimal(Object value, String where) throws Problem.Raised {
    Object plain = Values.plain(value, where);
    if (plain == null) {
      return null;
    }
    if (plain.equals(Values.UNLIMITED)) {
      return "-1";
    }
    if (plain instanceof Number number && Double.isFinite(number.doubleValue())) {
      return plain.toString();
    }
    throw Problem.bad(where + " is no number", where).raised();
  }

  /** Several resources with their counts; an empty list says nothing. */
  private static String counts(Object value, String where) throws Problem.Raised {
    if (!(value instanceof List<?> list)) {
      throw Problem.bad(where + " is no list of {type, name, count}", where).raised();
    }
    List<String> words = new ArrayList<>();
    for (Object one : list) {
      if (!(one instanceof Map<?, ?> tres) || !(tres.get("type") instanceof String type)) {
        throw Problem.bad(where + " is no list of {type, name, count}", where).raised();
      }
      String name = tres.get("name") instanceof String text && !text.isEmpty() ? "/" + text : "";
      String count = number(tres.get("count") == null ? 0L : tres.get("count"), where);
      if ((type + name).matches("[^,=\\s\\p{Cntrl}]{1,256}") && count != null) {
        words.add(type + name + "=" + count);
      } else {
        throw Problem.bad(where + ": there is no TRES '" + type + name + "'", where).raised();
      }
    }
    return words.isEmpty() ? null : String.join(",", words);
  }
}
