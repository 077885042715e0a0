/** Extension point {@code priority}: orders the pending jobs. */
@Export
@Version("1.1.0")
package org.headrace.api.priority;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
