/** Messages between controller and node agents. */
@Export
@Version("1.0.0")
package org.headrace.protocol.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
