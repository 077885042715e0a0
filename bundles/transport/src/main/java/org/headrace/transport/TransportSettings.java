package org.headrace.transport;

import org.headrace.api.credential.MessageSigner;

/**
 * Where one end of the links is.
 *
 * @param directory for the media driver alone, see {@link DriverDirectory}; emptied at the start
 * @param host address to listen on
 * @param port UDP port to listen on
 * @param signer signs and checks every message
 */
public record TransportSettings(String directory, String host, int port, MessageSigner signer) {}
