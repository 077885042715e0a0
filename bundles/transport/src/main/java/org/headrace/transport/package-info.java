/** Authenticated messages between controller and agents over Aeron UDP. */
@Export
@Version("1.0.0")
package org.headrace.transport;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
