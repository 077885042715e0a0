package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import org.headrace.control.Leadership;
import org.headrace.control.MemberProbe;
import org.headrace.control.definition.ControllerMember;
import org.headrace.transport.ClusterAccess;
import org.headrace.transport.SealedChannel;
import org.headrace.transport.Standing;

/**
 * The way that commands go from one of the controllers: here while it leads, or is the only one,
 * else to the one that does.
 */
final class MemberRoute implements Route, MemberProbe {
  private final CommandRegistry commands;
  private final Leadership leadership;
  private final LeaderSearch search;

  /**
   * @param leadership null while the configuration hasn't been read
   * @param access null while there is no key
   */
  MemberRoute(CommandRegistry commands, Leadership leadership, ClusterAccess access) {
    this.commands = commands;
    this.leadership = leadership;
    search =
        leadership == null || access == null
            ? null
            : new LeaderSearch(access.signer(), others(leadership));
  }

  private static List<InetSocketAddress> others(Leadership leadership) {
    ControllerMember own = leadership.controllers().own();
    return leadership.controllers().members().stream()
        .filter(member -> !member.equals(own))
        .map(MemberRoute::address)
        .toList();
  }

  private static InetSocketAddress address(ControllerMember member) {
    return InetSocketAddress.createUnresolved(member.address(), member.port());
  }

  @Override
  public Place place() {
    if (leadership == null) {
      return commands.names().isEmpty() ? Place.UNKNOWN : Place.HERE;
    }
    if (leadership.leads() || leadership.controllers().alone()) {
      return Place.HERE;
    }
    return search == null ? Place.UNKNOWN : Place.ELSEWHERE;
  }

  @Override
  public SealedChannel reach() throws IOException {
    return search.connect();
  }

  @Override
  public Standing standing() {
    if (place() == Place.HERE) {
      return Standing.SERVES;
    }
    boolean follows = leadership != null && leadership.leader().isPresent();
    return follows ? Standing.FOLLOWS : Standing.WAITS;
  }

  @Override
  public State state(ControllerMember member) {
    boolean own = member.equals(leadership.controllers().own());
    Standing standing = own ? standing() : search.standing(address(member));
    if (standing == null) {
      return State.SILENT;
    }
    return switch (standing) {
      case SERVES -> State.LEADS;
      case FOLLOWS -> State.FOLLOWS;
      case WAITS -> State.CATCHES_UP;
    };
  }
}
