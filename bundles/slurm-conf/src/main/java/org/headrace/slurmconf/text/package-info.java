/** The dialect's small notations: hostlists, times, sizes, job ids, arrays, masks. */
@Export
@Version("1.0.0")
package org.headrace.slurmconf.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
