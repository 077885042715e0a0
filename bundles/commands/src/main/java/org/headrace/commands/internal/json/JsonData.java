package org.headrace.commands.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;

/** Writes JSON, to a stream that it leaves open. */
public final class JsonData implements DataWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator generator;

  /**
   * A writer.
   *
   * @param pretty true for lines and indentation
   */
  public JsonData(OutputStream out, boolean pretty) throws IOException {
    generator = FACTORY.createGenerator(out);
    generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    if (pretty) {
      DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
      generator.setPrettyPrinter(
          new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter));
    }
  }

  @Override
  public void startObject() throws IOException {
    generator.writeStartObject();
  }

  @Override
  public void startObject(String name) throws IOException {
    generator.writeObjectFieldStart(name);
  }

  @Override
  public void endObject() throws IOException {
    generator.writeEndObject();
  }

  @Override
  public void startArray(String name) throws IOException {
    generator.writeArrayFieldStart(name);
  }

  @Override
  public void endArray() throws IOException {
    generator.writeEndArray();
  }

  @Override
  public void field(String name, String value) throws IOException {
    generator.writeStringField(name, value);
  }

  @Override
  public void field(String name, long value) throws IOException {
    generator.writeNumberField(name, value);
  }

  @Override
  public void field(String name, double value) throws IOException {
    generator.writeNumberField(name, value);
  }

  @Override
  public void field(String name, boolean value) throws IOException {
    generator.writeBooleanField(name, value);
  }

  @Override
  public void value(String value) throws IOException {
    generator.writeString(value);
  }

  @Override
  public void close() throws IOException {
    generator.writeRaw('\n');
    generator.close();
  }
}
