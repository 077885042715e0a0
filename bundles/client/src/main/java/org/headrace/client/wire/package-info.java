/** The messages between the native client and the front door; see {@code PROTOCOL.md}. */
@Export
@Version("1.0.0")
package org.headrace.client.wire;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
