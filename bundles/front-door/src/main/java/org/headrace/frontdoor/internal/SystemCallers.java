package org.headrace.frontdoor.internal;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.headrace.control.front.Callers;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/** Tells other doors of a controller who knocks, as its own does. */
@Component(service = Callers.class)
public final class SystemCallers implements Callers {
  private final Accounts accounts;
  private final Identities identities;

  @Activate
  public SystemCallers() {
    this(new SystemAccounts());
  }

  SystemCallers(Accounts accounts) {
    this.accounts = accounts;
    identities = new Identities(accounts, System::nanoTime);
  }

  @Override
  public Caller at(SocketChannel channel) throws IOException {
    return identities.caller(Peer.of(channel));
  }

  /** By its name alone: a number that no account is named by stands for nobody. */
  @Override
  public Caller named(String user) throws IOException {
    Account account = accounts.userNamed(user);
    if (account == null || !account.name().equals(user)) {
      return null;
    }
    Account group = accounts.groupNamed(Integer.toUnsignedString(account.gid()));
    String name = group == null ? Integer.toUnsignedString(account.gid()) : group.name();
    return identities.caller(new Peer(user, name));
  }

  @Override
  public Account user(String name) throws IOException {
    return accounts.userNamed(name);
  }

  @Override
  public Account group(String name) throws IOException {
    return accounts.groupNamed(name);
  }
}
