package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.headrace.api.account.QosFlag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes of accounts become. */
class BookChangesTest {
  private static final String V = "/slurmdb/v0.0.44";

  @TempDir Path directory;
  private Api api;

  /** What sacctmgr shows, by the condition that it is asked with. */
  private final List<String> known = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    api = new Api(directory);
    api.on(
        "sacctmgr",
        invocation -> {
          String line = String.join(" ", invocation.arguments());
          // Qualities of service have their name in another column than accounts and users.
          assertThat(line).doesNotContain("format=qos");
          known.stream()
              .filter(one -> line.contains(one.substring(0, one.indexOf('|'))))
              .forEach(one -> invocation.out().println(one.substring(one.indexOf('|') + 1)));
          return 0;
        });
  }

  @AfterEach
  void close() {
    api.close();
  }

  /** The calls that change something. */
  private List<String> changes(String method, String path, String body) {
    Api.Reply reply = api.as("ann", method, V + path, body, "Content-Type", "application/json");
    assertThat(reply.status()).as(reply.text()).isEqualTo(200);
    List<String> calls = new ArrayList<>();
    for (Api.Run run : api.runs) {
      assertThat(run.caller().user()).isEqualTo("ann");
      if (run.arguments().contains("-i")) {
        calls.add(String.join(" ", run.arguments().subList(1, run.arguments().size())));
      }
    }
    api.runs.clear();
    return calls;
  }

  private String refused(String method, String path, String body) {
    Api.Reply reply = api.as("ann", method, V + path, body, "Content-Type", "application/json");
    assertThat(reply.status()).as(reply.text()).isEqualTo(400);
    assertThat(api.runs).noneMatch(run -> run.arguments().contains("-i"));
    api.runs.clear();
    return reply.error().get("description").toString();
  }

  @Test
  void accountsAreAddedOrChanged() {
    known.add("show account name=old|old");
    assertThat(
            changes(
                "POST",
                "/accounts",
                "{\"accounts\": [{\"name\": \"new\", \"description\": \"a b\","
                    + " \"organization\": \"o\", \"coordinators\": [{\"name\": \"eve\"}],"
                    + " \"associations\": [], \"flags\": []}, {\"name\": \"old\","
                    + " \"organization\": \"p\"}, {\"name\": \"old\"}]}"))
        .containsExactly(
            "add account name=new description=a b organization=o",
            "add coordinator accounts=new names=eve",
            "modify account where name=old set organization=p");
  }

  @Test
  void usersMayComeBeforeTheirAccounts() {
    known.add("show user name=old|old");
    assertThat(
            changes(
                "POST",
                "/users",
                "{\"users\": [{\"name\": \"u\", \"administrator_level\": [\"Operator\"],"
                    + " \"default\": {\"account\": \"\", \"wckey\": \"\"}},"
                    + " {\"name\": \"v\", \"default\": {\"account\": \"phys\"}},"
                    + " {\"name\": \"old\", \"default\": {\"account\": \"phys\"}}]}"))
        .containsExactly(
            "add user name=u adminlevel=Operator withoutassoc",
            "add user name=v defaultaccount=phys",
            "modify user where name=old set defaultaccount=phys");
  }

  @Test
  void associationsSayWhatHoldsForAccountsAndUsers() {
    known.add("show account name=phys|phys");
    known.add("accounts=phys users=old|");
    assertThat(
            changes(
                "POST",
                "/associations",
                "{\"associations\": [{\"account\": \"phys\", \"user\": \"\","
                    + " \"parent_account\": \"science\", \"shares_raw\": 5,"
                    + " \"cluster\": \"test\"},"
                    + " {\"account\": \"phys\", \"user\": \"new\", \"is_default\": true,"
                    + " \"qos\": [\"a\", \"b\"], \"default\": {\"qos\": \"a\"},"
                    + " \"max\": {\"jobs\": {\"active\": {\"set\": true, \"number\": 3},"
                    + " \"per\": {\"wall_clock\": {\"set\": true, \"infinite\": true}}},"
                    + " \"tres\": {\"per\": {\"job\": [{\"type\": \"cpu\", \"count\": 4},"
                    + " {\"type\": \"gres\", \"name\": \"gpu\", \"count\": 1}]},"
                    + " \"total\": []}}},"
                    + " {\"account\": \"phys\", \"user\": \"old\", \"shares_raw\": 2},"
                    + " {\"account\": \"phys\", \"user\": \"old\", \"partition\": \"p\"}]}"))
        .containsExactly(
            "modify account where name=phys set fairshare=5 parent=science",
            "add user name=new account=phys partition= defaultqos=a qos=a,b maxwall=-1 maxjobs=3"
                + " maxtres=cpu=4,gres/gpu=1",
            "modify user where name=new set defaultaccount=phys",
            "modify user where name=old account=phys partition= set fairshare=2",
            "add user name=old account=phys partition=p");
    assertThat(
            refused(
                "POST",
                "/associations",
                "{\"associations\": [{\"account\": \"a\", \"cluster\": \"other\"}]}"))
        .contains("test");
  }

  @Test
  void qualitiesOfServiceHaveTheirLimits() {
    assertThat(
            changes(
                "POST",
                "/qos",
                "{\"qos\": [{\"name\": \"high\", \"priority\": {\"set\": true, \"number\": 9},"
                    + " \"flags\": [\"DENY_LIMIT\", \"NO_DECAY\"], \"usage_factor\": 0.5,"
                    + " \"preempt\": {\"mode\": [\"DISABLED\"], \"list\": [\"low\"],"
                    + " \"exempt_time\": {\"set\": true, \"number\": 90}},"
                    + " \"limits\": {\"grace_time\": 5, \"max\": {\"wall_clock\": {\"per\":"
                    + " {\"job\": 60}}, \"tres\": {\"per\": {\"user\": [{\"type\": \"node\","
                    + " \"count\": 2}]}}}}}]}"))
        .containsExactly(
            "add qos name=high priority=9 flags=DenyOnLimit,NoDecay gracetime=5"
                + " maxtresperuser=node=2 maxwall=60 preempt=low preemptmode=cluster"
                + " preemptexempttime=0:90 usagefactor=0.5");
  }

  @Test
  void eachFlagOfAQualityOfServiceHasItsWord() {
    for (QosFlag flag : QosFlag.values()) {
      assertThat(QosFlagNames.toSacctmgr("flags=" + flag.published() + ",NOT_SET"))
          .isEqualTo("flags=" + flag.word());
    }
  }

  @Test
  void manyAtOnce() {
    known.add("show account name=a|a");
    assertThat(
            changes(
                "POST",
                "/accounts_association",
                "{\"association_condition\": {\"accounts\": [\"a\", \"b\"], \"clusters\":"
                    + " [\"test\"], \"association\": {\"fairshare\": 3, \"parent\": \"top\"}},"
                    + " \"account\": {\"description\": \"d\"}}"))
        .containsExactly(
            "modify account where name=a set fairshare=3 parent=top description=d",
            "add account name=b fairshare=3 parent=top description=d");
    assertThat(
            changes(
                "POST",
                "/users_association",
                "{\"association_condition\": {\"accounts\": [\"a\", \"b\"], \"users\": [\"u\"],"
                    + " \"association\": {\"maxjobs\": 2}},"
                    + " \"user\": {\"adminlevel\": [\"None\"], \"defaultaccount\": \"b\"}}"))
        .containsExactly(
            "add user name=u account=a partition= maxjobs=2",
            "add user name=u account=b partition= maxjobs=2",
            "modify user where name=u set adminlevel=None",
            "modify user where name=u set defaultaccount=b");
  }

  @Test
  void allOfItInOneBody() {
    assertThat(
            changes(
                "POST",
                "/config",
                "{\"associations\": [{\"account\": \"a\", \"user\": \"u\"}], \"users\":"
                    + " [{\"name\": \"u\"}], \"accounts\": [{\"name\": \"a\"}],"
                    + " \"qos\": [{\"name\": \"q\"}], \"clusters\": [{\"name\": \"test\"}],"
                    + " \"tres\": []}"))
        .containsExactly(
            "show cluster",
            "add qos name=q",
            "add account name=a",
            "add user name=u withoutassoc",
            "add user name=u account=a partition=");
  }

  @Test
  void whatIsRemovedIsTold() {
    known.add("accounts=a users=u|a|u|");
    assertThat(changes("DELETE", "/account/a", null)).containsExactly("delete account name=a");
    assertThat(changes("DELETE", "/user/u", null)).containsExactly("delete user name=u");
    assertThat(changes("DELETE", "/qos/q", null)).containsExactly("delete qos name=q");
    Api.Reply reply = api.as("ann", "DELETE", V + "/association?account=a&user=u", null);
    assertThat(reply.text()).contains("\"removed_associations\":[\"C = test A = a U = u\"]");
    assertThat(api.runs.stream().reduce((one, next) -> next).get().arguments())
        .containsExactly("-i", "delete", "user", "account=a", "name=u");
    api.runs.clear();
    assertThat(changes("DELETE", "/associations?account=a", null))
        .containsExactly("delete account name=a");
  }

  @Test
  void whatSacctmgrRefusesIsAnErrorWithItsWords() {
    api.on(
        "sacctmgr",
        invocation -> {
          if (!invocation.arguments().contains("-i")) {
            return 0;
          }
          boolean delete = invocation.arguments().contains("delete");
          invocation.out().println(delete ? " Nothing deleted" : "");
          invocation
              .err()
              .println(delete ? "" : " Problem adding accounts: Access/permission denied");
          return 1;
        });
    assertThat(api.as("ann", "DELETE", V + "/account/none", null).status()).isEqualTo(404);
    Api.Reply denied = api.post(V + "/accounts", "{\"accounts\": [{\"name\": \"a\"}]}");
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.error().get("error_number")).isEqualTo(2002L);
  }

  @Test
  void whatIsNoNameReachesNoCommand() {
    for (String name :
        List.of(
            "\"\"", "null", "1", "\"a,b\"", "\"-x\"", "\"a b\"", "\"'a'\"", "\"a\\nb\"", "[]")) {
      assertThat(refused("POST", "/accounts", "{\"accounts\": [{\"name\": " + name + "}]}"))
          .contains("is no name");
      assertThat(refused("POST", "/qos", "{\"qos\": [{\"name\": " + name + "}]}"))
          .contains("is no name");
    }
    refused("POST", "/accounts", "{}");
    refused("POST", "/accounts", "{\"accounts\": [1]}");
    refused("POST", "/accounts", "{\"accounts\": {}}");
    refused("DELETE", "/associations", null);
    refused("DELETE", "/associations?user=u", null);
    refused("DELETE", "/associations?account=a&cluster=other", null);
    refused("DELETE", "/account/a%2Cb", null);
    refused("POST", "/users_association", "{\"association_condition\": {\"users\": [\"u\"]}}");
    refused(
        "POST",
        "/qos",
        "{\"qos\": [{\"name\": \"q\", \"limits\": {\"max\": {\"tres\": {\"total\":"
            + " [{\"type\": \"cpu=1,mem\", \"count\": 4}]}}}}]}");
    refused("POST", "/qos", "{\"qos\": [{\"name\": \"q\", \"limits\": []}]}");
  }
}
