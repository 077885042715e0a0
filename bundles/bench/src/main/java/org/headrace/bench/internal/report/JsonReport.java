package org.headrace.bench.internal.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.headrace.bench.internal.stat.Samples;

/** All results as one JSON object, for programs. */
public final class JsonReport {
  private JsonReport() {}

  public static String text(Conditions conditions, List<Result> results) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeObjectFieldStart("conditions");
      for (Map.Entry<String, String> fact : conditions.facts().entrySet()) {
        json.writeStringField(fact.getKey(), fact.getValue());
      }
      json.writeEndObject();
      json.writeArrayFieldStart("measures");
      for (Result result : results) {
        write(json, result);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Result result) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", result.name());
    json.writeStringField("unit", result.unit());
    json.writeStringField("better", result.better().name().toLowerCase(Locale.ROOT));
    json.writeStringField("conditions", result.conditions());
    for (Figure figure : result.figures()) {
      json.writeObjectFieldStart(figure.label());
      if (figure.samples().isPresent()) {
        Samples samples = figure.samples().get();
        json.writeNumberField("median", samples.median());
        json.writeNumberField("p95", samples.percentile(95));
        json.writeNumberField("min", samples.min());
        json.writeNumberField("max", samples.max());
        json.writeNumberField("count", samples.count());
      }
      if (!figure.note().isEmpty()) {
        json.writeStringField(figure.failed() ? "error" : "note", figure.note());
      }
      json.writeEndObject();
    }
    if (result.ratio().isPresent()) {
      json.writeNumberField("ratio", result.ratio().getAsDouble());
    }
    json.writeEndObject();
  }
}
