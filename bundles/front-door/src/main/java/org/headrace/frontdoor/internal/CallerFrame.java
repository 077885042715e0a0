package org.headrace.frontdoor.internal;

import java.net.ProtocolException;
import org.headrace.client.wire.Frames;
import org.headrace.client.wire.WireReader;
import org.headrace.client.wire.WireWriter;
import org.headrace.control.front.Caller;

/** For whom one daemon asks another; what the kernel said where the client is. */
final class CallerFrame {
  private CallerFrame() {}

  static byte[] encode(Caller caller) {
    WireWriter out =
        WireWriter.frame(Frames.CALLER)
            .u32(caller.uid())
            .u32(caller.gid())
            .string(caller.user())
            .string(caller.group())
            .u32(caller.groups().length);
    for (int group : caller.groups()) {
      out.u32(group);
    }
    return out.toFrame();
  }

  static Caller decode(byte[] payload) throws ProtocolException {
    WireReader in = new WireReader(payload);
    int uid = in.u32();
    int gid = in.u32();
    String user = in.string("user");
    String group = in.string("group");
    int[] groups = new int[in.length("groups", Integer.BYTES)];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = in.u32();
    }
    return new Caller(uid, gid, user, group, groups);
  }
}
