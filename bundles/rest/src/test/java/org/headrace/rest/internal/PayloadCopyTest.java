package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PayloadCopyTest {
  private static final String ANSWER =
      "{\"meta\": {\"errors\": [1, {\"jobs\": 2}]}, \"jobs\": [{\"id\": 1, \"meta\": {\"a\": -1.5e3},"
          + " \"errors\": [true, null], \"text\": \"ü\\n\\u0001\"}, []], \"warnings\": \"no\","
          + " \"last\": {\"number\": 9007199254740993}, \"errors\": []}\n";
  private static final String PAYLOAD =
      "{\"jobs\":[{\"id\":1,\"meta\":{\"a\":-1500.0},\"errors\":[true,null],"
          + "\"text\":\"ü\\n\\u0001\"},[]],\"latest\":{\"number\":9007199254740993}}";

  private static String copied(byte[] bytes, int step) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartObject();
      PayloadCopy copy = new PayloadCopy(out, Map.of("last", "latest"));
      for (int at = 0; at < bytes.length; at += step) {
        copy.write(bytes, at, Math.min(step, bytes.length - at));
      }
      assertThat(copy.complete()).isTrue();
      out.writeEndObject();
    }
    return text.toString();
  }

  @Test
  void allButTheFrameIsCopiedHoweverItComes() throws Exception {
    byte[] bytes = ANSWER.getBytes(StandardCharsets.UTF_8);
    for (int step = 1; step <= bytes.length; step++) {
      assertThat(copied(bytes, step)).isEqualTo(PAYLOAD);
    }
  }

  @Test
  void whatIsNoAnswerIsNotTakenForOne() throws Exception {
    JsonGenerator out = new JsonFactory().createGenerator(new StringWriter());
    out.writeStartObject();
    PayloadCopy half = new PayloadCopy(out, Map.of("last", "latest"));
    half.write("{\"jobs\": [".getBytes());
    assertThat(half.complete()).isFalse();
    assertThatThrownBy(
            () -> new PayloadCopy(out, Map.of("last", "latest")).write("no JSON".getBytes()))
        .isInstanceOf(IOException.class);
  }
}
