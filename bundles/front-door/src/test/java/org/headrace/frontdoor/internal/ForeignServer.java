package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A program of somebody else at a socket: hangs up on everybody. */
public final class ForeignServer {
  private ForeignServer() {}

  /** Listens at the path that the only argument gives. */
  public static void main(String[] args) throws IOException {
    Path path = Path.of(args[0]);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
      System.out.println("listening");
      while (true) {
        server.accept().close();
      }
    }
  }
}
