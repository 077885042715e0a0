package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.headrace.api.accounting.AccountingException;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.format.Outage;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.control.front.Account;
import org.headrace.control.front.Invocation;
import org.headrace.control.query.History;
import org.headrace.slurmconf.text.Hostlist;
import org.headrace.slurmconf.text.SlurmDuration;
import org.headrace.slurmconf.text.TextFormatException;

/** {@code sacctmgr show event}: when nodes were out of service, from accounting. */
final class Events {
  private static final String COLUMNS = "Cluster,NodeName,TimeStart,TimeEnd,State,Reason,User";
  private static final long DAY = 24L * 3600 * 1000;

  private final Book book;
  private final History history;
  private final TimeTexts times;
  private final Invocation invocation;
  private final List<Predicate<Outage>> conditions = new ArrayList<>();
  private final Map<String, Field<Outage>> fields = new LinkedHashMap<>();
  private String format = COLUMNS;
  private long from;
  private long to;
  private boolean nodes = true;

  Events(Book book, History history, Invocation invocation, TimeTexts times) {
    this.book = book;
    this.history = history;
    this.times = times;
    this.invocation = invocation;
    from = times.parsePast("midnight") - DAY;
    to = Long.MAX_VALUE;
  }

  int show(List<Term> terms, Listing.Style style) throws AccountingException {
    for (Term term : terms) {
      String problem = understood(term);
      if (problem != null) {
        return book.refuse(problem);
      }
    }
    columns();
    FieldTable<Outage> table = Listing.table(format, fields, style);
    if (style.headings()) {
      table.header().forEach(book.out::println);
    }
    if (nodes && book.visibility.nodes()) {
      for (Outage event : Outage.of(history.nodeEvents(0, Math.min(to, times.now())))) {
        boolean during = event.first().time() <= to && (event.end() == 0 || event.end() >= from);
        if (during && conditions.stream().allMatch(condition -> condition.test(event))) {
          book.out.println(table.row(event));
        }
      }
    }
    return 0;
  }

  /** Null for a word that is understood, else what is to be said. */
  private String understood(Term term) {
    try {
      if (term.bare()) {
        return bare(term.value().toLowerCase(Locale.ROOT));
      } else if (term.is("format")) {
        format = term.value();
      } else if (term.is("nodes")) {
        Set<String> wanted = Set.copyOf(Hostlist.expand(term.value()));
        conditions.add(one -> wanted.contains(one.first().node()));
      } else if (term.is("states")) {
        Set<String> wanted = new TreeSet<>();
        term.list().forEach(word -> wanted.add(word.toUpperCase(Locale.ROOT)));
        conditions.add(one -> wanted.stream().anyMatch(word -> state(one).startsWith(word)));
      } else if (term.is("reason")) {
        conditions.add(one -> term.list().contains(one.first().reason()));
      } else if (term.is("users")) {
        conditions.add(one -> term.list().contains(one.first().user()));
      } else if (term.is("start")) {
        from = times.parsePast(term.value());
      } else if (term.is("end")) {
        to = times.parsePast(term.value());
      } else if (term.is("mincpus")) {
        int least = Integer.parseInt(term.value());
        conditions.add(one -> one.first().cpus() >= least);
      } else if (term.is("maxcpus")) {
        int most = Integer.parseInt(term.value());
        conditions.add(one -> one.first().cpus() <= most);
      } else if (term.is("cluster")) {
        conditions.add(one -> term.list().contains(book.cluster()));
      } else if (term.is("event")) {
        return bare(term.value().toLowerCase(Locale.ROOT));
      } else {
        return " Unknown condition: " + term.raw();
      }
      return null;
    } catch (TextFormatException | NumberFormatException e) {
      return " Invalid value in " + term.raw() + ": " + e.getMessage();
    }
  }

  private String bare(String word) {
    switch (word) {
      case "where", "all_clusters", "all_time", "node" -> {}
      case "cluster" -> nodes = false;
      default -> {
        return " Unknown event type: '" + word + "'  Valid events are Cluster and Node.";
      }
    }
    from = word.equals("all_time") ? 0 : from;
    return null;
  }

  /** As the words of the controller have it, from {@code UP+DRAIN} to {@code DRAIN}. */
  private static String state(Outage event) {
    String[] words = event.first().state().split("\\+");
    StringBuilder flags = new StringBuilder();
    String silent = "";
    for (int i = 1; i < words.length; i++) {
      switch (words[i]) {
        case "DRAIN", "FAIL" -> flags.append(flags.isEmpty() ? "" : "+").append(words[i]);
        case "NOT_RESPONDING" -> silent = "*";
        default -> {}
      }
    }
    String base = words[0];
    boolean up = base.equals("UP");
    return (up && !flags.isEmpty() ? flags : flags.isEmpty() ? base : base + "+" + flags) + silent;
  }

  private void columns() {
    put("Cluster", "Cluster", 10, one -> book.cluster());
    put("ClusterNodes", "Cluster Nodes", 20, one -> "");
    put("TRES", "TRES", 20, one -> "cpu=" + one.first().cpus());
    put("Duration", "Duration", 13, this::duration);
    put("TimeEnd", "TimeEnd", 19, one -> one.end() == 0 ? "Unknown" : times.point(one.end()));
    put("End", "TimeEnd", 19, one -> one.end() == 0 ? "Unknown" : times.point(one.end()));
    put("Event", "Event", 7, one -> "Node");
    put("EventRaw", "EventRaw", 8, one -> "2");
    put("NodeName", "NodeName", -15, one -> one.first().node());
    put("Reason", "Reason", 30, one -> one.first().reason());
    put("State", "State", 6, Events::state);
    put("TimeStart", "TimeStart", 19, one -> times.point(one.first().time()));
    put("Start", "TimeStart", 19, one -> times.point(one.first().time()));
    put("User", "User", 10, one -> user(one.first().user()));
  }

  private String duration(Outage one) {
    long end = one.end() == 0 ? times.now() : one.end();
    return SlurmDuration.formatFull((end - one.first().time()) / 1000);
  }

  private String user(String name) {
    try {
      Account account = name.isEmpty() ? null : invocation.user(name);
      return account == null ? name : name + "(" + Integer.toUnsignedString(account.id()) + ")";
    } catch (IOException e) {
      return name;
    }
  }

  private void put(String key, String heading, int width, Function<Outage, String> value) {
    fields.put(key.toLowerCase(Locale.ROOT), new Field<>(heading, width, value));
  }
}
