package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON of strangers into maps, lists, texts, numbers ({@link Long} or {@link Double}),
 * booleans and null. How deep it may be, and how long its numbers and names, is limited: what its
 * reader takes of memory and stack is in proportion to its size.
 */
final class JsonInput {
  private static final int DEEPEST = 32;

  /** Of objects, arrays, texts and numbers together: each takes far more memory than its text. */
  static final int MOST_VALUES = 100_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxNumberLength(64)
                  .maxNameLength(1024)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private int values;

  private JsonInput(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * The one object that the bytes are.
   *
   * @throws Problem.Raised saying where it can't be read
   */
  static Map<String, Object> object(byte[] bytes) throws Problem.Raised {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.bad("The body is no JSON object", "body").raised();
      }
      Map<String, Object> object = new JsonInput(parser).object();
      if (parser.nextToken() != null) {
        throw Problem.bad("Something follows the JSON object in the body", "body").raised();
      }
      return object;
    } catch (IOException e) {
      String first = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw Problem.bad("The body is no JSON that can be read: " + first, "body").raised();
    }
  }

  private Map<String, Object> object() throws IOException {
    Map<String, Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value());
    }
    return object;
  }

  private List<Object> array() throws IOException {
    List<Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value());
    }
    return array;
  }

  private Object value() throws IOException {
    if (++values > MOST_VALUES) {
      throw new IOException("it has more than " + MOST_VALUES + " values");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
