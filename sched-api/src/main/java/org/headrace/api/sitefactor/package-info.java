/** Extension point {@code site_factor}: what a site adds to the priorities of its jobs. */
@Export
@Version("1.0.0")
package org.headrace.api.sitefactor;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
