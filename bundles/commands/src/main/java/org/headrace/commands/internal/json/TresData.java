package org.headrace.commands.internal.json;

import java.io.IOException;
import org.headrace.slurmconf.text.Sizes;

/** Writes trackable resources as the published schema of answers has them. */
public final class TresData {
  private TresData() {}

  /** An array of what {@code text} says, such as {@code cpu=2,mem=4G,gres/gpu=1}. */
  public static void write(DataWriter data, String name, String text) throws IOException {
    data.startArray(name);
    for (String part : text.isEmpty() ? new String[0] : text.split(",")) {
      String[] words = part.split("=", 2);
      String[] kind = words[0].split("/", 2);
      data.startObject();
      data.field("type", kind[0]);
      data.field("name", kind.length > 1 ? kind[1] : "");
      data.field("count", count(kind[0], words[1]));
      data.endObject();
    }
    data.endArray();
  }

  private static long count(String kind, String text) {
    return kind.equals("mem") ? Sizes.parseMemory(text) : Long.parseLong(text);
  }
}
