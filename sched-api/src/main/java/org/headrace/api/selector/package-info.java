/** Extension point {@code select}: chooses nodes, cores, memory and devices for one job. */
@Export
@Version("1.0.0")
package org.headrace.api.selector;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
