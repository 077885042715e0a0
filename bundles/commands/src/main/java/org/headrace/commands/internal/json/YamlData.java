package org.headrace.commands.internal.json;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Writes YAML in block style, to a stream that it leaves open. */
public final class YamlData implements DataWriter {
  private final Writer writer;
  private final Deque<Level> levels = new ArrayDeque<>();

  private static final class Level {
    private final boolean array;
    private final int indent;
    private boolean empty = true;

    private Level(boolean array, int indent) {
      this.array = array;
      this.indent = indent;
    }
  }

  public YamlData(OutputStream out) throws IOException {
    writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    writer.write("---");
  }

  @Override
  public void startObject() throws IOException {
    Level parent = levels.peek();
    if (parent == null) {
      levels.push(new Level(false, 0));
      return;
    }
    element(parent);
    levels.push(new Level(false, parent.indent + 2));
  }

  @Override
  public void startObject(String name) throws IOException {
    open(name, false);
  }

  @Override
  public void startArray(String name) throws IOException {
    open(name, true);
  }

  private void open(String name, boolean array) throws IOException {
    int indent = levels.element().indent;
    key(name);
    levels.push(new Level(array, indent + 2));
  }

  @Override
  public void endObject() throws IOException {
    if (levels.pop().empty) {
      writer.write(" {}");
    }
  }

  @Override
  public void endArray() throws IOException {
    if (levels.pop().empty) {
      writer.write(" []");
    }
  }

  @Override
  public void field(String name, String value) throws IOException {
    key(name);
    writer.write(" " + quoted(value));
  }

  @Override
  public void field(String name, long value) throws IOException {
    key(name);
    writer.write(" " + value);
  }

  @Override
  public void field(String name, double value) throws IOException {
    key(name);
    writer.write(" " + value);
  }

  @Override
  public void field(String name, boolean value) throws IOException {
    key(name);
    writer.write(" " + value);
  }

  @Override
  public void value(String value) throws IOException {
    element(levels.element());
    writer.write(" " + quoted(value));
  }

  private void key(String name) throws IOException {
    Level level = levels.element();
    boolean afterDash = level.empty && levels.size() > 1 && parentIsArray();
    if (afterDash) {
      writer.write(" ");
    } else {
      writer.write("\n" + " ".repeat(level.indent));
    }
    level.empty = false;
    writer.write(name.matches("[A-Za-z_][\\w-]*") ? name : quoted(name));
    writer.write(":");
  }

  private boolean parentIsArray() {
    var iterator = levels.iterator();
    iterator.next();
    return iterator.next().array;
  }

  private void element(Level array) throws IOException {
    array.empty = false;
    writer.write("\n" + " ".repeat(array.indent) + "-");
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c == '\n') {
        text.append("\\n");
      } else if (c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0) {
        text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.append('"').toString();
  }

  @Override
  public void close() throws IOException {
    writer.write("\n...\n");
    writer.flush();
  }
}
