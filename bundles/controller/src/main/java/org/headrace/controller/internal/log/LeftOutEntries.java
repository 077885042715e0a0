package org.headrace.controller.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries of the log that are never applied, because the core failed over them with an {@link
 * Error}: it would again at each replay, and the controller could never start.
 *
 * <p>An exception of the core is the same on every member and in every replay, so it is an answer.
 * An Error isn't: how deep a stack is and how much memory is free differ from one run to the next,
 * and what the command had changed by then with it. So the member that met it can't go on with this
 * state, and ends. Whether the entry may be left out from then on is a matter of who has seen it
 * applied: nobody has, where the only member failed over it while it led. Then it notes the entry
 * in a file, and to all who look this is as if the log had never taken it. The entries behind it
 * that the member fails over before it leads again nobody has seen either. An entry that was
 * applied once, and fails in a later replay, is never left out; and where there are several members
 * one can't know what the others did, so that is for people to decide: they write the same file on
 * each ({@code docs/adr/0016}).
 *
 * <p>Belongs to the core's thread.
 */
final class LeftOutEntries {
  private static final Logger LOG = LoggerFactory.getLogger(LeftOutEntries.class);
  private static final String LED = "led";
  private static final String UNSEEN = " unseen";

  private final Path file;
  private final boolean alone;
  private final List<String> lines;
  private final Set<Parts.Key> entries = new HashSet<>();

  /** Whether the member has led since it started: what an only member applies since is new. */
  private boolean led;

  /** Whether the member hasn't led since it noted the last one. */
  private boolean open;

  /** Whether the replay has come to the last one. */
  private boolean passed;

  private Parts.Key last;

  /**
   * Reads what is noted.
   *
   * @param alone whether no other member has the log
   * @throws IOException if the file can't be read or isn't one of ours, with what is wrong
   */
  LeftOutEntries(Path file, boolean alone) throws IOException {
    this.file = file;
    this.alone = alone;
    lines =
        Files.exists(file)
            ? new ArrayList<>(Files.readAllLines(file, StandardCharsets.UTF_8))
            : new ArrayList<>();
    for (String line : lines) {
      take(line.strip());
    }
  }

  private void take(String line) throws IOException {
    if (line.equals(LED)) {
      open = false;
    } else if (!line.isEmpty()) {
      String[] words = line.split("\\s+", 3);
      try {
        last = new Parts.Key(Long.parseLong(words[0]), Long.parseLong(words[1]));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IOException(
            file
                + ": \""
                + line
                + "\" names no entry of the log; a line begins with the two numbers that the"
                + " controller's log gave when it failed",
            e);
      }
      entries.add(last);
      open = line.endsWith(UNSEEN); // not where a person wrote it: others may have been seen since
    }
  }

  /** Whether this entry isn't to be applied. */
  boolean has(Parts.Key entry) {
    if (!entries.contains(entry)) {
      return false;
    }
    passed |= entry.equals(last);
    return true;
  }

  /**
   * From now on others see what has been applied.
   *
   * @throws IOException if that can't be noted: it must not lead then, as an entry that fails in a
   *     later replay would be taken for one that nobody has seen
   */
  void leading() throws IOException {
    led = true;
    if (open) {
      lines.add(LED);
      write();
      open = false;
    }
  }

  /**
   * The core failed over an entry; the member ends. Nothing else of it may fail here, as the error
   * itself is what has to be reported.
   */
  void failed(Parts.Key entry, Class<?> command, Error error) {
    String line = entry.incarnation() + " " + entry.number() + " " + command.getSimpleName();
    try {
      boolean unseen = led || open && passed;
      if (alone && unseen) {
        note(line);
        return;
      }
      LOG.error(
          "The core failed over an entry of the log ({}) and has to begin anew. If {} fails over it"
              + " at each start, it can be left out: while {} stopped, add the line \"{}\" to {}{}",
          line,
          alone ? "it" : "every controller",
          alone ? "it is" : "all are",
          line,
          file,
          alone ? "" : " on each");
    } catch (RuntimeException | Error e) {
      error.addSuppressed(e);
    }
  }

  private void note(String line) {
    lines.add(line + UNSEEN);
    try {
      write();
      LOG.error(
          "The core failed over an entry of the log ({}) and has to begin anew. Nobody has seen it"
              + " carried out: {} notes it, and it is left out from the next start on",
          line,
          file);
    } catch (IOException e) {
      LOG.error(
          "The core failed over an entry of the log ({}) and has to begin anew. {} should note it,"
              + " so that it is left out, and can't be written: {}",
          line,
          file,
          e.toString());
    }
  }

  /** All or nothing, on disk when it returns. */
  private void write() throws IOException {
    byte[] text = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    Path whole = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            whole,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer rest = ByteBuffer.wrap(text);
      while (rest.hasRemaining()) {
        channel.write(rest); // of a disk that becomes full it says so at the next try only
      }
      channel.force(true);
    }
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
