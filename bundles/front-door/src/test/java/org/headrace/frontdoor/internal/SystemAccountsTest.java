package org.headrace.frontdoor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.headrace.control.front.Account;
import org.headrace.control.front.Caller;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemAccountsTest {
  @TempDir Path etc;

  @BeforeEach
  void files() throws IOException {
    Files.writeString(
        etc.resolve("passwd"),
        "root:x:0:0::/:/bin/sh\nann:x:1001:100::/:/bin/sh\n4711:x:1005:100::/:/bin/sh\n+::::::\n");
    Files.writeString(
        etc.resolve("group"),
        "users:x:100:\nvideo:x:44:ann,bob\nextra:x:27:bob,ann\nann2:x:9:an\n");
    Files.writeString(
        etc.resolve("nsswitch.conf"), "passwd: files systemd # local\ngroup:\tfiles\n");
  }

  @Test
  void readsTheLocalFiles() throws Exception {
    SystemAccounts accounts = new SystemAccounts(etc);
    assertThat(accounts.uid("ann")).isEqualTo(1001);
    assertThat(accounts.gid("users")).isEqualTo(100);
    assertThat(accounts.groups("ann")).containsExactly(44, 27);
    assertThat(accounts.groups("nobody-such")).isEmpty();
  }

  @Test
  void anIdWithoutANameIsItself() throws Exception {
    assertThat(new SystemAccounts(etc).uid("54321987")).isEqualTo(54321987);
  }

  @Test
  void aUserNamedLikeANumberCantPassForThatId() {
    SystemAccounts accounts = new SystemAccounts(etc);
    assertThatThrownBy(() -> accounts.uid("4711")).hasMessageContaining("can't be told from");
    assertThatThrownBy(() -> accounts.uid("0")).hasMessageContaining("can't be told from");
  }

  @Test
  void findsUsersAndGroupsByNameAndNumber() throws Exception {
    SystemAccounts accounts = new SystemAccounts(etc);
    assertThat(accounts.userNamed("ann")).isEqualTo(accounts.userNamed("1001"));
    assertThat(accounts.userNamed("ann").id()).isEqualTo(1001);
    assertThat(accounts.userNamed("ann").name()).isEqualTo("ann");
    assertThat(accounts.groupNamed("video")).isEqualTo(new Account(44, "video", 44));
    assertThat(accounts.groupNamed("44")).isEqualTo(new Account(44, "video", 44));
    for (String none : new String[] {"", "no-such-user", "ann:x", "-1", "54321987", "a\0b"}) {
      assertThat(accounts.userNamed(none)).isNull();
      assertThat(accounts.groupNamed(none)).isNull();
    }
  }

  @Test
  void asksTheSystemForWhatTheFilesDontHave() throws Exception {
    Files.writeString(etc.resolve("nsswitch.conf"), "passwd: files sss\ngroup: files sss\n");
    SystemAccounts accounts = new SystemAccounts(etc);
    Files.writeString(etc.resolve("passwd"), "");
    assertThat(accounts.uid("root")).isZero();
    assertThat(accounts.groups("root")).doesNotContain(44);
    assertThatThrownBy(() -> accounts.uid("no-such-user")).hasMessageContaining("no user");
  }

  @Test
  void remembersForAMinute() throws Exception {
    AtomicLong now = new AtomicLong();
    AtomicInteger asked = new AtomicInteger();
    Accounts accounts =
        new Accounts() {
          @Override
          public int uid(String user) {
            return 1000 + asked.incrementAndGet();
          }

          @Override
          public int gid(String group) {
            return 100;
          }

          @Override
          public Account userNamed(String name) {
            return null;
          }

          @Override
          public Account groupNamed(String name) {
            return null;
          }

          @Override
          public int[] groups(String user) {
            return new int[] {200, 100};
          }
        };
    Identities identities = new Identities(accounts, now::get);
    Peer peer = new Peer("ann", "users");
    Caller caller = identities.caller(peer);
    assertThat(caller).isEqualTo(new Caller(1001, 100, "ann", "users", new int[] {100, 200}));
    assertThat(caller.inGroup(200)).isTrue();
    now.set(59_999_999_999L);
    assertThat(identities.caller(peer).uid()).isEqualTo(1001);
    now.set(60_000_000_000L);
    assertThat(identities.caller(peer).uid()).isEqualTo(1002);
  }
}
