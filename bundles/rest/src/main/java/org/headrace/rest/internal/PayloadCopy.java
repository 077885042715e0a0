package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;

/**
 * Copies what a command answers as JSON into an answer of the API while the command writes it:
 * everything but what the API says of itself.
 */
final class PayloadCopy extends OutputStream {
  private static final Set<String> OWN = Set.of("meta", "errors", "warnings");
  private static final JsonFactory FACTORY = new JsonFactory();

  private final JsonGenerator out;
  private final Map<String, String> names;
  private final JsonParser parser;
  private final ByteArrayFeeder feeder;
  private int depth;
  private boolean skipping;
  private boolean complete;

  /**
   * @param out inside of an object
   * @param names other names for fields of the answer
   */
  PayloadCopy(JsonGenerator out, Map<String, String> names) throws IOException {
    this.out = out;
    this.names = names;
    parser = FACTORY.createNonBlockingByteArrayParser();
    feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
  }

  /** Whether a whole answer came. */
  boolean complete() {
    return complete;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (length == 0) {
      return;
    }
    feeder.feedInput(bytes, from, from + length);
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.NOT_AVAILABLE) {
      take(token);
      token = parser.nextToken();
    }
  }

  private void take(JsonToken token) throws IOException {
    boolean outermost = depth == 0 || depth == 1 && token == JsonToken.END_OBJECT;
    if (token == JsonToken.FIELD_NAME && depth == 1) {
      skipping = OWN.contains(parser.currentName());
    }
    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
    boolean renamed =
        token == JsonToken.FIELD_NAME && depth == 1 && names.containsKey(parser.currentName());
    if (outermost) {
      complete = depth == 0;
    } else if (renamed) {
      out.writeFieldName(names.get(parser.currentName()));
    } else if (!skipping) {
      out.copyCurrentEvent(parser);
    }
  }
}
