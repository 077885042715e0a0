package org.headrace.commands.queries;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.headrace.api.auth.TokenAuthority;
import org.headrace.api.auth.TokenException;
import org.headrace.api.auth.Tokens;
import org.headrace.commands.internal.scontrol.Around;
import org.headrace.commands.internal.scontrol.DebugFlags;
import org.headrace.commands.internal.scontrol.ScontrolCommand;
import org.headrace.commands.testing.FakeInvocation;
import org.junit.jupiter.api.Test;

class ScontrolTokenTest {
  private static final int USER = 1000;
  private final Map<String, String> settings =
      new LinkedHashMap<>(
          Map.of(
              "ClusterName",
              "peer",
              "SlurmctldHost",
              "vm",
              "AuthAltTypes",
              "auth/jwt",
              "SlurmUser",
              "slurm"));
  private TokenAuthority authority = ScontrolTokenTest::opened;

  /** Says in clear what a real one signs. */
  private static Tokens opened(Map<String, String> given) {
    return new Tokens() {
      @Override
      public String issue(String user, Instant now, Duration life) {
        return user + "/" + life.toSeconds();
      }

      @Override
      public String user(String token, Instant now) {
        throw new UnsupportedOperationException();
      }
    };
  }

  private FakeInvocation run(int uid, int status, String... words) throws Exception {
    FakeInvocation call = new FakeInvocation("scontrol", words).as(uid);
    ScontrolCommand command =
        new ScontrolCommand(
            new Around(
                new QueryControl(new QuerySnapshot(PeerModel.definition(settings))),
                null,
                null,
                null,
                null,
                new DebugFlags(),
                PeerModel.clock("2026-11-23T06:47:18Z"),
                authority));
    assertThat(command.run(call)).as(call.errText()).isEqualTo(status);
    return call;
  }

  @Test
  void aUserGetsOneOfTheUsualLife() throws Exception {
    FakeInvocation call = run(USER, 0, "token");
    assertThat(call.outText()).isEqualTo("SLURM_JWT=" + call.caller().user() + "/1800\n");
    assertThat(run(USER, 0, "token", "lifespan=60").outText()).endsWith("/60\n");
    assertThat(run(USER, 0, "token", "username=" + call.caller().user()).outText())
        .endsWith("/1800\n");
  }

  @Test
  void onlyTheTrustedGetThoseOfOthers() throws Exception {
    assertThat(run(0, 0, "token", "username=bob", "lifespan=7").outText())
        .isEqualTo("SLURM_JWT=bob/7\n");
    FakeInvocation call = run(USER, 1, "token", "username=bob");
    assertThat(call.outText()).isEmpty();
    assertThat(call.errText()).startsWith("Error fetching token\n").contains("for others");
    settings.put("SlurmUser", Integer.toString(USER));
    assertThat(run(USER, 0, "token", "username=bob").outText()).contains("=bob/");
    // What runs as root only root decides, under whatever name.
    for (String name : new String[] {"root", "0"}) {
      assertThat(run(USER, 1, "token", "username=" + name).errText()).contains("Only root");
    }
    assertThat(run(0, 0, "token", "username=root").outText()).contains("=root/");
  }

  @Test
  void limitsOfTokensHoldForUsers() throws Exception {
    settings.put("AuthAltParameters", "jwt_key=/k,max_token_lifespan=100");
    assertThat(run(USER, 1, "token").errText()).contains("lifespan=100");
    assertThat(run(USER, 0, "token", "lifespan=100").outText()).endsWith("/100\n");
    run(0, 0, "token", "lifespan=101");
    settings.put("AuthAltParameters", "disable_token_creation");
    assertThat(run(USER, 1, "token").errText()).contains("disable_token_creation");
    run(0, 0, "token");
  }

  @Test
  void whatIsMissingIsSaid() throws Exception {
    authority =
        any -> {
          throw new TokenException("no key there");
        };
    assertThat(run(0, 1, "token").errText())
        .isEqualTo("Error fetching token\nscontrol: error: no key there\n");
    authority = null;
    assertThat(run(0, 1, "token").errText()).contains("AuthAltTypes=auth/jwt");
    authority = ScontrolTokenTest::opened;
    settings.remove("AuthAltTypes");
    assertThat(run(0, 1, "token").errText()).contains("AuthAltTypes=auth/jwt");
    assertThat(run(0, 1, "token", "lifespan=x").errText()).contains("Invalid lifespan: x");
  }
}
