package org.headrace.controller.internal.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The file {@code clustername} of a state directory, as Slurm has it: whose state this is. It is
 * there once the cluster has been up, so that a start that finds it and no log has lost something,
 * and doesn't begin without jobs as if it were the first.
 */
public final class ClusterNameFile {
  private final StateDirectory directory;
  private final Path file;

  ClusterNameFile(StateDirectory directory) {
    this.directory = directory;
    file = directory.root().resolve("clustername");
  }

  /**
   * Checks that the directory is this cluster's, and has the log that was begun in it.
   *
   * @param name {@code ClusterName}
   * @param alone whether no other member has the log, too
   * @throws IOException if it isn't, with what to do
   */
  public void check(String name, boolean alone) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    String before = Files.readString(file, StandardCharsets.UTF_8).strip();
    if (!before.equals(name)) {
      throw new IOException(
          "CLUSTER NAME MISMATCH: ClusterName is \""
              + name
              + "\", and StateSaveLocation "
              + directory.root()
              + " holds the state of \""
              + before
              + "\". Give this cluster a directory of its own; if it was renamed, remove "
              + file);
    }
    String missing = missing();
    if (alone && missing != null) {
      throw new IOException(
          "the log in StateSaveLocation "
              + directory.root()
              + " is not whole: "
              + missing
              + ". Put a copy of the directory in its place; to begin without jobs, remove "
              + file
              + " and what is left of the log");
    }
  }

  private String missing() throws IOException {
    for (Path needed :
        new Path[] {
          directory.cluster().resolve("recording.log"),
          directory.archive().resolve("archive.catalog")
        }) {
      if (!Files.exists(needed) || Files.size(needed) == 0) {
        return needed + " is missing or empty";
      }
    }
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(directory.archive(), "*.rec")) {
      return segments.iterator().hasNext() ? null : directory.archive() + " has no *.rec file";
    }
  }

  /**
   * Notes that the cluster has been up.
   *
   * @throws IOException if the file can't be written
   */
  public void write(String name) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Path whole = file.resolveSibling("clustername.new");
    Files.writeString(whole, name + "\n", StandardCharsets.UTF_8);
    Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
