package org.headrace.transport;

import java.util.List;
import org.headrace.api.credential.MessageSigner;

/**
 * What a daemon needs to speak to the controllers, as a service: there once the configuration has
 * been read and the cluster's key is open.
 *
 * @param controllers addresses of all controllers, in the order of the configuration
 * @param signer signs and checks what daemons of this cluster say; open
 * @param controllerHost whether a controller is configured for this host, so that the socket for
 *     commands is that controller's
 */
public record ClusterAccess(
    List<NodeLinks.Address> controllers, MessageSigner signer, boolean controllerHost) {
  public ClusterAccess {
    controllers = List.copyOf(controllers);
  }
}
