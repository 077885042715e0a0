package org.headrace.rest.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.headrace.control.front.Caller;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes requests from HTTP: who asks, what for, and what comes of it. */
final class Gate extends Handler.Abstract {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
  private static final Set<String> HEALTH = Set.of("/livez", "/readyz", "/healthz");
  private static final Set<String> DOCUMENT =
      Set.of("/openapi", "/openapi.json", "/openapi.yaml", "/openapi/v3");
  private static final String JSON = "application/json";

  /** JSON is YAML as well, so that answers are the same for who asks for that. */
  private static final List<String> TYPES =
      List.of(JSON, "application/yaml", "application/x-yaml", "text/yaml");

  private static final int CHUNK = 16 * 1024;

  private final Desk desk;
  private final RestSettings settings;
  private final PatienceWatch patience;
  private final BodyBudget budget;

  Gate(Desk desk, RestSettings settings, PatienceWatch patience) {
    this.desk = desk;
    this.settings = settings;
    this.patience = patience;
    budget = new BodyBudget(settings.maxBodiesBytes());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
    long deadline = System.nanoTime() + settings.requestMillis() * 1_000_000;
    patience.complete(connection);
    request.addIdleTimeoutListener(timeout -> false); // A command may take its time.
    Request.addCompletionListener(request, any -> patience.expect(connection));
    try {
      serve(request, response, connection, deadline);
      callback.succeeded();
    } catch (Problem.Raised e) {
      refuse(e.problem(), response, callback);
    } catch (Exception e) {
      LOG.debug("A request ended early", e);
      callback.failed(e); // The client sees a broken answer, and not a short one.
    }
    return true;
  }

