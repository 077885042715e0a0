package org.headrace.accounting.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Turns records into JSON and back. Component names are field names; what has its type's default
 * (zero, false, empty, the first constant) is left out, so that a document is short and stays
 * readable. A field that a document lacks reads as that default, and one that the record lacks is
 * passed over: a record may gain and lose components without a new version. Documents are ASCII, so
 * that each character survives whatever encoding a database has. Thread-safe.
 */
final class RecordJson {
  /** Longest document that is stored whole. Above it what is huge in it is cut. */
  static final int MAX_LENGTH = 4 << 20;

  private static final Limits WHOLE = new Limits(Integer.MAX_VALUE, Integer.MAX_VALUE);
  private static final Limits CUT = new Limits(1024, 20_000);

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNestingDepth(100)
                  .build())
          // Names of attributes are users'; they must not fill a table that is never emptied.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private RecordJson() {}

  /** How much of long values is written. */
  record Limits(int maxString, int maxElements) {}

  /** Writes a record. One that would be too large for a database is written with its ends cut. */
  static String write(Record value) {
    String whole = write(value, WHOLE);
    return whole.length() <= MAX_LENGTH ? whole : write(value, CUT);
  }

  private static String write(Record value, Limits limits) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator generator = FACTORY.createGenerator(text)) {
      JsonType.of(value.getClass()).write(value, generator, limits);
    } catch (IOException e) {
      throw new UncheckedIOException("a string writer doesn't fail", e);
    }
    return text.toString();
  }

  /**
   * Reads a record.
   *
   * @throws IOException if the document is no JSON, or has another shape
   */
  static <R extends Record> R read(Class<R> type, String document) throws IOException {
    try (JsonParser parser = FACTORY.createParser(document)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the document doesn't start with {");
      }
      return type.cast(JsonType.of(type).read(parser));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new IOException("the document holds a value that can't be: " + e.getMessage(), e);
    }
  }
}
