package org.headrace.agent.internal;

import org.headrace.api.credential.MessageSigner;
import org.headrace.protocol.codec.CodecException;
import org.headrace.protocol.codec.RecordCodec;
import org.headrace.protocol.node.FromNode;
import org.headrace.protocol.node.ToNode;
import org.headrace.transport.ControllerLink;
import org.headrace.transport.TransportSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The link over the network. */
final class AeronLink implements Link {
  private static final Logger LOG = LoggerFactory.getLogger(AeronLink.class);
  private static final RecordCodec<FromNode> OUT = RecordCodec.of(FromNode.class);
  private static final RecordCodec<ToNode> IN = RecordCodec.of(ToNode.class);

  private final ControllerLink link;

  private AeronLink(ControllerLink link) {
    this.link = link;
  }

  /** Opens links whose messages {@code signer} signs and checks. */
  static Opener signedBy(MessageSigner signer) {
    return (settings, listener) ->
        new AeronLink(
            ControllerLink.open(
                new TransportSettings(
                    settings.linkDirectory(), settings.host(), settings.port(), signer),
                settings.node(),
                settings.controllers(),
                new Decoder(listener)));
  }

  @Override
  public void send(FromNode message) {
    link.send(OUT.encode(message));
  }

  @Override
  public void close() {
    link.close();
  }

  private record Decoder(Listener listener) implements ControllerLink.Listener {
    @Override
    public void connected() {
      listener.connected();
    }

    @Override
    public void message(byte[] bytes) {
      ToNode message;
      try {
        message = IN.decode(bytes);
      } catch (CodecException e) {
        LOG.warn("The controller sent what can't be read: {}", e.getMessage());
        return;
      }
      listener.message(message);
    }

    @Override
    public void disconnected(String why) {
      listener.disconnected(why);
    }
  }
}
