package org.headrace.api.account;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The trackable resources of a cluster, in an order that is only ever appended to: a resource's
 * index never changes.
 *
 * @param names names, for example {@code cpu} and {@code gres/gpu:h100}
 */
public record Tres(List<String> names) {
  public static final int CPU = 0;

  /** In MiB. */
  public static final int MEMORY = 1;

  public static final int ENERGY = 2;
  public static final int NODE = 3;

  /** What a job is charged, by the weights of its partition. */
  public static final int BILLING = 4;

  /** What every cluster has. */
  public static final Tres COMMON =
      new Tres(List.of("cpu", "mem", "energy", "node", "billing", "fs/disk", "vmem", "pages"));

  public Tres {
    names = List.copyOf(names);
  }

  public int size() {
    return names.size();
  }

  /** The index of a name, or −1. */
  public int index(String name) {
    return names.indexOf(name);
  }

  public String name(int index) {
    return names.get(index);
  }

  /** These and those of the list that aren't among them. */
  public Tres with(List<String> more) {
    List<String> all = new ArrayList<>(names);
    for (String name : more) {
      String plain = name.trim().toLowerCase(Locale.ROOT);
      if (!plain.isEmpty() && !all.contains(plain)) {
        all.add(plain);
      }
    }
    return all.size() == names.size() ? this : new Tres(all);
  }

  /** Names in a list that is separated by commas. */
  public static List<String> list(String text) {
    return Arrays.stream(text.split(",")).map(String::trim).filter(t -> !t.isEmpty()).toList();
  }
}
