/** Encodes records: they are the schema of the log, of snapshots and of messages. */
@Export
@Version("1.0.0")
package org.headrace.protocol.codec;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
