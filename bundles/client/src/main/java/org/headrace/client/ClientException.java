package org.headrace.client;

import java.io.IOException;

/** A failure whose message is complete for the user. */
final class ClientException extends IOException {
  private static final long serialVersionUID = 1;

  ClientException(String message) {
    super(message);
  }
}
