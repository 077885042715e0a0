package org.headrace.commands.internal.submit;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A wish of {@code --mem-bind}, as programs find it in their environment.
 *
 * @param verbose whether it is to be told
 * @param prefer whether other memory may be used when there is none left
 * @param sort whether free memory is to be sorted first
 * @param type {@code none}, {@code rank}, {@code local}, {@code map_mem:}, {@code mask_mem:} or
 *     nothing
 * @param list nodes of memory, or masks without {@code 0x}
 */
record MemoryBinding(boolean verbose, boolean prefer, boolean sort, String type, String list) {
  /** Reads what has been checked. */
  static MemoryBinding of(String text) {
    boolean verbose = false;
    boolean prefer = false;
    boolean sort = false;
    String rest = text;
    while (!rest.isEmpty()) {
      String[] parts = rest.split(",", 2);
      switch (parts[0].toLowerCase(Locale.ROOT)) {
        case "v", "verbose" -> verbose = true;
        case "p", "prefer" -> prefer = true;
        case "sort" -> sort = true;
        case "q", "quiet", "nosort", "" -> {
          // As it is anyway.
        }
        default -> {
          return typed(verbose, prefer, sort, rest);
        }
      }
      rest = parts.length > 1 ? parts[1] : "";
    }
    return new MemoryBinding(verbose, prefer, sort, "", "");
  }

  private static MemoryBinding typed(boolean verbose, boolean prefer, boolean sort, String text) {
    int colon = text.indexOf(':');
    String word = (colon < 0 ? text : text.substring(0, colon + 1)).toLowerCase(Locale.ROOT);
    String list = colon < 0 ? "" : text.substring(colon + 1).replaceAll("\\b0[xX]", "");
    return new MemoryBinding(verbose, prefer, sort, word.equals("no") ? "none" : word, list);
  }

  /** By names that lack the program that they are for: {@code SLURM} or {@code SBATCH}. */
  Map<String, String> variables() {
    Map<String, String> result = new LinkedHashMap<>();
    String told = verbose ? "verbose" : "quiet";
    result.put(
        "_MEM_BIND", told + (prefer ? ",prefer" : "") + (type.isEmpty() ? "" : "," + type + list));
    result.put("_MEM_BIND_VERBOSE", told);
    result.put("_MEM_BIND_TYPE", type);
    result.put("_MEM_BIND_LIST", list);
    if (prefer) {
      result.put("_MEM_BIND_PREFER", "prefer");
    }
    if (sort) {
      result.put("_MEM_BIND_SORT", "sort");
    }
    return result;
  }
}
