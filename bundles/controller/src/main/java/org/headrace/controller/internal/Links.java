package org.headrace.controller.internal;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.headrace.api.credential.CredentialException;
import org.headrace.api.credential.MessageSigner;
import org.headrace.control.command.Actor;
import org.headrace.control.command.Command;
import org.headrace.control.command.Outcome;
import org.headrace.control.definition.ControllerMember;
import org.headrace.controller.internal.log.StateDirectory;
import org.headrace.controller.internal.nodes.NodeLiaison;
import org.headrace.controller.internal.plugins.PluginFault;
import org.headrace.transport.TransportSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the links to the agents, ahead of the first use if asked to. */
final class Links implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Links.class);
  private static final long CLOSE_SECONDS = 5;

  /** Of an only controller, which nobody replaces. */
  private static final long ONLY_TERM = 0;

  private final StateDirectory directory;
  private final ControllerMember own;
  private final Controller.Signing signing;
  private final BiFunction<Command, Actor, CompletableFuture<Outcome>> log;
  private final ExecutorService threads;
  private MessageSigner signer;
  private Future<NodeLiaison> prepared;

  /**
   * @param own where to listen
   * @param log appends a command to the log
   * @param threads runs listeners of steps' output
   */
  Links(
      StateDirectory directory,
      ControllerMember own,
      Controller.Signing signing,
      BiFunction<Command, Actor, CompletableFuture<Outcome>> log,
      ExecutorService threads) {
    this.directory = directory;
    this.own = own;
    this.signing = signing;
    this.log = log;
    this.threads = threads;
  }

  /** Who signs messages; waits for its plugin. */
  synchronized MessageSigner signer()
      throws CredentialException, PluginFault, InterruptedException {
    if (signer == null) {
      signer = signing.open();
    }
    return signer;
  }

  /** Opens links of an only controller in another thread, for {@link #open}. */
  synchronized void prepare() {
    prepared = threads.submit(() -> openNow(ONLY_TERM));
  }

  private NodeLiaison openNow(long term)
      throws CredentialException, PluginFault, InterruptedException {
    return NodeLiaison.open(
        new TransportSettings(
            directory.driver("links").toString(), own.address(), own.port(), signer()),
        term,
        log,
        threads);
  }

  /**
   * Open links; they belong to the caller.
   *
   * @param term by which agents tell a leader from one that was replaced
   */
  NodeLiaison open(long term)
      throws IOException, InterruptedException, CredentialException, PluginFault {
    Future<NodeLiaison> opening;
    synchronized (this) {
      opening = prepared == null ? threads.submit(() -> openNow(term)) : prepared;
    }
    try {
      NodeLiaison open = opening.get();
      synchronized (this) {
        prepared = null;
      }
      return open;
    } catch (ExecutionException e) {
      rethrow(e.getCause());
      throw new IllegalStateException(e);
    }
  }

  /** Throws what made a start fail in another thread as what it is. */
  static void rethrow(Throwable cause) throws IOException, CredentialException, PluginFault {
    if (cause instanceof IOException io) {
      throw io;
    }
    if (cause instanceof CredentialException credential) {
      throw credential;
    }
    if (cause instanceof PluginFault fault) {
      throw fault;
    }
    if (cause instanceof IllegalStateException) {
      throw new IOException(cause.getMessage(), cause);
    }
    throw new IllegalStateException("the links to the nodes can't be opened: " + cause, cause);
  }

  /** Also those of a start that failed, or is failing, elsewhere. */
  @Override
  public void close() {
    Future<NodeLiaison> opening;
    synchronized (this) {
      opening = prepared;
    }
    if (opening == null) {
      return;
    }
    try {
      opening.get(CLOSE_SECONDS, TimeUnit.SECONDS).close();
    } catch (ExecutionException e) {
      LOG.debug("The links were never open", e);
    } catch (TimeoutException e) {
      opening.cancel(true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
