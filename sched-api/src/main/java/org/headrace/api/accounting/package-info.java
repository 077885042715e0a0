/** Extension point {@code accounting}: keeps the history of jobs, steps and nodes. */
@Export
@Version("1.0.0")
package org.headrace.api.accounting;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
