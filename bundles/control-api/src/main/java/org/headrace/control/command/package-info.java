/** Commands: everything that changes the cluster, and the answers. */
@Export
@Version("1.0.0")
package org.headrace.control.command;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
