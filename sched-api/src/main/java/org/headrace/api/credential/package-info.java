/** Extension point {@code credential}: proves that a message comes from a member of the cluster. */
@Export
@Version("1.0.0")
package org.headrace.api.credential;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
