/** Extension point {@code auth}: says by a token who a user is where the kernel can't. */
@Export
@Version("1.0.0")
package org.headrace.api.auth;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
