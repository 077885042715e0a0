package org.headrace.control.front;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * One call of a command by a client: what it was asked, by whom, and the ways back to the user's
 * terminal, files and processes. Valid until {@link UserCommand#run} returns. All methods may be
 * called from any thread. Listeners are called one after the other on a thread of the front door,
 * never on the one that runs the command; an event that came before its listener was registered is
 * kept and delivered then.
 *
 * <p>Everything but {@link #caller()} comes from the client and must not be trusted: a caller may
 * claim any host, pid, environment or working directory.
 */
@ProviderType
public interface Invocation {
  /** How many bytes of standard input a client may be ahead of its consumer. */
  int INPUT_WINDOW = 1024 * 1024;

  /** The name by which the command was called, for messages, for example {@code squeue}. */
  String program();

  /** The arguments, without the program. */
  List<String> arguments();

  /** The client's environment in its own order. */
  Map<String, String> environment();

  /** The client's working directory, an absolute path. */
  String workingDirectory();

  /** Who is calling, according to the kernel. */
  Caller caller();

  /**
   * The user with this name or number, as the controller's system knows it.
   *
   * @return null if there is none
   * @throws IOException if the system's accounts can't be read
   */
  Account user(String name) throws IOException;

  /** The group with this name or number; like {@link #user}. */
  Account group(String name) throws IOException;

  /**
   * Numbers of the further groups that a user is in, as the controller's system knows them.
   *
   * @param user name of a user that is there
   * @throws IOException if the system's accounts can't be read
   */
  default int[] groups(String user) throws IOException {
    return new int[0];
  }

  /** The client's file mode creation mask, 0 to 0777. */
  int umask();

  /**
   * The client's resource limits by name without the {@code RLIMIT_} prefix, for example {@code
   * NOFILE}.
   */
  Map<String, ResourceLimit> limits();

  /** Whether the client's standard input is a terminal. */
  boolean inputIsTerminal();

  /** Whether the client's standard output is a terminal. */
  boolean outputIsTerminal();

  /** Whether the client's standard error is a terminal. */
  boolean errorIsTerminal();

  /** Columns of the client's terminal, or 0 if it has none. */
  int terminalColumns();

  /** Rows of the client's terminal, or 0 if it has none. */
  int terminalRows();

  /** The client's name for its host. */
  String hostName();

  /** The client's process id. */
  int clientPid();

  /** The client's session id (the {@code sid} of AllocNode:Sid). */
  int sessionId();

  /**
   * The client's standard output: UTF-8 text or raw bytes, buffered, sent when 64 KiB have
   * gathered, at {@code flush()}, and at the end. Order with {@link #err()} is kept. Blocks while
   * the client doesn't read. After a disconnection output is dropped and {@code checkError()} is
   * true.
   */
  PrintStream out();

  /** The client's standard error; like {@link #out()}. */
  PrintStream err();

  /**
   * Reads a file as the client would: with the client's identity, relative to its working
   * directory. Flushes output first and waits for the content.
   *
   * @param maxBytes a file with more bytes is an error
   * @throws IOException with the system's words ({@code No such file or directory}) if the client
   *     can't read it, if it is too large, or if the client is gone
   */
  byte[] readFile(String path, long maxBytes) throws IOException;

  /**
   * Reads a piece of a regular file as the client would, like {@link #readFile}: for files that are
   * larger than what should be in memory at once.
   *
   * @param from where to begin, in bytes
   * @param maxBytes most bytes to read; fewer come at the end of the file
   * @throws IOException with the system's words if the client can't read it, it is no regular file,
   *     or the client is gone
   */
  FilePart readPart(String path, long from, int maxBytes) throws IOException;

  /**
   * Reads all of the client's standard input, for a script given by a pipe.
   *
   * @throws IOException if it has more than {@code maxBytes} bytes, can't be read, or the client is
   *     gone
   */
  byte[] readStandardInput(long maxBytes) throws IOException;

  /**
   * Starts streaming standard input to the listener. At most once.
   *
   * @throws IllegalStateException if a listener is there already
   */
  void streamInput(InputListener listener);

  /**
   * Asks the client to send SIGHUP (1), SIGINT (2), SIGQUIT (3), SIGUSR1 (10), SIGUSR2 (12),
   * SIGTERM (15), SIGCONT (18) and SIGTSTP (20) here instead of acting on them. Until this is
   * called, they do to the client what they do to any program. A signal that the client was started
   * with ignored (nohup) is not sent. On SIGTSTP the client sends the signal and then stops itself.
   * A later listener replaces an earlier one.
   */
  void onSignal(IntConsumer listener);

  /**
   * Has the client run a program in its own terminal, working directory and identity, for {@code
   * salloc}. In an interactive client the program gets the foreground of the terminal until it
   * ends. One child at a time.
   *
   * @param argv program (looked up in the PATH of {@code environment}) and arguments
   * @param environment the whole environment of the program
   * @return completes with the exit status, or 128 plus the signal that ended it; 126 or 127 if it
   *     could not be started (the client says why); fails with an IOException if the client is gone
   */
  CompletionStage<Integer> runChild(List<String> argv, Map<String, String> environment);

  /** Sends a signal to the running child, and to its process group if it has its own. */
  void killChild(int signal);

  /**
   * Puts the client's terminal into raw mode or back. No effect without a terminal. The client
   * restores the terminal by itself when it ends.
   */
  void rawTerminal(boolean raw);

  /** Registers for changes of the terminal's size. A later listener replaces an earlier one. */
  void onResize(WindowListener listener);

  /**
   * What an earlier controller passed to {@link #resumable} in a call that was cut off and goes on
   * here, or the empty string. Like everything that the client says it must not be trusted.
   */
  default String resumeToken() {
    return "";
  }

  /**
   * From now on the client does not end when it loses the controller: it waits for one to come back
   * and makes the same call again, with this token. When the front door closes, the thread of such
   * a command is interrupted, and must leave everything as it is.
   *
   * @param token says where to go on; empty to end this
   * @return completes, on any thread, when the client is sure to know the token and to have all
   *     output that came before; never if the client or the way to it is lost earlier
   */
  default CompletionStage<Void> resumable(String token) {
    return CompletableFuture.completedFuture(null);
  }

  /** Completes when the client is gone before the command has ended. */
  CompletionStage<Void> disconnected();
}
