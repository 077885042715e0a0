/** Extension point {@code preempt}: says which running jobs may be preempted for a pending one. */
@Export
@Version("1.1.0")
package org.headrace.api.preemption;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
