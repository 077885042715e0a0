package org.headrace.rest.internal;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Invocation;
import org.headrace.control.front.UserCommand;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Serves one connection of the API, which {@code sbin/slurmrestd} has taken somewhere: its bytes
 * are the standard input, the answer is the standard output. The caller has no more power here than
 * by the commands themselves; whose requests they are, tokens say, or the kernel says it where the
 * front vouches that its client is the caller itself.
 */
@Component(service = UserCommand.class, property = SlurmrestdCommand.MARK + "=true")
public final class SlurmrestdCommand implements UserCommand {
  /** Tells it from the commands that requests may run. */
  static final String MARK = "headrace.rest.door";

  private static final String CROWDED =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

  private final Tunnels tunnels;

  @Activate
  public SlurmrestdCommand(@Reference Tunnels tunnels) {
    this.tunnels = tunnels;
  }

  @Override
  public String name() {
    return "slurmrestd";
  }

  @Override
  public String summary() {
    return "Serves a connection of the REST API";
  }

  @Override
  public int run(Invocation invocation) throws Exception {
    List<String> proofs = List.of();
    String place = "";
    for (String argument : invocation.arguments()) {
      if (argument.startsWith("--proof=")) {
        proofs = List.of(argument.substring("--proof=".length()).split(","));
      } else if (argument.startsWith("--from=")) {
        place = argument.substring("--from=".length());
      } else {
        throw new IOException("this is for sbin/slurmrestd, which listens for clients");
      }
    }
    Caller own = invocation.caller();
    Proof proof = new Proof(proofs.contains("local") ? () -> own : null, proofs.contains("jwt"));
    RestServer server = tunnels.server();
    Tunnel tunnel = server.tunnel(proof, place);
    if (tunnel == null) {
      invocation.out().print(CROWDED);
      return 1;
    }
    try {
      server.open(tunnel); // First of all: only what is open is counted out again when it closes.
      invocation.disconnected().thenRun(tunnel::close);
      invocation.streamInput(tunnel);
      passOn(tunnel, invocation.out());
    } finally {
      tunnel.close();
    }
    return 0;
  }

  private static void passOn(Tunnel tunnel, PrintStream out) throws InterruptedException {
    for (byte[] bytes = tunnel.take(); bytes != null; bytes = tunnel.take()) {
      out.write(bytes, 0, bytes.length);
      if (out.checkError()) { // It also sends what is there.
        return;
      }
    }
  }
}