  private void serve(Request request, Response response, EndPoint connection, long deadline)
      throws Exception {
    String path = request.getHttpURI().getPath();
    if (HEALTH.contains(path)) {
      boolean fine = path.equals("/livez") || desk.ready();
      send(response, fine ? 200 : Problem.UNAVAILABLE, fine ? "{}" : "{\"ready\":false}");
      return;
    }
    Caller caller = desk.authentication().caller(request.getHeaders(), proof(connection));
    List<String> segments = RequestPath.segments(path == null ? "" : path);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type(request));
    if (DOCUMENT.contains("/" + String.join("/", segments))) {
      method(request, Set.of("GET"), response);
      send(response, 200, desk.document());
      return;
    }
    Route route = route(request, segments, response);
    Map<String, String> parameters = route.match(segments);
    String version = parameters.remove("version");
    try (BodyBudget.Share share = budget.share()) {
      Map<String, Object> body =
          route.body().isEmpty() ? Map.of() : JsonInput.object(body(request, deadline, share));
      Ask ask =
          new Ask(
              version,
              parameters,
              query(request),
              body,
              caller,
              String.valueOf(connection.getRemoteSocketAddress()));
      desk.answer(ask, route, output(response));
    }
  }

  private Proof proof(EndPoint connection) {
    if (connection instanceof Tunnel tunnel) {
      return tunnel.proof();
    }
    boolean unix =
        connection instanceof SocketChannelEndPoint
            && !(connection.getLocalSocketAddress() instanceof InetSocketAddress);
    if (!unix) {
      return Proof.BY_TOKEN;
    }
    SocketChannel socket = ((SocketChannelEndPoint) connection).getChannel();
    return new Proof(() -> desk.callers().at(socket), true);
  }

  private Route route(Request request, List<String> segments, Response response)
      throws Problem.Raised {
    Set<String> methods = new TreeSet<>();
    Route found = null;
    for (Route route : desk.routes()) {
      Map<String, String> values = route.match(segments);
      boolean fixed = found != null && found.parameters().size() <= route.parameters().size();
      if (values != null && Routes.VERSIONS.contains(values.get("version"))) {
        methods.add(route.method());
        if (route.method().equals(request.getMethod()) && !fixed) {
          found = route;
        }
      }
    }
    if (methods.isEmpty()) {
      throw Problem.of(
              Problem.NOT_FOUND,
              "Unable find requested URL",
              "There is nothing at this path; /openapi/v3 says what there is")
          .raised();
    }
    if (found == null) {
      method(request, methods, response);
    }
    return found;
  }

  private static void method(Request request, Set<String> methods, Response response)
      throws Problem.Raised {
    if (!methods.contains(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, String.join(", ", methods));
      throw Problem.of(
              Problem.METHOD_NOT_ALLOWED,
              "Requested REST method is not defined at URL",
              "This path knows " + String.join(", ", methods))
          .raised();
    }
  }

  /** Which of its names the answer's type has for this client. */
  private static String type(Request request) throws Problem.Raised {
    String accept = request.getHeaders().get(HttpHeader.ACCEPT);
    if (accept == null || accept.contains("*/*") || accept.contains("application/*")) {
      return JSON;
    }
    return TYPES.stream()
        .filter(accept::contains)
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(Problem.NOT_ACCEPTABLE, "Not acceptable", "Answers are " + TYPES)
                    .raised());
  }

  private static Map<String, List<String>> query(Request request) throws Problem.Raised {
    Map<String, List<String>> query = new LinkedHashMap<>();
    try {
      for (Fields.Field field : Request.extractQueryParameters(request)) {
        query.put(field.getName(), field.getValues());
      }
    } catch (RuntimeException e) {
      throw Problem.bad("The query can't be read: " + e.getMessage(), "query").raised();
    }
    return query;
  }

  private byte[] body(Request request, long deadline, BodyBudget.Share share)
      throws Problem.Raised, IOException {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (type == null || !type.toLowerCase(Locale.ROOT).split(";")[0].strip().equals(JSON)) {
      throw Problem.of(
              Problem.UNSUPPORTED_TYPE, "Unsupported media type", "Write Content-Type: " + JSON)
          .raised();
    }
    if (request.getLength() > settings.maxBodyBytes()) {
      throw tooLarge();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    try (InputStream in = Content.Source.asInputStream(request)) {
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        share.take(read);
        body.write(chunk, 0, read);
        if (body.size() > settings.maxBodyBytes()) {
          throw tooLarge();
        }
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(
              "the request didn't come within " + settings.requestMillis() + " ms");
        }
      }
    }
    return body.toByteArray();
  }

  private Problem.Raised tooLarge() {
    return Problem.of(
            Problem.TOO_LARGE,
            "Request too large",
            "The body has more than "
                + settings.maxBodyBytes()
                + " bytes (HeadraceRestParameters=max_body=)")
        .raised();
  }

  private static DeferredOutput output(Response response) {
    return new DeferredOutput(
        new DeferredOutput.Target() {
          @Override
          public OutputStream begin(int status) {
            head(response, status);
            return Content.Sink.asOutputStream(response);
          }

          @Override
          public void send(int status, byte[] answer) throws IOException {
            Gate.send(response, status, answer);
          }
        });
  }

  private static void head(Response response, int status) {
    response.setStatus(status);
    if (response.getHeaders().get(HttpHeader.CONTENT_TYPE) == null) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
    }
  }

  private static void send(Response response, int status, String json) throws IOException {
    send(response, status, json.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(Response response, int status, byte[] answer) throws IOException {
    head(response, status);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
    Content.Sink.write(response, true, ByteBuffer.wrap(answer));
  }

  /** An answer to who isn't known, or asks for what isn't there. */
  private static void refuse(Problem problem, Response response, Callback callback) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      JsonGenerator out = new JsonFactory().createGenerator(bytes);
      out.writeStartObject();
      out.writeArrayFieldStart("errors");
      problem.write(out);
      out.writeEndArray();
      out.writeArrayFieldStart("warnings");
      out.writeEndArray();
      out.writeEndObject();
      out.close();
    } catch (IOException e) {
      callback.failed(e);
      return;
    }
    if (problem.status() == Problem.UNAUTHORIZED) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    head(response, problem.status());
    response.write(true, ByteBuffer.wrap(bytes.toByteArray()), callback);
  }
}
