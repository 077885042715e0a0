package org.headrace.controller.internal.log;

import io.aeron.archive.client.AeronArchive;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/**
 * Where the members of a group reach each other: five UDP ports in a row on each one's address.
 *
 * @param members the members
 */
record GroupEndpoints(LogMembers members) {
  private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** In the order in which Aeron names them. */
  private enum Port {
    INGRESS,
    CONSENSUS,
    LOG,
    CATCHUP,
    ARCHIVE
  }

  int count() {
    return members.addresses().size();
  }

  int self() {
    return members.self();
  }

  /** All members as Aeron wants them described: number and endpoints of each. */
  String description() {
    StringJoiner all = new StringJoiner("|");
    for (int member = 0; member < count(); member++) {
      StringJoiner one = new StringJoiner(",").add(Integer.toString(member));
      for (Port port : Port.values()) {
        one.add(endpoint(member, port));
      }
      all.add(one.toString());
    }
    return all.toString();
  }

  /** A channel to this member, at whichever port is free. */
  String anywhere() {
    return "aeron:udp?endpoint=" + address(self()) + ":0";
  }

  String ownArchive() {
    return channel(self(), Port.ARCHIVE);
  }

  String ownConsensus() {
    return channel(self(), Port.CONSENSUS);
  }

  String ownCatchup() {
    return endpoint(self(), Port.CATCHUP);
  }

  /** Where the others listen for consensus, with commas between. */
  String othersConsensus() {
    StringJoiner others = new StringJoiner(",");
    for (int member = 0; member < count(); member++) {
      if (member != self()) {
        others.add(endpoint(member, Port.CONSENSUS));
      }
    }
    return others.toString();
  }

  /** How to reach another member's archive. */
  AeronArchive.Context remoteArchive(String driverDirectory, int member) {
    return new AeronArchive.Context()
        .aeronDirectoryName(driverDirectory)
        .controlRequestChannel(channel(member, Port.ARCHIVE))
        .controlResponseChannel(anywhere())
        .messageTimeoutNs(ANSWER_NANOS);
  }

  private String channel(int member, Port port) {
    return "aeron:udp?endpoint=" + endpoint(member, port);
  }

  private String endpoint(int member, Port port) {
    return address(member) + ':' + (members.firstPort() + port.ordinal());
  }

  private String address(int member) {
    String address = members.addresses().get(member);
    boolean bare6 = address.indexOf(':') >= 0 && !address.startsWith("[");
    return bare6 ? '[' + address + ']' : address;
  }
}
