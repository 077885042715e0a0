package org.headrace.bench.internal.wire;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.headrace.bench.internal.BenchException;
import org.headrace.client.wire.Hello;

/** Submits jobs over one connection, one after the other. For one thread. */
public final class Submitter implements Closeable {
  private static final long OPEN_FILES = 1024;

  private final WireConnection connection;
  private final Path workingDirectory;
  private final Map<String, String> environment;
  private final Hello hello;

  private Submitter(
      WireConnection connection,
      Path workingDirectory,
      Map<String, String> environment,
      List<String> arguments) {
    this.connection = connection;
    this.workingDirectory = workingDirectory;
    this.environment = environment;
    hello = hello(arguments);
  }

  /**
   * Connects.
   *
   * @param arguments sbatch's arguments; {@code --parsable} is added
   */
  public static Submitter connect(
      Path socket, Path workingDirectory, Map<String, String> environment, List<String> arguments)
      throws IOException {
    return new Submitter(WireConnection.connect(socket), workingDirectory, environment, arguments);
  }

  private Hello hello(List<String> arguments) {
    List<String> all = new ArrayList<>(List.of("--parsable"));
    all.addAll(arguments);
    return new Hello(
        "sbatch",
        all,
        workingDirectory.toString(),
        environment,
        022,
        Map.of("NOFILE", new Hello.Limit(OPEN_FILES, OPEN_FILES)),
        0,
        0,
        0,
        (int) ProcessHandle.current().pid(),
        0,
        "bench",
        "");
  }

  /**
   * Submits one job.
   *
   * @return the acknowledged job id
   * @throws IOException if the connection broke before the acknowledgement
   * @throws BenchException if the job was refused
   */
  public long submit() throws IOException {
    return submit(hello);
  }

  /** Submits a job of other arguments. */
  public long submit(List<String> others) throws IOException {
    return submit(hello(others));
  }

  private long submit(Hello request) throws IOException {
    WireConnection.Reply reply = connection.call(request);
    if (reply.status() != 0) {
      throw new BenchException("sbatch was refused: " + reply.err().strip());
    }
    return jobId(reply.out());
  }

  /** The id in what {@code sbatch --parsable} prints. */
  public static long jobId(String printed) {
    String id = printed.strip().split(";", 2)[0];
    try {
      return Long.parseLong(id);
    } catch (NumberFormatException e) {
      throw new BenchException("sbatch --parsable printed '" + printed.strip() + "', no job id", e);
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
