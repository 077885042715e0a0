package org.headrace.client.wire;

/**
 * Constants of the client protocol. A frame is the length of its payload (4 bytes, big endian), its
 * type (1 byte), and the payload.
 */
public final class Frames {
  /** Version that a {@link #HELLO} starts with. */
  public static final int VERSION = 1;

  /** Bytes of length and type before each payload. */
  public static final int HEADER = 5;

  /** The largest payload of a {@link #HELLO} or {@link #RUN_CHILD}, in bytes. */
  public static final int MAX_FRAME = 8 << 20;

  /** The most stream bytes that one frame carries. */
  public static final int CHUNK = 64 * 1024;

  /** The largest payload of all other frames: a chunk with its head. */
  public static final int MAX_SMALL_FRAME = CHUNK + 64;

  // From the client.
  public static final int HELLO = 1;
  public static final int FILE_DATA = 2;
  public static final int FILE_END = 3;
  public static final int FILE_ERROR = 4;
  public static final int STDIN_DATA = 5;
  public static final int STDIN_END = 6;
  public static final int SIGNAL = 7;
  public static final int CHILD_EXIT = 8;
  public static final int WINDOW_SIZE = 9;

  // From another daemon of the cluster, around what a client says to it.
  /** For whom the conversation is that follows; the first frame. */
  public static final int CALLER = 10;

  /** The client has gone; without it, only the way to it has. */
  public static final int GONE = 11;

  /** The client has written out all that came before the {@link #RESUMABLE} that asked. */
  public static final int SAFE = 12;

  // From the server.
  public static final int STDOUT = 65;
  public static final int STDERR = 66;
  public static final int EXIT = 67;
  public static final int READ_FILE = 68;
  public static final int READ_STDIN = 69;
  public static final int STREAM_STDIN = 70;
  public static final int CATCH_SIGNALS = 71;
  public static final int RUN_CHILD = 72;
  public static final int KILL_CHILD = 73;
  public static final int RAW_TTY = 74;
  public static final int ERROR = 75;
  public static final int WATCH_WINDOW = 76;

  /** What a client that loses the controller says when it comes back; see {@link Hello#resume}. */
  public static final int RESUMABLE = 77;

  /** Some bytes of a file, from a place in it on, and what it is like. */
  public static final int READ_PART = 78;

  /** How a child ended, in {@link #CHILD_EXIT}: with an exit status. */
  public static final int CHILD_EXITED = 0;

  /** How a child ended, in {@link #CHILD_EXIT}: by a signal. */
  public static final int CHILD_SIGNALED = 1;

  /** How a child ended, in {@link #CHILD_EXIT}: it could not be started; the value is errno. */
  public static final int CHILD_NOT_STARTED = 2;

  private Frames() {}

  /** Whether a client, or a daemon for it, may send frames of this type. */
  public static boolean isFromClient(int type) {
    return type >= HELLO && type <= SAFE;
  }

  /** The largest payload that a client may send in a frame of this type, in bytes. */
  public static int maxFromClient(int type) {
    return type == HELLO || type == CALLER ? MAX_FRAME : MAX_SMALL_FRAME;
  }
}
