/** What the cluster is made of: nodes, partitions, limits and settings, as configured. */
@Export
@Version("1.0.0")
package org.headrace.control.definition;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
