/** Command-line options as getopt_long reads them. */
@Export
@Version("1.0.0")
package org.headrace.slurmconf.options;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
