package org.headrace.commands.internal.sacctmgr;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.headrace.api.accounting.AccountingException;
import org.headrace.api.accounting.JobHistory;
import org.headrace.api.accounting.JobQuery;
import org.headrace.api.job.Job;
import org.headrace.api.job.JobState;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.format.TimeTexts;
import org.headrace.commands.internal.text.Ids;
import org.headrace.commands.internal.text.StateNames;
import org.headrace.control.command.Command;
import org.headrace.control.query.History;
import org.headrace.control.query.Snapshot;

/**
 * {@code sacctmgr show runawayjobs}: jobs that accounting takes for running and of which the
 * controller knows nothing, and their end.
 */
final class RunawayJobs {
  /** As many are ended by one command. */
  private static final int MOST = 1000;

  private static final String COLUMNS =
      "ID%-12,Name,Partition,Cluster,State,TimeSubmit,TimeStart,TimeEnd";

  private final Book book;
  private final History history;
  private final TimeTexts times;
  private final Map<String, Field<Job>> fields = new LinkedHashMap<>();

  RunawayJobs(Book book, History history, TimeTexts times) {
    this.book = book;
    this.history = history;
    this.times = times;
  }

  int show(List<Term> terms, Listing.Style style) throws Exception {
    if (!book.visibility.administrator()) {
      return book.refuse(
          "sacctmgr: error: You must have an AdminLevel>=Operator to fix runaway jobs");
    }
    String format = COLUMNS;
    for (Term term : terms) {
      if (term.is("format")) {
        format = term.value();
      } else if (!term.is("cluster") && !term.value().equalsIgnoreCase("where")) {
        return book.refuse(" Unknown condition: " + term.raw());
      }
    }
    List<JobHistory> found = find();
    if (found.isEmpty()) {
      book.out.println("Runaway Jobs: No runaway jobs found on cluster " + book.cluster());
      return 0;
    }
    columns();
    FieldTable<Job> table = Listing.table(format, fields, style);
    book.out.println(
        "NOTE: Runaway jobs are jobs that don't exist in the controller but have a start time and"
            + " no end time in the database");
    if (style.headings()) {
      table.header().forEach(book.out::println);
    }
    found.forEach(one -> book.out.println(table.row(one.job())));
    return fix(found);
  }

  private List<JobHistory> find() throws AccountingException {
    JobQuery unended =
        new JobQuery(
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            EnumSet.of(JobState.RUNNING, JobState.SUSPENDED),
            times.now(),
            0,
            true,
            0);
    List<JobHistory> found = new ArrayList<>();
    List<JobHistory> running = history.jobs(unended);
    // A job that has started since, or ended, is known: its record is on its way.
    Snapshot present = book.present();
    for (JobHistory one : running) {
      Job known = present.job(one.job().id());
      boolean same = known != null && known.status().submitted() == one.job().status().submitted();
      if (one.job().status().started() > 0 && one.job().status().ended() == 0 && !same) {
        found.add(one);
      }
    }
    return found;
  }

  private int fix(List<JobHistory> found) throws Exception {
    book.out.println();
    boolean yes =
        book.agreed(
            "Would you like to fix these runaway jobs?\n"
                + "(This will set the end time for each job to the latest out of the start,"
                + " eligible, or submit times, and set the state to completed.\n"
                + "Once corrected, this will trigger the rollup to reroll usage from before the"
                + " earliest submit time of all the runaway jobs.)\n\n"
                + " (You have 30 seconds to decide)");
    if (!yes) {
      return 0;
    }
    for (int from = 0; from < found.size(); from += MOST) {
      List<JobHistory> part = found.subList(from, Math.min(found.size(), from + MOST));
      List<Command.EndRunaways.Runaway> runaways =
          part.stream()
              .map(one -> new Command.EndRunaways.Runaway(one.job(), one.nodes()))
              .toList();
      int status = book.execute(new Command.EndRunaways(runaways), "sacctmgr: error: ");
      if (status != 0) {
        return status;
      }
    }
    return 0;
  }

  private void columns() {
    put("ID", "ID", 10, Ids::job);
    put("JobID", "ID", 10, Ids::job);
    put("Name", "Name", 10, job -> job.spec().name());
    put("Partition", "Partition", 10, job -> job.status().partition());
    put("Cluster", "Cluster", 10, job -> book.cluster());
    put("State", "State", 10, job -> StateNames.name(job.status()));
    put("User", "User", 10, job -> job.spec().owner().user());
    put("TimeSubmit", "TimeSubmit", 19, job -> times.point(job.status().submitted()));
    put("TimeStart", "TimeStart", 19, job -> times.point(job.status().started()));
    put("TimeEnd", "TimeEnd", 19, job -> "Unknown");
  }

  private void put(String key, String heading, int width, Function<Job, String> value) {
    fields.put(key.toLowerCase(Locale.ROOT), new Field<>(heading, width, value));
  }
}
