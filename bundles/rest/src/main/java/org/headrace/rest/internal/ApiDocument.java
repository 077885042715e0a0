package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The API in OpenAPI's words, made of the routes that serve it. */
final class ApiDocument {
  private final List<Route> routes;
  private final Release release;
  private final StringWriter text = new StringWriter();
  private final JsonGenerator out;

  ApiDocument(List<Route> routes, Release release) {
    this.routes = routes;
    this.release = release;
    try {
      out = new JsonFactory().createGenerator(text);
      write();
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String text() {
    return text.toString();
  }

  private void write() throws IOException {
    out.writeStartObject();
    out.writeStringField("openapi", "3.0.2");
    out.writeObjectFieldStart("info");
    out.writeStringField("title", "Slurm REST API");
    out.writeStringField("description", "The API that clients of slurmrestd know, by Headrace");
    out.writeStringField("version", "Slurm-" + release.version());
    out.writeEndObject();
    out.writeArrayFieldStart("security");
    scheme("user", "token");
    scheme("token");
    scheme("bearerAuth");
    out.writeEndArray();
    out.writeObjectFieldStart("paths");
    for (String version : Routes.VERSIONS) {
      for (Map.Entry<String, List<Route>> one : byPath().entrySet()) {
        out.writeObjectFieldStart(one.getKey().replace(Route.VERSION, version));
        for (Route route : one.getValue()) {
          operation(route, version);
        }
        out.writeEndObject();
      }
    }
    out.writeEndObject();
    components();
    out.writeEndObject();
  }

  private void scheme(String... names) throws IOException {
    out.writeStartObject();
    for (String name : names) {
      out.writeArrayFieldStart(name);
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private Map<String, List<Route>> byPath() {
    Map<String, List<Route>> paths = new LinkedHashMap<>();
    routes.forEach(
        route -> paths.computeIfAbsent(route.path(), path -> new ArrayList<>()).add(route));
    return paths;
  }

  /** As Slurm names them, so that generated clients have methods of the names they know. */
  static String operationId(Route route, String version) {
    List<String> words = new ArrayList<>(List.of(route.path().substring(1).split("/")));
    if (route.path().endsWith("/qos/{qos}")) {
      words.set(words.indexOf("qos"), "single_qos"); // The plural is the same word.
    }
    words.removeIf(word -> word.startsWith("{"));
    words.add(1, version.replace(".", ""));
    words.add(2, route.method().toLowerCase(Locale.ROOT));
    return String.join("_", words);
  }

  private void operation(Route route, String version) throws IOException {
    out.writeObjectFieldStart(route.method().toLowerCase(Locale.ROOT));
    out.writeArrayFieldStart("tags");
    out.writeString(route.path().split("/")[1]);
    out.writeEndArray();
    out.writeStringField("operationId", operationId(route, version));
    out.writeStringField("summary", route.summary());
    out.writeArrayFieldStart("parameters");
    for (String name : route.parameters()) {
      parameter(name, "path", true, "");
    }
    for (Route.Parameter one : route.query()) {
      parameter(one.name(), "query", false, one.description());
    }
    out.writeEndArray();
    if (!route.body().isEmpty()) {
      out.writeObjectFieldStart("requestBody");
      content(schemaName(route) + "_request");
      out.writeEndObject();
    }
    out.writeObjectFieldStart("responses");
    for (String status : List.of("200", "default")) {
      out.writeObjectFieldStart(status);
      out.writeStringField("description", status.equals("200") ? route.summary() : "It failed");
      content(schemaName(route) + "_answer");
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private void parameter(String name, String in, boolean required, String description)
      throws IOException {
    out.writeStartObject();
    out.writeStringField("name", name);
    out.writeStringField("in", in);
    out.writeBooleanField("required", required);
    if (!description.isEmpty()) {
      out.writeStringField("description", description);
    }
    out.writeObjectFieldStart("schema");
    out.writeStringField("type", "string");
    out.writeEndObject();
    out.writeEndObject();
  }

  private void content(String schema) throws IOException {
    out.writeObjectFieldStart("content");
    out.writeObjectFieldStart("application/json");
    out.writeObjectFieldStart("schema");
    out.writeStringField("$ref", "#/components/schemas/" + schema);
    out.writeEndObject();
    out.writeEndObject();
    out.writeEndObject();
  }

  /** The same for all versions, as the fields are. */
  private static String schemaName(Route route) {
    return operationId(route, "").replace("__", "_");
  }

  private void components() throws IOException {
    out.writeObjectFieldStart("components");
    out.writeObjectFieldStart("securitySchemes");
    header("user", "X-SLURM-USER-NAME");
    header("token", "X-SLURM-USER-TOKEN");
    out.writeObjectFieldStart("bearerAuth");
    out.writeStringField("type", "http");
    out.writeStringField("scheme", "bearer");
    out.writeStringField("bearerFormat", "JWT");
    out.writeEndObject();
    out.writeEndObject();
    out.writeObjectFieldStart("schemas");
    for (Route route : routes) {
      if (!route.body().isEmpty()) {
        request(route);
      }
      answer(route);
    }
    job();
    out.writeEndObject();
    out.writeEndObject();
  }

  private void header(String name, String header) throws IOException {
    out.writeObjectFieldStart(name);
    out.writeStringField("type", "apiKey");
    out.writeStringField("in", "header");
    out.writeStringField("name", header);
    out.writeEndObject();
  }

  private void request(Route route) throws IOException {
    out.writeObjectFieldStart(schemaName(route) + "_request");
    out.writeStringField("type", "object");
    out.writeObjectFieldStart("properties");
    if (route.body().equals(JobFields.submitted())) {
      out.writeObjectFieldStart("script");
      out.writeStringField("type", "string");
      out.writeEndObject();
      out.writeObjectFieldStart("job");
      out.writeStringField("$ref", "#/components/schemas/job_desc_msg");
      out.writeEndObject();
      out.writeObjectFieldStart("jobs");
      out.writeStringField("type", "array");
      out.writeObjectFieldStart("items");
      out.writeStringField("$ref", "#/components/schemas/job_desc_msg");
      out.writeEndObject();
      out.writeEndObject();
    } else {
      fields(route.body());
    }
    out.writeEndObject();
    out.writeEndObject();
  }

  private void job() throws IOException {
    out.writeObjectFieldStart("job_desc_msg");
    out.writeStringField("type", "object");
    out.writeObjectFieldStart("properties");
    fields(JobFields.submitted());
    out.writeEndObject();
    out.writeEndObject();
  }

  private void fields(List<Field> fields) throws IOException {
    for (Field field : fields) {
      out.writeObjectFieldStart(field.name());
      out.writeStringField("type", field.kind().type());
      if (!field.kind().format().isEmpty()) {
        out.writeStringField("format", field.kind().format());
      }
      items(field.kind().type(), field.kind() == Field.Kind.OBJECTS ? "object" : "string");
      out.writeStringField("description", field.description());
      out.writeEndObject();
    }
  }

  private void items(String type, String of) throws IOException {
    if (type.equals("array")) {
      out.writeObjectFieldStart("items");
      out.writeStringField("type", of);
      out.writeEndObject();
    }
  }

  private void answer(Route route) throws IOException {
    out.writeObjectFieldStart(schemaName(route) + "_answer");
    out.writeStringField("type", "object");
    out.writeObjectFieldStart("properties");
    Map<String, String> parts = new LinkedHashMap<>(route.payload());
    parts.put("meta", "object");
    parts.put("errors", "array");
    parts.put("warnings", "array");
    for (Map.Entry<String, String> part : parts.entrySet()) {
      out.writeObjectFieldStart(part.getKey());
      out.writeStringField("type", part.getValue());
      items(part.getValue(), "object");
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndObject();
  }
}
