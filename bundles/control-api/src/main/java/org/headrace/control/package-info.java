/** The controller as front ends see it: commands in, state and events out. */
@Export
@Version("1.0.0")
package org.headrace.control;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
