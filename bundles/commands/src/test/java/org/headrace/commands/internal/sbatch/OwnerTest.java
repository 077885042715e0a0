package org.headrace.commands.internal.sbatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.headrace.api.job.Owner;
import org.headrace.commands.testing.Commands;
import org.headrace.commands.testing.FakeControl;
import org.headrace.commands.testing.FakeInvocation;
import org.headrace.control.command.Command;
import org.junit.jupiter.api.Test;

/** Whose a job is, which groups it has, and what only root may ask for. */
class OwnerTest {
  private Owner ownerOf(String... options) throws Exception {
    String[] arguments = Arrays.copyOf(options, options.length + 1);
    arguments[options.length] = "--wrap=true";
    FakeInvocation invocation = new FakeInvocation("sbatch", arguments).as(0);
    FakeControl own = new FakeControl();
    assertThat(Commands.run(own, invocation)).as(invocation.errText()).isZero();
    return own.only(Command.SubmitJob.class).spec().owner();
  }

  @Test
  void rootSubmitsForOthersByNameOrNumber() throws Exception {
    Owner bob = new Owner(1001, 1500, "bob", "staff");
    assertThat(ownerOf("--uid=bob")).isEqualTo(bob);
    assertThat(ownerOf("--uid=1001")).isEqualTo(bob);
    assertThat(ownerOf("--uid=bob", "--gid=far"))
        .isEqualTo(new Owner(1001, (int) 4_000_000_000L, "bob", "far"));
    assertThat(ownerOf("--gid=staff")).isEqualTo(new Owner(0, 1500, "root", "staff"));
    assertThat(ownerOf("--uid=4000000000").user()).isEqualTo("far");
  }

  @Test
  void theirJobsHaveTheirGroups() throws Exception {
    FakeControl control = new FakeControl();
    FakeInvocation root = new FakeInvocation("sbatch", "--uid=bob", "--wrap=true").as(0);
    assertThat(Commands.run(control, root)).isZero();
    assertThat(control.only(Command.SubmitJob.class).spec().execution().groups())
        .containsExactly(27, 1500);
  }

  @Test
  void whichGroupsOfPartitionsTheyBelongToIsSaidByName() throws Exception {
    FakeControl control = new FakeControl().set("AllowGroups", "far,staff,nosuch,ALL");
    FakeInvocation root = new FakeInvocation("sbatch", "--uid=bob", "--wrap=true").as(0);
    assertThat(Commands.run(control, root)).isZero();
    assertThat(control.only(Command.SubmitJob.class).spec().execution().memberOf())
        .containsExactly("staff");
  }

  @Test
  void nodesAreBootedForAdministratorsOnly() throws Exception {
    FakeControl control = new FakeControl();
    FakeInvocation user = new FakeInvocation("sbatch", "--reboot", "--wrap=true");
    assertThat(Commands.run(control, user)).isEqualTo(1);
    assertThat(user.errText())
        .isEqualTo(
            "sbatch: error: Batch job submission failed: Access/permission denied\n"
                + "sbatch: error: rebooting of nodes is only allowed for admins\n");
    FakeInvocation root = new FakeInvocation("sbatch", "--reboot", "--wrap=true").as(0);
    assertThat(Commands.run(control, root)).isZero();
    assertThat(control.only(Command.SubmitJob.class).spec().attributes())
        .containsKey("Option:reboot");
  }

  @Test
  void ownersThatAreNotThereOrNotForTheCaller() throws Exception {
    for (String option : List.of("--uid=nosuch", "--uid=54321", "--uid=", "--gid=nosuch")) {
      FakeInvocation invocation = new FakeInvocation("sbatch", option, "--wrap=true").as(0);
      assertThat(Commands.run(new FakeControl(), invocation)).isEqualTo(255);
      assertThat(invocation.errText())
          .startsWith("sbatch: error: Invalid " + option.split("=")[0] + " specification\n");
    }
    FakeInvocation mine = new FakeInvocation("sbatch", "--uid=bob", "--wrap=true");
    assertThat(Commands.run(new FakeControl(), mine)).isEqualTo(255);
    assertThat(mine.errText()).isEqualTo("sbatch: error: --uid only permitted by root user\n");
  }
}
