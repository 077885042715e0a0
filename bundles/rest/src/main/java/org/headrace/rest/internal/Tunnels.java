package org.headrace.rest.internal;

import java.io.IOException;

/** Where connections are brought to that come by a command. */
interface Tunnels {
  /**
   * A server for them, with the limits that are configured now.
   *
   * @throws IOException if there can be none
   */
  RestServer server() throws IOException;
}
