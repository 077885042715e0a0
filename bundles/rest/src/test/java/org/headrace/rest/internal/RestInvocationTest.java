package org.headrace.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import org.headrace.control.front.Invocation;
import org.junit.jupiter.api.Test;

class RestInvocationTest {
  /** Jobs that root submits for others have these users' groups, as at the commands' socket. */
  @Test
  void groupsOfOthersAreKnown() throws IOException {
    Api.People people = new Api.People();
    OutputStream nowhere = OutputStream.nullOutputStream();
    Invocation invocation =
        new RestInvocation(
            Call.of("sbatch"), people.named("root"), people, "here", nowhere, nowhere);
    assertThat(invocation.groups("ann")).containsExactly(people.named("ann").groups());
    assertThat(invocation.groups("ann")).isNotEmpty();
    assertThat(invocation.groups("nobody-known")).isEmpty();
  }
}
