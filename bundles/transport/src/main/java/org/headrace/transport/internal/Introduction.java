package org.headrace.transport.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.headrace.transport.NodeLinks;

/** What is said before there is a session. Each decoder answers null to what can't be one. */
final class Introduction {
  private static final int LONGEST_NAME = 1024;

  private Introduction() {}

  /**
   * A controller is here.
   *
   * @param term its term of office; of two that take themselves for the leader, the one with the
   *     higher term is
   * @param address its address as the configuration gives it
   */
  record Knock(long term, NodeLinks.Address address) {
    byte[] encode() {
      byte[] host = address.host().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(Long.BYTES + Integer.BYTES + host.length)
          .putLong(term)
          .putInt(address.port())
          .put(host)
          .array();
    }

    static Knock decode(byte[] payload) {
      return read(ByteBuffer.wrap(payload));
    }

    private static Knock read(ByteBuffer payload) {
      if (payload.remaining() < Long.BYTES + Integer.BYTES || payload.remaining() > LONGEST_NAME) {
        return null;
      }
      long term = payload.getLong();
      int port = payload.getInt();
      String host = StandardCharsets.UTF_8.decode(payload).toString();
      return new Knock(term, new NodeLinks.Address(host, port));
    }
  }

  /**
   * An agent is here.
   *
   * @param nonce its random number
   * @param node its node
   */
  record Hello(long nonce, String node) {
    byte[] encode() {
      byte[] name = node.getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.allocate(Long.BYTES + name.length).putLong(nonce).put(name).array();
    }

    static Hello decode(byte[] payload) {
      if (payload.length < Long.BYTES || payload.length > LONGEST_NAME) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.wrap(payload);
      return new Hello(bytes.getLong(), StandardCharsets.UTF_8.decode(bytes).toString());
    }
  }

  /**
   * A controller takes an agent.
   *
   * @param agentNonce the agent's random number
   * @param nonce the controller's
   * @param by who it is
   */
  record Accept(long agentNonce, long nonce, Knock by) {
    byte[] encode() {
      byte[] who = by.encode();
      return ByteBuffer.allocate(2 * Long.BYTES + who.length)
          .putLong(agentNonce)
          .putLong(nonce)
          .put(who)
          .array();
    }

    static Accept decode(byte[] payload) {
      if (payload.length < 2 * Long.BYTES) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.wrap(payload);
      long agentNonce = bytes.getLong();
      long nonce = bytes.getLong();
      Knock by = Knock.read(bytes);
      return by == null ? null : new Accept(agentNonce, nonce, by);
    }
  }
}
