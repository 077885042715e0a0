package org.headrace.commands.internal.sacctmgr;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.headrace.api.accounting.WorkKey;
import org.headrace.commands.internal.format.FieldTable;
import org.headrace.commands.internal.format.FieldTable.Field;
import org.headrace.commands.internal.json.DataWriter;

/** {@code sacctmgr show wckeys}: the keys that jobs were submitted with, from accounting. */
final class WorkKeys {
  private static final int WIDTH = 10;

  private final Book book;
  private final Map<String, Field<WorkKey>> fields = new LinkedHashMap<>();
  private final List<Predicate<WorkKey>> conditions = new ArrayList<>();
  private String format = "WCKey,Cluster,User";

  WorkKeys(Book book) {
    this.book = book;
    fields.put("wckey", new Field<>("WCKey", WIDTH, WorkKey::name));
    fields.put("cluster", new Field<>("Cluster", WIDTH, one -> book.cluster()));
    fields.put("user", new Field<>("User", WIDTH, WorkKey::user));
  }

  /** Takes words; null if all are understood, else what is to be said. */
  String understood(List<Term> terms) {
    for (Term term : terms) {
      if (term.is("format")) {
        format = term.value();
      } else if (term.is("users")) {
        conditions.add(one -> term.list().contains(one.user()));
      } else if (term.is("clusters")) {
        conditions.add(one -> term.list().contains(book.cluster()));
      } else if (term.bare() || term.is("wckeys", "names")) {
        boolean where = term.bare() && term.value().equalsIgnoreCase("where");
        conditions.add(one -> where || term.list().contains(one.name()));
      } else {
        return " Unknown condition: " + term.raw();
      }
    }
    return null;
  }

  private List<WorkKey> chosen(List<WorkKey> all) {
    return all.stream()
        .filter(one -> book.visibility.user(one.user()))
        .filter(one -> conditions.stream().allMatch(condition -> condition.test(one)))
        .toList();
  }

  void show(List<WorkKey> all, Listing.Style style) {
    FieldTable<WorkKey> table = Listing.table(format, fields, style);
    if (style.headings()) {
      table.header().forEach(book.out::println);
    }
    chosen(all).forEach(one -> book.out.println(table.row(one)));
  }

  /** As the published schema of answers has them. */
  void write(List<WorkKey> all, DataWriter data) throws IOException {
    data.startArray("wckeys");
    for (WorkKey one : chosen(all)) {
      data.startObject();
      data.texts("accounting", List.of());
      data.field("cluster", book.cluster());
      data.field("name", one.name());
      data.field("user", one.user());
      data.texts("flags", List.of());
      data.endObject();
    }
    data.endArray();
  }
}
