package org.headrace.rest.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Callers;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;

/** The API on real sockets, with commands that do what a test tells them. */
final class Api implements AutoCloseable {
  /** A call of a command, as it arrived there. */
  record Run(String program, List<String> arguments, Caller caller, Invocation invocation) {}

  /** What a request came to. */
  record Reply(int status, String text, HttpResponse<String> response) {
    Map<String, Object> json() {
      try {
        return JsonInput.object(text.getBytes(StandardCharsets.UTF_8));
      } catch (Problem.Raised e) {
        throw new AssertionError(text, e);
      }
    }

    /** The only error of the answer. */
    Map<?, ?> error() {
      List<?> errors = (List<?>) json().get("errors");
      if (errors.size() != 1) {
        throw new AssertionError(errors.size() + " errors in " + text);
      }
      return (Map<?, ?>) errors.get(0);
    }

    String warnings() {
      return String.valueOf(json().get("warnings"));
    }
  }

  /** What a command does; says its exit status. */
  interface Body {
    int run(Invocation invocation) throws Exception;
  }

  final Path socket;

  /** Who is at the UNIX socket, according to the kernel. */
  volatile String atSocket = "bob";

  final BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
  private final Programs programs = new Programs();
  private final Map<String, Body> bodies = new LinkedHashMap<>();
  private final Map<String, UserCommand> commands = new LinkedHashMap<>();
  private final RestSettings settings;
  private final Desk desk;
  private final RestServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Api(Path directory) throws IOException {
    this(directory, "", true);
  }

  /**
   * @param limits HeadraceRestParameters
   * @param withTokens whether tokens are believed: {@code token-of-NAME}
   */
  Api(Path directory, String limits, boolean withTokens) throws IOException {
    socket = directory.resolve("rest.sock");
    settings =
        RestSettings.of(
            Map.of("HeadraceRest", "localhost:0,unix:" + socket, "HeadraceRestParameters", limits));
    for (String name :
        List.of(
            "scontrol",
            "squeue",
            "sacct",
            "sbatch",
            "scancel",
            "sdiag",
            "swhy",
            "sshare",
            "sacctmgr")) {
      bodies.put(name, Api::says);
      commands.put(name, command(name));
      programs.add(commands.get(name), 0);
    }
    People people = new People(() -> atSocket);
    Authentication authentication =
        new Authentication(
            people, withTokens ? new PlainTokens() : null, "slurm", Clock.systemUTC());
    desk = new Desk(programs, people, () -> authentication, () -> new Release("26.05.3", "test"));
    server = RestServer.open(settings, desk);
  }

  /** The same, for connections that are brought to it; to be closed by who asks for it. */
  RestServer withoutAddresses() throws IOException {
    return RestServer.open(settings.withoutAddresses(), desk);
  }

  private static int says(Invocation invocation) {
    invocation.out().print("{\"meta\": {\"x\": 1}, \"things\": [1], \"errors\": []}\n");
    return 0;
  }

  private UserCommand command(String name) {
    return new UserCommand() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String summary() {
        return name;
      }

      @Override
      public int run(Invocation invocation) throws Exception {
        runs.add(new Run(name, invocation.arguments(), invocation.caller(), invocation));
        return bodies.get(name).run(invocation);
      }
    };
  }

  /** Has a command do this from now on. */
  Api on(String program, Body body) {
    bodies.put(program, body);
    return this;
  }

  /** Has a command fail with this message. */
  Api fails(String program, String message) {
    return on(
        program,
        invocation -> {
          invocation.err().println(message);
          return 1;
        });
  }

  /** Takes a command away, as when its bundle is stopped. */
  void remove(String program) {
    programs.remove(commands.remove(program));
  }

  int port() {
    return server.port(0);
  }

  /** A request of a user with a token. */
  Reply as(String user, String method, String path, String body, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 2, headers.length);
    all[0] = "X-SLURM-USER-TOKEN";
    all[1] = "token-of-" + user;
    return send(method, path, body, all);
  }

  Reply get(String path) {
    return as("ann", "GET", path, null);
  }

  Reply post(String path, String json) {
    return as("ann", "POST", path, json, "Content-Type", "application/json");
  }

  Reply send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), response);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The command that the last request ran; there is exactly one. */
  Run run() {
    if (runs.size() != 1) {
      throw new AssertionError(runs.size() + " commands: " + runs);
    }
    return runs.remove();
  }

  @Override
  public void close() {
    server.close();
  }

  /** Says in clear what a real one signs. */
  private static final class PlainTokens implements Tokens {
    @Override
    public String issue(String user, Instant now, Duration life) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String user(String token, Instant now) throws TokenException {
      if (!token.startsWith("token-of-")) {
        throw new TokenException("nonsense");
      }
      return token.substring("token-of-".length());
    }
  }

  /** Some people; who is at the socket is bob. */
  static final class People implements Callers {
    private final Supplier<String> atSocket;

    People() {
      this(() -> "bob");
    }

    People(Supplier<String> atSocket) {
      this.atSocket = atSocket;
    }

    private static final Map<String, Integer> UIDS =
        Map.of("root", 0, "slurm", 64, "ann", 1001, "bob", 1002);

    @Override
    public Caller at(SocketChannel channel) {
      return named(atSocket.get());
    }

    @Override
    public Caller named(String user) {
      Integer uid = UIDS.get(user);
      return uid == null ? null : new Caller(uid, uid, user, "users", new int[] {uid});
    }

    @Override
    public Account user(String name) {
      return null;
    }

    @Override
    public Account group(String name) {
      return null;
    }
  }
}
